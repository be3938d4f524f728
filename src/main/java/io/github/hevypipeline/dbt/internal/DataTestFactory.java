package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Relation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Compiles data tests, those of yml files and those of the tests' folder. Not thread-safe.
 *
 * <p>Throws a ConfigError naming the file for an unknown test and for an unsupported config.
 */
final class DataTestFactory {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ProjectSettings settings;
    private final Jinja jinja;
    private final Dialect dialect;
    private final Function<ProjectFile, Rendered> renderer;

    /** {@code renderer} renders a template of the file that it names. */
    DataTestFactory(ProjectSettings settings, Jinja jinja, Function<ProjectFile, Rendered> renderer) {
        this.settings = settings;
        this.jinja = jinja;
        this.dialect = Dialect.of(jinja.target());
        this.renderer = renderer;
    }

    /** A test and its node in the graph. */
    record Declared(DataTest test, Node node) {}

    /** A test of the tests' folder; {@code properties} are those of yml files. Empty if it is disabled. */
    Optional<Declared> singular(ProjectFile file, Rendered rendered, SingularTestProperties.Properties properties) {
        Map<String, JsonNode> own = new LinkedHashMap<>();
        rendered.config().forEach((key, value) -> own.put(key, MAPPER.valueToTree(value)));
        List<String> path = Node.pathOf(settings.name(), settings.testPaths(), file.path(), file.stem());
        Map<String, JsonNode> folders = settings.dataTestConfig(path);
        String place = properties.config().isEmpty() ? file.path() : file.path() + " and " + properties.file();
        DataTestConfig config = new DataTestConfig(place, List.of(folders, properties.config(), own));
        // As in dbt, a yml file can disable a test, but not enable a disabled one.
        if (!config.enabled() || !new DataTestConfig(file.path(), List.of(folders, own)).enabled()) {
            return Optional.empty();
        }
        String where = config.where();
        if (where != null) {
            throw ProjectError.in(place, "the config where is for tests of yml files; write it into the select.");
        }
        Node node = new Node(
                Node.Kind.SINGULAR,
                file.stem(),
                path,
                file.path(),
                properties.file(),
                "",
                config.tags(),
                Node.idsOf(rendered.references()));
        return Optional.of(new Declared(test(node, config, null, properties.description(), rendered.text()), node));
    }

    /**
     * A test of a yml file; empty if it is disabled.
     *
     * @param owner the tested model or raw table
     * @param column null for a test of a whole table
     * @param columnTags the tags of the column
     */
    Optional<Declared> generic(
            String file,
            JsonNode declaration,
            Relation relation,
            Reference owner,
            String column,
            Set<String> columnTags) {
        GenericTest generic = GenericTest.of(file, declaration, relation.name(), column, dialect);
        String source = owner.source() == null ? "" : owner.source();
        String name = generic.name(source, relation);
        List<String> path = Node.pathOf(settings.name(), settings.modelPaths(), file, name);
        DataTestConfig config = new DataTestConfig(file, List.of(settings.dataTestConfig(path), generic.config()));
        if (!config.enabled()) {
            return Optional.empty();
        }
        List<Reference> references = new ArrayList<>(List.of(owner));
        Function<String, String> render = text -> {
            Rendered rendered = renderer.apply(new ProjectFile(file, text));
            references.addAll(rendered.references());
            return rendered.text();
        };
        String from = config.where() == null
                ? dialect.name(relation)
                : "(select * from " + dialect.name(relation) + " where " + render.apply(config.where()) + ")";
        Set<String> tags = new LinkedHashSet<>(columnTags);
        tags.addAll(config.tags());
        String select = generic.select(from, jinja.macro("test_" + generic.kind()), render::apply);
        Node node = new Node(Node.Kind.GENERIC, name, path, file, "", generic.kind(), tags, Node.idsOf(references));
        return Optional.of(new Declared(test(node, config, column, generic.description(), select), node));
    }

    private DataTest test(Node node, DataTestConfig config, String column, String description, String select) {
        String name = node.name();
        String file = node.file();
        String limit = config.limit();
        String wanted = limit.isEmpty() ? select : "select * from (" + select + "\n) as all_failures" + limit;
        String counted = String.format(
                Locale.ROOT,
                "select %1$s as failures, %1$s %2$s as should_warn, %1$s %3$s as should_error from ",
                config.failCalc(),
                config.warnIf(),
                config.errorIf());
        String kind = config.storedAs();
        Relation place = config.place(name, jinja.target());
        Optional<Dialect.Storing> storing = kind.isEmpty() ? Optional.empty() : dialect.storing(kind, place, wanted);
        if (storing.isEmpty()) {
            String found = counted + "(" + wanted + "\n) as failures_found";
            return new DataTest(name, file, config.severity(), "", column, description, select, found, "");
        }
        return new DataTest(
                name,
                file,
                config.severity(),
                place.toString(),
                column,
                description,
                select,
                storing.get().first() + counted + dialect.name(place),
                storing.get().dropping());
    }
}

package io.github.hevypipeline.dbt;

import io.github.hevypipeline.dbt.internal.CompiledProject;
import io.github.hevypipeline.dbt.internal.DocsReader;
import io.github.hevypipeline.dbt.internal.Jinja;
import io.github.hevypipeline.dbt.internal.Node;
import io.github.hevypipeline.dbt.internal.Selector;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A compiled dbt project: its sources, models and tests as SQL, all of them or a selection.
 *
 * <p>Immutable and thread-safe. It executes nothing and needs no database. It supports {@code ref}, {@code source},
 * {@code var}, {@code env_var}, {@code config}, {@code target}, {@code adapter.dispatch}, macros, seeds, views and tables, the four generic tests, singular tests and unit
 * tests; anything else in a file is a ConfigError that names it.
 */
public final class DbtProject {
    /** The file of the project's own settings. */
    public static final String FILE = "dbt_project.yml";

    private final CompiledProject compiled;
    private final Set<Node> selected;

    DbtProject(CompiledProject compiled) {
        this(compiled, Set.copyOf(compiled.graph().nodes()));
    }

    private DbtProject(CompiledProject compiled, Set<Node> selected) {
        this.compiled = compiled;
        this.selected = Set.copyOf(selected);
    }

    /**
     * Reads and compiles the project at {@code root}, which may be inside a jar.
     *
     * @param environment all that {@code env_var} sees
     * @param variables what {@code var} sees before the project's own variables
     * @throws ConfigError on a cycle, an unknown reference, a syntax error of Jinja or YAML, with file and line
     */
    public static DbtProject load(Path root, Map<String, String> environment, Map<String, Object> variables) {
        return load(root, environment, Target.LOCAL, variables);
    }

    /** As the other {@code load}, for any target. */
    public static DbtProject load(
            Path root, Map<String, String> environment, Target target, Map<String, Object> variables) {
        return ProjectSnapshot.read(root, environment).compile(target, variables);
    }

    /** As the other {@code load}, without variables. */
    public static DbtProject load(Path root, Map<String, String> environment) {
        return load(root, environment, Map.of());
    }

    /** Reads and compiles the project folder of the installation or, without one, the project inside the program. */
    public static DbtProject find(String timezone) {
        return ProjectSnapshot.find(timezone).compile();
    }

    /** The file whose template is being rendered now, by any thread. */
    public static Optional<String> rendering() {
        return Jinja.underWay();
    }

    /**
     * Selects a part of the project, as {@code dbt --select} does. A selection made before is forgotten.
     *
     * @param select blank for everything
     * @param exclude blank for nothing
     * @throws ConfigError if a part of them matches nothing; suggests the most similar names
     */
    public DbtProject only(String select, String exclude) {
        return new DbtProject(compiled, new Selector(compiled.graph()).select(select, exclude));
    }

    /** The selected nodes, each as its kind in dbt's words and its name: {@code model:daily_exercises}. Sorted. */
    public List<String> selected() {
        return selected.stream()
                .map(node -> node.kind().word() + ":" + node.name())
                .sorted()
                .toList();
    }

    /** Whether every model and data test is selected. */
    public boolean isWhole() {
        return selected.containsAll(compiled.graph().nodes().stream()
                .filter(node -> node.kind().isBuilt() || node.kind().isTest())
                .toList());
    }

    /** Plans a build of the selection; {@code upToDate} are the ids of the models and tests that are up to date. */
    public BuildScope scope(Set<String> upToDate) {
        return BuildScope.of(compiled.graph().nodes(), selected, upToDate);
    }

    /** As {@link #scope}, but no model is built. */
    public BuildScope testScope(Set<String> upToDate) {
        Set<Node> tests = selected.stream().filter(node -> node.kind().isTest()).collect(Collectors.toSet());
        return BuildScope.of(compiled.graph().nodes(), tests, upToDate);
    }

    /** Whether these ids include every model, selected or not. */
    public boolean areAllModels(Set<String> ids) {
        return compiled.models().stream()
                .map(model -> Node.idOfModel(model.name()))
                .allMatch(ids::contains);
    }

    public String name() {
        return compiled.name();
    }

    /** All raw tables, in the order of the yml files. */
    public List<SourceTable> sources() {
        return compiled.sources();
    }

    /** All models and seeds, selected or not, in dependency order. */
    public List<Model> models() {
        return compiled.models();
    }

    /** The selected models, in dependency order. */
    public List<Model> selectedModels() {
        Set<String> ids = selectedIds();
        return compiled.models().stream()
                .filter(model -> ids.contains(Node.idOfModel(model.name())))
                .toList();
    }

    private Set<String> selectedIds() {
        return selected.stream().map(Node::id).collect(Collectors.toSet());
    }

    /** The steps that create the schemas of the selected models, then one for each model, in dependency order. */
    public List<SqlStep> modelSteps() {
        List<Model> models = selectedModels();
        List<String> schemas = models.stream()
                .map(model -> model.relation().schema())
                .distinct()
                .sorted()
                .toList();
        return Stream.concat(
                        compiled.dialect().schemas(FILE, schemas).stream(),
                        models.stream().map(Model::step))
                .toList();
    }

    /** The steps that tell the database of the selected models' tables, if it does not remember them. */
    public List<SqlStep> registrationSteps() {
        return selectedModels().stream()
                .filter(model -> model.relationType().equals("table"))
                .flatMap(model -> compiled.dialect().registration(model.relation(), compiled.target()).stream()
                        .map(sql -> new SqlStep("register " + model.name(), model.file(), sql)))
                .toList();
    }

    /**
     * The names of the selected models with {@code meta: {published: true}}, in dependency order.
     *
     * @throws ConfigError if no model of the project has it
     */
    public List<String> publishedModels() {
        if (compiled.models().stream().noneMatch(Model::published)) {
            throw ProjectError.in(FILE, "no model has the meta published: true.");
        }
        return selectedModels().stream()
                .filter(Model::published)
                .map(Model::name)
                .toList();
    }

    /** The selected data tests: those of yml files, then those of the tests' folder. */
    public List<DataTest> dataTests() {
        Set<String> ids = selectedIds();
        return compiled.dataTests().stream()
                .filter(test -> ids.contains(test.id()))
                .toList();
    }

    /** The unit tests, selected or not, in the order of the files. */
    public List<UnitTest> unitTests() {
        return compiled.unitTests();
    }

    /**
     * Resolves the input of a unit test.
     *
     * @throws ConfigError if it is no {@code ref} or {@code source}, or names nothing
     */
    public Relation input(UnitTest test, UnitTest.Given given) {
        return compiled.input(test, given);
    }

    /**
     * Compiles the model of a unit test.
     *
     * @param standIns the relation to read instead of each input
     * @throws ConfigError if the model reads what has no stand-in
     */
    public SqlStep step(UnitTest test, Map<Relation, Relation> standIns) {
        return compiled.step(test, standIns);
    }

    /** The limits on the age of raw tables, in the order of the yml files. */
    public List<FreshnessCheck> freshnessChecks() {
        return compiled.sources().stream()
                .map(SourceTable::freshness)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The analyses, each a select under the name of its file. */
    public List<SqlStep> analyses() {
        return compiled.analyses();
    }

    /** Describes the whole project, selected or not, with the types that its columns have in a database. */
    public ProjectDocs docs(ColumnTypes types) {
        return new DocsReader(compiled, types).read();
    }

    /** A hash of everything that shapes a build: the files, and the settings and variables they use. Hexadecimal. */
    public String contentHash() {
        return compiled.contentHash();
    }

    /** The text of an SQL file as it is written; null if the project has no such file. */
    public String text(String file) {
        return compiled.sqlFiles().get(file);
    }

    /**
     * The SQL that selects all rows of a model or raw table.
     *
     * @param name {@code daily_exercises}, {@code workouts} or {@code hevy_raw.workouts}
     * @throws ConfigError if there is no such relation; lists the names there are
     */
    public String select(String name) {
        Relation relation = relation(name)
                .orElseThrow(() -> new ConfigError(
                        ExitCode.CONFIGURATION,
                        "There is no table " + name + ".",
                        "Ask for one of: " + String.join(", ", relationNames()) + "."));
        return "select * from " + compiled.dialect().name(relation);
    }

    /** The names that {@link #select} takes: models in dependency order, then raw tables. */
    public List<String> relationNames() {
        return Stream.concat(
                        compiled.models().stream().map(Model::name),
                        compiled.sources().stream()
                                .map(table -> table.relation().toString()))
                .toList();
    }

    /** Finds a model or raw table by its name, with or without its schema. */
    public Optional<Relation> relation(String name) {
        return Stream.concat(
                        compiled.models().stream().map(Model::relation),
                        compiled.sources().stream().map(SourceTable::relation))
                .filter(relation ->
                        relation.name().equals(name) || relation.toString().equals(name))
                .findFirst();
    }

    @Override
    public String toString() {
        return name() + " (" + compiled.models().stream().map(Model::name).collect(Collectors.joining(", ")) + ")";
    }
}

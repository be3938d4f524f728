package io.github.hevypipeline.dbt;

import io.github.hevypipeline.dbt.internal.DocsReader;
import io.github.hevypipeline.dbt.internal.Node;
import io.github.hevypipeline.dbt.internal.ProjectCompiler;
import io.github.hevypipeline.dbt.internal.ProjectSettings;
import io.github.hevypipeline.dbt.internal.Selector;
import io.github.hevypipeline.dbt.internal.SourceTable;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.mart.BuildMetadata;
import io.github.hevypipeline.mart.BuildStats;
import io.github.hevypipeline.mart.Comments;
import io.github.hevypipeline.mart.DataTestResults;
import io.github.hevypipeline.mart.Relations;
import io.github.hevypipeline.mart.SqlFailure;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A dbt project, read and compiled: its sources, models and tests as SQL.
 *
 * <p>Immutable and thread-safe. It executes nothing and needs no database. Of dbt it knows {@code ref},
 * {@code source}, {@code var}, {@code env_var}, {@code config}, macros, views and tables, the four generic tests,
 * singular tests and unit tests; whatever else a file asks for is a ConfigError that names the file.
 */
public final class DbtProject {
    private final CompiledProject compiled;
    private final Set<Node> chosen;

    private DbtProject(CompiledProject compiled, Set<Node> chosen) {
        this.compiled = compiled;
        this.chosen = Set.copyOf(chosen);
    }

    /**
     * Reads and compiles the project at {@code root}, which may be inside a jar.
     *
     * @param environment what {@code env_var} sees, and all it sees
     * @param variables what {@code var} sees before the project's own variables
     * @throws ConfigError on a cycle, an unknown reference, a syntax error of Jinja or YAML, with file and line
     */
    public static DbtProject load(Path root, Map<String, String> environment, Map<String, Object> variables) {
        return of(ProjectSnapshot.read(root, environment), variables);
    }

    private static DbtProject of(ProjectSnapshot snapshot, Map<String, Object> variables) {
        CompiledProject compiled = new ProjectCompiler(snapshot, variables).compile();
        return new DbtProject(compiled, Set.copyOf(compiled.graph().nodes()));
    }

    /** What was read before, compiled. */
    public static DbtProject of(ProjectSnapshot snapshot) {
        return of(snapshot, Map.of());
    }

    /** The project that can be edited or, if there is none, the program's own; a workout's day is one of {@code timezone}. */
    public static DbtProject find(String timezone) {
        return of(ProjectSnapshot.find(timezone));
    }

    /** As the other {@code load}, without variables. */
    public static DbtProject load(Path root, Map<String, String> environment) {
        return load(root, environment, Map.of());
    }

    /**
     * The same project, of which only a part is built and tested, chosen as {@code dbt --select} does.
     *
     * @param select what to choose; blank for all
     * @param exclude what of that to leave out; blank for nothing
     * @throws ConfigError if a part of them means nothing, with the names that are most like it
     */
    public DbtProject only(String select, String exclude) {
        return new DbtProject(compiled, new Selector(compiled.graph()).choose(select, exclude));
    }

    /** What is chosen, each by dbt's word for its kind and its name: {@code model:daily_exercises}. Sorted. */
    public List<String> chosen() {
        return chosen.stream()
                .map(node -> node.kind().word() + ":" + node.name())
                .sorted()
                .toList();
    }

    /** Whether every model and data test is chosen. */
    public boolean isWhole() {
        return chosen.containsAll(compiled.graph().nodes().stream()
                .filter(node -> node.kind() == Node.Kind.MODEL || node.kind().isTest())
                .toList());
    }

    /** What is to be built and tested if {@code before} are the ids of what is up to date. */
    public BuildScope scope(Set<String> before) {
        return BuildScope.of(compiled.graph().nodes(), chosen, before);
    }

    /** As {@link #scope}, where no model is built. */
    public BuildScope testScope(Set<String> before) {
        Set<Node> tests = chosen.stream().filter(node -> node.kind().isTest()).collect(Collectors.toSet());
        return BuildScope.of(compiled.graph().nodes(), tests, before);
    }

    /** Whether each model is among these ids. */
    public boolean areAllModels(Set<String> ids) {
        return compiled.models().inOrder().stream()
                .map(model -> Node.idOfModel(model.name()))
                .allMatch(ids::contains);
    }

    /** The project's name. */
    public String name() {
        return compiled.name();
    }

    /**
     * The steps that make each raw table from exactly these local Parquet files.
     *
     * <p>A declared table without files becomes empty, with its declared columns and types. A table with files that
     * nobody declared is made too.
     */
    public List<SqlStep> sourceSteps(Map<String, List<Path>> filesByTable) {
        return compiled.sources().steps(filesByTable);
    }

    /** A step that makes the models' schemas, then one for each model, after those it reads. */
    public List<SqlStep> modelSteps() {
        List<Model> models = chosenModels();
        String schemas = models.stream()
                .map(model -> "create schema if not exists "
                        + SqlText.identifier(model.relation().schema()) + ";")
                .distinct()
                .sorted()
                .collect(Collectors.joining(" "));
        Stream<SqlStep> first =
                models.isEmpty() ? Stream.of() : Stream.of(new SqlStep("schemas", ProjectSettings.FILE, schemas));
        return Stream.concat(first, models.stream().map(Model::step)).toList();
    }

    public List<Model> chosenModels() {
        Set<String> ids = chosen.stream().map(Node::id).collect(Collectors.toSet());
        return compiled.models().inOrder().stream()
                .filter(model -> ids.contains(Node.idOfModel(model.name())))
                .toList();
    }

    /**
     * The models that {@code meta: {published: true}} marks, in the order they are built.
     *
     * @throws ConfigError if the project has none
     */
    public List<String> publishedModels() {
        if (compiled.models().inOrder().stream().noneMatch(Model::published)) {
            throw ProjectError.in(ProjectSettings.FILE, "no model has the meta published: true.");
        }
        return chosenModels().stream().filter(Model::published).map(Model::name).toList();
    }

    /** The data tests: those of yml files, then those of the tests' folder. */
    public List<DataTest> dataTests() {
        Set<String> ids = chosen.stream().map(Node::id).collect(Collectors.toSet());
        return compiled.dataTests().stream()
                .filter(test -> ids.contains(test.id()))
                .toList();
    }

    /** How fresh the raw tables have to be, in the order of the yml files. */
    public List<FreshnessCheck> freshnessChecks() {
        return compiled.sources().all().stream()
                .map(SourceTable::freshness)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * The step that drops what a build makes anew of what a copied database holds: raw tables and chosen models, whether
     * they are tables or views there, and what chosen tests have kept.
     */
    public SqlStep clearing(Relations there) {
        Set<String> schemas = compiled.sources().all().stream()
                .map(source -> source.relation().schema())
                .collect(Collectors.toSet());
        Set<String> names = Stream.concat(
                        chosenModels().stream().map(model -> model.relation().toString()),
                        dataTests().stream().map(DataTest::table))
                .collect(Collectors.toSet());
        return new SqlStep(
                "drop what is built anew",
                ProjectSettings.FILE,
                there.dropping(relation -> schemas.contains(relation.schema()) || names.contains(relation.toString())));
    }

    /**
     * The analyses, each as a step that returns one row: the column {@code name} is the analysis, {@code json} an
     * object with a list of values for each of its columns, or null for a column of no rows.
     */
    public List<SqlStep> analyses() {
        return compiled.analyses().stream()
                .map(analysis -> new SqlStep(
                        analysis.name(),
                        analysis.file(),
                        "select " + SqlText.literal(analysis.name())
                                + " as name, cast(to_json(found) as varchar) as json"
                                + " from (select list(columns(*)) from (" + analysis.sql() + "\n)) as found"))
                .toList();
    }

    /** The step that notes in the database itself what it was built from, what is in it and how its tests ended. */
    public SqlStep noteBuild(String loadId, DataTestResults results) {
        return new BuildMetadata(loadId, compiled, chosenModels(), results).step();
    }

    /** The step that writes the yml files' descriptions of raw tables and chosen models into the database, as comments. */
    public SqlStep describe(List<Map<String, Object>> listedColumns) {
        return new Comments(compiled, chosenModels()).step(listedColumns);
    }

    /**
     * What the project has, in words and with the types that DuckDB gives its columns when all is built from nothing.
     *
     * @throws PipelineException naming the file, if DuckDB refuses a model
     */
    public ProjectDocs docs() {
        return new DocsReader(this).read();
    }

    /**
     * The step that asks a DuckDB file about its last build: one row, whose {@code json} has {@code build}, the
     * {@code rows} of each table of this project that is there, and each data test's {@code failures}.
     *
     * @param listed what {@link Relations#listing} has listed
     */
    public SqlStep census(List<Map<String, Object>> listed) {
        return BuildStats.step(compiled, listed);
    }

    /** A hash of all that shapes the build: the files' content, the settings and variables used. Hexadecimal. */
    public String contentHash() {
        return compiled.contentHash();
    }

    /**
     * The SQL that selects all rows of a model or source table.
     *
     * @param name {@code daily_exercises}, {@code workouts} or {@code hevy_raw.workouts}
     * @throws ConfigError when there is no such relation, listing those there are
     */
    public String select(String name) {
        Relation relation = relation(name)
                .orElseThrow(() -> new ConfigError(
                        ExitCode.CONFIGURATION,
                        "There is no table " + name + ".",
                        "Ask for one of: " + String.join(", ", relationNames()) + "."));
        return "select * from " + relation.quoted();
    }

    /** The names that {@link #select} knows: models in the order they are built, then source tables. */
    public List<String> relationNames() {
        return Stream.concat(
                        compiled.models().inOrder().stream().map(Model::name),
                        compiled.sources().all().stream()
                                .map(table -> table.relation().toString()))
                .toList();
    }

    /**
     * What DuckDB's refusal of {@code step} means: a mistake in a file, with the line where it is known, or the
     * local disk or memory.
     */
    public PipelineException failure(SqlStep step, SQLException origin) {
        return SqlFailure.of(
                step,
                compiled.sqlFiles().get(step.file()),
                name -> relation(name).isPresent(),
                origin);
    }

    public CompiledProject compiled() {
        return compiled;
    }

    private Optional<Relation> relation(String name) {
        return Stream.concat(
                        compiled.models().inOrder().stream().map(Model::relation),
                        compiled.sources().all().stream().map(SourceTable::relation))
                .filter(relation ->
                        relation.name().equals(name) || relation.toString().equals(name))
                .findFirst();
    }

    @Override
    public String toString() {
        return name() + " ("
                + compiled.models().inOrder().stream().map(Model::name).collect(Collectors.joining(", ")) + ")";
    }
}

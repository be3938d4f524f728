package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.hevypipeline.dbt.Column;
import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SourceTable;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.Target;
import io.github.hevypipeline.dbt.UnitTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Compiles a project: reads its yml files, renders its templates and resolves every reference. Used once, by one thread. */
public final class ProjectCompiler {
    /** Model names become file names and object keys. */
    private static final Pattern MODEL_NAME = Pattern.compile("(?!\\.{1,2}$)[\\p{L}\\p{M}\\p{N} !_.*'()-]+");

    private final ProjectFiles project;
    private final Target target;
    private final Dialect dialect;
    private final Map<String, Object> variables;
    private final Sources sources = new Sources();
    private final Map<String, ModelProperties> properties = new LinkedHashMap<>();
    private final Map<String, ProjectFile> modelFiles = new LinkedHashMap<>();
    private final Map<String, ModelConfig> configs = new LinkedHashMap<>();
    /** The select of each seed, by its name. */
    private final Map<String, String> seeds = new LinkedHashMap<>();

    /** What each model reads, by its name. */
    private final Map<String, List<Reference>> references = new LinkedHashMap<>();

    private final Map<String, String> usedEnvironment = new TreeMap<>();
    private Jinja jinja;

    public ProjectCompiler(ProjectFiles project, Target target, Map<String, Object> variables) {
        this.project = project;
        this.target = target;
        this.dialect = Dialect.of(target);
        this.variables = variables;
    }

    /** What a yml file declares for one model. */
    private record ModelProperties(YamlFile yaml, JsonNode model) {}

    public CompiledProject compile() {
        ProjectSettings settings = project.settings();
        Map<String, Object> allVariables = new LinkedHashMap<>(settings.variables());
        allVariables.putAll(variables);

        List<ProjectFile> macros = sql(project.macros());
        List<YamlFile> yamls = project.folders().stream()
                .distinct()
                .filter(ProjectFile::isYaml)
                .map(YamlFile::parse)
                .toList();
        jinja = new Jinja(target, project.environment(), allVariables, macros);

        yamls.forEach(this::readProperties);
        readSeeds(settings);
        readModels(settings, sql(project.models()));
        List<Model> models = compileModels();
        List<DataTestFactory.Declared> dataTests = dataTests(settings, yamls, sql(project.tests()));
        List<UnitTest> unitTests = unitTests(yamls);
        Map<ProjectFile, Rendered> analyses = new LinkedHashMap<>();
        sql(project.analyses()).forEach(file -> analyses.put(file, render(file)));

        return new CompiledProject(
                settings.name(),
                sources.all(),
                models,
                dataTests.stream().map(DataTestFactory.Declared::test).toList(),
                analyses.entrySet().stream()
                        .map(analysis -> new SqlStep(
                                analysis.getKey().stem(),
                                analysis.getKey().path(),
                                analysis.getValue().text()))
                        .toList(),
                unitTests,
                graph(settings, models, dataTests, unitTests, analyses),
                sql(project.all()).stream()
                        .collect(Collectors.toMap(ProjectFile::path, ProjectFile::text, (a, b) -> a)),
                jinja,
                macros,
                project.hash(usedEnvironment, allVariables));
    }

    private static List<ProjectFile> sql(List<ProjectFile> files) {
        return files.stream().filter(ProjectFile::isSql).toList();
    }

    private void readProperties(YamlFile yaml) {
        sources.add(yaml);
        List<JsonNode> described = new ArrayList<>(yaml.list(yaml.root(), "models"));
        described.addAll(yaml.list(yaml.root(), "seeds"));
        for (JsonNode model : described) {
            String name = yaml.text(model, "name", "a model");
            if (properties.put(name, new ModelProperties(yaml, model)) != null) {
                throw ProjectError.in(yaml.path(), "the model " + name + " is described twice.");
            }
        }
    }

    /** Reads the config and the rows of every seed. */
    private void readSeeds(ProjectSettings settings) {
        for (ProjectFile file : project.seeds()) {
            if (!file.isCsv()) {
                continue;
            }
            addFile(file);
            ModelProperties described = properties.get(file.stem());
            JsonNode yaml = described == null
                    ? MissingNode.getInstance()
                    : described.model().path("config");
            Map<String, JsonNode> folders =
                    settings.seedConfig(Node.pathOf(settings.name(), settings.seedPaths(), file.path(), file.stem()));
            Map<String, String> types = new LinkedHashMap<>();
            for (JsonNode declared : List.of(
                    folders.getOrDefault("column_types", MissingNode.getInstance()), yaml.path("column_types"))) {
                declared.properties()
                        .forEach(
                                type -> types.put(type.getKey(), type.getValue().asText()));
            }
            String delimiter = yaml.path("delimiter")
                    .asText(folders.getOrDefault("delimiter", MissingNode.getInstance())
                            .asText(","));
            seeds.put(file.stem(), Seed.read(file, delimiter).select(types, dialect));
            configs.put(file.stem(), ModelConfig.ofSeed(file.path(), target, folders, yaml));
        }
    }

    private void addFile(ProjectFile file) {
        if (!MODEL_NAME.matcher(file.stem()).matches()) {
            throw ProjectError.in(
                    file.path(), "the name of a model may have letters, digits, blanks and !_.*'()- only.");
        }
        ProjectFile other = modelFiles.put(file.stem(), file);
        if (other != null) {
            throw ProjectError.in(file.path(), "there is another model of this name, " + other.path() + ".");
        }
    }

    /** Reads the config of every model, which decides its schema, before references are resolved. */
    private void readModels(ProjectSettings settings, List<ProjectFile> files) {
        files.forEach(this::addFile);
        for (ProjectFile file : files) {
            Rendered parsed = jinja.render(file, reference -> "");
            ModelProperties described = properties.get(file.stem());
            JsonNode yaml = described == null
                    ? MissingNode.getInstance()
                    : described.model().path("config");
            List<String> path = Node.pathOf(settings.name(), settings.modelPaths(), file.path(), file.stem());
            configs.put(
                    file.stem(),
                    ModelConfig.of(file.path(), target, settings.modelConfig(path), yaml, parsed.config()));
        }
        properties.forEach((name, described) -> {
            if (!modelFiles.containsKey(name)) {
                throw ProjectError.in(
                        described.yaml().path(), "it describes the model " + name + ", which has no file.");
            }
        });
    }

    private List<Model> compileModels() {
        Map<String, Model> models = new TreeMap<>();
        modelFiles.forEach((name, file) -> {
            Rendered rendered =
                    file.isCsv() ? new Rendered(seeds.get(name), List.of(), Map.of(), Map.of()) : render(file);
            ModelConfig config = configs.get(name);
            ModelProperties described = properties.get(name);
            references.put(name, rendered.references());
            models.put(
                    name,
                    new Model(
                            file.path(),
                            new Relation(config.schema(), name),
                            config.materialization(),
                            config.published(),
                            rendered.text(),
                            dialect.build(new Relation(config.schema(), name), config, target) + rendered.text(),
                            rendered.references().stream()
                                    .map(reference -> resolve(file.path(), reference))
                                    .distinct()
                                    .toList(),
                            described == null ? "" : described.yaml().description(described.model()),
                            described == null ? List.of() : columns(described),
                            config.persistDocs()));
        });
        return new DependencyOrder(modelFiles, references)
                .names().stream().map(models::get).toList();
    }

    private static List<Column> columns(ModelProperties described) {
        YamlFile yaml = described.yaml();
        return yaml.list(described.model(), "columns").stream()
                .map(column -> new Column(yaml.text(column, "name", "a column"), null, yaml.description(column)))
                .toList();
    }

    private List<DataTestFactory.Declared> dataTests(
            ProjectSettings settings, List<YamlFile> yamls, List<ProjectFile> testFolder) {
        DataTestFactory factory = new DataTestFactory(settings, jinja, this::render);
        Map<String, DataTestFactory.Declared> tests = new LinkedHashMap<>();
        Consumer<DataTestFactory.Declared> add = declared -> {
            DataTest test = declared.test();
            if (tests.put(test.name(), declared) != null) {
                throw ProjectError.in(test.file(), "there are two tests with the name " + test.name() + ".");
            }
        };
        properties.forEach((name, described) -> {
            Relation relation = new Relation(configs.get(name).schema(), name);
            declaredTests(factory, described.yaml(), described.model(), relation, new Reference(null, name, 0))
                    .forEach(add);
        });
        for (YamlFile yaml : yamls) {
            for (JsonNode source : yaml.list(yaml.root(), "sources")) {
                String owner = source.path("name").asText();
                for (JsonNode table : yaml.list(source, "tables")) {
                    String name = table.path("name").asText();
                    Relation relation = sources.find(owner, name).orElseThrow().relation();
                    declaredTests(factory, yaml, table, relation, new Reference(owner, name, 0))
                            .forEach(add);
                }
            }
        }
        SingularTestProperties singular = new SingularTestProperties(yamls, testFolder);
        testFolder.forEach(
                file -> factory.singular(file, render(file), singular.of(file)).ifPresent(add));
        return List.copyOf(tests.values());
    }

    private static List<DataTestFactory.Declared> declaredTests(
            DataTestFactory factory, YamlFile yaml, JsonNode owner, Relation relation, Reference reference) {
        List<DataTestFactory.Declared> tests = new ArrayList<>();
        for (JsonNode test : declarations(yaml, owner)) {
            factory.generic(yaml.path(), test, relation, reference, null, Set.of())
                    .ifPresent(tests::add);
        }
        for (JsonNode column : yaml.list(owner, "columns")) {
            String name = yaml.text(column, "name", "a column of " + relation.name());
            Set<String> tags = Tags.of(column.get("tags"), column.path("config").get("tags"));
            for (JsonNode test : declarations(yaml, column)) {
                factory.generic(yaml.path(), test, relation, reference, name, tags)
                        .ifPresent(tests::add);
            }
        }
        return tests;
    }

    private Graph graph(
            ProjectSettings settings,
            List<Model> models,
            List<DataTestFactory.Declared> dataTests,
            List<UnitTest> unitTests,
            Map<ProjectFile, Rendered> analyses) {
        List<Node> nodes = new ArrayList<>();
        for (SourceTable table : sources.all()) {
            String name = table.relation().name();
            List<String> path = List.of(settings.name(), table.source(), name);
            nodes.add(new Node(Node.Kind.SOURCE, name, path, table.file(), "", "", table.tags(), List.of()));
        }
        for (Model model : models) {
            String name = model.name();
            ModelProperties described = properties.get(name);
            Set<String> tags = new LinkedHashSet<>(configs.get(name).tags());
            if (described != null) {
                tags.addAll(Tags.of(described.model().get("tags")));
            }
            boolean isSeed = model.materialization().equals(Model.SEED);
            List<String> path = Node.pathOf(
                    settings.name(), isSeed ? settings.seedPaths() : settings.modelPaths(), model.file(), name);
            String yaml = described == null ? "" : described.yaml().path();
            nodes.add(new Node(
                    isSeed ? Node.Kind.SEED : Node.Kind.MODEL,
                    name,
                    path,
                    model.file(),
                    yaml,
                    "",
                    tags,
                    Node.idsOf(references.get(name))));
        }
        dataTests.forEach(declared -> nodes.add(declared.node()));
        for (UnitTest test : unitTests) {
            List<String> path = Node.pathOf(settings.name(), settings.modelPaths(), test.file(), test.model());
            path.add(test.name());
            List<String> reads = List.of(Node.idOfModel(test.model()));
            nodes.add(new Node(Node.Kind.UNIT, test.name(), path, test.file(), "", "", test.tags(), reads));
        }
        analyses.forEach((file, rendered) -> {
            List<String> path = Node.pathOf(settings.name(), settings.analysisPaths(), file.path(), file.stem());
            path.add(1, Node.Kind.ANALYSIS.word());
            List<String> reads = Node.idsOf(rendered.references());
            nodes.add(new Node(Node.Kind.ANALYSIS, file.stem(), path, file.path(), "", "", Set.of(), reads));
        });
        return new Graph(nodes);
    }

    private static List<JsonNode> declarations(YamlFile yaml, JsonNode owner) {
        List<JsonNode> all = new ArrayList<>(yaml.list(owner, "data_tests"));
        all.addAll(yaml.list(owner, "tests"));
        return all;
    }

    private List<UnitTest> unitTests(List<YamlFile> yamls) {
        List<UnitTest> tests = yamls.stream()
                .flatMap(yaml -> new UnitTestReader(yaml).tests().stream())
                .toList();
        for (UnitTest test : tests) {
            if (!modelFiles.containsKey(test.model())) {
                throw ProjectError.in(
                        test.file(), "the unit test " + test.name() + " tests an unknown model, " + test.model() + ".");
            }
        }
        return tests;
    }

    private Rendered render(ProjectFile file) {
        Rendered rendered = jinja.render(file, reference -> dialect.name(resolve(file.path(), reference)));
        usedEnvironment.putAll(rendered.environment());
        return rendered;
    }

    private Relation resolve(String file, Reference reference) {
        if (reference.source() == null) {
            ModelConfig config = configs.get(reference.name());
            if (config == null) {
                throw ProjectError.in(
                        file,
                        reference.line(),
                        reference + " names no model. There are: " + String.join(", ", configs.keySet()) + ".");
            }
            return new Relation(config.schema(), reference.name());
        }
        return sources.find(reference.source(), reference.name())
                .map(SourceTable::relation)
                .orElseThrow(() -> ProjectError.in(
                        file,
                        reference.line(),
                        reference + " names no source table. There are: "
                                + sources.all().stream()
                                        .map(table -> table.source() + "."
                                                + table.relation().name())
                                        .collect(Collectors.joining(", "))
                                + "."));
    }
}

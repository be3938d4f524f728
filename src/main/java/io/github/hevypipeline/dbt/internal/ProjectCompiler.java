package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.hevypipeline.dbt.CompiledProject;
import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.ProjectSnapshot;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SqlStep;
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

/** Resolves every reference in a project that was read. Used once, by one thread. */
public final class ProjectCompiler {
    /** It gets into file names and object keys, where no expression may stand. */
    private static final Pattern MODEL_NAME = Pattern.compile("(?!\\.{1,2}$)[\\p{L}\\p{M}\\p{N} !_.*'()-]+");

    private final ProjectSnapshot snapshot;
    private final Map<String, Object> variables;
    private final Sources sources = new Sources();
    private final Map<String, ModelProperties> properties = new LinkedHashMap<>();
    private final Map<String, ProjectFile> modelFiles = new LinkedHashMap<>();
    private final Map<String, ModelConfig> configs = new LinkedHashMap<>();
    private final Map<String, String> usedEnvironment = new TreeMap<>();
    private Jinja jinja;

    public ProjectCompiler(ProjectSnapshot snapshot, Map<String, Object> variables) {
        this.snapshot = snapshot;
        this.variables = variables;
    }

    /** The part of a yml file on one model. */
    private record ModelProperties(YamlFile yaml, JsonNode model) {}

    public CompiledProject compile() {
        ProjectSettings settings = snapshot.settings();
        Map<String, Object> allVariables = new LinkedHashMap<>(settings.variables());
        allVariables.putAll(variables);

        List<ProjectFile> macros = sql(snapshot.macros());
        List<YamlFile> yamls = snapshot.folders().stream()
                .distinct()
                .filter(ProjectFile::isYaml)
                .map(YamlFile::parse)
                .toList();
        jinja = new Jinja(snapshot.environment(), allVariables, macros);

        yamls.forEach(this::readProperties);
        readModels(settings, sql(snapshot.models()));
        Models models = compileModels();
        List<DataTestFactory.Declared> dataTests = dataTests(settings, yamls, sql(snapshot.tests()));
        List<UnitTest> unitTests = unitTests(yamls, models);
        Map<ProjectFile, Rendered> analyses = new LinkedHashMap<>();
        sql(snapshot.analyses()).forEach(file -> analyses.put(file, render(file)));

        return new CompiledProject(
                settings.name(),
                sources,
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
                sql(snapshot.files()).stream()
                        .collect(Collectors.toMap(ProjectFile::path, ProjectFile::text, (a, b) -> a)),
                jinja,
                macros,
                new ContentHash(snapshot.files(), usedEnvironment, allVariables).hexadecimal());
    }

    private static List<ProjectFile> sql(List<ProjectFile> files) {
        return files.stream().filter(ProjectFile::isSql).toList();
    }

    private void readProperties(YamlFile yaml) {
        sources.add(yaml);
        for (JsonNode model : yaml.list(yaml.root(), "models")) {
            String name = yaml.text(model, "name", "a model");
            if (properties.put(name, new ModelProperties(yaml, model)) != null) {
                throw ProjectError.in(yaml.path(), "the model " + name + " is described twice.");
            }
        }
    }

    /** Parses every model once for its config, before any reference can be resolved. */
    private void readModels(ProjectSettings settings, List<ProjectFile> files) {
        for (ProjectFile file : files) {
            if (!MODEL_NAME.matcher(file.stem()).matches()) {
                throw ProjectError.in(
                        file.path(), "the name of a model may have letters, digits, blanks and !_.*'()- only.");
            }
            ProjectFile other = modelFiles.put(file.stem(), file);
            if (other != null) {
                throw ProjectError.in(file.path(), "there is another model of this name, " + other.path() + ".");
            }
        }
        for (ProjectFile file : files) {
            Rendered parsed = jinja.render(file, reference -> "");
            ModelProperties described = properties.get(file.stem());
            JsonNode yaml = described == null
                    ? MissingNode.getInstance()
                    : described.model().path("config");
            List<String> path = Node.pathOf(settings.name(), settings.modelPaths(), file.path(), file.stem());
            configs.put(file.stem(), ModelConfig.of(file.path(), settings.modelConfig(path), yaml, parsed.config()));
        }
        properties.forEach((name, described) -> {
            if (!modelFiles.containsKey(name)) {
                throw ProjectError.in(
                        described.yaml().path(), "it describes the model " + name + ", which has no file.");
            }
        });
    }

    private Models compileModels() {
        Map<String, Model> models = new TreeMap<>();
        modelFiles.forEach((name, file) -> {
            Rendered rendered = render(file);
            ModelConfig config = configs.get(name);
            models.put(
                    name,
                    new Model(
                            file,
                            new Relation(config.schema(), name),
                            config.materialization(),
                            config.published(),
                            rendered.text(),
                            rendered.references(),
                            description(name),
                            config.persistDocs()));
        });
        return new Models(models);
    }

    private Description description(String model) {
        ModelProperties described = properties.get(model);
        return described == null ? Description.NONE : Description.of(described.yaml(), described.model());
    }

    private List<DataTestFactory.Declared> dataTests(
            ProjectSettings settings, List<YamlFile> yamls, List<ProjectFile> testFolder) {
        DataTestFactory factory = new DataTestFactory(settings, this::render);
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
        SingularTestProperties said = new SingularTestProperties(yamls, testFolder);
        testFolder.forEach(
                file -> factory.singular(file, render(file), said.of(file)).ifPresent(add));
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
            Models models,
            List<DataTestFactory.Declared> dataTests,
            List<UnitTest> unitTests,
            Map<ProjectFile, Rendered> analyses) {
        ProjectNodes nodes = new ProjectNodes(settings);
        sources.all().forEach(nodes::add);
        models.inOrder().forEach(model -> {
            ModelProperties described = properties.get(model.name());
            Set<String> tags = new LinkedHashSet<>(configs.get(model.name()).tags());
            if (described != null) {
                tags.addAll(Tags.of(described.model().get("tags")));
            }
            nodes.add(model, described == null ? "" : described.yaml().path(), tags);
        });
        dataTests.forEach(declared -> nodes.add(declared.node()));
        unitTests.forEach(test -> nodes.add(test, models.find(test.model()).orElseThrow()));
        analyses.forEach((file, rendered) -> nodes.add(file, rendered.references()));
        return new Graph(nodes.all());
    }

    private static List<JsonNode> declarations(YamlFile yaml, JsonNode owner) {
        List<JsonNode> all = new ArrayList<>(yaml.list(owner, "data_tests"));
        all.addAll(yaml.list(owner, "tests"));
        return all;
    }

    private static List<UnitTest> unitTests(List<YamlFile> yamls, Models models) {
        List<UnitTest> tests = new ArrayList<>();
        for (YamlFile yaml : yamls) {
            for (JsonNode declaration : yaml.list(yaml.root(), "unit_tests")) {
                UnitTest test = UnitTest.of(yaml, declaration);
                if (models.find(test.model()).isEmpty()) {
                    throw ProjectError.in(
                            yaml.path(), "the unit test " + test.name() + " is for no model: " + test.model() + ".");
                }
                tests.add(test);
            }
        }
        return tests;
    }

    private Rendered render(ProjectFile file) {
        Rendered rendered = jinja.render(file, reference -> resolve(file.path(), reference));
        usedEnvironment.putAll(rendered.environment());
        return rendered;
    }

    private String resolve(String file, Reference reference) {
        if (reference.source() == null) {
            ModelConfig config = configs.get(reference.name());
            if (config == null) {
                throw ProjectError.in(
                        file,
                        reference.line(),
                        reference + " names no model. There are: " + String.join(", ", configs.keySet()) + ".");
            }
            return new Relation(config.schema(), reference.name()).quoted();
        }
        return sources.find(reference.source(), reference.name())
                .map(table -> table.relation().quoted())
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

package io.github.hevypipeline.transform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Reads a project and resolves every reference in it. Used once, by one thread. */
final class ProjectCompiler {
    private final Path root;
    private final Map<String, String> environment;
    private final Map<String, Object> variables;
    private final Sources sources = new Sources();
    private final Map<String, ModelProperties> properties = new LinkedHashMap<>();
    private final Map<String, ProjectFile> modelFiles = new LinkedHashMap<>();
    private final Map<String, ModelConfig> configs = new LinkedHashMap<>();
    private final Map<String, String> usedEnvironment = new TreeMap<>();
    private Jinja jinja;

    ProjectCompiler(Path root, Map<String, String> environment, Map<String, Object> variables) {
        this.root = root;
        this.environment = environment;
        this.variables = variables;
    }

    /** The part of a yml file on one model. */
    private record ModelProperties(YamlFile yaml, JsonNode model) {}

    CompiledProject compile() {
        ProjectFiles files = new ProjectFiles(root);
        ProjectFile settingsFile = files.read(ProjectSettings.FILE);
        ProjectSettings settings = new ProjectSettings(settingsFile);
        Map<String, Object> allVariables = new LinkedHashMap<>(settings.variables());
        allVariables.putAll(variables);

        List<ProjectFile> macros = sql(files.below(settings.macroPaths()));
        List<ProjectFile> modelFolder = files.below(settings.modelPaths());
        List<ProjectFile> testFolder = sql(files.below(settings.testPaths()));
        List<ProjectFile> analysisFolder = sql(files.below(settings.analysisPaths()));
        List<YamlFile> yamls = modelFolder.stream()
                .filter(ProjectFile::isYaml)
                .map(YamlFile::parse)
                .toList();
        jinja = new Jinja(environment, allVariables, macros);

        yamls.forEach(this::readProperties);
        readModels(settings, sql(modelFolder));
        Models models = compileModels();
        List<DataTest> dataTests = dataTests(yamls, testFolder);
        List<SqlStep> analyses = analysisFolder.stream()
                .map(file -> new SqlStep(file.stem(), file.path(), render(file).text()))
                .toList();

        List<ProjectFile> all = new ArrayList<>(List.of(settingsFile));
        all.addAll(macros);
        all.addAll(modelFolder);
        all.addAll(testFolder);
        all.addAll(analysisFolder);
        return new CompiledProject(
                settings.name(),
                sources,
                models,
                dataTests,
                analyses,
                unitTests(yamls, models),
                sql(all).stream().collect(Collectors.toMap(ProjectFile::path, ProjectFile::text, (a, b) -> a)),
                jinja,
                macros,
                new ContentHash(all, usedEnvironment, allVariables).hexadecimal());
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
            configs.put(
                    file.stem(), ModelConfig.of(file.path(), settings.modelConfig(file.path()), yaml, parsed.config()));
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

    private List<DataTest> dataTests(List<YamlFile> yamls, List<ProjectFile> testFolder) {
        DataTestFactory factory = new DataTestFactory(this::render);
        Map<String, DataTest> tests = new LinkedHashMap<>();
        Consumer<DataTest> add = test -> {
            if (tests.put(test.name(), test) != null) {
                throw ProjectError.in(test.file(), "there are two tests with the name " + test.name() + ".");
            }
        };
        properties.forEach((name, described) -> {
            Relation relation = new Relation(configs.get(name).schema(), name);
            declaredTests(factory, described.yaml(), described.model(), relation, "")
                    .forEach(add);
        });
        for (YamlFile yaml : yamls) {
            for (JsonNode source : yaml.list(yaml.root(), "sources")) {
                String prefix = source.path("name").asText();
                for (JsonNode table : yaml.list(source, "tables")) {
                    Relation relation = sources.find(prefix, table.path("name").asText())
                            .orElseThrow()
                            .relation();
                    declaredTests(factory, yaml, table, relation, "source_" + prefix + "_")
                            .forEach(add);
                }
            }
        }
        testFolder.forEach(file -> {
            Rendered rendered = render(file);
            add.accept(factory.singular(file, rendered, reads(rendered)));
        });
        return List.copyOf(tests.values());
    }

    /** What a rendered file refers to; all of it is there, or it would not have been rendered. */
    private List<String> reads(Rendered rendered) {
        return rendered.references().stream()
                .map(reference -> reference.source() == null
                        ? new Relation(configs.get(reference.name()).schema(), reference.name())
                        : sources.find(reference.source(), reference.name())
                                .orElseThrow()
                                .relation())
                .map(Relation::toString)
                .distinct()
                .toList();
    }

    private static List<DataTest> declaredTests(
            DataTestFactory factory, YamlFile yaml, JsonNode owner, Relation relation, String prefix) {
        List<DataTest> tests = new ArrayList<>();
        for (JsonNode test : declarations(yaml, owner)) {
            tests.add(factory.generic(yaml.path(), test, relation, prefix, null));
        }
        for (JsonNode column : yaml.list(owner, "columns")) {
            String name = yaml.text(column, "name", "a column of " + relation.name());
            for (JsonNode test : declarations(yaml, column)) {
                tests.add(factory.generic(yaml.path(), test, relation, prefix, name));
            }
        }
        return tests;
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

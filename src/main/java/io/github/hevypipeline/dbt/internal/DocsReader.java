package io.github.hevypipeline.dbt.internal;

import io.github.hevypipeline.dbt.CompiledProject;
import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectDocs;
import io.github.hevypipeline.dbt.UnitTest;
import io.github.hevypipeline.mart.EmptyBuild;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts together what a compiled project says of itself. Used once, by one thread. */
public final class DocsReader {
    private final DbtProject owner;
    private final CompiledProject project;

    public DocsReader(DbtProject owner) {
        this.owner = owner;
        this.project = owner.compiled();
    }

    public ProjectDocs read() {
        try (EmptyBuild build = new EmptyBuild(owner)) {
            return new ProjectDocs(
                    project.name(),
                    project.sources().all().stream()
                            .map(source -> source(source, build))
                            .toList(),
                    project.models().inOrder().stream()
                            .map(model -> model(model, build))
                            .toList(),
                    project.dataTests().stream().map(this::test).toList(),
                    project.unitTests().stream().map(this::unitTest).toList(),
                    project.macros().stream()
                            .map(file -> new ProjectDocs.Source(file.stem(), file.path(), file.text()))
                            .toList(),
                    project.analyses().stream()
                            .map(step -> new ProjectDocs.Source(
                                    step.name(), step.file(), project.sqlFiles().get(step.file())))
                            .toList());
        }
    }

    private static ProjectDocs.Table source(SourceTable source, EmptyBuild build) {
        return new ProjectDocs.Table(
                source.relation().toString(),
                source.relation().name(),
                "sources",
                "source",
                false,
                source.file(),
                source.description().text(),
                List.of(),
                columns(source.description(), build.types(source.relation())),
                source.freshness() == null ? null : source.freshness().limits(),
                null,
                null);
    }

    private ProjectDocs.Table model(Model model, EmptyBuild build) {
        return new ProjectDocs.Table(
                model.relation().toString(),
                model.name(),
                layer(model.file().path()),
                model.materialization(),
                model.published(),
                model.file().path(),
                model.description().text(),
                model.references().stream()
                        .map(reference ->
                                project.relation(reference).orElseThrow().toString())
                        .distinct()
                        .toList(),
                columns(model.description(), build.types(model.relation())),
                null,
                model.file().text(),
                model.sql());
    }

    /** {@code staging} of {@code models/staging/stg_hevy__sets.sql}. */
    private static String layer(String file) {
        String[] parts = file.split("/", -1);
        return parts.length > 2 ? parts[1] : parts[0];
    }

    /** Those that are there in their order, then those that are described and are not. */
    private static List<ProjectDocs.Column> columns(Description said, Map<String, String> types) {
        Set<String> names = new LinkedHashSet<>(types.keySet());
        names.addAll(said.columns().keySet());
        List<ProjectDocs.Column> columns = new ArrayList<>();
        for (String name : names) {
            columns.add(
                    new ProjectDocs.Column(name, types.get(name), said.columns().getOrDefault(name, "")));
        }
        return columns;
    }

    private ProjectDocs.Test test(DataTest test) {
        Node node = project.graph().find(test.id());
        List<String> reads = project.graph().read(node).stream()
                .map(read -> project.relation(read).toString())
                .toList();
        return new ProjectDocs.Test(
                test.name(),
                node.test(),
                test.file(),
                test.description(),
                test.severity(),
                reads,
                test.column(),
                test.select());
    }

    private ProjectDocs.UnitTest unitTest(UnitTest test) {
        return new ProjectDocs.UnitTest(
                test.name(),
                project.models().find(test.model()).orElseThrow().relation().toString(),
                test.file(),
                test.given().stream()
                        .map(given -> new ProjectDocs.Given(given.input(), given.rows(), given.sql()))
                        .toList(),
                test.expected());
    }
}

package io.github.hevypipeline.dbt.internal;

import io.github.hevypipeline.dbt.Column;
import io.github.hevypipeline.dbt.ColumnTypes;
import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectDocs;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SourceTable;
import io.github.hevypipeline.dbt.UnitTest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts together the docs of a compiled project. Immutable. */
public record DocsReader(CompiledProject project, ColumnTypes types) {
    public ProjectDocs read() {
        return new ProjectDocs(
                project.name(),
                project.sources().stream().map(this::source).toList(),
                project.models().stream().map(this::model).toList(),
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

    private ProjectDocs.Table source(SourceTable source) {
        return new ProjectDocs.Table(
                source.relation().toString(),
                source.relation().name(),
                "sources",
                "source",
                false,
                source.file(),
                source.description(),
                List.of(),
                columns(source.columns(), types.of(source.relation())),
                source.freshness() == null ? null : source.freshness().limits(),
                null,
                null);
    }

    private ProjectDocs.Table model(Model model) {
        return new ProjectDocs.Table(
                model.relation().toString(),
                model.name(),
                layer(model.file()),
                model.materialization(),
                model.published(),
                model.file(),
                model.description(),
                model.reads().stream().map(Relation::toString).toList(),
                columns(model.columns(), types.of(model.relation())),
                null,
                project.sqlFiles().get(model.file()),
                model.materialization().equals(Model.SEED) ? null : model.sql());
    }

    /** {@code staging} of {@code models/staging/stg_hevy__sets.sql}. */
    private static String layer(String file) {
        String[] parts = file.split("/", -1);
        return parts.length > 2 ? parts[1] : parts[0];
    }

    /** The columns of the database in their order, then those that are only described, without a type. */
    private static List<Column> columns(List<Column> described, Map<String, String> types) {
        Map<String, String> descriptions = new LinkedHashMap<>();
        described.forEach(column -> descriptions.put(column.name(), column.description()));
        Set<String> names = new LinkedHashSet<>(types.keySet());
        names.addAll(descriptions.keySet());
        return names.stream()
                .map(name -> new Column(name, types.get(name), descriptions.getOrDefault(name, "")))
                .toList();
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
                project.model(test.model()).relation().toString(),
                test.file(),
                test.given().stream()
                        .map(given -> new ProjectDocs.Given(given.input(), given.rows(), given.sql()))
                        .toList(),
                test.expected());
    }
}

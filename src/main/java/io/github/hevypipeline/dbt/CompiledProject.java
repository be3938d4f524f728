package io.github.hevypipeline.dbt;

import io.github.hevypipeline.dbt.internal.Graph;
import io.github.hevypipeline.dbt.internal.Jinja;
import io.github.hevypipeline.dbt.internal.Models;
import io.github.hevypipeline.dbt.internal.Node;
import io.github.hevypipeline.dbt.internal.ProjectFile;
import io.github.hevypipeline.dbt.internal.Reference;
import io.github.hevypipeline.dbt.internal.SourceTable;
import io.github.hevypipeline.dbt.internal.Sources;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a project says, resolved. Immutable.
 *
 * @param analyses selects that build nothing, each under the name of its file
 * @param graph all that can be selected
 * @param sqlFiles the text of each SQL file by its path
 * @param jinja renders a model again, for unit tests
 * @param macros the macro files, for unit tests that replace a setting
 */
public record CompiledProject(
        String name,
        Sources sources,
        Models models,
        List<DataTest> dataTests,
        List<SqlStep> analyses,
        List<UnitTest> unitTests,
        Graph graph,
        Map<String, String> sqlFiles,
        Jinja jinja,
        List<ProjectFile> macros,
        String contentHash) {
    /** What a reference names; empty if there is no such model or source table. */
    public Optional<Relation> relation(Reference reference) {
        return reference.source() == null
                ? models.find(reference.name()).map(Model::relation)
                : sources.find(reference.source(), reference.name()).map(SourceTable::relation);
    }

    /** Where a model or source table is. */
    public Relation relation(Node node) {
        return node.kind() == Node.Kind.SOURCE
                ? sources.find(node.path().get(1), node.name()).orElseThrow().relation()
                : models.find(node.name()).orElseThrow().relation();
    }
}

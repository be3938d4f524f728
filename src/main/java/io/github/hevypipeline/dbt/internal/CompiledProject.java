package io.github.hevypipeline.dbt.internal;

import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.SourceTable;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.dbt.Target;
import io.github.hevypipeline.dbt.UnitTest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A whole project with every reference resolved. Immutable.
 *
 * @param models in dependency order
 * @param sqlFiles the text of each SQL file by its path
 * @param jinja renders models again, for unit tests
 */
public record CompiledProject(
        String name,
        List<SourceTable> sources,
        List<Model> models,
        List<DataTest> dataTests,
        List<SqlStep> analyses,
        List<UnitTest> unitTests,
        Graph graph,
        Map<String, String> sqlFiles,
        Jinja jinja,
        List<ProjectFile> macros,
        String contentHash) {
    public Target target() {
        return jinja.target();
    }

    public Dialect dialect() {
        return Dialect.of(jinja.target());
    }

    Model model(String name) {
        return models.stream()
                .filter(model -> model.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Empty if there is no such model or raw table. */
    private Optional<Relation> relation(Reference reference) {
        return reference.source() == null
                ? models.stream()
                        .map(Model::relation)
                        .filter(relation -> relation.name().equals(reference.name()))
                        .findFirst()
                : sources.stream()
                        .filter(table -> table.source().equals(reference.source()))
                        .map(SourceTable::relation)
                        .filter(relation -> relation.name().equals(reference.name()))
                        .findFirst();
    }

    /** The relation of a model or raw table. */
    Relation relation(Node node) {
        String source = node.kind() == Node.Kind.SOURCE ? node.path().get(1) : null;
        return relation(new Reference(source, node.name(), 0)).orElseThrow();
    }

    /** Resolves the input of a unit test. */
    public Relation input(UnitTest test, UnitTest.Given given) {
        List<Reference> references = jinja.render(
                        new ProjectFile(test.file(), "{{ " + given.input() + " }}"), reference -> "")
                .references();
        if (references.size() != 1) {
            throw ProjectError.in(
                    test.file(),
                    "the input " + given.input() + " of the unit test " + test.name() + " is no ref() or source().");
        }
        Reference reference = references.get(0);
        return relation(reference)
                .orElseThrow(() -> ProjectError.in(
                        test.file(),
                        "the unit test " + test.name() + " gives rows for " + reference + ", which is unknown."));
    }

    /** Compiles the model of a unit test, with what the test overrides and with stand-ins for its inputs. */
    public SqlStep step(UnitTest test, Map<Relation, Relation> standIns) {
        String file = model(test.model()).file();
        Jinja overridden = test.environment().isEmpty() && test.variables().isEmpty()
                ? jinja
                : jinja.with(test.environment(), test.variables(), macros);
        String sql = overridden
                .render(new ProjectFile(file, sqlFiles.get(file)), reference -> {
                    Relation standIn = standIns.get(relation(reference).orElseThrow());
                    if (standIn == null) {
                        throw ProjectError.in(
                                test.file(), "the unit test " + test.name() + " gives no rows for " + reference + ".");
                    }
                    return dialect().name(standIn);
                })
                .text();
        return new SqlStep(test.model(), file, sql);
    }
}

package io.github.hevypipeline.dbt.internal;

import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.UnitTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Lists what of a project can be selected, under the full names that dbt gives it. Not thread-safe. */
final class ProjectNodes {
    private final ProjectSettings settings;
    private final List<Node> all = new ArrayList<>();

    ProjectNodes(ProjectSettings settings) {
        this.settings = settings;
    }

    List<Node> all() {
        return all;
    }

    void add(Node node) {
        all.add(node);
    }

    void add(SourceTable table) {
        String name = table.relation().name();
        List<String> path = List.of(settings.name(), table.source(), name);
        add(new Node(Node.Kind.SOURCE, name, path, table.file(), "", "", table.tags(), List.of()));
    }

    void add(Model model, String description, Set<String> tags) {
        String file = model.file().path();
        List<String> path = Node.pathOf(settings.name(), settings.modelPaths(), file, model.name());
        add(new Node(Node.Kind.MODEL, model.name(), path, file, description, "", tags, reads(model.references())));
    }

    void add(UnitTest test, Model tested) {
        List<String> path =
                new ArrayList<>(Node.pathOf(settings.name(), settings.modelPaths(), test.file(), tested.name()));
        path.add(test.name());
        List<String> reads = List.of(Node.idOfModel(tested.name()));
        add(new Node(Node.Kind.UNIT, test.name(), path, test.file(), "", "", test.tags(), reads));
    }

    void add(ProjectFile analysis, List<Reference> references) {
        List<String> roots = settings.analysisPaths();
        List<String> path = new ArrayList<>(Node.pathOf(settings.name(), roots, analysis.path(), analysis.stem()));
        path.add(1, Node.Kind.ANALYSIS.word());
        add(new Node(Node.Kind.ANALYSIS, analysis.stem(), path, analysis.path(), "", "", Set.of(), reads(references)));
    }

    private static List<String> reads(List<Reference> references) {
        return references.stream().map(Node::idOf).toList();
    }
}

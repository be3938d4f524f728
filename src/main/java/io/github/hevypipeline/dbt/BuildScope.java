package io.github.hevypipeline.dbt;

import io.github.hevypipeline.dbt.internal.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The selected models and data tests of one build, and the ids that are up to date after it. Immutable.
 *
 * <p>A selected model is always built, but counts as up to date only if everything that it reads does. A selected test
 * that reads a model which is not up to date is skipped: it would compare rows of two loads, or find no table.
 *
 * @param models the ids of the models to build
 * @param tests the ids of the data tests to run
 * @param leftOut the names of the selected data tests to skip
 * @param upToDate the ids of all models and data tests that are up to date after the build
 */
public record BuildScope(Set<String> models, Set<String> tests, List<String> leftOut, Set<String> upToDate) {
    public BuildScope {
        models = Set.copyOf(models);
        tests = Set.copyOf(tests);
        leftOut = List.copyOf(leftOut);
        upToDate = Set.copyOf(upToDate);
    }

    /** {@code before} are the ids that are up to date already; {@code nodes} are in dependency order. */
    static BuildScope of(List<Node> nodes, Set<Node> selected, Set<String> before) {
        Set<String> upToDate = new LinkedHashSet<>(before);
        Set<String> models = new LinkedHashSet<>();
        Set<String> tests = new LinkedHashSet<>();
        List<String> leftOut = new ArrayList<>();
        for (Node node : nodes) {
            if (!selected.contains(node) || node.kind() == Node.Kind.UNIT) {
                continue;
            }
            boolean areInputsUpToDate = node.reads().stream()
                    .filter(id -> !id.startsWith(Node.Kind.SOURCE.word()))
                    .allMatch(upToDate::contains);
            if (node.kind().isBuilt()) {
                models.add(node.id());
            } else if (node.kind().isTest() && areInputsUpToDate) {
                tests.add(node.id());
            } else if (node.kind().isTest()) {
                leftOut.add(node.name());
            }
            if (areInputsUpToDate && (node.kind().isBuilt() || node.kind().isTest())) {
                upToDate.add(node.id());
            }
        }
        return new BuildScope(models, tests, leftOut, upToDate);
    }
}

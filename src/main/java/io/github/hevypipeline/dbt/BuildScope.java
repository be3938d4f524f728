package io.github.hevypipeline.dbt;

import io.github.hevypipeline.dbt.internal.Node;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What of a project is built and tested, and what is up to date then. Immutable.
 *
 * <p>A chosen model is always built, but counts as up to date only if all that it reads is. A chosen test is left out if
 * it reads a model that is not: it would compare rows of two loads, or find no table.
 *
 * @param models the ids of the models to be built
 * @param tests the ids of the data tests to be run
 * @param leftOut the names of the chosen data tests that are not
 * @param upToDate the ids of all models that will be built, and data tests that will have been run, from this load
 */
public record BuildScope(Set<String> models, Set<String> tests, List<String> leftOut, Set<String> upToDate) {
    public BuildScope {
        models = Set.copyOf(models);
        tests = Set.copyOf(tests);
        leftOut = List.copyOf(leftOut);
        upToDate = Set.copyOf(upToDate);
    }

    /** {@code before} are the ids of what is up to date already; {@code nodes} and {@code chosen} are in dependency order. */
    static BuildScope of(List<Node> nodes, Set<Node> chosen, Set<String> before) {
        Set<String> upToDate = new LinkedHashSet<>(before);
        Set<String> models = new LinkedHashSet<>();
        Set<String> tests = new LinkedHashSet<>();
        List<String> leftOut = new ArrayList<>();
        for (Node node : nodes) {
            if (!chosen.contains(node) || node.kind() == Node.Kind.UNIT) {
                continue;
            }
            boolean isFounded = node.reads().stream()
                    .filter(id -> !id.startsWith(Node.Kind.SOURCE.word()))
                    .allMatch(upToDate::contains);
            if (node.kind() == Node.Kind.MODEL) {
                models.add(node.id());
            } else if (node.kind().isTest() && isFounded) {
                tests.add(node.id());
            } else if (node.kind().isTest()) {
                leftOut.add(node.name());
            }
            if (isFounded && (node.kind() == Node.Kind.MODEL || node.kind().isTest())) {
                upToDate.add(node.id());
            }
        }
        return new BuildScope(models, tests, leftOut, upToDate);
    }
}

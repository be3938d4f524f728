package io.github.hevypipeline.dbt.internal;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The nodes of a project and which of them reads which. Immutable. */
public final class Graph {
    /** By id, in dependency order. */
    private final Map<String, Node> nodes = new LinkedHashMap<>();

    private final Map<String, Set<Node>> readers = new LinkedHashMap<>();

    Graph(Collection<Node> all) {
        all.forEach(node -> nodes.put(node.id(), node));
        all.forEach(node -> node.reads().forEach(read -> readers.computeIfAbsent(read, id -> new LinkedHashSet<>())
                .add(node)));
    }

    public List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    /** The nodes that this one reads, in the order of its text. */
    Set<Node> read(Node node) {
        return node.reads().stream().map(nodes::get).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The node of this id, which must exist. */
    Node find(String id) {
        return Objects.requireNonNull(nodes.get(id));
    }

    /** The nodes that these read, up to {@code depth} steps away. */
    Set<Node> ancestors(Set<Node> of, int depth) {
        return reach(of, depth, this::read);
    }

    /** The nodes that read these, up to {@code depth} steps away, including tests. */
    Set<Node> descendants(Set<Node> of, int depth) {
        return reach(of, depth, this::readersOf);
    }

    /** The tests that read one of these. */
    Set<Node> testsOf(Set<Node> given) {
        return given.stream()
                .flatMap(node -> readersOf(node).stream())
                .filter(reader -> reader.kind().isTest())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Set<Node> readersOf(Node node) {
        return readers.getOrDefault(node.id(), Set.of());
    }

    private static Set<Node> reach(Set<Node> from, int depth, Function<Node, Set<Node>> step) {
        Set<Node> reached = new LinkedHashSet<>();
        Set<Node> edge = from;
        for (int i = 0; i < depth && !edge.isEmpty(); i++) {
            edge = edge.stream()
                    .flatMap(node -> step.apply(node).stream())
                    .filter(node -> !reached.contains(node))
                    .collect(Collectors.toCollection(LinkedHashSet::new));
            reached.addAll(edge);
        }
        return reached;
    }
}

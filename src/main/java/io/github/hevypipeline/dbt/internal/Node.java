package io.github.hevypipeline.dbt.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A node of the project graph, which a selection can name. Immutable.
 *
 * @param name of a raw table, without its source
 * @param path dbt's fully qualified name: the project, the folders, the name
 * @param file where it is declared, relative to the project
 * @param description the yml file that describes it; empty if none
 * @param test the check of a generic test, for example {@code unique}; empty for all others
 * @param reads the ids of the nodes it reads
 */
public record Node(
        Kind kind,
        String name,
        List<String> path,
        String file,
        String description,
        String test,
        Set<String> tags,
        List<String> reads) {
    public Node {
        path = List.copyOf(path);
        tags = Set.copyOf(tags);
        reads = reads.stream().distinct().toList();
    }

    /** The kinds of nodes, with dbt's words. */
    public enum Kind {
        SOURCE("source"),
        MODEL("model"),
        SEED("seed"),
        GENERIC("test"),
        SINGULAR("test"),
        UNIT("unit_test"),
        ANALYSIS("analysis");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        /** Whether a build makes a table or view of it. */
        public boolean isBuilt() {
            return this == MODEL || this == SEED;
        }

        public boolean isTest() {
            return this == GENERIC || this == SINGULAR || this == UNIT;
        }
    }

    /** Unique in the project. */
    public String id() {
        if (kind == Kind.SOURCE) {
            return idOf(path.get(1), name);
        }
        return kind.isBuilt() ? idOfModel(name) : kind.word() + "." + name;
    }

    private static String idOf(Reference reference) {
        return reference.source() == null ? idOfModel(reference.name()) : idOf(reference.source(), reference.name());
    }

    /** The ids of what these references name. */
    static List<String> idsOf(List<Reference> references) {
        return references.stream().map(Node::idOf).toList();
    }

    /** The id of a model or seed: ref() names both, so no two share a name. */
    public static String idOfModel(String name) {
        return Kind.MODEL.word() + "." + name;
    }

    private static String idOf(String source, String table) {
        return Kind.SOURCE.word() + "." + source + "." + table;
    }

    /** dbt's fully qualified name of what {@code file} declares, with its folders below one of {@code roots}. */
    static List<String> pathOf(String project, List<String> roots, String file, String name) {
        List<String> path = new ArrayList<>(List.of(project));
        String below = roots.stream()
                .filter(root -> file.startsWith(root + "/"))
                .findFirst()
                .map(root -> file.substring(root.length() + 1))
                .orElse(file);
        List<String> parts = List.of(below.split("/"));
        path.addAll(parts.subList(0, parts.size() - 1));
        path.add(name);
        return path;
    }
}

package io.github.hevypipeline.dbt.internal;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Selects nodes as {@code dbt --select} does: names, graph operators, methods, unions, intersections.
 *
 * <p>Immutable. Tests are selected with the models that they read.
 */
public final class Selector {
    private static final Pattern PART =
            Pattern.compile("(?<at>@)?((?<up>\\d*)\\+)?((?<method>[\\w.]+):)?(?<value>.*?)(\\+(?<down>\\d*))?");

    /** A longer number of steps means all. */
    private static final int MAX_DIGITS = 9;

    private static final int MAX_SUGGESTIONS = 3;
    private static final double MIN_LIKENESS = 0.4;

    private final Graph graph;

    public Selector(Graph graph) {
        this.graph = graph;
    }

    /**
     * The nodes that {@code select} matches, all if it is blank, without those that {@code exclude} matches.
     *
     * @throws ConfigError if a part matches nothing
     */
    public Set<Node> select(String select, String exclude) {
        Set<Node> selected = select.isBlank() ? new LinkedHashSet<>(graph.nodes()) : union(select);
        if (!exclude.isBlank()) {
            selected.removeAll(union(exclude));
        }
        return selected;
    }

    private Set<Node> union(String text) {
        Set<Node> selected = new LinkedHashSet<>();
        Arrays.stream(text.strip().split("\\s+")).map(this::intersection).forEach(selected::addAll);
        return selected;
    }

    private Set<Node> intersection(String text) {
        Set<Node> selected = null;
        for (String part : text.split(",", -1)) {
            Set<Node> meant = part(part);
            if (selected == null) {
                selected = meant;
            } else {
                selected.retainAll(meant);
            }
        }
        if (selected.isEmpty()) {
            throw error("The selection " + text + " matches nothing: its parts have nothing in common.", "");
        }
        return selected;
    }

    private Set<Node> part(String text) {
        Matcher parts = PART.matcher(text);
        if (!parts.matches() || (parts.group("at") != null && parts.group("down") != null)) {
            throw error("The selection " + text + " is invalid: @ in front and + behind cannot be combined.", "");
        }
        String value = parts.group("value");
        Set<Node> meant = meant(text, parts.group("method"), value);
        Set<Node> all = new LinkedHashSet<>(meant);
        if (parts.group("at") != null) {
            all.addAll(graph.descendants(meant, Integer.MAX_VALUE));
            all.addAll(graph.ancestors(all, Integer.MAX_VALUE));
        }
        if (parts.group("up") != null) {
            all.addAll(graph.ancestors(meant, depth(parts.group("up"))));
        }
        if (parts.group("down") != null) {
            all.addAll(graph.descendants(meant, depth(parts.group("down"))));
        }
        all.addAll(graph.testsOf(all));
        return all;
    }

    private Set<Node> meant(String text, String word, String value) {
        SelectionMethod method = word == null
                ? SelectionMethod.ofBare(value)
                : SelectionMethod.of(word)
                        .orElseThrow(() -> error(
                                "The selection " + text + " uses an unknown method.",
                                "The methods are " + SelectionMethod.words() + ". "));
        Set<Node> meant = graph.nodes().stream()
                .filter(node -> method.means(node, value))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (meant.isEmpty()) {
            throw error("The selection " + text + " does not match any model, source or test.", near(value));
        }
        return meant;
    }

    private static int depth(String digits) {
        return digits.isEmpty() || digits.length() > MAX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    private static ConfigError error(String problem, String hint) {
        return new ConfigError(
                ExitCode.CONFIGURATION,
                problem,
                hint + "Correct PIPELINE_SELECT or PIPELINE_EXCLUDE (--select, --exclude); see docs/dbt.md.");
    }

    /** Suggests the names that are most like an unknown one. */
    private String near(String value) {
        String names = graph.nodes().stream()
                .map(node -> node.kind() == Node.Kind.SOURCE
                        ? "source:" + node.path().get(1) + "." + node.name()
                        : node.name())
                .filter(name -> likeness(name, value) >= MIN_LIKENESS)
                .sorted(Comparator.comparingDouble((String name) -> -likeness(name, value))
                        .thenComparing(name -> name))
                .limit(MAX_SUGGESTIONS)
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "" : "Did you mean " + names + "? ";
    }

    /** The share of letter pairs that two names have in common, from 0 to 1. */
    private static double likeness(String left, String right) {
        Set<String> ofLeft = pairs(left);
        Set<String> ofRight = pairs(right);
        long shared = ofLeft.stream().filter(ofRight::contains).count();
        return 2.0 * shared / Math.max(1, ofLeft.size() + ofRight.size());
    }

    private static Set<String> pairs(String name) {
        return IntStream.range(0, Math.max(0, name.length() - 1))
                .mapToObj(i -> name.substring(i, i + 2))
                .collect(Collectors.toSet());
    }
}

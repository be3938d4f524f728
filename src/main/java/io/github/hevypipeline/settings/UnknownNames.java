package io.github.hevypipeline.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.lang3.StringUtils;

/** Names in the environment or {@code .env} that look like a setting and are none. Thread-safe. */
final class UnknownNames {
    private static final Pattern OURS = Pattern.compile("(HEVY|S3|PIPELINE|DUCKDB)_[A-Z0-9_]+");
    /** The launcher's own, and what Kubernetes sets in every pod for each service of the namespace. */
    private static final Pattern OF_OTHERS =
            Pattern.compile("HEVY_PIPELINE_.*|.*_SERVICE_(HOST|PORT).*|.*_PORT(_\\d+_(TCP|UDP).*)?");

    private UnknownNames() {}

    /**
     * A sentence for each unknown name, with the nearest known one.
     *
     * @param known the names of all settings
     */
    static List<String> describe(Collection<String> names, Set<String> known) {
        return unknown(names, known)
                .map(name -> name + " is no setting and is ignored; the nearest is " + nearest(name, known))
                .toList();
    }

    /** The first unknown name to which a setting is the nearest. */
    static Optional<String> misspelling(String setting, Collection<String> names, Set<String> known) {
        return unknown(names, known)
                .filter(name -> nearest(name, known).equals(setting))
                .findFirst();
    }

    private static Stream<String> unknown(Collection<String> names, Set<String> known) {
        return names.stream()
                .filter(name -> OURS.matcher(name).matches() && !known.contains(name))
                .filter(name -> !OF_OTHERS.matcher(name).matches())
                .sorted();
    }

    /** Commons Text, whose name for it is not deprecated, would be another library for this alone. */
    @SuppressWarnings("deprecation")
    private static String nearest(String name, Set<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(other -> StringUtils.getLevenshteinDistance(name, other))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }
}

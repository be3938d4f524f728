package io.github.hevypipeline.settings;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What the program can be asked to do: the steps of a run, alone or together.
 *
 * <p>Immutable.
 */
public enum Command {
    RUN("pipeline errors lake hevy extract land commit duckdb transform validate publish report show"),
    EXTRACT("pipeline errors lake hevy extract land commit"),
    TRANSFORM("pipeline errors lake duckdb transform validate publish report"),
    VALIDATE("pipeline errors duckdb validate"),
    SHOW("pipeline errors duckdb show"),
    REPORT("pipeline errors duckdb report"),
    DOCS("pipeline errors duckdb docs"),
    DOCTOR("pipeline errors hevy lake duckdb doctor"),
    FRESHNESS("pipeline errors duckdb freshness");

    /** What is no part of a run. */
    private static final Set<Command> ASIDE = Set.of(DOCS, DOCTOR, FRESHNESS);

    /** Divided by blanks. */
    private final String routeFiles;

    Command(String routeFiles) {
        this.routeFiles = routeFiles;
    }

    /** The route files that the command needs, without their ending. */
    public List<String> routeFiles() {
        return List.of(routeFiles.split(" "));
    }

    /** Whether the pipeline takes this step: a run takes all that are its own. */
    public boolean takes(Command step) {
        return this == step || (this == RUN && !ASIDE.contains(step));
    }

    boolean needsHevy() {
        return takes(EXTRACT);
    }

    boolean needsLake() {
        return takes(EXTRACT) || takes(TRANSFORM);
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

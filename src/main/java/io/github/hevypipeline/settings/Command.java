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
    RUN("commands pipeline errors lake hevy extract land commit duckdb transform validate publish report show"),
    EXTRACT("commands pipeline errors lake hevy extract land commit"),
    TRANSFORM("commands pipeline errors lake duckdb transform validate publish report"),
    VALIDATE("commands errors duckdb validate"),
    SHOW("commands errors duckdb show"),
    REPORT("commands errors duckdb report"),
    DOCS("commands errors duckdb docs"),
    DOCTOR("commands errors hevy lake duckdb doctor"),
    FRESHNESS("commands errors duckdb freshness");

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

    /** Whether the user's own routes are loaded, and {@code after.camel.yaml} is called: what a schedule or script runs. */
    public boolean isFollowed() {
        return this == RUN || this == EXTRACT || this == TRANSFORM || this == VALIDATE;
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

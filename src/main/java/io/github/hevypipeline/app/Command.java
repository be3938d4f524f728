package io.github.hevypipeline.app;

import java.util.List;
import java.util.Locale;

/**
 * What the program can be asked to do: the steps of a run, alone or together.
 *
 * <p>Immutable.
 */
enum Command {
    RUN("pipeline errors lake hevy extract land commit duckdb transform validate publish report show"),
    EXTRACT("pipeline errors lake hevy extract land commit"),
    TRANSFORM("pipeline errors lake duckdb transform validate publish report"),
    VALIDATE("pipeline errors duckdb validate"),
    SHOW("pipeline errors duckdb show"),
    REPORT("pipeline errors duckdb report"),
    DOCS("pipeline errors duckdb docs"),
    DOCTOR("pipeline errors hevy lake duckdb doctor");

    /** Divided by blanks. */
    private final String routeFiles;

    Command(String routeFiles) {
        this.routeFiles = routeFiles;
    }

    /** The route files that the command needs, without their ending. */
    List<String> routeFiles() {
        return List.of(routeFiles.split(" "));
    }

    /** Whether the pipeline takes this step: a run takes all that are its own. */
    boolean takes(Command step) {
        return this == step || (this == RUN && step != DOCTOR && step != DOCS);
    }

    boolean needsHevy() {
        return takes(EXTRACT);
    }

    boolean needsLake() {
        return takes(EXTRACT) || takes(TRANSFORM);
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

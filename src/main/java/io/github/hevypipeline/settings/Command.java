package io.github.hevypipeline.settings;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The commands that load routes: {@code run}, its steps, and those that are no part of a run. */
public enum Command {
    RUN(
            "commands pipeline errors s3 lake hevy export extract land commit duckdb transform validate publish report show"),
    EXTRACT("commands pipeline errors s3 lake hevy export extract land commit"),
    TRANSFORM("commands pipeline errors s3 lake duckdb transform validate publish report"),
    VALIDATE("commands errors duckdb validate"),
    SHOW("commands errors duckdb show"),
    SQL("commands errors duckdb show"),
    REPORT("commands errors duckdb report"),
    DOCS("commands errors duckdb docs"),
    DOCTOR("commands errors hevy s3 lake duckdb doctor"),
    FRESHNESS("commands errors duckdb freshness"),
    ACCOUNTS("commands errors s3 lake hevy extract accounts package merge spark"),
    WORKER("commands errors s3 lake hevy extract accounts package worker lock merge spark"),
    MERGE("commands errors s3 lake merge spark");

    /** The route file that a scheduled process adds. */
    public static final String SERVE_FILE = "serve";
    /** The route file that takes the place of {@code s3} where the lake is in a folder. */
    public static final String FOLDER_FILE = "folder";
    /** The route file that takes the place of {@code lock} in Kubernetes. */
    public static final String LEASE_FILE = "lease";

    private static final Set<Command> NOT_IN_A_RUN = Set.of(SQL, DOCS, DOCTOR, FRESHNESS, ACCOUNTS, WORKER, MERGE);

    /** Separated by blanks. */
    private final String routeFiles;

    Command(String routeFiles) {
        this.routeFiles = routeFiles;
    }

    /** The route files that the command loads, without {@code .camel.yaml}. */
    public List<String> routeFiles() {
        return List.of(routeFiles.split(" "));
    }

    /** The program's route files, without {@code .camel.yaml}; all others are the user's. */
    public static Set<String> allRouteFiles() {
        return Stream.concat(
                        Stream.of(SERVE_FILE, FOLDER_FILE, LEASE_FILE),
                        Stream.of(values()).flatMap(command -> command.routeFiles().stream()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether this command does the work of that one: {@code run} includes all its steps. */
    public boolean includes(Command step) {
        return this == step || (this == RUN && !NOT_IN_A_RUN.contains(step));
    }

    /** Whether the user's own route files are loaded too: in the commands that a schedule or a script runs. */
    public boolean loadsUserRoutes() {
        return this == RUN || this == EXTRACT || this == TRANSFORM || this == VALIDATE;
    }

    /** Whether it loads many accounts, each with a key of its own. */
    public boolean isOfAccounts() {
        return this == ACCOUNTS || this == WORKER;
    }

    boolean needsHevy() {
        return includes(EXTRACT) || isOfAccounts();
    }

    boolean needsLake() {
        return includes(EXTRACT) || includes(TRANSFORM) || isOfAccounts() || this == MERGE;
    }

    /** The name on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

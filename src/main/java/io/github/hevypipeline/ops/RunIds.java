package io.github.hevypipeline.ops;

/**
 * The ids of the run that is under way and of its load.
 *
 * <p>Thread-safe. They belong to the process, in which there is one run at a time; no logger is named here, since one that
 * hosts the routes has its own.
 */
public final class RunIds {
    private static volatile String run;
    private static volatile String load;

    private RunIds() {}

    /** A run begins, by Camel's id of its exchange; null if none is under way. */
    public static void run(String id) {
        run = id;
        load = null;
    }

    /** The run has begun a load; null if it has none. */
    public static void load(String id) {
        load = id;
    }

    static String run() {
        return run;
    }

    static String load() {
        return load;
    }
}

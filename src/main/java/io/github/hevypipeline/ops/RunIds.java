package io.github.hevypipeline.ops;

/**
 * The ids of the current run and its load.
 *
 * <p>Thread-safe and global, as a process has one run at a time. It names no logger, because a process that hosts the
 * routes may have another one.
 */
public final class RunIds {
    private static volatile String run;
    private static volatile String load;

    private RunIds() {}

    /** Sets the id of the run, which is that of its Camel exchange; null for no run. */
    public static void run(String id) {
        run = id;
        load = null;
    }

    /** Sets the id of the load; null for no load. */
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

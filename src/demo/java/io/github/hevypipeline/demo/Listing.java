package io.github.hevypipeline.demo;

/** The paged lists of the Hevy API, with the page sizes that it allows. */
public enum Listing {
    WORKOUTS("workouts", 5, 10),
    EXERCISE_TEMPLATES("exercise_templates", 5, 100),
    ROUTINES("routines", 5, 10),
    ROUTINE_FOLDERS("routine_folders", 5, 10),
    BODY_MEASUREMENTS("body_measurements", 10, 10);

    private final String key;
    private final int defaultPageSize;
    private final int maximumPageSize;

    Listing(String key, int defaultPageSize, int maximumPageSize) {
        this.key = key;
        this.defaultPageSize = defaultPageSize;
        this.maximumPageSize = maximumPageSize;
    }

    /** The last part of its path, and the name of the array in its response. */
    public String key() {
        return key;
    }

    int defaultPageSize() {
        return defaultPageSize;
    }

    int maximumPageSize() {
        return maximumPageSize;
    }
}

package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.ProjectSnapshot;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.util.function.Supplier;

/**
 * The project as the run under way has found it, and what of it is to be built and tested. It is compiled when it is
 * first asked for, and from what was read at the begin of the run: an edit counts from the next run on.
 *
 * <p>Used by one run at a time.
 */
final class CurrentProject {
    private final Supplier<ProjectSnapshot> files;
    private final String select;
    private final String exclude;

    /** Null before the first run. */
    private ProjectSnapshot snapshot;

    private String fingerprint;

    /** Null as long as nobody has asked for it. */
    private DbtProject whole;

    private DbtProject chosen;

    /** {@code files} reads the project anew each time; {@code select} and {@code exclude} are blank to choose all. */
    CurrentProject(Supplier<ProjectSnapshot> files, String select, String exclude) {
        this.files = files;
        this.select = select;
        this.exclude = exclude;
    }

    /** Begins a run. */
    void read() {
        ProjectSnapshot found = files.get();
        String print = found.fingerprint(select, exclude);
        if (!print.equals(fingerprint)) {
            snapshot = found;
            fingerprint = print;
            whole = null;
            chosen = null;
        }
    }

    /** Of the project and of what is chosen of it, see {@link ProjectSnapshot#fingerprint}. */
    String fingerprint() {
        if (snapshot == null) {
            read();
        }
        return fingerprint;
    }

    /** Whether nothing is said of what to choose. */
    boolean isAllWanted() {
        return select.isBlank() && exclude.isBlank();
    }

    /** Whether anybody has asked for it in this run, or in one of before that found the same. */
    boolean isCompiled() {
        return whole != null;
    }

    /** A mistake in it is a ConfigError that names the file. */
    DbtProject whole() {
        if (whole == null) {
            if (snapshot == null) {
                read();
            }
            whole = DbtProject.of(snapshot);
        }
        return whole;
    }

    /** What is to be built and tested. */
    DbtProject chosen() {
        if (chosen == null) {
            chosen = whole().only(select, exclude);
        }
        return chosen;
    }

    /** Requires that something is published, and that a model is chosen. */
    void requireModels() {
        whole().publishedModels();
        if (chosen().modelSteps().isEmpty()) {
            throw nothingChosen("model to be built");
        }
    }

    /** Requires that a data test is chosen. */
    void requireTests() {
        if (chosen().dataTests().isEmpty()) {
            throw nothingChosen("data test to be run");
        }
    }

    private static ConfigError nothingChosen(String what) {
        return new ConfigError(
                ExitCode.CONFIGURATION,
                "PIPELINE_SELECT and PIPELINE_EXCLUDE leave no " + what + ".",
                "Select a model, such as +daily_exercises; tests of what is published are run by validate.");
    }
}

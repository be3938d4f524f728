package io.github.hevypipeline.doctor;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.Secrets;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.report.Terminal;
import io.github.hevypipeline.runtime.Diagnosis;
import io.github.hevypipeline.runtime.Outcome;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Help.Ansi;

/**
 * Prints the result of each check to standard output as it comes, and keeps the exit code.
 *
 * <p>Not thread-safe; made for one command. A result is green, red with the next step, or open: not checked, or nothing to
 * check yet.
 */
public final class Diagnostics {
    private static final int LABEL_WIDTH = 16;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final Ansi ansi;
    private final Diagnosis diagnosis;
    private ExitCode first = ExitCode.DONE;
    private int checked;
    private int red;

    public Diagnostics(Terminal terminal, Diagnosis diagnosis) {
        this.ansi = terminal.colours() ? Ansi.ON : Ansi.OFF;
        this.diagnosis = diagnosis;
    }

    void green(String check, String found) {
        checked++;
        print("@|green ✔|@", check, found);
    }

    /** Prints a check without a result. */
    void open(String check, String found) {
        print("–", check, found);
    }

    void red(String check, Outcome wrong) {
        checked++;
        red++;
        if (first == ExitCode.DONE) {
            first = wrong.exitCode();
        }
        print("@|red ✘|@", check, wrong.describe().replaceAll("\\s+", " "));
    }

    /**
     * Diagnoses a failed check.
     *
     * @throws TransientError if a signal stopped it, which ends all checks
     */
    Outcome outcome(Exception failure) {
        Outcome outcome = diagnosis.ofRun(failure);
        if (outcome.exitCode() == ExitCode.TERMINATED) {
            throw new TransientError(
                    ExitCode.TERMINATED, "Stopped by a signal before the last check.", outcome.nextStep());
        }
        return outcome;
    }

    private void print(String mark, String check, String found) {
        out.println(ansi.string(mark) + " " + check + " ".repeat(Math.max(1, LABEL_WIDTH - check.length()))
                + Secrets.strike(found));
    }

    /**
     * Ends the checks.
     *
     * @throws ConfigError if a check is red, with the exit code of the first one
     */
    public void requireGreen() {
        if (red > 0) {
            throw new ConfigError(
                    first,
                    red + " of " + checked + " checks " + (red == 1 ? "is" : "are") + " red.",
                    red == 1 ? "See its line." : "See their lines; begin with the first.");
        }
    }
}

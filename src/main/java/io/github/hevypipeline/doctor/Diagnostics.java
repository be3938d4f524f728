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
 * What the doctor has found, printed line by line to standard output as it is found.
 *
 * <p>Not thread-safe; made for one command. A line is green, red with what to do, or neither: not checked, or nothing
 * there yet.
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

    /** Neither right nor wrong. */
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
     * What a failed check means.
     *
     * @throws TransientError if it did not fail but was told to stop, which ends all checks
     */
    Outcome outcome(Exception failure) {
        Outcome outcome = diagnosis.ofRun(failure);
        if (outcome.exitCode() == ExitCode.TERMINATED) {
            throw new TransientError(
                    ExitCode.TERMINATED, "Stopped by a signal; not everything was checked.", outcome.nextStep());
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
     * @throws ConfigError with the exit code of the first red one, if there is one
     */
    public void requireGreen() {
        if (red > 0) {
            throw new ConfigError(
                    first,
                    red + " of " + checked + " checks " + (red == 1 ? "is" : "are") + " red.",
                    "Do what " + (red == 1 ? "its line says" : "their lines say, from the first one on") + ".");
        }
    }
}

package io.github.hevypipeline.faults;

import io.github.hevypipeline.failure.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/** The exit code and the standard error of a command. */
record CapturedRun(ExitCode exitCode, List<String> lines) {
    static CapturedRun of(Supplier<ExitCode> run) {
        PrintStream terminal = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        try {
            ExitCode exitCode = run.get();
            return new CapturedRun(
                    exitCode, written.toString(StandardCharsets.UTF_8).lines().toList());
        } finally {
            System.setErr(terminal);
        }
    }

    String text() {
        return String.join("\n", lines);
    }

    String lastLine() {
        return lines.get(lines.size() - 1);
    }
}

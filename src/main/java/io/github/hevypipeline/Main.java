package io.github.hevypipeline;

import io.github.hevypipeline.cli.CommandLineInterface;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.runtime.Signals;
import io.github.hevypipeline.runtime.StandardOutput;
import io.github.hevypipeline.runtime.TemporaryFolder;
import io.github.hevypipeline.settings.Settings;
import java.util.Locale;
import java.util.Map;

/** The entry point of the standalone jar. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] args) {
        // Libraries must not write another language's digits or month names.
        Locale.setDefault(Locale.ROOT);
        Signals signals = new Signals();
        signals.handle();
        StandardOutput output = StandardOutput.install();
        ExitCode ended;
        try (TemporaryFolder temporary = TemporaryFolder.ofProcess()) {
            ended = CommandLineInterface.run(args, () -> Settings.read(Map.of()), signals, temporary);
        }
        System.exit(output.exitCode(ended).number());
    }

    /**
     * Runs one command and returns its exit code, without exiting the process.
     *
     * @param overrides settings that win over every source
     */
    public static ExitCode run(String[] args, Map<String, String> overrides) {
        return CommandLineInterface.run(args, () -> Settings.read(overrides), new Signals(), TemporaryFolder.ofHost());
    }

    /** Runs one command with these settings, without exiting the process. */
    public static ExitCode run(String[] args, Settings settings) {
        return CommandLineInterface.run(args, () -> settings, new Signals(), TemporaryFolder.ofHost());
    }
}

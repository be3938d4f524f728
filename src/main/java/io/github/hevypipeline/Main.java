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
        // The program speaks English alone; libraries must not write digits, months or letters of another language.
        Locale.setDefault(Locale.ROOT);
        Signals signals = new Signals();
        signals.handle();
        StandardOutput output = StandardOutput.install();
        ExitCode ended;
        try (TemporaryFolder temporary = TemporaryFolder.ofProcess()) {
            ended = CommandLineInterface.run(args, () -> Settings.read(Map.of()), signals, temporary);
        }
        System.exit(output.ended(ended).number());
    }

    /**
     * Runs one command and says how it ended; never exits the process.
     *
     * @param overrides settings that win over the environment and every file
     */
    public static ExitCode run(String[] args, Map<String, String> overrides) {
        return CommandLineInterface.run(args, () -> Settings.read(overrides), new Signals(), TemporaryFolder.ofHost());
    }

    /** As the other, with settings that were read before. */
    public static ExitCode run(String[] args, Settings settings) {
        return CommandLineInterface.run(args, () -> settings, new Signals(), TemporaryFolder.ofHost());
    }
}

package io.github.hevypipeline.app;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The command line: one command for each step, and {@code run}, which takes all of them, when none is named.
 *
 * <p>Not thread-safe; made for one call.
 */
@CommandLine.Command(
        name = "hevy-pipeline",
        description = "Copies everything you have in Hevy to Parquet on S3 and builds daily_exercises from it.",
        versionProvider = CommandLineInterface.Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "[COMMAND]",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:done",
            " 1:a data test failed",
            " 2:settings or credentials",
            " 3:the Hevy API",
            " 4:S3",
            " 5:another run won",
            " 6:the local disk",
            "70:a bug",
            "130, 143:stopped by a signal"
        })
final class CommandLineInterface {
    private final Supplier<Settings> settings;
    private final Signals signals;
    private ExitCode exitCode = ExitCode.DONE;

    @Spec
    private CommandSpec spec;

    private CommandLineInterface(Supplier<Settings> settings, Signals signals) {
        this.settings = settings;
        this.signals = signals;
    }

    /** Runs what the arguments ask for; settings are read only when a command needs them. */
    static ExitCode run(String[] args, Supplier<Settings> settings, Signals signals) {
        CommandLineInterface program = new CommandLineInterface(settings, signals);
        CommandLine commandLine = new CommandLine(program)
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        int status = commandLine.execute(args.length == 0 ? new String[] {"run"} : args);
        return status == CommandLine.ExitCode.USAGE ? ExitCode.CONFIGURATION : program.exitCode;
    }

    @CommandLine.Command(name = "run", description = "Extract, transform, validate and show: the default.")
    void run() {
        execute(Command.RUN, Map.of());
    }

    @CommandLine.Command(name = "extract", description = "Load what Hevy has into the raw tables on S3.")
    void extract() {
        execute(Command.EXTRACT, Map.of());
    }

    @CommandLine.Command(
            name = "transform",
            description = "Build the models from the raw tables, test them and publish them.")
    void transform() {
        execute(Command.TRANSFORM, Map.of());
    }

    @CommandLine.Command(name = "validate", description = "Run the data tests on the published DuckDB file.")
    void validate() {
        execute(Command.VALIDATE, Map.of());
    }

    @CommandLine.Command(name = "show", description = "Print the first rows of daily_exercises.")
    void show(
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            description = "How many rows (default: PIPELINE_SHOW_LIMIT, 20).")
                    Integer limit) {
        execute(Command.SHOW, limit == null ? Map.of() : Map.of("PIPELINE_SHOW_LIMIT", limit.toString()));
    }

    @CommandLine.Command(name = "report", description = "Write the report again from the published DuckDB file.")
    void report() {
        execute(Command.REPORT, Map.of());
    }

    private void execute(Command command, Map<String, String> options) {
        Outcome outcome;
        try {
            Settings chosen = settings.get().with(options);
            SettingsCheck.check(chosen, command);
            outcome = new PipelineRunner(chosen, command, signals).run();
        } catch (PipelineException e) {
            outcome = Outcome.of(e);
        } catch (RuntimeException e) {
            outcome = new Diagnosis("Hevy", ".", Clock.systemUTC()).ofRun(e);
        }
        exitCode = outcome.exitCode();
        if (exitCode != ExitCode.DONE) {
            spec.commandLine().getErr().println(outcome.describe());
        }
    }

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = CommandLineInterface.class.getPackage().getImplementationVersion();
            return new String[] {"hevy-pipeline " + (version == null ? "(not packaged)" : version)};
        }
    }
}

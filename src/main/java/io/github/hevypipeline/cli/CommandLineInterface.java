package io.github.hevypipeline.cli;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.doctor.Doctor;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.report.LiveLine;
import io.github.hevypipeline.report.Terminal;
import io.github.hevypipeline.runtime.Diagnosis;
import io.github.hevypipeline.runtime.HeapGuard;
import io.github.hevypipeline.runtime.Outcome;
import io.github.hevypipeline.runtime.PipelineRunner;
import io.github.hevypipeline.runtime.RedactingConsole;
import io.github.hevypipeline.runtime.Signals;
import io.github.hevypipeline.runtime.TemporaryFolder;
import io.github.hevypipeline.settings.Command;
import io.github.hevypipeline.settings.Settings;
import io.github.hevypipeline.settings.SettingsValidator;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line: {@code run}, which is the default, a command for each of its steps, and a few beside them.
 *
 * <p>Not thread-safe; used for one command.
 */
@CommandLine.Command(
        name = "hevy-pipeline",
        description = "Copies your Hevy account to Parquet, on S3 or in a folder, and builds daily_exercises from it.",
        versionProvider = CommandLineInterface.Version.class,
        addMethodSubcommands = false,
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "[COMMAND]",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:done",
            " 1:a data test failed, or a source is stale",
            " 2:settings or credentials",
            " 3:the Hevy API",
            " 4:S3",
            " 5:another run won",
            " 6:the local disk",
            " 7:some accounts failed",
            " 8:Spark does not respond as it should",
            "70:a bug",
            "130, 143:stopped by a signal"
        })
public final class CommandLineInterface implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(CommandLineInterface.class);
    private static final String COMPLETION = "completion";
    private static final String SHOWN = "shown";

    private final Supplier<Settings> settings;
    private final Signals signals;
    private final Terminal terminal;
    private final TemporaryFolder temporary;
    private ExitCode exitCode = ExitCode.DONE;

    @Spec
    private CommandSpec spec;

    /** The options of {@code run}, given without a command. */
    @Mixin
    private NodeSelection nodes;

    @Mixin
    private LoadOptions load;

    private boolean logJson;

    @Option(
            names = "--log-json",
            scope = ScopeType.INHERIT,
            description = "Write the log as JSON, one object per line.")
    void logAsJson(boolean json) {
        logJson = json;
        if (json) {
            RedactingConsole.useJson();
        }
    }

    private CommandLineInterface(
            Supplier<Settings> settings, Signals signals, Terminal terminal, TemporaryFolder temporary) {
        this.temporary = temporary;
        this.settings = settings;
        this.signals = signals;
        this.terminal = terminal;
    }

    /** Runs one command. Reads the settings only if the command needs them. */
    public static ExitCode run(String[] args, Supplier<Settings> settings, Signals signals, TemporaryFolder temporary) {
        Terminal terminal = Terminal.of(Settings.environment());
        CommandLineInterface program = new CommandLineInterface(settings, signals, terminal, temporary);
        CommandLine commandLine = new CommandLine(program);
        if (args.length > 0) {
            // Reading their annotations takes a thirtieth of an unchanged run, which has no argument.
            commandLine.getCommandSpec().addMethodSubcommands(CommandLine.defaultFactory());
        }
        commandLine
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setColorScheme(Help.defaultColorScheme(terminal.colours() ? Help.Ansi.ON : Help.Ansi.OFF))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(program::execute)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    program.end(outcome(failure));
                    return program.exitCode.number();
                });
        commandLine
                .getHelpSectionMap()
                .put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> help.commandList(inOrder(help.subcommands())));
        int status = commandLine.execute(args);
        return status == CommandLine.ExitCode.USAGE ? ExitCode.CONFIGURATION : program.exitCode;
    }

    private int execute(ParseResult parsed) {
        if (parsed.hasSubcommand() && !nodes.settings().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--select and --exclude go after the command (run, transform or validate).");
        }
        if (parsed.hasSubcommand() && !load.settings().isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--export and --full-refresh go after the command (run or extract).");
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Lists the commands in the order of a run. */
    private static Map<String, Help> inOrder(Map<String, Help> alphabetic) {
        Map<String, Help> ordered = new LinkedHashMap<>();
        for (Command command : Command.values()) {
            ordered.put(command.word(), alphabetic.get(command.word()));
        }
        ordered.putAll(alphabetic);
        return ordered;
    }

    @Override
    public void run() {
        run(nodes, load);
    }

    @CommandLine.Command(name = "run", description = "Extract, transform, validate and show (the default).")
    void run(@Mixin NodeSelection nodes, @Mixin LoadOptions load) {
        Settings chosen = checked(Command.RUN, nodes.settings(), load.settings());
        start(chosen, Command.RUN, Map.of(SHOWN, Show.firstRows(rowsShown(chosen))));
    }

    @CommandLine.Command(name = "extract", description = "Load what changed in Hevy into the raw tables of the lake.")
    void extract(@Mixin LoadOptions load) {
        start(checked(Command.EXTRACT, load.settings()), Command.EXTRACT, Map.of());
    }

    @CommandLine.Command(
            name = "transform",
            description = "Build the models from the raw tables, test and publish them.")
    void transform(@Mixin NodeSelection nodes) {
        start(checked(Command.TRANSFORM, nodes.settings()), Command.TRANSFORM, Map.of());
    }

    @CommandLine.Command(name = "validate", description = "Run the data tests on the published DuckDB file.")
    void validate(@Mixin NodeSelection nodes) {
        start(checked(Command.VALIDATE, nodes.settings()), Command.VALIDATE, Map.of());
    }

    @CommandLine.Command(
            name = "freshness",
            description = "Check how old the newest raw rows in the DuckDB file are.",
            footer = {"", "The limits are those of dbt source freshness, in transform/models/sources.yml."})
    void freshness() {
        start(checked(Command.FRESHNESS), Command.FRESHNESS, Map.of());
    }

    @CommandLine.Command(
            name = "show",
            description = "Show or export rows of daily_exercises or any other table.",
            footer = {"", "Only rows go to standard output: hevy-pipeline show workouts --format csv > workouts.csv"})
    void show(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "TABLE",
                            defaultValue = Show.MAIN_MART,
                            completionCandidates = TableNames.class,
                            description = "A model or raw table (default: ${DEFAULT-VALUE}).")
                    String table,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            description =
                                    "Maximum number of rows (default: PIPELINE_SHOW_LIMIT for a table, else all).")
                    Long limit,
            @Mixin RowsOutput rows) {
        checkRows(Command.SHOW, limit, rows);
        Settings chosen = checked(Command.SHOW);
        long all = rows.format == Show.Format.TABLE ? rowsShown(chosen) : -1;
        start(
                chosen,
                Command.SHOW,
                Map.of(SHOWN, Show.ofTable(table, limit == null ? all : limit, rows.format, rows.output)));
    }

    @CommandLine.Command(
            name = "sql",
            description = "Show or export the rows of a query on the DuckDB file.",
            footer = {
                "",
                "The query is one select statement of DuckDB; show tables and describe daily_exercises work too.",
                "It can only read the tables: no other file, and no network."
            })
    void sql(
            @Parameters(paramLabel = "QUERY", description = "The query; - reads it from standard input.") String query,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            description = "Maximum number of rows (default: " + Show.ROWS_OF_QUERY
                                    + " for a table, else all).")
                    Long limit,
            @Mixin RowsOutput rows)
            throws IOException {
        checkRows(Command.SQL, limit, rows);
        String select = query.equals("-") ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : query;
        rejectIf(Command.SQL, select.isBlank(), "The query is empty.");
        long all = rows.format == Show.Format.TABLE ? Show.ROWS_OF_QUERY : -1;
        start(
                checked(Command.SQL),
                Command.SQL,
                Map.of(SHOWN, Show.ofQuery(select, limit == null ? all : limit, rows.format, rows.output)));
    }

    private void checkRows(Command command, Long limit, RowsOutput rows) {
        rejectIf(command, limit != null && limit < 0, "--limit is less than 0.");
        rejectIf(
                command,
                rows.format == Show.Format.TABLE && limit != null && limit > SettingsValidator.MAX_ROWS_SHOWN,
                "--limit is more than " + SettingsValidator.MAX_ROWS_SHOWN + " for a table: use --format csv.");
        rejectIf(
                command,
                rows.format == Show.Format.PARQUET && rows.output == null,
                "--format parquet needs --output FILE.");
    }

    @CommandLine.Command(name = "report", description = "Rewrite the report from the published DuckDB file.")
    void report() {
        start(checked(Command.REPORT), Command.REPORT, Map.of());
    }

    @CommandLine.Command(
            name = "docs",
            description = "Document the tables, models, tests and lineage.",
            footer = {
                "",
                "Shows the project as it is now, with row counts of the last build. Needs no key and no bucket."
            })
    void docs(
            @Option(
                            names = "--format",
                            defaultValue = "html",
                            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
                    Docs.Format format,
            @Option(
                            names = "--output",
                            paramLabel = "FILE",
                            description = "Write to this file (default: docs.html or docs.md beside the report).")
                    Path output) {
        Settings chosen = checked(Command.DOCS);
        start(chosen, Command.DOCS, Map.of("docs", Docs.of(format, output, chosen)));
    }

    private void rejectIf(Command command, boolean wrong, String reason) {
        if (wrong) {
            throw new ParameterException(spec.subcommands().get(command.word()), reason);
        }
    }

    private static long rowsShown(Settings settings) {
        return Long.parseLong(settings.get("PIPELINE_SHOW_LIMIT"));
    }

    @CommandLine.Command(
            name = "doctor",
            description = "Check settings, key, lake, permissions, clock, disk and data.",
            footer = {
                "",
                "Changes nothing but a probe object, which it removes. Exits with the code of the first failed check."
            })
    void doctor(@Mixin ExportOption export) {
        end(new Doctor(settings.get().with(export.settings()), signals, terminal, temporary).run());
    }

    @CommandLine.Command(
            name = "accounts",
            description = "Load what changed in each account of HEVY_ACCOUNTS, once.",
            footer = {"", "An account that fails is named with the reason, and holds up no other."})
    void accounts() {
        start(checked(Command.ACCOUNTS), Command.ACCOUNTS, Map.of());
    }

    @CommandLine.Command(
            name = "merge",
            description = "Merge the commits of all accounts into the tables of Spark.",
            footer = {"", "Safe to repeat: it goes on where the last merge ended."})
    void merge() {
        start(checked(Command.MERGE), Command.MERGE, Map.of());
    }

    @CommandLine.Command(
            name = "worker",
            description = "Load the accounts that Kafka brings, until a signal.",
            footer = {
                "",
                "Start as many as you need: they share the accounts. One of them sends every account once a"
                        + " PIPELINE_PERIOD."
            })
    void worker() {
        start(checked(Command.WORKER), Command.WORKER, Map.of());
    }

    @CommandLine.Command(
            name = COMPLETION,
            description = "Print the completion script for bash and zsh.",
            footer = {
                "",
                "For this shell: source <(hevy-pipeline completion)",
                "For every shell: add that line to ~/.bashrc or ~/.zshrc."
            })
    void completion() {
        spec.commandLine().getOut().print(AutoComplete.bash(spec.name(), spec.commandLine()));
        spec.commandLine().getOut().flush();
    }

    @SafeVarargs
    private Settings checked(Command command, Map<String, String>... options) {
        Settings chosen = settings.get();
        for (Map<String, String> overrides : options) {
            chosen = chosen.with(overrides);
        }
        SettingsValidator.check(chosen, command);
        return chosen;
    }

    private void start(Settings chosen, Command command, Map<String, Object> beans) {
        temporary.prepare(
                Path.of(chosen.get("DLT_PIPELINE_DIR")), command.routeFiles().contains("duckdb"));
        if (command.isOfAccounts() && temporary.ownsProcess()) {
            HeapGuard.watch();
        }
        if (command.routeFiles().contains("lake") && chosen.keepsLakeInFolder() && !chosen.has(Settings.LAKE_PATH)) {
            LOG.info("lake      in the folder {}, since S3_BUCKET_NAME is not set", chosen.lakePath());
        }
        PipelineRunner runner = new PipelineRunner(chosen, command, beans, signals);
        boolean isLive = command != Command.SHOW && command != Command.SQL && terminal.err() && !logJson;
        Outcome outcome;
        try (LiveLine live = isLive ? LiveLine.install(terminal) : null) {
            outcome = runner.withLiveLine(live).run();
        }
        end(outcome);
    }

    private static Outcome outcome(Exception failure) {
        return failure instanceof PipelineException known
                ? Outcome.of(known)
                : new Diagnosis("Hevy", ".").ofRun(failure);
    }

    private void end(Outcome outcome) {
        exitCode = outcome.exitCode();
        if (exitCode == ExitCode.DONE) {
            return;
        }
        if (logJson) {
            LOG.atError()
                    .addKeyValue("exitCode", exitCode.number())
                    .addKeyValue("next", outcome.nextStep())
                    .log("{}", outcome.describe());
        } else {
            spec.commandLine().getErr().println(outcome.describe());
        }
    }

    /** The version of the build, and of Java and the operating system. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            Properties build = new Properties();
            try (InputStream in = Version.class.getResourceAsStream("/io/github/hevypipeline/version.properties")) {
                build.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new String[] {
                "hevy-pipeline " + build.getProperty("version"),
                "Java " + System.getProperty("java.version") + ", " + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch")
            };
        }
    }

    /** The options of the commands that print rows. */
    static final class RowsOutput {
        @Option(
                names = "--format",
                defaultValue = "table",
                description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
        private Show.Format format;

        @Option(names = "--output", paramLabel = "FILE", description = "Write to this file; parquet needs one.")
        private Path output;
    }

    /** The option that names an export of the app. */
    static final class ExportOption {
        @Option(
                names = "--export",
                paramLabel = "FILE",
                description = "Load the CSV that the app exports, without Hevy Pro (setting HEVY_EXPORT).")
        private File export;

        /** The settings that this option overrides. */
        Map<String, String> settings() {
            return export == null ? Map.of() : Map.of(Settings.HEVY_EXPORT, export.toString());
        }
    }

    /** The options of a load. */
    static final class LoadOptions {
        @Mixin
        private ExportOption export;

        @Option(names = "--full-refresh", description = "Fetch and compare everything (setting PIPELINE_FULL_REFRESH).")
        private boolean isFullRefresh;

        /** The settings that these options override. */
        Map<String, String> settings() {
            Map<String, String> overrides = new HashMap<>(export.settings());
            if (isFullRefresh) {
                overrides.put("PIPELINE_FULL_REFRESH", "true");
            }
            return overrides;
        }
    }

    /** The options that select models and tests. */
    static final class NodeSelection {
        @Option(
                names = {"-s", "--select"},
                paramLabel = "NODES",
                arity = "1..*",
                description = "Build and test only these, in dbt's syntax: +daily_exercises, tag:x"
                        + " (setting PIPELINE_SELECT).")
        private List<String> select = List.of();

        @Option(
                names = "--exclude",
                paramLabel = "NODES",
                arity = "1..*",
                description = "But not these (setting PIPELINE_EXCLUDE).")
        private List<String> exclude = List.of();

        /** The settings that these options override. */
        Map<String, String> settings() {
            Map<String, String> overrides = new HashMap<>();
            if (!select.isEmpty()) {
                overrides.put("PIPELINE_SELECT", String.join(" ", select));
            }
            if (!exclude.isEmpty()) {
                overrides.put("PIPELINE_EXCLUDE", String.join(" ", exclude));
            }
            return overrides;
        }
    }

    /**
     * The models and raw tables that a shell completes. Reads the project only when the completion script is
     * generated.
     */
    static final class TableNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return DbtProject.find("UTC").relationNames().stream()
                    .map(name -> name.substring(name.indexOf('.') + 1))
                    .iterator();
        }
    }
}

package io.github.hevypipeline.mart;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.failure.TransientError;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Translates the error of a step into its cause, with the place in the project, and the next step. Thread-safe. */
public final class SqlFailure {
    /** The name of a step that runs a query of the user. */
    static final String QUERY = "The query";

    private static final Pattern LINE = Pattern.compile("^LINE (\\d+):", Pattern.MULTILINE);

    private static final Pattern MISSING = Pattern.compile("Table with name \"?([^\\s\"]+)\"? does not exist");

    /** DuckDB reports a commit that cannot be written as an error of the transaction. */
    private static final Pattern DISK =
            Pattern.compile("IO Error|INTERNAL Error|FATAL Error|Could not write file|No space left");

    private SqlFailure() {}

    /** Whether the step was cancelled. */
    static boolean isCancelled(SQLException failure) {
        return String.valueOf(failure.getMessage()).startsWith("INTERRUPT Error");
    }

    /** The failure of a cancelled step: a signal or the time limit ended it. */
    static PipelineException cancelled(SqlStep step, boolean isStopping, SQLException origin) {
        String place = step.name() + (step.file().isEmpty() ? "" : " (" + step.file() + ")");
        return isStopping
                ? new TransientError(
                        ExitCode.TERMINATED,
                        "Stopped by a signal while " + place + " was running; its SQL was cancelled.",
                        "Run again; if it ran without end, correct it or set TRANSFORM_TIMEOUT.",
                        origin)
                : new ConfigError(
                        ExitCode.CONFIGURATION,
                        place + " ran longer than TRANSFORM_TIMEOUT allows; its SQL was cancelled.",
                        "Correct it, or set TRANSFORM_TIMEOUT higher, then run again.",
                        origin);
    }

    /** The failure of a step: a mistake in a file, with the line if it is known, or the local disk or memory. */
    public static PipelineException of(DbtProject project, SqlStep step, SQLException origin) {
        String source = project.text(step.file());
        String message = String.valueOf(origin.getMessage()).strip();
        String problem = problem(message);
        boolean isQuery = step.name().equals(QUERY);
        Matcher missing = MISSING.matcher(message);
        if (!isQuery && missing.find() && project.relation(missing.group(1)).isPresent()) {
            return new ConfigError(
                    ExitCode.CONFIGURATION,
                    place(step, source, message) + ": it reads " + missing.group(1)
                            + ", which is not in the DuckDB file.",
                    "Select that too, as in PIPELINE_SELECT=+" + step.name()
                            + ", or build everything once, without PIPELINE_SELECT and PIPELINE_EXCLUDE.",
                    origin);
        }
        if (message.contains("Out of Memory Error")) {
            return new SystemError(
                    ExitCode.LOCAL_DISK,
                    step.name() + " needs more memory than DuckDB may use: " + problem,
                    "Set DUCKDB_MEMORY_LIMIT higher, for example to 1GB, or free disk space for DuckDB's temporary files,"
                            + " then run again.",
                    origin);
        }
        if (DISK.matcher(message).find()) {
            return new SystemError(
                    ExitCode.LOCAL_DISK,
                    step.name() + " failed on the local disk: " + problem,
                    "Check the free space and the permissions of the working directory, then run again.",
                    origin);
        }
        if (isQuery) {
            return new ConfigError(
                    ExitCode.CONFIGURATION,
                    QUERY + " cannot be run. " + problem + hint(message),
                    "Correct it; show tables and describe daily_exercises are queries too.",
                    origin);
        }
        return new ConfigError(
                ExitCode.CONFIGURATION,
                place(step, source, message) + ": " + problem,
                "Correct that file, then run again.",
                origin);
    }

    /** DuckDB puts a binding error on the line after a general one. */
    private static String problem(String message) {
        return message.lines()
                .filter(line -> line.startsWith("Error: "))
                .map(line -> line.substring("Error: ".length()))
                .findFirst()
                .or(() -> message.lines().findFirst())
                .orElse("unknown error");
    }

    /** What DuckDB proposes in place of a wrong name, on a line of its own. */
    private static String hint(String message) {
        return message.lines()
                .filter(line -> line.startsWith("Did you mean") || line.startsWith("Candidate"))
                .findFirst()
                .map(line -> " " + line.strip())
                .orElse("");
    }

    private static String place(SqlStep step, String source, String message) {
        Matcher matcher = LINE.matcher(message);
        if (source == null || !matcher.find()) {
            return step.file() + " (" + step.name() + ")";
        }
        int compiledLine = Integer.parseInt(matcher.group(1));
        List<String> compiled = step.sql().lines().toList();
        List<String> written = source.lines().toList();
        if (compiledLine == 1 || compiledLine > compiled.size()) {
            return step.file() + (compiledLine == 1 ? ", line 1" : "");
        }
        String wanted = compiled.get(compiledLine - 1).strip();
        List<Integer> matches = IntStream.rangeClosed(1, written.size())
                .filter(line -> written.get(line - 1).strip().equals(wanted))
                .boxed()
                .toList();
        return matches.size() == 1
                ? step.file() + ", line " + matches.get(0)
                : step.file() + ", line " + compiledLine + " of the compiled SQL (" + wanted + ")";
    }
}

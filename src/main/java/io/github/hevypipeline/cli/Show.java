package io.github.hevypipeline.cli;

import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.files.OutputFile;
import io.github.hevypipeline.mart.ExportFormat;
import io.github.hevypipeline.mart.Relations;
import io.github.hevypipeline.report.TextTable;
import io.github.hevypipeline.runtime.TemporaryFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Body;

/**
 * Rows of one table on their way to a person: to standard output or to a file, which is there whole or not at all.
 *
 * <p>Not thread-safe; made for one command. DuckDB writes every format but the table to be read, into a file beside the
 * wanted one or a temporary one, which {@link #close} removes. Nothing else is ever written to standard output.
 */
public final class Show implements AutoCloseable {
    /** The mart that is shown after a run, and unless another table is named. */
    static final String MAIN_MART = "daily_exercises";

    private static final String ID_SUFFIX = "_id";

    private final String table;
    private final long limit;
    private final Format format;
    /** Null for standard output. */
    private final Path output;

    private Path exported;

    /** The values of {@code --format}. */
    enum Format {
        TABLE,
        CSV,
        JSON,
        PARQUET;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param table a model or raw table
     * @param limit the maximum number of rows; negative for all
     * @param output the file to write; null for standard output
     */
    Show(String table, long limit, Format format, Path output) {
        this.table = table;
        this.limit = limit;
        this.format = format;
        this.output = output;
    }

    /** Prints the first rows of the main mart as a table. */
    public static Show firstRows(long limit) {
        return new Show(MAIN_MART, limit, Format.TABLE, null);
    }

    /**
     * The step that selects the rows, or exports them.
     *
     * @throws ConfigError if there is no such table
     */
    public SqlStep step(@Body List<Map<String, Object>> listed) throws IOException {
        Relations relations = Relations.of(listed);
        if (isToBeRead()) {
            return relations.select(table, limit);
        }
        // An unknown name must not leave a file.
        relations.select(table, limit);
        exported = output == null ? temporary() : beside(output);
        return relations.export(table, limit, ExportFormat.valueOf(format.name()), exported);
    }

    private Path beside(Path output) throws IOException {
        Path whole = output.toAbsolutePath();
        if (!Files.isDirectory(whole.getParent()) || Files.isDirectory(whole)) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    whole + " cannot be a file: "
                            + (Files.isDirectory(whole) ? "it is a folder." : "its folder is not there."),
                    "Give another --output, or make the folder.");
        }
        OutputFile wanted = OutputFile.at(whole);
        if (wanted.isSpecial()) {
            return temporary();
        }
        Path beside = wanted.beside();
        // Of one that was killed.
        Files.deleteIfExists(beside);
        return beside;
    }

    private Path temporary() throws IOException {
        return Files.createTempFile(
                Path.of(System.getProperty(TemporaryFolder.PROPERTY)), "hevy-pipeline-", "." + format);
    }

    /** Whether the rows are for a reader, and so a table. */
    public boolean isToBeRead() {
        return format == Format.TABLE;
    }

    /** Writes rows as a table, without the ids, which say nothing to a reader and make the lines long. */
    public void print(@Body List<Map<String, Object>> rows) throws IOException {
        if (rows.isEmpty()) {
            System.err.println(table + " has no rows" + (limit == 0 ? " to show." : "."));
            return;
        }
        List<String> columns = rows.get(0).keySet().stream()
                .filter(column -> !column.endsWith(ID_SUFFIX))
                .toList();
        String text = TextTable.of(columns, rows).render();
        if (output == null) {
            new PrintStream(System.out, true, StandardCharsets.UTF_8).print(text);
        } else {
            OutputFile.at(output).write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Writes what DuckDB has exported. */
    public void deliver() throws IOException {
        if (output == null) {
            Files.copy(exported, System.out);
            System.out.flush();
        } else {
            OutputFile.at(output).replaceWith(exported);
        }
    }

    /** Removes what was not delivered. */
    @Override
    public void close() throws IOException {
        if (exported != null) {
            Files.deleteIfExists(exported);
        }
    }
}

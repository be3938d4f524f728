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
 * Prints or exports the rows of one table or query, to standard output or atomically to a file.
 *
 * <p>Not thread-safe; used for one command. DuckDB writes every format but {@code table}, to a file beside the output
 * or a temporary one, which {@link #close} removes. Standard output gets rows only.
 */
public final class Show implements AutoCloseable {
    /** The mart that is shown after a run, and unless another table is named. */
    static final String MAIN_MART = "daily_exercises";

    /** The rows of a query that are printed as a table, unless a limit is given. */
    static final long ROWS_OF_QUERY = 1000;

    private static final String ID_SUFFIX = "_id";

    /** The name of the table, or the query. */
    private final String source;

    private final boolean isQuery;
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

    private Show(String source, boolean isQuery, long limit, Format format, Path output) {
        this.source = source;
        this.isQuery = isQuery;
        this.limit = limit;
        this.format = format;
        this.output = output;
    }

    /**
     * @param table a model or raw table
     * @param limit the maximum number of rows; negative for all
     * @param output the file to write; null for standard output
     */
    static Show ofTable(String table, long limit, Format format, Path output) {
        return new Show(table, false, limit, format, output);
    }

    /** As {@link #ofTable}, for a select statement. */
    static Show ofQuery(String select, long limit, Format format, Path output) {
        return new Show(select, true, limit, format, output);
    }

    /** Prints the first rows of the main mart as a table. */
    public static Show firstRows(long limit) {
        return ofTable(MAIN_MART, limit, Format.TABLE, null);
    }

    /**
     * The SQL that selects or exports the rows.
     *
     * @throws ConfigError if there is no such table
     */
    public SqlStep step(@Body List<Map<String, Object>> listed) throws IOException {
        Relations relations = Relations.of(listed);
        if (isTable()) {
            // One row more tells whether there are more.
            return isQuery ? relations.query(source, limit + 1) : relations.select(source, limit);
        }
        if (!isQuery) {
            // Throws for an unknown table before a file is created.
            relations.select(source, limit);
        }
        exported = output == null ? temporary() : beside(output);
        ExportFormat written = ExportFormat.valueOf(format.name());
        return isQuery
                ? relations.exportQuery(source, limit, written, exported)
                : relations.export(source, limit, written, exported);
    }

    private Path beside(Path output) throws IOException {
        Path absolute = output.toAbsolutePath();
        if (!Files.isDirectory(absolute.getParent()) || Files.isDirectory(absolute)) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    absolute + " cannot be a file: "
                            + (Files.isDirectory(absolute) ? "it is a folder." : "its folder does not exist."),
                    "Give another --output, or create the folder.");
        }
        OutputFile file = OutputFile.at(absolute);
        if (file.isSpecial()) {
            return temporary();
        }
        Path beside = file.beside();
        // A killed process may have left one.
        Files.deleteIfExists(beside);
        return beside;
    }

    private Path temporary() throws IOException {
        return Files.createTempFile(
                Path.of(System.getProperty(TemporaryFolder.PROPERTY)), "hevy-pipeline-", "." + format);
    }

    /** Whether the rows are printed as a table, not exported by DuckDB. */
    public boolean isTable() {
        return format == Format.TABLE;
    }

    /** Prints the rows as a table; those of a table without id columns, which only make the lines long. */
    public void print(@Body List<Map<String, Object>> rows) throws IOException {
        if (rows.isEmpty() || limit == 0) {
            System.err.println((isQuery ? "The query" : source) + " has no rows" + (limit == 0 ? " to show." : "."));
            return;
        }
        List<String> columns = rows.get(0).keySet().stream()
                .filter(column -> isQuery || !column.endsWith(ID_SUFFIX))
                .toList();
        boolean isCut = isQuery && rows.size() > limit;
        String text = TextTable.of(columns, isCut ? rows.subList(0, (int) limit) : rows)
                .render();
        if (output == null) {
            new PrintStream(System.out, true, StandardCharsets.UTF_8).print(text);
        } else {
            OutputFile.at(output).write(text.getBytes(StandardCharsets.UTF_8));
        }
        if (isCut) {
            System.err.println("There are more than these " + limit + " rows; --limit N or --format csv shows them.");
        }
    }

    /** Moves the export to its place, or copies it to standard output. */
    public void deliver() throws IOException {
        if (output == null) {
            Files.copy(exported, System.out);
            System.out.flush();
        } else {
            OutputFile.at(output).replaceWith(exported);
        }
    }

    /** Removes an export that was not delivered. */
    @Override
    public void close() throws IOException {
        if (exported != null) {
            Files.deleteIfExists(exported);
        }
    }
}

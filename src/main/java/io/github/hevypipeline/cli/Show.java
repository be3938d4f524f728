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
import java.util.Map;
import org.apache.camel.Body;

/**
 * Rows of one table on their way to a person: to standard output or to a file, which is there whole or not at all.
 *
 * <p>Not thread-safe; made for one command. DuckDB writes every format but the table to be read, into a file beside the
 * wanted one or a temporary one, which {@link #close} removes. Nothing else is ever written to standard output.
 */
public final class Show implements AutoCloseable {
    private static final String ID_SUFFIX = "_id";

    private final RowSelection selection;
    private Path exported;

    public Show(RowSelection selection) {
        this.selection = selection;
    }

    /**
     * The step that selects the rows, or exports them.
     *
     * @throws ConfigError if there is no such table
     */
    public SqlStep step(@Body List<Map<String, Object>> listed) throws IOException {
        Relations relations = Relations.of(listed);
        if (isToBeRead()) {
            return relations.select(selection.table(), selection.limit());
        }
        // An unknown name must not leave a file.
        relations.select(selection.table(), selection.limit());
        exported = selection.output() == null ? temporary() : beside(selection.output());
        return relations.export(
                selection.table(),
                selection.limit(),
                ExportFormat.valueOf(selection.format().name()),
                exported);
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
                Path.of(System.getProperty(TemporaryFolder.PROPERTY)), "hevy-pipeline-", "." + selection.format());
    }

    /** Whether the rows are for a reader, and so a table. */
    public boolean isToBeRead() {
        return selection.format() == RowSelection.Format.TABLE;
    }

    /** Writes rows as a table, without the ids, which say nothing to a reader and make the lines long. */
    public void print(@Body List<Map<String, Object>> rows) throws IOException {
        if (rows.isEmpty()) {
            System.err.println(selection.table() + " has no rows" + (selection.limit() == 0 ? " to show." : "."));
            return;
        }
        List<String> columns = rows.get(0).keySet().stream()
                .filter(column -> !column.endsWith(ID_SUFFIX))
                .toList();
        String table = TextTable.of(columns, rows).render();
        if (selection.output() == null) {
            new PrintStream(System.out, true, StandardCharsets.UTF_8).print(table);
        } else {
            OutputFile.at(selection.output()).write(table.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Writes what DuckDB has exported. */
    public void deliver() throws IOException {
        if (selection.output() == null) {
            Files.copy(exported, System.out);
            System.out.flush();
        } else {
            OutputFile.at(selection.output()).replaceWith(exported);
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

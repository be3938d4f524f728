package io.github.hevypipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.Main;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code docs} needs nothing but the project. */
class DocsTest {
    private static final Path LAYOUT = Path.of("docs/layout.md");

    @TempDir
    private Path folder;

    private final Map<String, String> settings = new HashMap<>();

    private CapturedOutput docs(String... arguments) {
        settings.put("DBT_DUCKDB_PATH", folder.resolve("hevy.duckdb").toString());
        settings.put("DLT_PIPELINE_DIR", folder.resolve("work").toString());
        String[] all = Stream.concat(Stream.of("docs"), Stream.of(arguments)).toArray(String[]::new);
        return CapturedOutput.of(() -> Main.run(all, settings));
    }

    @Test
    void the_page_is_made_without_a_key_a_bucket_or_a_load_and_says_where_it_is() throws IOException {
        CapturedOutput made = docs();

        assertThat(made.exitCode()).as(made.err()).isEqualTo(ExitCode.DONE);
        Path page = folder.resolve("docs.html");
        assertThat(made.err()).contains(page.toUri().toString());
        assertThat(made.out()).isEmpty();
        assertThat(Files.readString(page)).contains("\"built\":null", "daily_exercises", "default-src 'none'");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("nothing else is left").containsExactly(page);
        }
    }

    @Test
    void it_is_written_beside_the_report_or_to_the_output_option() {
        settings.put("REPORT_PATH", "web/report.html");
        Path elsewhere = folder.resolve("some 'where'/else.html");

        assertThat(docs().exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(docs("--output", elsewhere.toString()).exitCode()).isEqualTo(ExitCode.DONE);
        settings.put("REPORT_PATH", "none");
        assertThat(docs().exitCode()).isEqualTo(ExitCode.DONE);

        assertThat(folder.resolve("web/docs.html")).isNotEmptyFile();
        assertThat(elsewhere).isNotEmptyFile();
        assertThat(folder.resolve("docs.html")).isNotEmptyFile();
    }

    @Test
    void it_never_replaces_the_report() {
        settings.put("REPORT_PATH", "docs.html");

        CapturedOutput refused = docs();

        assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(refused.err()).contains("is the report", "--output");
        assertThat(folder.resolve("docs.html")).doesNotExist();
    }

    @Test
    void an_output_that_cannot_be_a_file_is_named() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        CapturedOutput ofFolder = docs("--output", folder.toString());
        CapturedOutput belowFile = docs("--output", file.resolve("docs.html").toString());

        assertThat(ofFolder.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(ofFolder.err()).contains(folder + " is a folder", "Next: Give another --output");
        assertThat(belowFile.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
        assertThat(belowFile.err()).contains(file.toString(), "Next: ");
    }

    @Test
    void the_layout_document_is_up_to_date_with_schemas_and_models() throws IOException {
        Path now = folder.resolve("layout.md");

        assertThat(docs("--format", "markdown", "--output", now.toString()).exitCode())
                .isEqualTo(ExitCode.DONE);

        assertThat(Files.readString(LAYOUT))
                .as("docs/layout.md is stale. Run: mvn compile camel:run"
                        + " -Dcamel.arguments=docs,--format,markdown,--output,docs/layout.md")
                .isEqualTo(Files.readString(now));
    }

    @Test
    void the_layout_document_has_every_raw_table_and_every_mart() throws IOException {
        String layout = Files.readString(LAYOUT);

        try (Stream<Path> schemas = Files.list(Path.of("schemas"))) {
            assertThat(schemas.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".avsc")))
                    .hasSizeGreaterThan(8)
                    .allSatisfy(name -> assertThat(layout).contains("\n### " + name.replace(".avsc", "") + "\n"));
        }
        try (Stream<Path> marts = Files.list(Path.of("transform/models/marts"))) {
            assertThat(marts.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".sql")))
                    .hasSizeGreaterThan(5)
                    .allSatisfy(name -> assertThat(layout).contains("\n### " + name.replace(".sql", "") + "\n"));
        }
        assertThat(layout)
                .contains("| `weight_kg` | double | The weight in kilograms", "| `manifest` | varchar | never |");
    }
}

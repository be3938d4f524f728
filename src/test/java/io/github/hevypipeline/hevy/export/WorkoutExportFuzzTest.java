package io.github.hevypipeline.hevy.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.failure.ConfigError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Whatever bytes a file has, it is an export or refused. With JAZZER_FUZZ=1 it goes beyond the inputs that are kept. */
class WorkoutExportFuzzTest {
    private static Path file;

    @BeforeAll
    static void makeFile() throws IOException {
        file = Files.createTempFile("export", ".csv");
    }

    @AfterAll
    static void removeFile() throws IOException {
        Files.delete(file);
    }

    @FuzzTest(maxDuration = "60s")
    void any_bytes_are_an_export_or_refused_with_the_next_step(byte[] content) throws IOException {
        Files.write(file, content == null ? new byte[0] : content);
        try {
            WorkoutExport export = ExportedFile.read(file);
            List<JsonNode> workouts = ExportedFile.items(export.pages(), "workouts");

            assertThat(workouts).hasSize((int) export.summary().workouts());
            assertThat(workouts).extracting(one -> one.path("id").textValue()).doesNotHaveDuplicates();
        } catch (ConfigError refused) {
            assertThat(refused.getMessage())
                    .startsWith(file.getFileName().toString())
                    .doesNotMatch("(?s).*\\p{Cntrl}.*");
            assertThat(refused.nextStep()).isNotBlank();
        }
        try {
            MeasurementExport export = MeasurementExport.read(file, ExportedFile.UTC);

            assertThat(ExportedFile.items(export.pages(), "body_measurements"))
                    .hasSize((int) export.summary().measurements());
        } catch (ConfigError refused) {
            assertThat(refused.nextStep()).isNotBlank();
        }
    }
}

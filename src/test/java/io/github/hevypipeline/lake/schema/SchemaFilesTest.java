package io.github.hevypipeline.lake.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A schema file or the catalog of resources that was broken by hand is named, however it is broken. */
class SchemaFilesTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void copy() throws IOException {
        for (Path file : files(Path.of("schemas"))) {
            Files.copy(file, folder.resolve(file.getFileName()));
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "[]", "null", "\"string\"", "{\"type\": \"record\"}", "\u0000", "{\"type\": \"fixed\"}"
            })
    @Fault(55)
    void a_broken_schema_file_is_named(String content) throws IOException {
        for (Path file : files(folder)) {
            if (file.toString().endsWith(".avsc")) {
                String right = Files.readString(file);
                Files.writeString(file, content);

                assertNamed(file, () -> DatasetSchema.read(folder));
                Files.writeString(file, right);
            }
        }
    }

    @Test
    @Fault(55)
    void a_schema_file_without_a_column_type_that_a_table_can_have_is_named() throws IOException {
        Path file = folder.resolve("routines.avsc");
        Files.writeString(file, Files.readString(file).replace("\"string\"", "\"bytes\""));

        assertNamed(file, () -> DatasetSchema.read(folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"_dlt_loads.avsc", "_dlt_pipeline_state.avsc", "workouts__exercises.avsc"})
    @Fault(55)
    void a_schema_file_that_is_missing_is_named(String name) throws IOException {
        Files.delete(folder.resolve(name));

        assertNamed(folder.resolve(name), () -> DatasetSchema.read(folder));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "workouts:",
                "workouts: {}",
                "workouts: {path: /v1/workouts}",
                "workouts: [",
                "a: b",
                "- x"
            })
    @Fault(55)
    void a_broken_catalog_of_resources_is_named(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("resources.yaml"), content);

        assertNamed(file, () -> ResourceCatalog.read(folder));
    }

    private static void assertNamed(Path file, org.assertj.core.api.ThrowableAssert.ThrowingCallable reading) {
        ConfigError error = catchThrowableOfType(ConfigError.class, reading);
        assertThat(error).as(file.toString()).isNotNull().hasMessageContaining(file.toString());
        assertThat(error.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(error.getMessage()).doesNotContain("\n");
    }
}

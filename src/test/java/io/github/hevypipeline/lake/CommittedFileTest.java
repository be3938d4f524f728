package io.github.hevypipeline.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommittedFileTest {
    @Test
    void a_file_is_named_by_its_table_load_partition_and_number() {
        assertThat(CommittedFile.path("workouts", "1795440923.5969455", "2026", 1))
                .isEqualTo("workouts/1795440923.5969455.2026.parquet");
        assertThat(CommittedFile.path("workouts", "1795440923.5969455", "2026", 2))
                .isEqualTo("workouts/1795440923.5969455.2026-2.parquet");
    }

    @ParameterizedTest
    @CsvSource({"2026", "0", "unknown", "-1", "12345", "-290000"})
    void the_partition_is_read_back_whatever_the_number_of_the_file(String part) {
        for (int number : new int[] {1, 2, 10, 999}) {
            CommittedFile file = new CommittedFile(CommittedFile.path("a__b", "1.5", part, number), 1, 1, "");
            assertThat(file.part()).isEqualTo(part);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "workouts/x.parquet",
                "workouts/1.5.parquet",
                "1.5.2026.parquet",
                "a/b/1.5.2026.parquet",
                "../1.5.2026.parquet",
                "${x}/1.5.2026.parquet"
            })
    void another_name_is_refused(String path) {
        assertThatThrownBy(() -> new CommittedFile(path, 1, 1, "").part())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(path);
    }
}

package io.github.hevypipeline.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ManifestTest {
    private static final CommittedFile OLD = new CommittedFile("workouts/1.0.2025.parquet", 3, 1000, "aa");
    private static final CommittedFile NEW_1 = new CommittedFile("workouts/2.0.2026.parquet", 4, 2000, "bb");
    private static final CommittedFile NEW_2 = new CommittedFile("workouts/2.0.2026-2.parquet", 5, 3000, "cc");

    private final Manifest manifest = new Manifest(new TreeMap<>(Map.of("workouts", List.of(NEW_1, NEW_2, OLD))));

    @Test
    void its_json_is_that_of_the_raw_contract_and_reads_back_in_order() throws JsonProcessingException {
        assertThat(Manifest.EMPTY.with(Map.of("workouts", List.of(OLD))).toJson())
                .isEqualTo("{\"tables\":{\"workouts\":[{\"path\":\"workouts/1.0.2025.parquet\",\"rows\":3,"
                        + "\"bytes\":1000,\"sha256\":\"aa\"}]}}");
        assertThat(Manifest.parse(manifest.toJson())).isEqualTo(manifest);
        assertThat(Manifest.parse(Manifest.EMPTY.toJson())).isEqualTo(Manifest.EMPTY);
    }

    @Test
    void the_commit_of_a_newer_version_ended_in_a_json_error_instead_of_asking_for_an_update()
            throws JsonProcessingException {
        String newer = "{\"tables\":{\"workouts\":[{\"path\":\"p\",\"rows\":1,\"bytes\":2,\"sha256\":\"x\","
                + "\"bloom\":7}]},\"format\":2}";

        assertThat(Manifest.parse(newer).files("workouts")).containsExactly(new CommittedFile("p", 1, 2, "x"));
    }

    @Test
    void it_knows_the_rows_parts_and_files_of_a_table() {
        assertThat(manifest.rows("workouts")).isEqualTo(12);
        assertThat(manifest.parts("workouts")).containsExactly("2025", "2026");
        assertThat(manifest.files("workouts", "2026")).containsExactly(NEW_1, NEW_2);
        assertThat(manifest.files("routines")).isEmpty();
        assertThat(manifest.files()).containsExactly(NEW_1, NEW_2, OLD);
    }

    @Test
    void exchanging_the_files_of_one_table_leaves_the_others() {
        CommittedFile routines = new CommittedFile("routines/2.0.0.parquet", 0, 1, "dd");
        Manifest next = manifest.with(Map.of("routines", List.of(routines)));

        assertThat(next.files()).containsExactly(routines, NEW_1, NEW_2, OLD);
        assertThat(manifest.tables()).doesNotContainKey("routines");
    }
}

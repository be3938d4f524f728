package io.github.hevypipeline.hevy.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExerciseLibraryTest {
    private static final ExerciseLibrary LIBRARY = ExerciseLibrary.read();

    @Test
    void a_title_is_found_as_it_is_then_without_case_and_blanks_then_in_other_languages() {
        assertThat(LIBRARY.idOf("Squat (Barbell)")).contains("D04AC939");
        assertThat(LIBRARY.idOf(" squat(barbell)\u00A0")).contains("D04AC939");
        assertThat(LIBRARY.idOf("Bankdrücken (Langhantel)")).contains("79D0BB3A");
        assertThat(LIBRARY.idOf("Zercher carry")).isEmpty();
    }

    @Test
    void a_title_of_two_templates_matches_none() {
        assertThat(LIBRARY.idOf("Press de Hombros (Mancuerna)")).isEmpty();
    }

    @Test
    void what_the_caller_knows_comes_after_hevys_english_titles_and_before_all_others() {
        String own = "c825619c-0000-4000-8000-000000000000";
        ExerciseLibrary knowing = LIBRARY.knowing(List.of(
                Map.entry("Carry", own),
                Map.entry("Squat (Barbell)", "X"),
                Map.entry("Bankdrücken (Langhantel)", own)));

        assertThat(knowing.idOf("carry")).contains(own);
        assertThat(knowing.idOf("Squat (Barbell)")).contains("D04AC939");
        assertThat(knowing.idOf("Bankdrücken (Langhantel)")).contains(own);
    }

    @Test
    void a_title_that_the_caller_knows_with_two_ids_matches_none() {
        assertThat(LIBRARY.knowing(List.of(Map.entry("Carry", "X"), Map.entry("carry", "Y")))
                        .idOf("Carry"))
                .isEmpty();
    }

    @Test
    void a_project_without_its_library_names_the_missing_file(@TempDir Path empty) {
        assertThatThrownBy(() -> ExerciseLibrary.read(empty))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("exercise_library.csv is missing");
    }
}

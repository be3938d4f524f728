package io.github.hevypipeline.hevy.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.hevy.export.ExerciseLibrary.Template;
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
        Template own = new Template(
                "c825619c-0000-4000-8000-000000000000", "Carry", "duration", "forearms", List.of(), "other", true);
        ExerciseLibrary knowing = LIBRARY.knowing(
                Map.of("Carry", own.id(), "Squat (Barbell)", "X", "Bankdrücken (Langhantel)", own.id()), List.of(own));

        assertThat(knowing.idOf("carry")).contains(own.id());
        assertThat(LIBRARY.knowing(Map.of(), List.of(own)).idOf("Carry")).contains(own.id());
        assertThat(knowing.idOf("Squat (Barbell)")).contains("D04AC939");
        assertThat(knowing.idOf("Bankdrücken (Langhantel)")).contains(own.id());
        assertThat(knowing.templates()).hasSize(452).contains(own);
    }

    @Test
    void the_library_has_all_of_hevys_own_exercises() {
        assertThat(LIBRARY.templates()).hasSize(451).allSatisfy(template -> {
            assertThat(template.id()).matches("[0-9A-Z]{8}");
            assertThat(template.custom()).isFalse();
            assertThat(LIBRARY.idOf(template.title())).contains(template.id());
        });
    }

    @Test
    void a_project_without_its_library_names_the_missing_file(@TempDir Path empty) {
        assertThatThrownBy(() -> ExerciseLibrary.read(empty))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("exercise_library.csv is missing");
    }
}

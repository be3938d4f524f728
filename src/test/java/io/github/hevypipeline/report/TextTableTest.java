package io.github.hevypipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTableTest {
    @Test
    void numbers_are_aligned_to_the_right_and_texts_to_the_left() {
        String table = TextTable.of(
                        List.of("exercise", "reps"),
                        List.of(Map.of("exercise", "Squat", "reps", 5), Map.of("exercise", "Bench Press", "reps", 12)))
                .render();

        assertThat(table).isEqualTo("""
                exercise     reps
                -----------  ----
                Squat           5
                Bench Press    12
                """);
    }

    @Test
    void a_missing_value_is_shown_as_nothing_and_leaves_its_column_numeric() {
        Map<String, Object> bodyweight = new HashMap<>();
        bodyweight.put("weight_kg", null);
        bodyweight.put("type", "normal");

        String table = TextTable.of(
                        List.of("weight_kg", "type"), List.of(bodyweight, Map.of("weight_kg", 62.5, "type", "warmup")))
                .render();

        assertThat(table).isEqualTo("""
                weight_kg  type
                ---------  ------
                           normal
                     62.5  warmup
                """);
    }

    @Test
    void a_time_is_printed_alike_with_and_without_a_zone() {
        assertThat(firstCell(Timestamp.valueOf("2026-05-01 18:00:00"))).isEqualTo("2026-05-01 18:00:00");
        assertThat(firstCell(OffsetDateTime.parse("2026-05-01T20:00:00.25+02:00")))
                .isEqualTo("2026-05-01 18:00:00");
    }

    @Test
    void a_table_without_rows_is_its_header() {
        assertThat(TextTable.of(List.of("a", "bc"), List.of()).render()).isEqualTo("a  bc\n-  --\n");
    }

    @Test
    void characters_that_could_steer_a_terminal_or_turn_the_text_are_shown_escaped() {
        assertThat(firstCell("a\u001b[31mb")).isEqualTo("a\\u001b[31mb");
        assertThat(firstCell("a\r\nb\tc\u0000")).isEqualTo("a\\u000d\\nb\\u0009c\\u0000");
        assertThat(firstCell("a\u202eb\u2066c\ufeff")).isEqualTo("a\\u202eb\\u2066c\\ufeff");
        assertThat(firstCell("a\u2028b\u009bc")).isEqualTo("a\\u2028b\\u009bc");
        assertThat(firstCell("a\ud800b")).isEqualTo("a\\ud800b");
    }

    @Test
    void an_emoji_of_several_code_points_stays_whole() {
        assertThat(firstCell("Run 🏃\u200d♀️")).isEqualTo("Run 🏃\u200d♀️");
    }

    @ParameterizedTest
    @CsvSource({
        "Squat, 5",
        "Kniebeuge größer, 16",
        "懸垂, 4",
        "풀업, 4",
        "💪, 2",
        "⚡⭐✅, 6",
        "❤️, 2",
        "👍🏽, 2",
        "🏃‍♀️, 2",
        "👨‍👩‍👧, 2",
        "🇦🇺, 2",
        "é, 1"
    })
    void width_is_counted_in_cells_of_a_terminal(String text, int cells) {
        assertThat(TerminalWidth.of(text)).isEqualTo(cells);
    }

    @Test
    void wide_characters_keep_the_next_column_in_line() {
        String table = TextTable.of(
                        List.of("title", "sets"),
                        List.of(Map.of("title", "懸垂", "sets", 3), Map.of("title", "Legs 💪", "sets", 4)))
                .render();

        assertThat(table).isEqualTo("""
                title    sets
                -------  ----
                懸垂        3
                Legs 💪     4
                """);
    }

    @Test
    void a_value_of_36_cells_is_shown_whole_and_a_longer_one_cut() {
        assertThat(firstCell("x".repeat(36))).isEqualTo("x".repeat(36));
        assertThat(firstCell("x".repeat(37))).isEqualTo("x".repeat(35) + "…");
        assertThat(firstCell("懸".repeat(19))).isEqualTo("懸".repeat(17) + "…");
        assertThat(firstCell("x".repeat(34) + "💪💪")).isEqualTo("x".repeat(34) + "…");
    }

    @Test
    void a_title_of_a_megabyte_is_cut_in_no_time() {
        assertThat(firstCell("x".repeat(1 << 20))).hasSize(36);
    }

    private static String firstCell(Object value) {
        String table = TextTable.of(List.of("v"), List.of(Map.of("v", value))).render();
        return table.lines().skip(2).findFirst().orElseThrow();
    }
}

package io.github.hevypipeline.hevy.export;

import static io.github.hevypipeline.hevy.export.ExportedFile.HEADER;
import static io.github.hevypipeline.hevy.export.ExportedFile.LIBRARY;
import static io.github.hevypipeline.hevy.export.ExportedFile.row;
import static io.github.hevypipeline.hevy.export.ExportedFile.workouts;
import static io.github.hevypipeline.hevy.export.ExportedFile.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.TransientError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkoutExportTest {
    private static final String MAR = "28 Mar 2025, 17:29";

    @TempDir
    Path folder;

    private ConfigError refusal(String content) {
        Path file = write(folder, content);
        return catchThrowableOfType(ConfigError.class, () -> ExportedFile.read(file));
    }

    @ParameterizedTest
    @CsvSource({
        "crlf,en",
        "kg-km-escaped-line-breaks,en",
        "kg-miles-line-breaks,en",
        "lbs-miles-emoji,en",
        "portuguese-months,pt",
        "supersets,en"
    })
    void every_file_in_the_shape_of_a_real_one_holds_what_is_written_beside_it(String name, String language)
            throws IOException {
        Path file = ExportedFile.shared(name + ".csv");

        List<JsonNode> workouts = new ArrayList<>(workouts(file));

        // The files are excerpts, and not all are in order.
        workouts.sort(
                Comparator.comparing((JsonNode one) -> one.path("start_time").textValue())
                        .reversed());
        JsonNode expected = ExportedFile.expected(name);
        assertThat(workouts).hasSize(expected.size());
        for (int i = 0; i < workouts.size(); i++) {
            ObjectNode workout = workouts.get(i).deepCopy();
            assertThat(workout.remove("id").textValue()).matches("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab].*");
            requireSame(workout, expected.get(i), name);
        }
        assertThat(ExportedFile.read(file).summary().language()).isEqualTo(language);
    }

    /** The same but for the last bit of a converted double, and for the template, which the library decides. */
    private static void requireSame(JsonNode found, JsonNode expected, String place) {
        if (expected.isObject()) {
            assertThat(found.fieldNames())
                    .as(place)
                    .toIterable()
                    .containsExactlyInAnyOrderElementsOf(() -> expected.fieldNames());
            expected.fieldNames().forEachRemaining(name -> {
                if (!name.equals("exercise_template_id")) {
                    requireSame(found.get(name), expected.get(name), place + "." + name);
                }
            });
        } else if (expected.isArray()) {
            assertThat(found.size()).as(place).isEqualTo(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                requireSame(found.get(i), expected.get(i), place + "." + i);
            }
        } else if (expected.isNumber()) {
            double one = expected.doubleValue();
            assertThat(Math.abs(found.doubleValue() - one)).as(place).isLessThanOrEqualTo(Math.ulp(one));
        } else {
            assertThat(found).as(place).isEqualTo(expected);
        }
    }

    @Test
    void a_page_has_ten_workouts_and_the_form_of_the_api() {
        StringBuilder file = new StringBuilder(HEADER);
        for (int day = 28; day > 7; day--) {
            file.append(row(day + " Mar 2025, 17:29"));
        }

        WorkoutExport export = ExportedFile.read(write(folder, file.toString()));
        List<JsonNode> pages = new ArrayList<>();
        export.pages().forEachRemaining(pages::add);

        assertThat(pages).extracting(page -> page.path("workouts").size()).containsExactly(10, 10, 1);
        assertThat(pages).extracting(page -> page.path("page").intValue()).containsExactly(1, 2, 3);
        assertThat(pages).allSatisfy(page -> assertThat(page.path("page_count").intValue())
                .isEqualTo(3));
        assertThat(export.summary().workouts()).isEqualTo(21);
        assertThat(export.summary().sets()).isEqualTo(21);
        assertThat(export.summary().oldestStart()).isEqualTo("2025-03-08T17:29:00Z");
        assertThat(export.summary().newestStart()).isEqualTo("2025-03-28T17:29:00Z");
    }

    @Test
    void an_export_without_workouts_is_one_empty_page() {
        WorkoutExport export = ExportedFile.read(write(folder, HEADER));

        assertThat(export.summary().workouts()).isZero();
        assertThat(export.summary().newestStart()).isNull();
        assertThat(export.pages().next().toString()).isEqualTo("{\"page\":1,\"page_count\":1,\"workouts\":[]}");
    }

    @Test
    void a_workout_keeps_its_id_when_all_but_its_start_is_edited() {
        JsonNode before = workouts(write(folder, HEADER + row(MAR))).get(0);

        JsonNode after = workouts(write(folder, HEADER + row("Beine", "28 März 2025, 17:29", "Lunge", 0)))
                .get(0);

        assertThat(after.path("title").textValue()).isEqualTo("Beine");
        assertThat(after.path("id")).isEqualTo(before.path("id"));
        assertThat(before.path("id").textValue()).isEqualTo("70976972-5d2c-59f9-9f7f-0d40dc7c0c68");
    }

    @Test
    void two_workouts_that_start_in_the_same_minute_have_two_ids() {
        String file = HEADER + row("One", MAR, "Squat (Barbell)", 0) + row("Two", MAR, "Squat (Barbell)", 0);

        assertThat(workouts(write(folder, file)))
                .extracting(one -> one.path("id"))
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    @Test
    void an_exercise_begins_when_the_title_changes_or_the_set_index_does_not_rise() {
        String file = HEADER
                + row("A", MAR, "Squat (Barbell)", 0)
                + row("A", MAR, "Squat (Barbell)", 2)
                + row("A", MAR, "Squat (Barbell)", 0)
                + row("A", MAR, "Lunge", 1)
                + row("A", MAR, "Squat (Barbell)", 2);

        JsonNode exercises = workouts(write(folder, file)).get(0).path("exercises");

        assertThat(exercises)
                .extracting(
                        one -> one.path("title").textValue() + one.path("sets").findValuesAsText("index"))
                .containsExactly("Squat (Barbell)[0, 2]", "Squat (Barbell)[0]", "Lunge[1]", "Squat (Barbell)[2]");
        assertThat(exercises).extracting(one -> one.path("index").intValue()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void times_are_local_to_the_zone_of_the_settings() {
        ExportOptions berlin = new ExportOptions(ZoneId.of("Europe/Berlin"), "");
        String night =
                "\"N\",\"26 Oct 2025, 02:50\",\"26 Oct 2025, 02:10\",\"\",\"Squat (Barbell)\",,\"\",0,\"normal\",1,1,,,\n";
        Path file = write(folder, HEADER + night + row(MAR));

        List<JsonNode> found =
                ExportedFile.items(WorkoutExport.read(file, berlin, LIBRARY).pages(), "workouts");

        assertThat(found.get(1).path("start_time").textValue()).isEqualTo("2025-03-28T16:29:00+00:00");
        // The clocks went back in between, so it ended after it began.
        assertThat(found.get(0).path("start_time").textValue()).isEqualTo("2025-10-26T00:50:00+00:00");
        assertThat(found.get(0).path("end_time").textValue()).isEqualTo("2025-10-26T01:10:00+00:00");
        assertThat(found.get(1).path("id")).isEqualTo(workouts(file).get(1).path("id"));
    }

    @Test
    void the_columns_may_come_in_another_order_with_others_among_them_and_a_byte_order_mark() {
        String file =
                "\uFEFFset_type,reps,mood,weight_lbs,title,start_time,end_time,description,exercise_title,superset_id,"
                        + "exercise_notes,set_index,distance_miles,duration_seconds,rpe\r\n"
                        + "dropset,5,good,100,T,\"" + MAR + "\",\"" + MAR + "\",D,Run,1,N,0,1,60.5,8.5\r\n\r\n";

        WorkoutExport export = ExportedFile.read(write(folder, file));

        JsonNode exercise = export.pages().next().at("/workouts/0/exercises/0");
        assertThat(exercise.path("superset_id").intValue()).isEqualTo(1);
        assertThat(exercise.path("notes").textValue()).isEqualTo("N");
        assertThat(exercise.at("/sets/0").toString())
                .isEqualTo("{\"index\":0,\"type\":\"dropset\",\"weight_kg\":45.359237,\"reps\":5,"
                        + "\"distance_meters\":1609.344,\"duration_seconds\":60.5,\"rpe\":8.5,\"custom_metric\":null}");
        assertThat(export.summary().unknownColumns()).containsExactly("mood");
    }

    @Test
    void hostile_texts_stay_as_they_are() {
        List<String> texts = List.of(
                "=cmd()",
                "<script>alert(1)</script>",
                "say \"hi\", now",
                "line\nbreak\r\nand \\n",
                "\t\u202E🏋️",
                "a;b");
        StringBuilder file = new StringBuilder(HEADER);
        for (int i = 0; i < texts.size(); i++) {
            String cell = texts.get(i).replace("\"", "\"\"");
            file.append(row(cell, (20 - i) + " Mar 2025, 17:29", cell, 0));
        }

        List<JsonNode> found = workouts(write(folder, file.toString()));

        assertThat(found).extracting(one -> one.path("title").textValue()).containsExactlyElementsOf(texts);
        assertThat(found)
                .extracting(one -> one.at("/exercises/0/title").textValue())
                .containsExactlyElementsOf(texts);
    }

    @Test
    void an_exercise_that_hevy_does_not_know_has_a_template_id_of_its_own() {
        String file = HEADER
                + row("A", MAR, "Zercher carry", 0)
                + row("A", MAR, "Zercher carry", 1)
                + row("A", MAR, "squat(BARBELL)", 0);

        WorkoutExport export = ExportedFile.read(write(folder, file));

        JsonNode exercises = export.pages().next().at("/workouts/0/exercises");
        assertThat(exercises.at("/0/exercise_template_id").textValue()).matches("[0-9a-f-]{14}5[0-9a-f-]{21}");
        assertThat(exercises.at("/1/exercise_template_id").textValue()).isEqualTo("D04AC939");
        assertThat(export.summary().unknownExercises()).isEqualTo(Map.of("Zercher carry", 2L));
        assertThat(export.summary().setsOfUnknownExercises()).isEqualTo(2);
    }

    @Test
    void a_file_that_changes_between_its_check_and_its_pages_is_read_again_later() {
        WorkoutExport export = ExportedFile.read(write(folder, HEADER + row(MAR)));
        write(folder, HEADER + row("29 Mar 2025, 17:29"));

        assertThatThrownBy(() -> export.pages().next())
                .isInstanceOf(TransientError.class)
                .hasMessageContaining("changed while it was read");
    }

    @Test
    void portuguese_months_that_english_has_too_do_not_make_a_file_english() {
        ConfigError refused = catchThrowableOfType(
                ConfigError.class,
                () -> WorkoutExport.read(
                        ExportedFile.shared("portuguese-months.csv"),
                        new ExportOptions(ZoneOffset.UTC, "en"),
                        LIBRARY));

        assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(refused)
                .hasMessage("portuguese-months.csv, line 2, column start_time: expected a date such as"
                        + " \"28 Mar 2025, 17:29\" in English, found \"28 Abr 2025, 10:22\".");
        assertThat(refused.nextStep()).contains("HEVY_EXPORT_LANGUAGE");
    }

    @Test
    void a_file_whose_dates_are_of_two_languages_is_refused_whole() {
        assertThat(refusal(HEADER + row("28 Dec 2025, 17:29") + row("28 Mar 2025, 17:29") + row("28 Abr 2025, 10:22")))
                .hasMessageStartingWith("workouts.csv, line 4, column start_time: expected a date")
                .hasMessageContaining(", as on line 3, found \"28 Abr 2025, 10:22\".");
    }

    @Test
    void a_month_that_two_languages_know_as_two_months_is_decided_by_the_setting() {
        String file = HEADER + row("5 lis 2025, 17:29") + row("5 lip 2025, 17:29");

        ConfigError refused = refusal(file);

        assertThat(refused.exitCode().number()).isEqualTo(2);
        assertThat(refused)
                .hasMessage("workouts.csv, line 2: \"5 lis 2025, 17:29\" is 2025-11-05 in Polish and 2025-10-05 in"
                        + " Croatian, and both read every date of the file.");
        assertThat(refused.nextStep()).isEqualTo("Set HEVY_EXPORT_LANGUAGE to the language of the phone: pl or hr.");
        assertThat(read(file, "pl").get(0).path("start_time").textValue()).startsWith("2025-11-05T17:29");
        assertThat(read(file, "hr-HR").get(0).path("start_time").textValue()).startsWith("2025-10-05T17:29");
        assertThat(workouts(write(folder, file + row("5 maja 2025, 17:29")))).hasSize(3);
    }

    private List<JsonNode> read(String content, String language) {
        Path file = write(folder, content);
        return ExportedFile.items(
                WorkoutExport.read(file, new ExportOptions(ZoneOffset.UTC, language), LIBRARY)
                        .pages(),
                "workouts");
    }

    @Test
    void a_language_that_does_not_exist_is_refused_before_any_file_is_read() {
        assertThatThrownBy(new ExportOptions(ZoneOffset.UTC, "klingon")::check)
                .isInstanceOf(ConfigError.class)
                .hasMessage("HEVY_EXPORT_LANGUAGE names no language: \"klingon\".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"28/03/2025 17:29", "2025-03-28 17:29", "3.28.25 5:29"})
    void dates_that_a_spreadsheet_has_changed_are_told_as_such(String date) {
        ConfigError refused = refusal(HEADER + row(date));

        assertThat(refused).hasMessageContaining("line 2, column start_time: expected a month by its name");
        assertThat(refused.nextStep()).contains("spreadsheet");
    }

    @Test
    void decimal_commas_are_told_as_a_spreadsheets() {
        ConfigError refused = refusal(HEADER + row(MAR).replace(",100,", ",\"62,5\","));

        assertThat(refused)
                .hasMessage(
                        "workouts.csv, line 2, column weight_kg: expected a number with a decimal point, found \"62,5\".");
        assertThat(refused.nextStep()).contains("spreadsheet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"heavy", "NaN", "1e9999", "0x10", "1_000", "٣", "=1+1"})
    void a_text_where_a_number_belongs_is_refused_with_its_line_and_column(String text) {
        String notes = row("A", "29 Mar 2025, 17:29", "Squat (Barbell)", 0).replace(",\"\",0,", ",\"two\nlines\",0,");

        assertThat(refusal(HEADER + notes + row(MAR).replace(",100,", "," + text + ",")))
                .hasMessageStartingWith("workouts.csv, line 4, column weight_kg: expected a number");
    }

    @Test
    void a_number_beyond_doubles_is_refused() {
        assertThat(refusal(HEADER + row(MAR).replace(",100,", ",1e999,"))).hasMessageContaining("column weight_kg");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Squat (Barbell)\",,|\",,|column exercise_title: expected a value, found nothing",
                ",0,\"normal\"|,,\"normal\"|column set_index: expected a value, found nothing",
                ",0,\"normal\"|,-1,\"normal\"|column set_index: expected a whole number, found \"-1\"",
                ",0,\"normal\"|,0,|column set_type: expected a value, found nothing",
                ",,\"\",0|,x,\"\",0|column superset_id: expected a whole number, found \"x\"",
            })
    void a_set_that_lacks_what_every_set_has_is_refused(String there, String instead, String reason) {
        assertThat(refusal(HEADER + row(MAR).replace(there, instead))).hasMessageContaining("line 2, " + reason);
    }

    @Test
    void a_file_that_is_cut_is_refused_wherever_it_is_cut_within_a_record() {
        String file = HEADER + row("29 Mar 2025, 17:29") + row(MAR);
        int lastRecord = (HEADER + row("29 Mar 2025, 17:29")).length();

        // The four last characters are empty cells: the third is the last whose loss shows.
        for (int length = lastRecord + 1; length < file.length() - 1; length++) {
            assertThat(refusal(file.substring(0, length)))
                    .as("cut after %d", length)
                    .hasMessageContaining("line 3");
        }
    }

    @Test
    void other_files_are_refused_with_what_they_are() throws IOException {
        assertThat(refusal("")).hasMessage("workouts.csv is empty.");
        assertThat(refusal("Date,Workout Name,Exercise Name,Set Order,Weight,Reps\n2025-03-28,A,B,1,1,1\n"))
                .hasMessage("workouts.csv is no workout export of Hevy: it has no column title among"
                        + " \"Date,Workout Name,Exercise Name,Set Order,Weight,Reps\".");
        assertThat(refusal(HEADER.replace(",", ";") + row(MAR).replace(",", ";")))
                .hasMessage(
                        "workouts.csv has its columns separated by \";\" in place of \",\": a spreadsheet has saved it.");
        assertThat(refusal(HEADER.replace("weight_kg", "weight_stones") + row(MAR)))
                .hasMessage("workouts.csv has neither a column weight_kg nor weight_lbs.");
        assertThat(refusal(HEADER.replace("reps", "weight_lbs") + row(MAR))).hasMessageContaining("no column reps");
        assertThat(refusal(HEADER.replace("rpe", "reps") + row(MAR))).hasMessageContaining("\"reps\" twice");
        assertThat(refusal(HEADER.replace("\n", ",weight_lbs\n") + row(MAR).replace("\n", ",\n")))
                .hasMessage("workouts.csv has both weight_kg and weight_lbs.");
        assertThat(refusal(HEADER + row("29 Mar 2025, 17:29") + row(MAR).replace("\"Legs", "\"Le\0gs")))
                .hasMessage("workouts.csv, line 3 holds a NUL byte, so it is damaged or no UTF-8 text.");
        assertThat(refusal(HEADER + row(MAR).replace("\"Legs\"", "\"Legs\"x")))
                .hasMessageContaining("line 2 begins a record that is not CSV");
        assertThatThrownBy(() -> ExportedFile.read(folder.resolve("none.csv")))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> ExportedFile.read(folder))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void other_encodings_are_refused_with_what_they_are() throws IOException {
        Path file = folder.resolve("workouts.csv");
        Files.write(file, ("\uFEFF" + HEADER).getBytes(StandardCharsets.UTF_16LE));
        assertThatThrownBy(() -> ExportedFile.read(file)).hasMessageContaining("is UTF-16");
        Files.write(file, HEADER.getBytes(StandardCharsets.UTF_16BE));
        assertThatThrownBy(() -> ExportedFile.read(file)).hasMessageContaining("NUL byte");
        Files.write(file, new byte[] {'P', 'K', 3, 4});
        assertThatThrownBy(() -> ExportedFile.read(file)).hasMessageContaining("is a workbook or an archive");
        ByteArrayOutputStream latin = new ByteArrayOutputStream();
        latin.writeBytes((HEADER + row("29 Mar 2025, 17:29")).getBytes(StandardCharsets.UTF_8));
        latin.writeBytes(row(MAR).replace("Legs", "Beinübung").getBytes(StandardCharsets.ISO_8859_1));
        Files.write(file, latin.toByteArray());
        assertThatThrownBy(() -> ExportedFile.read(file)).hasMessageContaining("line 3 is not UTF-8 text");
    }

    @Test
    void a_workout_whose_rows_lie_apart_is_one() {
        String file = HEADER
                + row("A", "29 Mar 2025, 17:29", "Lunge", 0)
                + row("B", MAR, "Lunge", 0)
                + row("A", "29 Mar 2025, 17:29", "Lunge", 1)
                + row("A", "29 Mar 2025, 17:29", "Squat (Barbell)", 0);

        WorkoutExport export = ExportedFile.read(write(folder, file));

        JsonNode workouts = export.pages().next().path("workouts");
        assertThat(workouts).extracting(one -> one.path("title").textValue()).containsExactly("B", "A");
        assertThat(workouts.get(1).path("exercises").findValuesAsText("title"))
                .containsExactly("Lunge", "Squat (Barbell)");
        assertThat(export.summary().workouts()).isEqualTo(2);
        assertThat(export.summary().sets()).isEqualTo(4);
    }

    @Tag("slow")
    @Test
    void a_file_that_a_spreadsheet_has_sorted_does_not_fill_the_memory() {
        StringBuilder file = new StringBuilder(HEADER);
        for (int set = 0; set < 10; set++) {
            for (int workout = 0; workout < 5_600; workout++) {
                int day = workout / 200;
                file.append(row(
                        "W",
                        String.format(Locale.ROOT, "%d Mar 2025, %02d:%02d", day + 1, workout % 200 / 60, workout % 60),
                        "Lunge",
                        set));
            }
        }

        assertThat(refusal(file.toString())).hasMessageContaining("too many workouts whose rows lie apart");
    }

    @Test
    void a_quote_that_is_never_closed_does_not_fill_the_memory() {
        String file = HEADER + row(MAR) + "\"" + "x".repeat(2 * ExportText.MAX_RECORD);

        assertThat(refusal(file)).hasMessageContaining("line 3 begins a record of more than");
    }

    @Test
    void a_workout_of_more_sets_than_anybody_does_is_refused() {
        StringBuilder file = new StringBuilder(HEADER);
        for (int set = 0; set <= 10_000; set++) {
            file.append(row("A", MAR, "Lunge", set));
        }

        assertThat(refusal(file.toString()))
                .hasMessageContaining("line 10002 belongs to a workout of more than 10000 sets");
    }
}

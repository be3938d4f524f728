package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.cli.CapturedOutput;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One lake in the lives of an account: with the app's export only, with the API, and with the API no longer. */
class ExportAndApiTest {
    private static final LocalDate LAST = LocalDate.of(2025, 3, 14);
    private static final String EXPORTED = "substring(id, 15, 1) = '5'";

    /** What both sources know of a set; an export has neither seconds nor ids. */
    private static final String SETS = """
            select workout_date, exercise_name, round(weight_kg, 9), reps, set_number, set_type, rpe, workout_title,
                   date_trunc('minute', started_at)
            from main_marts.daily_exercises order by all""";

    @TempDir
    private Path folder;

    private Installation installation;
    private Path export;
    private String key;

    @BeforeEach
    void start() throws IOException {
        installation = new Installation(folder, SimulatedAccount.withWorkouts(7, 12, LAST));
        // What no export carries would make its marts differ.
        workouts(installation.account())
                .forEach(workout -> installation.account().edit(id(workout), edited -> {
                    edited.path("exercises").forEach(exercise -> exercise.path("sets")
                            .forEach(set -> ((ObjectNode) set).remove("custom_metric")));
                }));
        key = installation.settings().get("HEVY_API_KEY");
        export = folder.resolve("workouts.csv");
        write(workouts(installation.account()));
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Tag("slow")
    @Test
    void an_export_has_the_sets_of_the_api_and_the_muscles_of_the_library() throws IOException {
        useExport();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        List<List<String>> sets = marts(SETS);

        assertThat(sets).isNotEmpty();
        assertThat(sets).isEqualTo(ofApiAlone(SETS));
        assertThat(marts("""
                select distinct coalesce(library.primary_muscle_group, 'other') = performed.primary_muscle_group,
                                library.id is null
                from main_intermediate.int_hevy__performed_exercises as performed
                left join main_seeds.exercise_library as library on performed.exercise_template_id = library.id
                order by all""")).containsExactly(List.of("true", "false"), List.of("true", "true"));
    }

    @Test
    void an_account_that_goes_pro_has_each_workout_once_with_the_ids_of_the_api() throws IOException {
        useExport();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        assertThat(exported()).hasSize(12);

        useKey();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);

        assertThat(exported()).isEmpty();
        String all = "select * from main_marts.daily_exercises order by all";
        assertThat(marts(all)).isEqualTo(ofApiAlone(all));
        List<String> commits = commits();

        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        assertThat(commits()).as("nothing is left to be done").isEqualTo(commits);
    }

    @Tag("slow")
    @Test
    void workouts_of_an_export_that_the_api_does_not_reach_stay() throws IOException {
        useExport();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        List<ObjectNode> oldestFirst = workouts(installation.account());
        oldestFirst.subList(0, 3).forEach(old -> installation.account().delete(id(old)));
        installation.account().delete(id(oldestFirst.get(11)));
        installation.account().delete(id(oldestFirst.get(6)));

        useKey();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        assertThat(installation.with("PIPELINE_FULL_REFRESH", "true").run()).isEqualTo(ExitCode.DONE);

        assertThat(exported())
                .as("the three oldest and the newest, not the one between those of the API")
                .isEqualTo(minutes(
                        List.of(oldestFirst.get(0), oldestFirst.get(1), oldestFirst.get(2), oldestFirst.get(11))));
        assertThat(count()).isEqualTo(11);
    }

    @Test
    void after_the_api_an_export_adds_what_is_newer_or_older_and_changes_nothing_between() throws IOException {
        List<ObjectNode> all = workouts(installation.account());
        installation.account().delete(id(all.get(0)));
        installation.account().delete(id(all.get(11)));
        useKey();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        List<List<String>> before = marts("select * from hevy_raw.workouts order by id");

        ObjectNode edited = all.get(5).deepCopy();
        edited.put("title", "edited after Pro had lapsed");
        List<ObjectNode> later = new ArrayList<>(all);
        later.set(5, edited);
        write(later);
        useExport();
        CapturedOutput output = CapturedOutput.of(() -> installation.run());

        assertThat(exported()).isEqualTo(minutes(List.of(all.get(0), all.get(11))));
        assertThat(marts("select * from hevy_raw.workouts where not (" + EXPORTED + ") order by id"))
                .isEqualTo(before);
        assertThat(output.out())
                .contains("Export:      2 workouts taken; 10 passed over, since Hevy's API has their time");

        later.add(SimulatedAccount.workout(7, LAST.plusDays(9), 1));
        write(later);
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        assertThat(exported()).hasSize(3);
    }

    @Test
    void a_key_and_an_export_at_once_are_the_api_and_what_it_does_not_reach() throws IOException {
        List<ObjectNode> all = workouts(installation.account());
        installation.account().delete(id(all.get(0)));
        installation.with("HEVY_EXPORT", export.toString());

        assertThat(installation.run()).isEqualTo(ExitCode.DONE);

        assertThat(exported()).isEqualTo(minutes(List.of(all.get(0))));
        assertThat(count()).isEqualTo(12);

        installation.account().add(SimulatedAccount.workout(7, LAST.plusDays(1), 1));
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        assertThat(count()).isEqualTo(13);
    }

    @Tag("slow")
    @Test
    void a_workout_that_was_exported_and_then_comes_by_the_api_too_is_the_apis() throws IOException {
        useKey();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        ObjectNode newer = SimulatedAccount.workout(7, LAST.plusDays(2), 1);
        List<ObjectNode> later = new ArrayList<>(workouts(installation.account()));
        later.add(newer);
        write(later);
        useExport();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        assertThat(exported()).isEqualTo(minutes(List.of(newer)));

        installation.account().add(newer);
        useKey();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);

        assertThat(exported()).isEmpty();
        assertThat(count()).isEqualTo(13);
    }

    @Tag("slow")
    @Test
    void an_export_that_has_none_of_the_lakes_workouts_in_their_time_is_refused() throws IOException {
        useKey();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        List<String> commits = commits();
        AccountExport.write(export, workouts(installation.account()).stream(), ZoneId.of("Asia/Kathmandu"));
        useExport();

        CapturedOutput output = CapturedOutput.of(() -> installation.run());

        assertThat(output.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(output.err()).contains("none starts in the same minute").contains("Set PIPELINE_TIMEZONE");
        assertThat(commits()).isEqualTo(commits);
    }

    @Tag("slow")
    @Test
    void an_export_that_was_read_in_the_wrong_time_zone_is_not_thrown_away_for_a_key() throws IOException {
        AccountExport.write(export, workouts(installation.account()).stream(), ZoneId.of("Australia/Sydney"));
        useExport();
        CapturedOutput unset = CapturedOutput.of(() -> installation.run());
        assertThat(unset.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(unset.err()).containsOnlyOnce("times of the export are read in UTC; set PIPELINE_TIMEZONE");
        List<String> commits = commits();

        useKey();
        CapturedOutput refused = CapturedOutput.of(() -> installation.run());

        assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(refused.err())
                .contains("exported workouts of the lake", "none starts in the same minute")
                .contains("another PIPELINE_TIMEZONE", "HEVY_EXPORT and HEVY_API_KEY", "another account");
        assertThat(commits()).isEqualTo(commits);

        installation.with("HEVY_EXPORT", export.toString()).with("PIPELINE_TIMEZONE", "Australia/Sydney");
        CapturedOutput output = CapturedOutput.of(() -> installation.run());
        assertThat(output.exitCode()).as(output.err()).isEqualTo(ExitCode.DONE);
        assertThat(output.err()).doesNotContain("are read in UTC");
        assertThat(exported()).isEmpty();
        assertThat(count()).isEqualTo(12);
    }

    @Tag("slow")
    @Test
    void a_time_zone_that_is_corrected_after_one_workout_came_twice_is_no_deletion() throws IOException {
        useKey();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        AccountExport.write(
                export, workouts(installation.account()).subList(10, 12).stream(), ZoneId.of("Australia/Sydney"));
        useExport();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        assertThat(exported()).hasSize(1);

        installation.with("PIPELINE_TIMEZONE", "Australia/Sydney");
        CapturedOutput output = CapturedOutput.of(() -> installation.run());

        assertThat(output.exitCode()).as(output.err()).isEqualTo(ExitCode.DONE);
        assertThat(exported()).isEmpty();
        assertThat(count()).isEqualTo(12);
    }

    @Test
    void the_key_of_another_person_deletes_nothing_of_an_export() throws IOException {
        write(workoutsOfStranger());
        useExport();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        List<String> commits = commits();

        useKey();
        CapturedOutput output = CapturedOutput.of(() -> installation.run());
        assertThat(output.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(output.err()).contains("none starts in the same minute");

        write(workouts(installation.account()));
        installation.with("HEVY_EXPORT", export.toString());
        CapturedOutput both = CapturedOutput.of(() -> installation.run());
        assertThat(both.exitCode()).isEqualTo(ExitCode.HEVY_API);
        assertThat(both.err()).contains("The export no longer lists 12 of 12 exported workouts");
        assertThat(commits()).isEqualTo(commits);
    }

    @Test
    void one_minute_that_two_persons_share_by_chance_does_not_mix_their_workouts() throws IOException {
        List<ObjectNode> strangers = workoutsOfStranger();
        ObjectNode own = workouts(installation.account()).get(6);
        strangers.add(own.deepCopy().put("title", "at the same minute"));
        write(strangers);
        useKey();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        List<String> commits = commits();
        useExport();

        CapturedOutput output = CapturedOutput.of(() -> installation.run());

        assertThat(output.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(output.err()).contains("only 1 starts in the same minute");
        assertThat(commits()).isEqualTo(commits);
    }

    @Tag("slow")
    @Test
    void an_export_from_another_time_than_all_of_the_api_is_warned_of_once() throws IOException {
        useKey();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        write(workouts(SimulatedAccount.withWorkouts(9, 4, LAST.minusYears(2))));
        useExport();

        CapturedOutput first = CapturedOutput.of(() -> installation.run());
        CapturedOutput second = CapturedOutput.of(() -> installation.run());

        assertThat(first.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(first.err()).containsOnlyOnce("no workout in common with Hevy's API");
        assertThat(second.err()).doesNotContain("no workout in common");
        assertThat(count()).isEqualTo(16);
    }

    @Tag("slow")
    @Test
    void names_that_the_api_has_taught_the_lake_are_matched_in_any_language() throws IOException {
        ObjectNode first = workouts(installation.account()).get(0);
        String template = first.at("/exercises/0/exercise_template_id").asText();
        installation.account().edit(id(first), edited -> ((ObjectNode) edited.at("/exercises/0"))
                .put("title", "Gewichtheberübung"));
        useKey();
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        ObjectNode newer = SimulatedAccount.workout(7, LAST.plusDays(2), 1);
        ((ObjectNode) newer.at("/exercises/0")).put("title", "gewichtheberÜbung ");
        List<ObjectNode> later = new ArrayList<>(workouts(installation.account()));
        later.add(newer);
        write(later);
        useExport();

        assertThat(installation.run()).isEqualTo(ExitCode.DONE);

        assertThat(marts("select exercise_template_id from hevy_raw.workouts__exercises"
                        + " where title = 'gewichtheberÜbung '"))
                .containsExactly(List.of(template));
    }

    @Test
    void a_newer_export_with_an_edit_a_deletion_and_a_new_workout_rewrites_one_year_and_keeps_all_ids()
            throws IOException {
        List<ObjectNode> twoYears = new ArrayList<>(workouts(SimulatedAccount.withWorkouts(9, 4, LAST.minusYears(1))));
        twoYears.addAll(workouts(installation.account()));
        write(twoYears);
        useExport();
        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);
        List<String> files = files();
        List<List<String>> ids = ids();
        assertThat(files)
                .anyMatch(file -> file.contains(".export_2024."))
                .anyMatch(file -> file.contains(".export_2025."));

        ObjectNode edited = twoYears.get(6).deepCopy().put("title", "edited");
        List<ObjectNode> later = new ArrayList<>(twoYears);
        later.set(6, edited);
        ObjectNode deleted = later.remove(8);
        later.add(SimulatedAccount.workout(7, LAST.plusDays(9), 1));
        write(later);
        assertThat(installation.run("extract")).isEqualTo(ExitCode.DONE);

        assertThat(files().stream().filter(file -> file.contains(".export_2024.")))
                .containsExactlyElementsOf(files.stream()
                        .filter(file -> file.contains(".export_2024."))
                        .toList());
        assertThat(files()).noneMatch(file -> file.contains(".export_2025.") && files.contains(file));
        List<List<String>> kept = ids();
        assertThat(kept).hasSize(16).doesNotHaveDuplicates();
        assertThat(kept.stream().filter(ids::contains)).hasSize(15);
        assertThat(installation.lake().query("select title from {workouts} where title = 'edited'"))
                .hasSize(1);
        assertThat(installation
                        .lake()
                        .query("select id from {workouts} where strftime(timezone('UTC', start_time),"
                                + " '%Y-%m-%dT%H:%M') = '"
                                + deleted.path("start_time").asText().substring(0, 16) + "'"))
                .isEmpty();
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(installation.bucket().resolve("raw/hevy/workouts"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private List<List<String>> ids() {
        return installation.lake().query("select id from {workouts} order by id");
    }

    @Tag("slow")
    @Test
    void measurements_of_the_api_come_before_those_of_an_export() throws IOException {
        Path exports = Files.createDirectories(folder.resolve("exports"));
        AccountExport.write(exports.resolve("workouts.csv"), workouts(installation.account()).stream(), ZoneOffset.UTC);
        Files.writeString(exports.resolve("measurement_data.csv"), """
                date,weight_kg,fat_percent
                "1 Jan 2030, 00:00",81,
                "1 Jan 2010, 00:00",71,
                """);
        useKey();
        installation.with("HEVY_RESOURCES", "workouts,exercise_templates,routines,body_measurements");
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        long ofApi = marts("select * from hevy_raw.body_measurements").size();
        installation.with("HEVY_API_KEY", "").with("HEVY_EXPORT", exports.toString());

        assertThat(installation.run()).isEqualTo(ExitCode.DONE);

        assertThat(marts("select * from hevy_raw.body_measurements")).hasSize((int) ofApi + 2);
    }

    /** Of the same weeks, at no minute of the account's; oldest first. */
    private List<ObjectNode> workoutsOfStranger() {
        return workouts(installation.account()).stream()
                .map(own -> own.deepCopy()
                        .put("title", "of a stranger")
                        .put("start_time", anHourLater(own.path("start_time")))
                        .put("end_time", anHourLater(own.path("end_time"))))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static String anHourLater(JsonNode time) {
        return OffsetDateTime.parse(time.asText()).plusHours(1).toString();
    }

    private void useExport() {
        installation.with("HEVY_API_KEY", "").with("HEVY_EXPORT", export.toString());
    }

    private void useKey() {
        installation.with("HEVY_API_KEY", key).with("HEVY_EXPORT", "");
    }

    private void write(List<ObjectNode> workouts) throws IOException {
        AccountExport.write(export, workouts.stream(), ZoneOffset.UTC);
    }

    /** Oldest first. */
    private static List<ObjectNode> workouts(Account account) {
        return account.items(Listing.WORKOUTS)
                .sorted(Comparator.comparing(
                        workout -> workout.path("start_time").asText()))
                .toList();
    }

    private static String id(ObjectNode workout) {
        return workout.path("id").asText();
    }

    private static List<String> minutes(List<ObjectNode> workouts) {
        return workouts.stream()
                .map(workout -> workout.path("start_time").asText().substring(0, 16))
                .sorted()
                .toList();
    }

    /** When the workouts start that are of an export. */
    private List<String> exported() {
        return marts("select strftime(timezone('UTC', start_time), '%Y-%m-%dT%H:%M') from hevy_raw.workouts where "
                        + EXPORTED + " order by 1")
                .stream()
                .map(row -> row.get(0))
                .toList();
    }

    private int count() {
        return marts("select id from hevy_raw.workouts").size();
    }

    private List<List<String>> marts(String sql) {
        return Sql.query(installation.warehouse(), sql);
    }

    /** What a lake of its own has that knows no export. */
    private List<List<String>> ofApiAlone(String sql) throws IOException {
        Path other = Files.createDirectories(folder.resolve("api-alone"));
        try (Installation alone = new Installation(other, installation.account())) {
            assertThat(alone.run()).isEqualTo(ExitCode.DONE);
            return Sql.query(alone.warehouse(), sql);
        }
    }

    private List<String> commits() throws IOException {
        try (var files = Files.list(installation.bucket().resolve("raw/hevy/_dlt_loads"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}

package io.github.hevypipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.NumberFormat;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The report as a person sees it, in a real browser. */
class ReportInBrowserTest extends PageContract {
    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

    private static final int MAX_BYTES = 2_000_000;
    private static final double LB_A_KG = 2.2046226218487757;

    @Override
    Path page() {
        return report(demo);
    }

    @Override
    List<String> views() {
        return List.of("", "#data");
    }

    @Override
    void takePictures() throws IOException {
        browser.open(page(), "", 1200, 1450, false).picture(PICTURES.resolve("report-light.png"));
        browser.open(page(), "", 1200, 1450, true).picture(PICTURES.resolve("report-dark.png"));
        browser.open(page(), "", 400, 1900, false).picture(PICTURES.resolve("report-phone.png"));
        browser.open(page(), "#data", 1200, 1250, false).picture(PICTURES.resolve("report-data.png"));
        browser.open(page(), "#data", 1280, 1250, true).picture(KEPT_NOWHERE.resolve("report-data-dark.png"));
        browser.open(page(), "#data", 400, 1250, false).picture(KEPT_NOWHERE.resolve("report-data-phone.png"));
    }

    private Installation loaded(String name, Account account) throws IOException {
        Installation installation = new Installation(folder.resolve(name), account);
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        return installation;
    }

    private static Path report(Installation installation) {
        return installation.warehouse().resolveSibling("report.html");
    }

    private static String inWords(double number) {
        NumberFormat format = NumberFormat.getIntegerInstance(Locale.UK);
        format.setRoundingMode(java.math.RoundingMode.HALF_UP);
        return format.format(number);
    }

    private double recent(String expression) {
        return Double.parseDouble(Sql.value(
                demo.warehouse(),
                "select coalesce(sum(" + expression + "), 0) from main_marts.training_calendar"
                        + " where workout_date between date '" + today + "' - 27 and date '" + today + "'"));
    }

    @Test
    void headline_numbers_are_those_of_the_marts() {
        browser.open(report(demo));

        List<String> numbers = browser.texts("#tiles b");
        assertThat(numbers)
                .hasSize(6)
                .startsWith(
                        inWords(recent("sessions")),
                        inWords(recent("hard_sets")),
                        inWords(recent("volume_kg")) + " kg");
        assertThat(numbers.get(4)).isEqualTo(inWords(recent("records")));
        assertThat(recent("sessions")).as("a demo with something in it").isPositive();
    }

    @Test
    void charts_and_calendar_are_drawn() {
        browser.open(report(demo));

        assertThat(browser.drawn("#weeks").get(0)).as("pixels of the bars").isGreaterThan(5_000);
        assertThat(browser.drawn("#progress").get(0)).as("pixels of the line").isGreaterThan(1_000);
        assertThat(browser.drawn("#progress").get(1)).as("its colours").isGreaterThan(3);
        Object painted = browser.ask("return [...document.querySelectorAll('#calendar rect:not(.heat-0)')]"
                + ".filter(one => one.getBoundingClientRect().width >= 14"
                + " && getComputedStyle(one).fill !== 'rgb(0, 0, 0)').length");
        assertThat(String.valueOf(painted))
                .isEqualTo(Sql.value(
                        demo.warehouse(),
                        "select count(*) from main_marts.training_calendar where workout_date between"
                                + " date_trunc('week', date '" + today + "') - interval 364 day and date '" + today
                                + "'"));
        assertThat(browser.text("#progress .u-legend"))
                .as("the newest number, where no pointer is")
                .containsPattern("Estimated 1RM\\s*[0-9.]+ kg");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void an_exercise_can_be_picked_and_shows_its_own_records() {
        List<List<String>> exercises = Sql.query(demo.warehouse(), """
                select exercise_template_id, count(*) from main_marts.exercise_progress
                where epley_1rm_kg is not null group by 1 order by 2 desc, 1 limit 2""");
        browser.open(report(demo));

        for (List<String> exercise : exercises) {
            String id = exercise.get(0);
            browser.choose("#exercise", id);
            assertThat(browser.text("#progress-note")).startsWith(exercise.get(1) + " days, last on ");
            String best = Sql.value(
                    demo.warehouse(),
                    "select value from main_marts.personal_records where is_current and exercise_template_id = '" + id
                            + "' and record_type = 'best_estimated_1rm'");
            assertThat(browser.texts("#exercise-records td"))
                    .contains("Estimated 1RM")
                    .anySatisfy(
                            cell -> assertThat(cell.replace(",", "")).isEqualTo(best.replaceAll("\\.0$", "") + " kg"));
        }
        browser.choose("#metric", "volume_kg");
        assertThat(browser.text("#progress .u-legend")).contains("Volume");
        assertThat(browser.drawn("#progress").get(0)).isGreaterThan(1_000);
    }

    /** A year, a season and a month of ticks: their texts differ in width, and so does where the last one stands. */
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(ints = {375, 768, 1280})
    void the_texts_beside_an_axis_are_whole(int width) {
        browser.open(report(demo), "", width, 1200, false);
        assertThat(browser.canvasTexts())
                .as("ticks of the weeks and of the progress")
                .hasSizeGreaterThan(12);

        for (List<String> exercise :
                Sql.query(demo.warehouse(), "select distinct exercise_template_id from main_marts.exercise_progress")) {
            browser.choose("#exercise", exercise.get(0));
        }
        browser.choose("#week-metric", "volume_kg");
        browser.click("#unit-lb");

        assertThat(browser.cutCanvasTexts()).isEmpty();
    }

    @Test
    void a_long_name_of_an_exercise_stays_in_its_card() throws IOException {
        Path named = folder.resolve("named.html");
        String longest = "Incline Bench Press (Dumbbell) with a Pause, Slow Negative and Resistance Band";
        Files.writeString(
                named,
                Files.readString(report(demo))
                        .replace("Bench Press (Barbell)", longest)
                        .replace("Squat (Barbell)", "W".repeat(120)));

        for (int width : List.of(375, 768, 1280)) {
            browser.open(named, "", width, 2400, false);

            assertThat(browser.texts("#exercise option")).anyMatch(name -> name.startsWith("Incline Bench Press"));
            assertThat(browser.beyondTheirCard()).as("%d pixels wide", width).isEmpty();
            browser.picture(KEPT_NOWHERE.resolve("report-long-name-" + width + ".png"));
        }
    }

    @Test
    void the_weeks_can_be_those_of_one_muscle() {
        browser.open(report(demo));
        List<Long> all = browser.drawn("#weeks");

        browser.choose("#muscle", "Chest");
        browser.choose("#week-metric", "volume_kg");

        assertThat(browser.text("#weeks .u-legend")).contains("Volume");
        assertThat(browser.drawn("#weeks")).isNotEqualTo(all);
    }

    @Test
    void weights_can_be_in_pounds() {
        browser.open(report(demo));

        browser.click("#unit-lb");

        assertThat(browser.texts("#tiles b").get(2)).isEqualTo(inWords(recent("volume_kg") * LB_A_KG) + " lb");
        assertThat(browser.text("#records") + browser.text("#workouts") + browser.text("#muscles"))
                .contains(" lb")
                .doesNotContain(" kg");
        browser.click("#unit-kg");
        assertThat(browser.texts("#tiles b").get(2)).isEqualTo(inWords(recent("volume_kg")) + " kg");
    }

    @Test
    void the_data_page_shows_tables_and_tests() {
        browser.open(report(demo), "#data", 1200, 1400, false);

        String rows = Sql.value(demo.warehouse(), "select count(*) from main_marts.exercise_progress");
        assertThat(browser.texts("#tables tr"))
                .anyMatch(row ->
                        row.startsWith("main_marts.exercise_progress table " + inWords(Double.parseDouble(rows))));
        assertThat(browser.text("#data-tiles")).contains("none failed");
    }

    private Path pageOfTables(String json) throws IOException {
        ReportPage page = new ReportPage(folder.resolve("hevy.duckdb").toString(), "tables.html");
        Map<String, String> data = page.newData();
        page.add(data, List.of(Map.of("name", "report_tables", "json", json)));
        page.write(data);
        page.publish();
        return folder.resolve("tables.html");
    }

    @Test
    void the_data_page_says_how_fresh_the_raw_tables_are() {
        browser.open(report(demo), "#data", 1200, 1400, false);

        String newest = Sql.value(
                demo.warehouse(),
                "select strftime(max(_dlt_extracted_at) at time zone 'UTC', '%H:%M UTC') from hevy_raw.workouts");
        assertThat(browser.texts("#freshness tbody tr")).hasSize(1).allSatisfy(row -> assertThat(row)
                .startsWith("hevy_raw.workouts")
                .contains(newest)
                .endsWith("fresh"));
    }

    @Test
    void rows_that_are_too_old_when_the_page_is_opened_are_told() throws IOException {
        long now = Instant.now().getEpochSecond();

        browser.open(pageOfTables("""
                {"name": ["r.young", "r.old", "r.older", "r.empty", "r.unasked"], "row_count": [1, 1, 1, 0, 1],
                 "kind": ["source", "source", "source", "source", "source"], "reads": [[], [], [], [], []],
                 "newest_at": [%d, %d, %d, null, null],
                 "warn_after": [null, 86400, 86400, 86400, null], "error_after": [7200, 604800, 604800, null, null]}
                """.formatted(now - 3_600, now - 90_000, now - 700_000)), "#data", 1200, 1400, false);

        assertThat(browser.texts("#freshness td:last-child"))
                .containsExactly("fresh", "older than 1 day", "older than 7 days", "no rows");
        assertThat(browser.texts("#freshness .failed")).hasSize(3);
        assertThat(browser.complaints()).isEmpty();
    }

    /** A selected build leaves the notes of earlier ones, of a project that may have been another one. */
    @Test
    void tables_that_are_noted_to_read_in_a_circle_are_drawn() throws IOException {
        browser.open(pageOfTables("""
                {"name": ["main.a", "main.b", "main_marts.c"], "kind": ["table", "table", "table"],
                 "row_count": [1, 2, 3], "reads": [["main.b", "main_marts.c"], ["main.a"], ["main.b", "main.gone"]]}
                """), "#data", 1280, 1000, false);

        assertThat(browser.texts("#lineage .node text:not(.kind)")).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(browser.ask("return document.querySelectorAll('#lineage .edge').length"))
                .isEqualTo(4L);
        assertThat(browser.complaints()).isEmpty();
    }

    @Tag("slow")
    @Test
    void an_empty_account_is_shown_that_nothing_is_there() throws IOException {
        try (Installation empty = loaded("empty", Account.empty())) {
            browser.open(report(empty));

            assertThat(browser.text("#nothing")).contains("No workouts yet");
            assertThat(browser.texts("section.card h2").stream().filter(heading -> !heading.isEmpty()))
                    .as("no empty charts and lists besides")
                    .containsExactly("No workouts yet");
            browser.picture(KEPT_NOWHERE.resolve("report-empty.png"));
            browser.click("#tab-data");
            assertThat(browser.texts("#tables tr")).hasSizeGreaterThan(15);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Tag("slow")
    @Test
    void an_account_with_one_workout_is_drawn() throws IOException {
        Account account = Account.empty();
        ObjectNode workout = SimulatedAccount.workout(7, today, 1);
        account.add(workout);
        try (Installation one = loaded("one", account)) {
            browser.open(report(one), "", 1200, 1400, false);

            assertThat(browser.texts("#tiles b").get(0)).isEqualTo("1");
            assertThat(browser.texts("#workouts tbody tr")).hasSize(1);
            assertThat(browser.drawn("#weeks").get(0)).isGreaterThan(100);
            assertThat(browser.complaints()).isEmpty();
            browser.picture(KEPT_NOWHERE.resolve("report-one-workout.png"));
            browser.open(report(one), "", 400, 1800, true).picture(KEPT_NOWHERE.resolve("report-one-phone.png"));
        }
    }

    /** The demo's person with every measurement loaded. */
    private Installation measured(String name, Account account) throws IOException {
        Installation installation = new Installation(folder.resolve(name), account)
                .with("HEVY_RESOURCES", "workouts,exercise_templates,routines,body_measurements");
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
        return installation;
    }

    @Tag("slow")
    @Test
    void body_measurements_are_drawn_with_the_latest_and_the_change() throws IOException {
        try (Installation measured = measured("measured", SimulatedAccount.demo(Clock.systemUTC()))) {
            List<List<String>> weights = Sql.query(measured.warehouse(), """
                    with weighed as (
                        select measured_on, weight_kg from main_marts.body_weight where weight_kg is not null
                    ), newest as (from weighed order by measured_on desc limit 1)
                    select newest.weight_kg, strftime(newest.measured_on, '%-d %b %Y'),
                        newest.weight_kg - weighed.weight_kg, strftime(weighed.measured_on, '%-d %b %Y')
                    from newest join weighed on weighed.measured_on <= newest.measured_on - 28
                    order by weighed.measured_on desc limit 1""");
            double newest = Double.parseDouble(weights.get(0).get(0));
            double change = Double.parseDouble(weights.get(0).get(2));

            browser.open(report(measured), "", 1200, 2600, false);

            assertThat(browser.text("#body-latest"))
                    .startsWith(hundredths(newest) + " kg on " + weights.get(0).get(1) + ", ")
                    .contains((change > 0 ? "+" : "−") + hundredths(Math.abs(change)) + " kg since "
                            + weights.get(0).get(3));
            assertThat(browser.drawn("#body").get(0)).as("pixels of the lines").isGreaterThan(1_000);
            assertThat(browser.drawn("#body").get(1)).as("their colours").isGreaterThan(3);
            assertThat(browser.text("#body .u-legend"))
                    .containsPattern("Body weight\\s*" + hundredths(newest) + " kg")
                    .containsPattern("mean of 4 weeks\\s*[0-9.]+ kg");
            browser.picture(KEPT_NOWHERE.resolve("report-body.png"));

            browser.click("#unit-lb");
            assertThat(browser.text("#body-latest"))
                    .startsWith(hundredths(newest * LB_A_KG) + " lb")
                    .doesNotContain("kg");
            assertThat(browser.text("#body .u-legend")).contains(" lb").doesNotContain(" kg");

            List<Long> weight = browser.drawn("#body");
            browser.choose("#body-measure", "fat_percent");
            String fat = Sql.value(
                    measured.warehouse(),
                    "select fat_percent from main_marts.body_weight where fat_percent is not null"
                            + " order by measured_on desc limit 1");
            assertThat(browser.text("#body-latest")).startsWith(hundredths(Double.parseDouble(fat)) + " % on ");
            assertThat(browser.drawn("#body")).isNotEqualTo(weight);
            assertThat(browser.texts("#body-measure option"))
                    .containsExactly("Body weight", "Body fat", "Left bicep", "Right bicep", "Waist");

            browser.open(report(measured), "", 400, 3600, true);
            assertThat((Long) browser.ask("return document.documentElement.scrollWidth"))
                    .isLessThanOrEqualTo(400);
            assertThat(browser.drawn("#body").get(0)).isGreaterThan(500);
            assertThat(browser.complaints()).isEmpty();
            browser.picture(KEPT_NOWHERE.resolve("report-body-phone.png"));
        }
    }

    private static String hundredths(double number) {
        NumberFormat format = NumberFormat.getNumberInstance(Locale.UK);
        format.setMaximumFractionDigits(2);
        format.setRoundingMode(java.math.RoundingMode.HALF_UP);
        return format.format(number);
    }

    @Test
    void without_body_measurements_nothing_is_said_of_the_body() {
        browser.open(report(demo));

        assertThat(browser.texts("section.card h2")).contains("Progress").doesNotContain("Body");
        assertThat((Boolean) browser.ask("return document.getElementById('body-card').hidden"))
                .isTrue();
    }

    @Tag("slow")
    @Test
    void a_single_measurement_is_shown_also_where_nobody_trains() throws IOException {
        Account account = Account.empty();
        account.replaceAll(
                Listing.BODY_MEASUREMENTS,
                List.of(new ObjectMapper()
                        .createObjectNode()
                        .put("date", "2026-10-05")
                        .put("weight_kg", 82.19103518973792)));
        try (Installation weighed = measured("weighed", account)) {
            browser.open(report(weighed));

            assertThat(browser.text("#body-latest")).isEqualTo("82.19 kg on 5 Oct 2026");
            assertThat(browser.drawn("#body").get(0)).isGreaterThan(50);
            assertThat(browser.text("#nothing")).contains("No workouts yet");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @Test
    @Tag("slow")
    void three_thousand_workouts_are_small_and_soon_there() throws IOException {
        try (Installation large = loaded("large", SimulatedAccount.withWorkouts(5, 3_000, today))) {
            browser.open(report(large));

            long bytes = Files.size(report(large));
            String ready = String.valueOf(browser.ask("return document.documentElement.dataset.readyMs"));
            System.err.println("report of 3,000 workouts: " + bytes + " bytes, drawn " + ready + " ms after the start");
            assertThat(bytes).isLessThan(MAX_BYTES);
            assertThat(Integer.parseInt(ready)).isLessThan(10_000);
            assertThat(browser.drawn("#progress").get(0)).isGreaterThan(1_000);
        }
    }

    @Test
    void what_is_left_out_for_the_size_is_said() throws IOException {
        Path cut = folder.resolve("cut.html");
        String whole = Files.readString(report(demo));
        String days = Sql.value(demo.warehouse(), "select count(*) from main_marts.exercise_progress");
        assertThat(whole).contains("\"exercise_days\":[" + days + "]");
        Files.writeString(cut, whole.replace("\"exercise_days\":[" + days + "]", "\"exercise_days\":[123456]"));

        browser.open(report(demo));
        assertThat(browser.text("#left-out")).as("all is shown").isEmpty();
        browser.open(cut);
        assertThat(browser.text("#left-out"))
                .contains(inWords(Double.parseDouble(days)) + " of 123,456 days of exercises", "exercise_progress");
    }
}

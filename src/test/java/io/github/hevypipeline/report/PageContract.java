package io.github.hevypipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each of the pages keeps, as a person sees it in a real browser: that of the demo's account. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageContract {
    /** Where the pictures go: {@code -Dreport.pictures=docs/images} makes those of the documentation. */
    static final Path PICTURES = Path.of(System.getProperty("report.pictures", "target/report"));
    /** Pictures to look at, which no page shows. */
    static final Path KEPT_NOWHERE = Path.of("target/report");

    Path folder;
    Browser browser;
    Installation demo;

    @BeforeAll
    void start(@TempDir Path given) throws IOException {
        folder = given;
        browser = Browser.start();
        demo = new Installation(folder.resolve("demo"), SimulatedAccount.demo(Clock.systemUTC()));
        assertThat(demo.run()).isEqualTo(ExitCode.DONE);
    }

    @AfterAll
    void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (demo != null) {
            demo.close();
        }
    }

    /** The page of the demo. */
    abstract Path page() throws IOException;

    /** Its views: what stands behind its address, the lineage in the last one. */
    abstract List<String> views();

    /** Makes the pictures of the documentation. */
    abstract void takePictures() throws IOException;

    private void openLineage(int width) throws IOException {
        browser.open(page(), views().get(views().size() - 1), width, 1000, false);
    }

    @Test
    void the_lineage_has_a_column_for_each_layer_and_an_edge_for_each_table_that_one_reads() throws IOException {
        openLineage(1280);

        assertThat(browser.texts("#lineage .layer"))
                .containsExactly("Sources", "Seeds", "Staging", "Intermediate", "Marts");
        assertThat(browser.texts("#lineage .node text:not(.kind)"))
                .hasSize(Integer.parseInt(Sql.value(demo.warehouse(), "select count(*) from main_pipeline.relations")))
                .contains("daily_exercises", "stg_hevy__sets", "workouts__exercises__sets");
        assertThat(browser.ask("return document.querySelectorAll('#lineage path.edge').length"))
                .isEqualTo(Long.valueOf(
                        Sql.value(demo.warehouse(), "select sum(len(reads))::bigint from main_pipeline.relations")));
        assertThat(browser.ask("return [...document.querySelectorAll('#lineage path.edge')].every(one =>"
                        + " one.getTotalLength() > 50 && one.getPointAtLength(0).x"
                        + " <= one.getPointAtLength(one.getTotalLength()).x)"))
                .as("edges from left to right")
                .isEqualTo(true);
    }

    @Test
    void no_edge_of_the_lineage_passes_behind_a_table_and_no_table_covers_another() throws IOException {
        for (int width : List.of(400, 1280)) {
            openLineage(width);

            assertThat(new DrawnLineage(browser).faults())
                    .as("%d pixels wide", width)
                    .isEmpty();
        }
    }

    @Test
    void pointing_at_a_table_marks_what_it_is_made_from_and_what_is_made_from_it() throws IOException {
        openLineage(1280);

        browser.ask("[...document.querySelectorAll('#lineage .node')]"
                + ".find(one => one.textContent.includes('stg_hevy__exercise_templates'))"
                + ".dispatchEvent(new MouseEvent('mouseenter'))");

        assertThat(browser.texts("#lineage .node.near text:not(.kind)"))
                .contains("exercise_templates", "stg_hevy__exercise_templates", "exercise_progress")
                .doesNotContain("body_weight", "stg_hevy__workouts");
        assertThat(browser.ask("return [...document.querySelectorAll('#lineage .edge.near')]"
                        + ".map(one => one.dataset.from).filter(one => one.includes('workouts')).length"))
                .isEqualTo(0L);
    }

    @Test
    void it_asks_the_network_for_nothing() throws IOException {
        browser.requests();
        browser.open(page());

        assertThat(browser.requests()).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void it_would_run_no_script_even_if_one_got_into_it() throws IOException {
        Path broken = folder.resolve("broken.html");
        String foreign = "<img src='data:,' onerror='window.ran = 1'><script>window.ran = 2</script><body>";
        Files.writeString(broken, Files.readString(page()).replace("<body>", foreign));

        browser.open(broken);

        assertThat(browser.ask("return window.ran")).isNull();
        assertThat(browser.complaints()).hasSize(2).allMatch(line -> line.contains("Content Security Policy"));
        assertThat(browser.text("#subtitle")).as("what its own script writes").isNotEmpty();
    }

    @Test
    void a_phone_shows_all_of_it_without_scrolling_sideways() throws IOException {
        for (String view : views()) {
            browser.open(page(), view, 400, 1200, true);
            assertThat(browser.ask("return document.documentElement.scrollWidth"))
                    .as("width of the view %s", view)
                    .isEqualTo(400L);
            browser.ask("document.querySelectorAll('details').forEach(one => { one.open = true; })");

            assertThat(browser.ask("return document.documentElement.scrollWidth"))
                    .as("with all that is folded away")
                    .isEqualTo(400L);
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {375, 768, 1280})
    void nothing_reaches_beyond_its_card_or_the_page(int width) throws IOException {
        for (boolean dark : List.of(false, true)) {
            for (String view : views()) {
                browser.open(page(), view, width, 1200, dark);
                assertThat(browser.ask("return document.documentElement.scrollWidth"))
                        .as("width of the view %s", view)
                        .isEqualTo((long) width);
                assertThat(browser.beyondTheirCard()).as("view %s", view).isEmpty();
                assertThat(browser.cutCanvasTexts()).as("view %s", view).isEmpty();
                browser.picture(KEPT_NOWHERE.resolve(
                        page().getFileName() + view.replace("#", "-") + "-" + width + (dark ? "-dark" : "") + ".png"));
            }
        }
    }

    @Test
    void it_is_light_or_dark_as_the_reader_has_it() throws IOException {
        browser.open(page(), "", 1200, 900, false);
        assertThat(browser.ask("return getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(245, 246, 248)");

        browser.open(page(), "", 1200, 900, true);
        assertThat(browser.ask("return getComputedStyle(document.body).backgroundColor"))
                .isEqualTo("rgb(15, 18, 24)");
        takePictures();
    }
}

package io.github.hevypipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.mart.EmptyBuild;
import io.github.hevypipeline.routes.Installation;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page on tables and models as a person sees it, in a real browser. */
class DocsInBrowserTest extends PageContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private Path page;

    @BeforeAll
    void write() {
        assertThat(demo.run("docs")).isEqualTo(ExitCode.DONE);
        page = demo.warehouse().resolveSibling("docs.html");
    }

    @Override
    Path page() {
        return page;
    }

    @Override
    List<String> views() {
        return List.of("");
    }

    @Override
    void takePictures() throws IOException {
        browser.open(page, "", 1400, 1100, false).picture(PICTURES.resolve("docs-light.png"));
        browser.open(page, "#main_marts.personal_records", 1400, 1100, true).picture(PICTURES.resolve("docs-dark.png"));
        browser.open(page, "#main_marts.daily_exercises", 400, 1100, false).picture(PICTURES.resolve("docs-phone.png"));
        browser.open(page, "", 400, 1200, true).picture(KEPT_NOWHERE.resolve("docs-phone-top.png"));
    }

    private List<String> shown() {
        return browser.texts("article:not([hidden]) h3");
    }

    @Test
    void a_node_leads_to_the_section_of_its_model() {
        browser.open(page);

        browser.ask(
                "[...document.querySelectorAll('#lineage .node')].find(one =>"
                        + " one.textContent.includes('daily_exercises')).dispatchEvent(new MouseEvent('click', {bubbles: true}))");

        assertThat(browser.ask("return document.querySelector('article:target h3').textContent"))
                .isEqualTo("daily_exercises");
        assertThat(browser.ask("const at = document.querySelector('article:target').getBoundingClientRect();"
                        + " return at.top >= 0 && at.top < innerHeight / 2"))
                .isEqualTo(true);
    }

    @Test
    void every_link_leads_to_something() {
        browser.open(page);

        assertThat(browser.ask("return [...document.querySelectorAll('a')].filter(one => {"
                        + " const href = one.getAttribute('href');"
                        + " return !href.startsWith('#') || !document.getElementById(decodeURIComponent(href.slice(1)));"
                        + "}).map(one => one.outerHTML)"))
                .isEqualTo(List.of());
        assertThat(browser.ask("const ids = [...document.querySelectorAll('[id]')].map(one => one.id);"
                        + " return ids.length === new Set(ids).size"))
                .as("each id is there once")
                .isEqualTo(true);
    }

    @Test
    void a_model_shows_its_columns_types_tests_rows_and_sql() {
        browser.open(page);

        String card =
                String.valueOf(browser.ask("return document.getElementById('main_marts.daily_exercises').textContent"));
        assertThat(card)
                .contains(
                        "One row per performed set",
                        "models/marts/daily_exercises.sql",
                        "weight_kgdoubleThe weight in kilograms",
                        "not nullunique",
                        "inner join exercises",
                        "{{ ref('stg_hevy__sets') }}",
                        "\"main_staging\".\"stg_hevy__sets\"");
        String rows = Sql.value(demo.warehouse(), "select format('{:,}', count(*)) from main_marts.daily_exercises");
        assertThat(card).contains(rows + " rows");
        assertThat(browser.text("#subtitle")).startsWith("Rows as of the build of 20");
        assertThat(browser.text("[id='test.marts_have_one_row_per_grain']")).contains("passed");
        assertThat(browser.text("[id='raw._dlt_loads']")).contains("manifest", "varchar, never null");
    }

    @Test
    void the_search_shows_what_has_all_of_its_words() {
        browser.open(page);
        int all = shown().size();

        browser.type("#search", "STREAK week");

        assertThat(shown()).contains("training_calendar").doesNotContain("daily_exercises", "workouts");
        assertThat(browser.text("#count")).isEqualTo(shown().size() + " of " + all);
        assertThat(browser.texts("#links a").stream().filter(link -> !link.isEmpty()))
                .as("the contents too")
                .hasSameSizeAs(shown());
        assertThat(browser.ask("return document.querySelectorAll('#lineage .node:not(.off)').length"))
                .as("what is left of the lineage")
                .isEqualTo(1L);
        browser.type("#search", " no such word");
        assertThat(browser.text("#nothing")).contains("Nothing");
        browser.ask("location.hash = '#main_marts.daily_exercises'");
        assertThat(shown()).as("a link that leads to what was filtered away").hasSize(all);
    }

    @Test
    void before_the_first_load_it_says_so_and_shows_the_rest() throws IOException {
        Path unbuilt = folder.resolve("unbuilt.html");
        try (Installation fresh = new Installation(folder.resolve("fresh"), SimulatedAccount.demo(Clock.systemUTC()))) {
            assertThat(fresh.run("docs", "--output", unbuilt.toString())).isEqualTo(ExitCode.DONE);
        }

        browser.open(unbuilt);

        assertThat(browser.text("#subtitle")).contains("No load has been built here yet");
        assertThat(browser.texts("#lineage .node")).hasSizeGreaterThan(15);
        assertThat(browser.text("main")).doesNotContain(" rows ·", "passed");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void that_another_program_had_the_database_is_not_taken_for_no_load() throws IOException {
        String held = Files.readString(page).replace("\"held\":false", "\"held\":true");

        browser.open(Files.writeString(folder.resolve("held.html"), held));

        assertThat(browser.text("#subtitle")).contains("another program had the DuckDB file open");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void hostile_text_is_text_wherever_it_stands() throws IOException {
        String hostile = "</script><script>window.ran = 1</script><img src=x onerror='window.ran = 2'>"
                + "@script@ {{ 1 }} `code` & \u202e \ud83e\uddb5";
        Path project = Files.createDirectories(folder.resolve("hostile/models/<b>x"));
        Files.writeString(folder.resolve("hostile/dbt_project.yml"), "name: <i>small</i>\n");
        Files.writeString(
                project.resolve("a.sql"), "/* " + hostile.replace("{{ 1 }}", "") + " */ select 1 as \"<u>id</u>\"");
        Files.writeString(
                project.resolve("a.yml"),
                "models:\n  - name: a\n    description: " + JSON.writeValueAsString(hostile)
                        + "\n    columns:\n      - name: <u>id</u>\n        description: "
                        + JSON.writeValueAsString(hostile) + "\n");
        ObjectNode data = JSON.valueToTree(EmptyBuild.docs(DbtProject.load(folder.resolve("hostile"), Map.of())));
        data.set("raw", JSON.createArrayNode());
        Path hostilePage = Files.writeString(folder.resolve("hostile.html"), new DocsText(data).html());

        browser.open(hostilePage);

        assertThat(browser.ask("return window.ran")).isNull();
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.ask("return document.querySelectorAll('main b, main i, main u, main img').length"))
                .isEqualTo(0L);
        assertThat(browser.text("article p")).isEqualTo(hostile.replace("`code`", "code"));
        assertThat(browser.text("article td")).startsWith("<u>id</u>");
        assertThat(browser.ask("return document.querySelectorAll('#lineage .node').length"))
                .isEqualTo(1L);
    }

    @Test
    void a_project_without_layers_is_drawn_as_deep_as_it_is() throws IOException {
        Path models = Files.createDirectories(folder.resolve("flat/models"));
        Files.writeString(folder.resolve("flat/dbt_project.yml"), "name: flat\n");
        Files.writeString(models.resolve("m0.sql"), "select 1 as id");
        for (int i = 1; i < 7; i++) {
            Files.writeString(
                    models.resolve("m" + i + ".sql"),
                    "select * from {{ ref('m" + (i - 1) + "') }} union all select * from {{ ref('m0') }}");
        }
        ObjectNode data = JSON.valueToTree(EmptyBuild.docs(DbtProject.load(folder.resolve("flat"), Map.of())));
        data.set("raw", JSON.createArrayNode());

        browser.open(Files.writeString(folder.resolve("flat.html"), new DocsText(data).html()));

        assertThat(browser.texts("#lineage .layer")).hasSize(7);
        assertThat(new DrawnLineage(browser).faults()).isEmpty();
        assertThat(browser.complaints()).isEmpty();
        browser.picture(KEPT_NOWHERE.resolve("docs-flat.png"));
    }
}

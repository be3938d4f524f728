package io.github.hevypipeline.dbt.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.hevypipeline.dbt.DataTest;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.SelectionProject;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a selection chooses; {@code DbtIT} has dbt itself choose the same. */
class SelectorTest {
    @TempDir
    private static Path folder;

    private static DbtProject project;

    @BeforeAll
    static void compile() {
        project = DbtProject.load(SelectionProject.in(folder), Map.of());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    daily                  | daily
                    +daily                 | stg_events stg_people joined daily
                    1+daily                | joined daily
                    joined+                | joined daily monthly
                    joined+1               | joined daily monthly
                    stg_events+1           | stg_events joined
                    +joined+               | stg_events stg_people joined daily monthly
                    0+joined               | joined
                    @stg_events            | stg_events stg_people joined daily monthly
                    @daily                 | stg_events stg_people joined daily monthly
                    source:raw.events+     | stg_events joined daily monthly
                    source:raw+1           | stg_events stg_people
                    source:small.raw.*+    | stg_events stg_people joined daily monthly
                    tag:mart               | daily monthly
                    tag:day                | daily
                    tag:personal           | stg_people
                    tag:*                  | daily monthly stg_people
                    path:models/marts      | daily monthly
                    path:models/marts/     | daily monthly
                    models/staging         | stg_events stg_people
                    models/*/daily.sql     | daily
                    path:models/marts/marts.yml | daily
                    daily.sql              | daily
                    file:stg_*             | stg_events stg_people
                    stg_*                  | stg_events stg_people
                    stg_[pq]*              | stg_people
                    stg_[!pq]*             | stg_events
                    dail?                  | daily
                    small.marts            | daily monthly
                    marts.*                | daily monthly
                    marts.daily            | daily
                    daily monthly          | daily monthly
                    +daily,+monthly        | stg_events stg_people joined
                    tag:mart,tag:day joined | joined daily
                    resource_type:model    | stg_events stg_people joined daily monthly
                    """)
    void models_are_chosen(String select, String models) {
        assertThat(selected(select, "", "model"))
                .containsExactlyInAnyOrder(models.strip().split(" "));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
                    daily                  | unique_daily_id marts_agree
                    stg_people             | not_null_stg_people_id unique_stg_people_id relationships_stg_events_person__id__ref_stg_people_
                    source:raw.events      | source_unique_raw_events_id
                    test_type:singular     | marts_agree
                    test_name:relationships | relationships_stg_events_person__id__ref_stg_people_
                    tag:slow               | unique_daily_id marts_agree
                    tag:nightly            | unique_daily_id
                    tag:link               | not_null_stg_events_person relationships_stg_events_person__id__ref_stg_people_
                    unique_daily_id        | unique_daily_id
                    daily,test_type:generic | unique_daily_id
                    """)
    void data_tests_are_chosen_with_what_they_read_or_by_themselves(String select, String tests) {
        assertThat(selected(select, "", "test"))
                .containsExactlyInAnyOrder(tests.strip().split(" "));
    }

    @Test
    void a_unit_test_is_chosen_with_its_model() {
        assertThat(selected("daily", "", "unit_test")).containsExactly("a_row_stays");
        assertThat(selected("test_type:unit", "", "unit_test")).containsExactly("a_row_stays");
    }

    @Test
    void nothing_selected_means_everything() {
        assertThat(project.only("", "").selected()).isEqualTo(project.selected());
    }

    @Test
    void what_is_excluded_goes_with_its_tests() {
        assertThat(selected("", "daily", "model"))
                .containsExactlyInAnyOrder("stg_events", "stg_people", "joined", "monthly");
        assertThat(selected("", "daily", "test")).doesNotContain("marts_agree", "unique_daily_id");
        assertThat(selected("+daily", "source:* stg_*", "model")).containsExactlyInAnyOrder("joined", "daily");
    }

    @Test
    void what_is_not_enabled_cannot_be_selected() {
        assertThat(project.dataTests()).extracting(DataTest::name).doesNotContain("not_null_daily_id");
        assertThatExceptionOfType(ConfigError.class).isThrownBy(() -> project.only("not_null_daily_id", ""));
    }

    @Test
    void an_unknown_name_is_an_error_that_names_near_ones() {
        assertThatExceptionOfType(ConfigError.class)
                .isThrownBy(() -> project.only("daily +mnothly", ""))
                .withMessage("The selection +mnothly does not match any model, source or test.")
                .satisfies(error -> {
                    assertThat(error.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
                    assertThat(error.nextStep()).startsWith("Did you mean monthly? Correct PIPELINE_SELECT");
                });
    }

    @Test
    void an_unknown_name_to_be_excluded_is_one_too() {
        assertThatExceptionOfType(ConfigError.class).isThrownBy(() -> project.only("", "nobody"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@daily+",
                "state:modified",
                "stg_events,monthly",
                "+",
                ",",
                "tag:",
                "source:a.b.c.d",
                "test_type:other",
                "models/[z-a]*",
                "models/{",
                "99999999999999999999+nobody",
            })
    void what_means_nothing_is_an_error(String select) {
        assertThatExceptionOfType(ConfigError.class).isThrownBy(() -> project.only(select, "tag:mart tag:personal"));
    }

    private static List<String> selected(String select, String exclude, String kind) {
        return project.only(select, exclude).selected().stream()
                .filter(name -> name.startsWith(kind + ":"))
                .map(name -> name.substring(kind.length() + 1))
                .toList();
    }
}

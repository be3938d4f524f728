package io.github.hevypipeline.dbt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.mart.Database;
import io.github.hevypipeline.mart.Project;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DbtProjectTest {
    @TempDir
    Path folder;

    private static DbtProject shipped() {
        return DbtProject.load(Project.SHIPPED, Map.of());
    }

    @Test
    void a_loop_over_what_a_condition_or_a_text_with_an_if_gives_is_one() {
        Project project = new Project(folder);
        project.file(
                "models/a.sql",
                "{% for n in ([1, 2] if true else [3]) %}{{ n }},{% endfor %}"
                        + "{% for n in ['a if b', 'it\\'s if c'] %}{{ n }},{% endfor %}");

        assertThat(DbtProject.load(project.root(), Map.of()).modelSteps())
                .extracting(SqlStep::sql)
                .anyMatch(sql -> sql.contains("1,2,a if b,it's if c,"));
    }

    @Test
    void models_come_after_those_they_read() {
        assertThat(shipped().modelSteps())
                .extracting(SqlStep::name)
                .containsExactly(
                        "schemas",
                        "stg_hevy__body_measurements",
                        "body_weight",
                        "stg_hevy__workouts",
                        "stg_hevy__exercises",
                        "stg_hevy__sets",
                        "daily_exercises",
                        "exercise_library",
                        "stg_hevy__exercise_templates",
                        "int_hevy__exercise_templates",
                        "int_hevy__exercise_types",
                        "int_hevy__performed_exercises",
                        "int_hevy__hard_sets",
                        "exercise_progress",
                        "exercise_titles",
                        "personal_records",
                        "stg_hevy__routine_folders",
                        "stg_hevy__user_info",
                        "workout_summary",
                        "training_calendar",
                        "weekly_muscle_volume");
    }

    @Test
    void staging_is_views_and_marts_are_tables_and_between_them_what_is_read_often_is_a_table() {
        try (Database database = new Database().build(shipped())) {
            assertThat(
                            database.rows(
                                    "select table_schema, table_name, table_type from information_schema.tables where table_schema like 'main%' order by all"))
                    .containsExactly(
                            List.of("main_intermediate", "int_hevy__exercise_templates", "BASE TABLE"),
                            List.of("main_intermediate", "int_hevy__exercise_types", "VIEW"),
                            List.of("main_intermediate", "int_hevy__hard_sets", "VIEW"),
                            List.of("main_intermediate", "int_hevy__performed_exercises", "BASE TABLE"),
                            List.of("main_marts", "body_weight", "BASE TABLE"),
                            List.of("main_marts", "daily_exercises", "BASE TABLE"),
                            List.of("main_marts", "exercise_progress", "BASE TABLE"),
                            List.of("main_marts", "personal_records", "BASE TABLE"),
                            List.of("main_marts", "training_calendar", "BASE TABLE"),
                            List.of("main_marts", "weekly_muscle_volume", "BASE TABLE"),
                            List.of("main_marts", "workout_summary", "BASE TABLE"),
                            List.of("main_seeds", "exercise_library", "BASE TABLE"),
                            List.of("main_seeds", "exercise_titles", "BASE TABLE"),
                            List.of("main_staging", "stg_hevy__body_measurements", "VIEW"),
                            List.of("main_staging", "stg_hevy__exercise_templates", "VIEW"),
                            List.of("main_staging", "stg_hevy__exercises", "VIEW"),
                            List.of("main_staging", "stg_hevy__routine_folders", "VIEW"),
                            List.of("main_staging", "stg_hevy__sets", "VIEW"),
                            List.of("main_staging", "stg_hevy__user_info", "VIEW"),
                            List.of("main_staging", "stg_hevy__workouts", "VIEW"));
        }
    }

    @Test
    void without_files_every_source_table_is_empty_with_its_declared_columns() {
        try (Database database = new Database().build(shipped())) {
            assertThat(database.rows("select distinct table_name from duckdb_columns() where schema_name = 'hevy_raw'"))
                    .hasSize(10);
            assertThat(database.rows(
                            "select column_name, data_type from duckdb_columns() where schema_name = 'hevy_raw' "
                                    + "and table_name = 'exercise_templates' order by column_index"))
                    .contains(List.of("secondary_muscle_groups", "VARCHAR[]"), List.of("is_custom", "BOOLEAN"))
                    .contains(List.of("_dlt_extracted_at", "TIMESTAMP WITH TIME ZONE"));
            for (String mart : shipped().publishedModels()) {
                assertThat(database.rows("from main_marts." + mart)).as(mart).isEmpty();
            }
            for (DataTest test : shipped().dataTests()) {
                assertThat(database.failures(shipped(), test.name())).isZero();
            }
        }
    }

    @Test
    void a_project_inside_a_jar_is_the_same_project() throws IOException {
        Path jar = folder.resolve("app.jar");
        try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of("create", "true"));
                Stream<Path> files = Files.walk(Project.SHIPPED)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = zip.getPath("/" + file.toString().replace('\\', '/'));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }

        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            DbtProject inJar = DbtProject.load(zip.getPath("/transform"), Map.of());

            assertThat(inJar.contentHash()).isEqualTo(shipped().contentHash());
            assertThat(inJar.modelSteps()).isEqualTo(shipped().modelSteps());
            assertThat(inJar.dataTests()).isEqualTo(shipped().dataTests());
        }
    }

    @Test
    void files_with_quotes_brackets_and_stars_in_their_path_are_read_as_they_are() throws IOException {
        Path hostile = Files.createDirectories(folder.resolve("it's [1] year=7 *?\"; drop table x --"));
        Path file = hostile.resolve("a'b[c]*.parquet");
        Path other = hostile.resolve("a'bcX.parquet");
        try (Database database = new Database()) {
            database.execute("copy (select 'w''1' as id) to " + SqlText.literal(file.toString()) + " (format parquet)");
            database.execute("copy (select 'not asked for' as id) to " + SqlText.literal(other.toString()));

            database.build(shipped(), Map.of("workouts", List.of(file)));

            assertThat(database.row("select workout_id, started_at from main_staging.stg_hevy__workouts"))
                    .containsExactly("w'1", null);
            assertThat(database.rows("select 1 from duckdb_columns() where column_name = 'year'"))
                    .isEmpty();
        }
    }

    @Test
    void several_files_and_a_new_column_make_one_table() {
        Path first = folder.resolve("1.parquet");
        Path second = folder.resolve("2.parquet");
        try (Database database = new Database()) {
            database.execute("copy (select 'a' as id, ['x'] as tags) to '" + first + "'");
            database.execute("copy (select 'b' as id, 'B' as title) to '" + second + "'");

            database.build(shipped(), Map.of("workouts", List.of(first, second)));

            assertThat(database.rows("select id, title, tags from hevy_raw.workouts order by id"))
                    .hasSize(2)
                    .last()
                    .asString()
                    .contains("B");
        }
    }

    @Test
    void files_with_widened_columns_are_taken_as_they_are() {
        Path workouts = folder.resolve("workouts.parquet");
        Path sets = folder.resolve("sets.parquet");
        Path templates = folder.resolve("templates.parquet");
        try (Database database = new Database()) {
            database.execute("copy (select 'w' as id, 'yesterday' as start_time) to '" + workouts + "'");
            database.execute("copy (select 's' as _dlt_id, 5.5 :: double as reps) to '" + sets + "'");
            database.execute("copy (select 't' as id, 'chest' as secondary_muscle_groups) to '" + templates + "'");

            database.build(
                    shipped(),
                    Map.of(
                            "workouts",
                            List.of(workouts),
                            "workouts__exercises__sets",
                            List.of(sets),
                            "exercise_templates",
                            List.of(templates)));

            assertThat(database.row("select start_time from hevy_raw.workouts")).containsExactly("yesterday");
            assertThat(database.row("select reps from hevy_raw.workouts__exercises__sets"))
                    .containsExactly("5.5");
            assertThat(database.row("select secondary_muscle_groups from main_staging.stg_hevy__exercise_templates"))
                    .containsExactly("chest");
        }
    }

    @Test
    void raw_tables_that_nobody_declared_are_there_too() {
        Path file = folder.resolve("1.parquet");
        try (Database database = new Database()) {
            database.execute("copy (select 3 as gym) to '" + file + "'");

            database.build(shipped(), Map.of("gyms", List.of(file), "diets", List.of()));

            assertThat(database.row("from hevy_raw.gyms")).containsExactly("3");
            assertThat(database.rows("from duckdb_tables() where table_name = 'diets'"))
                    .isEmpty();
        }
    }

    @Test
    void the_hash_changes_with_a_file_and_with_a_setting_that_is_used_only() {
        String hash = shipped().contentHash();

        assertThat(DbtProject.load(Project.SHIPPED, Map.of("UNRELATED", "x")).contentHash())
                .isEqualTo(hash);
        assertThat(DbtProject.load(Project.SHIPPED, Map.of("PIPELINE_TIMEZONE", "Asia/Tokyo"))
                        .contentHash())
                .isNotEqualTo(hash);
        Project project = new Project(folder).file("models/a.sql", "select 1");
        String before = DbtProject.load(project.root(), Map.of()).contentHash();
        project.file("models/a.sql", "select 2");
        assertThat(DbtProject.load(project.root(), Map.of()).contentHash()).isNotEqualTo(before);
    }

    @Test
    void every_mart_is_published_and_nothing_else() throws IOException {
        try (Stream<Path> marts = Files.list(Project.SHIPPED.resolve("models/marts"))) {
            assertThat(shipped().publishedModels())
                    .hasSizeGreaterThanOrEqualTo(6)
                    .containsExactlyInAnyOrderElementsOf(
                            marts.map(file -> file.getFileName().toString())
                                    .filter(name -> name.endsWith(".sql"))
                                    .map(name -> name.replace(".sql", ""))
                                    .toList());
        }
    }

    @Test
    void a_model_is_published_as_its_folder_its_yml_and_at_last_its_own_file_say() {
        Project project = new Project(folder)
                .file("dbt_project.yml", """
                        name: small
                        models:
                          small:
                            out:
                              +meta: {published: true}
                        """)
                .file("models/out/by_folder.sql", "select 1 as n")
                .file("models/out/not_by_yml.sql", "select 1 as n")
                .file("models/out/not_by_file.sql", "{{ config(meta={'published': false}) }} select 1 as n")
                .file("models/in/by_yml.sql", "select 1 as n")
                .file("models/in/by_file.sql", "{{ config(meta={'published': true, 'owner': 'me'}) }} select 1 as n")
                .file("models/in/not_at_all.sql", "select 1 as n")
                .file("models/schema.yml", """
                        models:
                          - {name: not_by_yml, config: {meta: {published: false}}}
                          - {name: by_yml, config: {meta: {published: true}}}
                          - {name: by_file, config: {meta: {published: false}}}
                        """);

        assertThat(DbtProject.load(project.root(), Map.of()).publishedModels())
                .containsExactlyInAnyOrder("by_folder", "by_yml", "by_file");
    }

    @Test
    void a_project_that_publishes_nothing_says_what_is_missing() {
        Project project = new Project(folder).file("models/a.sql", "select 1 as n");
        DbtProject loaded = DbtProject.load(project.root(), Map.of());

        assertThatThrownBy(loaded::publishedModels)
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("dbt_project.yml: no model has the meta published: true");
    }

    @Test
    void any_relation_can_be_selected_by_its_name() {
        try (Database database = new Database().build(shipped())) {
            assertThat(database.rows(shipped().select("daily_exercises"))).isEmpty();
            assertThat(database.rows(shipped().select("workouts__exercises__sets")))
                    .isEmpty();
            assertThat(database.rows(shipped().select("hevy_raw.routines"))).isEmpty();
        }
    }

    @Test
    void an_unknown_relation_is_refused_with_the_known_ones() {
        assertThatThrownBy(() -> shipped().select("\"; drop table x"))
                .isInstanceOfSatisfying(ConfigError.class, error -> assertThat(error.nextStep())
                        .contains("daily_exercises", "hevy_raw.workouts"));
    }

    @Test
    void macros_variables_and_folder_configs_work_as_in_dbt() {
        Project project = new Project(folder)
                .file("dbt_project.yml", """
                        name: small
                        vars: {greeting: hello, small: {unit: kg}}
                        models:
                          small:
                            +materialized: view
                            deep:
                              +schema: below
                              +materialized: table
                        """)
                .file("macros/said.sql", "{% macro said(word, times=2) %}'{{ word }} x{{ times }}'{% endmacro %}")
                .file(
                        "models/deep/a.sql",
                        "select {{ said(var('greeting'), times=3) }} as a, {{ said('q') }} as b, '{{ var('unit') }}' as c"
                                + "{% if is_incremental() %} where false{% endif %}")
                .file("models/b.sql", "select * from {{ ref('a') }}");

        try (Database database = new Database().buildModels(DbtProject.load(project.root(), Map.of()))) {
            assertThat(database.row("from main.b")).containsExactly("hello x3", "q x2", "kg");
            assertThat(database.row("from main_below.a")).containsExactly("hello x3", "q x2", "kg");
        }
    }

    @Test
    void braces_in_a_setting_stay_text() {
        Project project = new Project(folder).file("models/a.sql", "select '{{ env_var(\"NAME\") }}' as a");
        DbtProject loaded = DbtProject.load(project.root(), Map.of("NAME", "{{ 6 * 7 }}{% raw %}"));

        try (Database database = new Database().buildModels(loaded)) {
            assertThat(database.row("from main.a")).containsExactly("{{ 6 * 7 }}{% raw %}");
        }
    }

    private static final Target SPARK = new Target("cluster", "spark", "gym", "", false);

    @Test
    void a_template_knows_its_target_and_adapter_dispatch_finds_the_macro_for_it() {
        Project project = new Project(folder)
                .file("macros/a.sql", """
                        {% macro items(list) %}{{ adapter.dispatch('items', 'small')(list) }}{% endmacro %}
                        {% macro default__items(list) %}unnest({{ list }}){% endmacro %}
                        {% macro spark__items(list) %}explode({{ list }}){% endmacro %}
                        """)
                .file("models/a.sql", "select {{ items('x') }} as {{ target.type }}, '{{ target.schema }}' as b");

        assertThat(DbtProject.load(project.root(), Map.of()).modelSteps().get(1).sql())
                .endsWith("select unnest(x) as duckdb, 'main' as b");
        assertThat(DbtProject.load(project.root(), Map.of(), SPARK, Map.of()).modelSteps())
                .extracting(SqlStep::sql)
                .containsExactly(
                        "create schema if not exists `gym`",
                        "create or replace table `gym`.`a` using delta as select explode(x) as spark, 'gym' as b");
    }

    @Test
    void a_dispatch_that_finds_no_macro_is_named_with_its_line() {
        Project project = new Project(folder)
                .file("macros/a.sql", "{% macro oracle__items() %}{% endmacro %}")
                .file("models/a.sql", "select\n{{ adapter.dispatch('items')() }}");

        assertThatThrownBy(() -> DbtProject.load(project.root(), Map.of()))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("models/a.sql, line 2")
                .hasMessageContaining("duckdb__items");
    }

    @Test
    void an_incremental_model_is_made_once_and_then_replaces_the_rows_of_its_predicates() {
        Project project = new Project(folder).file("models/a.sql", """
                {{ config(materialized='incremental', partition_by='part', incremental_predicates=['part in (1, 2)']) -}}
                select 1 as part{% if is_incremental() %} where true{% endif %}""");

        assertThat(DbtProject.load(project.root(), Map.of(), SPARK, Map.of())
                        .modelSteps()
                        .get(1)
                        .sql())
                .isEqualToNormalizingWhitespace(
                        "create or replace table `gym`.`a` using delta partitioned by (part) as select 1 as part");
        DbtProject second = DbtProject.load(
                project.root(), Map.of(), new Target("x", "spark", "gym", "s3a://b/c/", true), Map.of());
        assertThat(second.modelSteps().get(1).sql())
                .isEqualToNormalizingWhitespace(
                        "insert into `gym`.`a` replace where part in (1, 2) select 1 as part where true");
        assertThat(second.registrationSteps())
                .extracting(SqlStep::sql)
                .containsExactly("create table if not exists `gym`.`a` using delta location 's3a://b/c/gym/a'");
    }

    @Test
    void a_macro_of_the_project_replaces_a_generic_test_of_its_target() {
        Project project = new Project(folder)
                .file(
                        "macros/a.sql",
                        "{% macro spark__test_unique(model, column_name) %}select {{ column_name }} from {{ model }} x"
                                + "{% endmacro %}")
                .file("models/a.sql", "select 'it''s' as id")
                .file("models/a.yml", """
                        models:
                          - name: a
                            columns: [{name: id, data_tests: [{unique: {config: {where: "id <> 'x'"}}}]}]
                        """);

        assertThat(DbtProject.load(project.root(), Map.of(), SPARK, Map.of())
                        .dataTests()
                        .get(0)
                        .sql())
                .contains("(select `id` from (select * from `gym`.`a` where id <> 'x') x");
        assertThat(DbtProject.load(project.root(), Map.of()).dataTests().get(0).sql())
                .contains("having count(*) > 1");
    }

    @Test
    void on_spark_every_shipped_model_of_a_raw_table_carries_the_account() {
        DbtProject project = DbtProject.load(
                Project.SHIPPED,
                Map.of(),
                new Target("spark", "spark", "hevy", "", true),
                Map.of("changed_buckets", List.of(3)));

        for (String mart : project.publishedModels()) {
            Model model = project.models().stream()
                    .filter(one -> one.name().equals(mart))
                    .findFirst()
                    .orElseThrow();
            assertThat(model.step().sql())
                    .as(mart)
                    .startsWith("insert into `hevy_marts`.`" + mart + "` replace where bucket in (3) ")
                    .contains("account_id, ")
                    .contains("where bucket in (3)")
                    .doesNotContain("over (order by");
        }
    }
}

package io.github.hevypipeline.mart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.hevypipeline.dbt.ProjectSnapshot;
import io.github.hevypipeline.dbt.SqlStep;
import io.github.hevypipeline.failure.ConfigError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a run has something to build, and which project it is that it builds. */
class MartBuildTest {
    @TempDir
    private Path folder;

    private final DuckDbDataSource warehouse = new DuckDbDataSource("256MB", 1);
    private Project project;
    private String timezone = "UTC";

    @BeforeEach
    void write() {
        project = new Project(folder.resolve("project"))
                .file("models/numbers.yml", "models: [{name: numbers, config: {meta: {published: true}}}]")
                .file("models/numbers.sql", "select 1 as number");
    }

    @AfterEach
    void close() {
        warehouse.close();
    }

    @Test
    void a_load_is_built_once() throws Exception {
        assertThat(run(process(), "first")).isTrue();
        assertThat(run(process(), "first")).isFalse();
        assertThat(run(process(), "second")).isTrue();
        assertThat(run(process(), "second")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "numbers"})
    void a_run_in_which_nothing_changed_compiles_no_project(String select) throws Exception {
        project.file("models/others.sql", "select 2 as number");
        run(process(select), "load");
        MartBuild unchanged = process(select);

        assertThat(run(unchanged, "load")).isFalse();
        assertThat(unchanged.isCompiled()).isFalse();

        project.file("models/others.sql", "select 3 as number");
        MartBuild edited = process(select);
        edited.requireProject();

        assertThat(edited.isCompiled()).isTrue();
    }

    @Test
    void a_note_of_another_form_is_none() throws Exception {
        run(process(), "load");
        Path note = onlyNote();
        List<String> lines = Files.readAllLines(note);
        lines.remove("complete");
        Files.write(note, lines);

        assertThat(run(process(), "load")).isTrue();
        assertThat(run(process(), "load")).isFalse();
    }

    @Test
    @Tag("slow")
    void an_edit_is_built_by_the_next_run_of_any_process() throws Exception {
        MartBuild stays = process();
        assertThat(run(stays, "load")).isTrue();
        assertThat(run(stays, "load")).isFalse();

        project.file("models/numbers.sql", "select 2 as number");

        assertThat(run(stays, "load")).isTrue();
        assertThat(number()).isEqualTo("2");
        assertThat(run(process(), "load")).isFalse();

        project.file("models/numbers.sql", "select 3 as number");

        assertThat(run(process(), "load")).isTrue();
        assertThat(number()).isEqualTo("3");
        assertThat(run(stays, "load")).as("what another process has built").isFalse();
    }

    @Test
    @Tag("slow")
    void an_edit_while_a_run_is_under_way_is_left_to_the_next_one() throws Exception {
        run(process(), "first");
        MartBuild underWay = process();
        underWay.requireProject();
        project.file("models/numbers.sql", "select 2 as number");

        assertThat(underWay.isStale("second")).isTrue();
        build(underWay, "second");

        assertThat(number()).isEqualTo("1");
        assertThat(run(process(), "second")).isTrue();
        assertThat(number()).isEqualTo("2");
    }

    @Test
    void a_mistake_ends_a_run_that_has_nothing_to_build() throws Exception {
        run(process(), "load");
        project.file("models/numbers.sql", "select {{ nothing } as number");

        assertThatExceptionOfType(ConfigError.class)
                .isThrownBy(() -> process().requireProject())
                .withMessageContaining("models/numbers.sql");

        project.file("models/numbers.sql", "select 1 as number");
        assertThat(run(process(), "load")).isFalse();
    }

    @Test
    void another_time_zone_is_another_project_if_a_model_asks_for_it() throws Exception {
        project.file("models/numbers.sql", "select '{{ env_var('PIPELINE_TIMEZONE') }}' as number");
        run(process(), "load");

        timezone = "Asia/Tokyo";

        assertThat(run(process(), "load")).isTrue();
        assertThat(number()).isEqualTo("Asia/Tokyo");
    }

    @Test
    void what_dbt_leaves_beside_the_project_is_none_of_it() throws Exception {
        run(process(), "load");
        String before = ProjectSnapshot.read(project.root(), Map.of()).fingerprint("", "");
        project.file("target/compiled/numbers.yml", "no: [yaml");
        Files.write(project.root().resolve("target/compiled/numbers.sql"), new byte[] {(byte) 0xff});

        assertThat(run(process(), "load")).isFalse();
        assertThat(ProjectSnapshot.read(project.root(), Map.of()).fingerprint("", ""))
                .isEqualTo(before);
    }

    @Test
    void a_folder_beside_the_project_is_a_part_of_it_if_the_project_says_so() throws Exception {
        project.file("dbt_project.yml", "name: small\nmacro-paths: [../shared]\n")
                .file("../shared/one.sql", "{% macro one() %}1{% endmacro %}")
                .file("models/numbers.sql", "select {{ one() }} as number");
        run(process(), "load");

        project.file("../shared/one.sql", "{% macro one() %}11{% endmacro %}");

        assertThat(run(process(), "load")).isTrue();
        assertThat(number()).isEqualTo("11");
    }

    @Test
    void a_part_that_was_built_is_not_taken_for_the_whole() throws Exception {
        project.file("models/others.sql", "select 2 as number");

        assertThat(run(process("numbers"), "load")).isTrue();
        assertThat(run(process(), "load")).isTrue();
        assertThat(run(process("numbers"), "load")).isFalse();
        assertThat(run(process(), "load")).isFalse();
    }

    @Test
    void a_part_that_is_up_to_date_does_not_make_the_whole_complete() throws Exception {
        project.file("models/others.sql", "select 2 as number");
        run(process("numbers"), "load");
        MartBuild part = process("numbers");

        assertThat(run(part, "load")).isFalse();
        assertThat(part.isWholeProjectUpToDate()).isFalse();

        run(process(), "load");
        MartBuild whole = process();

        assertThat(run(whole, "load")).isFalse();
        assertThat(whole.isWholeProjectUpToDate()).isTrue();
        assertThat(run(part, "load")).as("what the whole has built").isFalse();
        assertThat(part.isWholeProjectUpToDate()).isTrue();
    }

    @Test
    @Tag("slow")
    void what_reads_a_model_of_an_earlier_load_is_built_by_each_run() throws Exception {
        project.file("models/others.sql", "select number from {{ ref('numbers') }}");
        run(process(), "first");

        assertThat(run(process("others"), "second")).isTrue();
        assertThat(run(process("others"), "second")).isTrue();
        assertThat(run(process("numbers others"), "second")).isTrue();
        assertThat(run(process("others"), "second")).isFalse();
    }

    @Test
    void a_mistake_in_what_is_chosen_ends_a_run_though_another_choice_was_built() throws Exception {
        run(process("numbers"), "load");

        assertThatExceptionOfType(ConfigError.class)
                .isThrownBy(() -> process("unknown").requireProject())
                .withMessageContaining("unknown");
    }

    @Test
    void a_file_that_somebody_has_changed_is_built_anew() throws Exception {
        run(process(), "load");
        warehouse.open(database());
        execute("create table main.somebodys as select 1 as one");
        warehouse.close();

        assertThat(run(process(), "load")).isTrue();
    }

    private MartBuild process() {
        return process("");
    }

    private MartBuild process(String select) {
        return new MartBuild(
                warehouse,
                new MartFiles(database()),
                folder.resolve("work"),
                () -> ProjectSnapshot.read(project.root(), Map.of("PIPELINE_TIMEZONE", timezone)),
                select,
                "");
    }

    private Path onlyNote() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("work"))) {
            return files.filter(MartBuildTest::saysHowMuchIsBuilt).findFirst().orElseThrow();
        }
    }

    /** There are others in the work folder, such as what was published where. */
    private static boolean saysHowMuchIsBuilt(Path note) {
        try {
            return Files.readAllLines(note).contains("complete");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path database() {
        return folder.resolve("hevy.duckdb");
    }

    /** A run, as the routes go through it; whether it has built. */
    private boolean run(MartBuild process, String load) throws IOException, SQLException {
        process.requireProject();
        boolean isStale = process.isStale(load);
        if (isStale) {
            build(process, load);
        }
        return isStale;
    }

    private void build(MartBuild process, String load) throws IOException, SQLException {
        process.openSideFile(load, Map.of());
        for (SqlStep step : process.modelSteps()) {
            execute(step.sql());
        }
        process.publish();
        process.recordBuild(load, "s3://bucket/transformed/", false);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = warehouse.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String number() throws SQLException {
        warehouse.openToRead(database(), 0);
        try (Connection connection = warehouse.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select number from main.numbers")) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        } finally {
            warehouse.close();
        }
    }
}

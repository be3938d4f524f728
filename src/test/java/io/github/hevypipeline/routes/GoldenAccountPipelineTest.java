package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Intruder;
import io.github.hevypipeline.demo.Request;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The recorded pages of an account, served as they are, must give the mart that the Python stack was corrected to. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenAccountPipelineTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/n200");
    private static final String COLUMNS =
            "workout_date, exercise_name, weight_kg, reps, set_number, set_type, rpe, workout_title, started_at,"
                    + " ended_at, workout_id, exercise_index, set_index, exercise_template_id";

    @TempDir
    static Path folder;

    private Installation installation;

    @BeforeAll
    void loadOnce() throws IOException {
        Account account = Account.fromPages(GOLDEN.resolve("api"), InstantSource.system());
        installation = new Installation(folder, account)
                .with("HEVY_RESOURCES", "workouts,exercise_templates,routines,body_measurements");
        installation.hevy().meetWith(recordedPages());
        assertThat(installation.run()).isEqualTo(ExitCode.DONE);
    }

    @AfterAll
    void stop() throws IOException {
        installation.close();
    }

    /** Responds with the bytes of the recorded page, where there is one. */
    private static Intruder recordedPages() {
        return (Request request, Supplier<SimulatedResponse> truth) -> {
            String list = request.path().replace("/v1/", "");
            int page = Integer.parseInt(request.parameter("page").orElse("0"));
            Path recorded = GOLDEN.resolve("api").resolve(list).resolve("page=%04d.json".formatted(page));
            return Files.exists(recorded) ? SimulatedResponse.json(200, Files.readString(recorded)) : truth.get();
        };
    }

    @Test
    void everyRowOfDailyExercisesEqualsTheGoldenOne() {
        String ours = "select "
                + COLUMNS.replace("exercise_name", "d.exercise_name")
                        .replace("weight_kg", "d.weight_kg")
                        .replace("reps,", "d.reps,")
                        .replace("set_type", "d.set_type")
                        .replace("rpe,", "d.rpe,")
                        .replace("workout_id", "d.workout_id")
                + " from main_marts.daily_exercises d"
                + " join main_staging.stg_hevy__exercises e on e.exercise_id = d.exercise_id"
                + " join main_staging.stg_hevy__sets s on s.set_id = d.set_id";
        String golden = "select " + COLUMNS + " from read_csv('" + GOLDEN.toAbsolutePath()
                + "/daily_exercises.csv', header = true, types = {workout_date: 'DATE', weight_kg: 'DOUBLE', reps:"
                + " 'BIGINT', set_number: 'BIGINT', rpe: 'DOUBLE', started_at: 'TIMESTAMP', ended_at: 'TIMESTAMP',"
                + " exercise_index: 'BIGINT', set_index: 'BIGINT'}, all_varchar = false)";
        Path mart = installation.warehouse();
        assertThat(Sql.query(mart, "(" + ours + ") except all (" + golden + ")"))
                .isEmpty();
        assertThat(Sql.query(mart, "(" + golden + ") except all (" + ours + ")"))
                .isEmpty();
        assertThat(Sql.value(mart, "select count(*) from main_marts.daily_exercises"))
                .isEqualTo("3939");
    }

    @Test
    void everyMartOnS3HasTheRowsOfTheDuckDbFileInTheSameOrder() {
        String columns = "select * from ";
        for (String mart : DbtProject.load(Path.of("transform"), Map.of()).publishedModels()) {
            assertThat(Sql.query(columns + "read_parquet('" + installation.bucket() + "/transformed/" + mart
                            + "/*.parquet')"))
                    .as(mart)
                    .isNotEmpty()
                    .isEqualTo(Sql.query(installation.warehouse(), columns + "main_marts." + mart));
        }
    }

    @Test
    void theManifestIsTrue() {
        assertThat(installation.lake().faults()).isEmpty();
    }
}

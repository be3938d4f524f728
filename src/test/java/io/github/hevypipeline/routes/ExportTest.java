package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.Main;
import io.github.hevypipeline.cli.CapturedOutput;
import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An export of the app becomes lake, marts and report, without a key and without a request to Hevy. */
class ExportTest {
    private static final Path FILES = Path.of("src/test/resources/csv-export");

    @TempDir
    private Path folder;

    private EmbeddedS3 s3;
    private final Map<String, String> settings = new HashMap<>();

    @BeforeEach
    void start() throws IOException {
        s3 = EmbeddedS3.start(folder.resolve("s3"), "lake");
        settings.put("HEVY_API_KEY", "");
        settings.put("HEVY_BASE_URL", "http://127.0.0.1:1");
        settings.put("S3_BUCKET_NAME", "lake");
        settings.put("S3_ENDPOINT_URL", s3.endpoint().toString());
        settings.put("AWS_ACCESS_KEY_ID", s3.accessKey());
        settings.put("AWS_SECRET_ACCESS_KEY", s3.secretKey());
        settings.put("AWS_DEFAULT_REGION", "us-east-1");
        settings.put("DLT_PIPELINE_DIR", folder.resolve("work").toString());
        settings.put("DBT_DUCKDB_PATH", folder.resolve("hevy.duckdb").toString());
        settings.put("PIPELINE_TIMEZONE", "UTC");
        settings.put("PIPELINE_SHOW_LIMIT", "1");
    }

    @AfterEach
    void stop() throws IOException {
        s3.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "crlf",
                "kg-km-escaped-line-breaks",
                "kg-miles-line-breaks",
                "lbs-miles-emoji",
                "portuguese-months",
                "supersets"
            })
    void each_set_of_an_export_is_a_row_of_the_raw_tables(String name) throws IOException {
        settings.put("HEVY_EXPORT", FILES.resolve(name + ".csv").toString());

        assertThat(Main.run(new String[] {"extract"}, settings)).isEqualTo(ExitCode.DONE);

        assertThat(sets()).containsExactlyInAnyOrderElementsOf(expected(name));
    }

    @Test
    void the_same_export_again_commits_nothing_and_a_newer_one_replaces_it() throws IOException {
        Path exports = Files.createDirectories(folder.resolve("exports"));
        String export = Files.readString(FILES.resolve("crlf.csv"));
        Files.writeString(exports.resolve("workouts.csv"), export);
        settings.put("HEVY_EXPORT", exports.toString());
        assertThat(Main.run(new String[0], settings)).isEqualTo(ExitCode.DONE);
        List<String> commits = commits();
        List<List<String>> ids = query("select id from hevy_raw.workouts order by id");

        assertThat(Main.run(new String[0], settings)).isEqualTo(ExitCode.DONE);

        assertThat(commits()).isEqualTo(commits);

        Path newer = exports.resolve("workouts (1).csv");
        Files.writeString(newer, export.replace("Power Snatch", "Clean"));
        Files.setLastModifiedTime(newer, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(Main.run(new String[0], settings)).isEqualTo(ExitCode.DONE);

        assertThat(commits()).hasSize(commits.size() + 1);
        assertThat(query("select id from hevy_raw.workouts order by id")).isEqualTo(ids);
        assertThat(sets()).noneMatch(row -> row.contains("Power Snatch")).anyMatch(row -> row.contains("Clean"));
    }

    @Test
    void an_older_export_that_is_copied_later_is_warned_of_once() throws IOException {
        Path exports = Files.createDirectories(folder.resolve("exports"));
        List<String> lines = Files.readAllLines(FILES.resolve("crlf.csv"));
        Files.write(exports.resolve("workouts.csv"), lines);
        settings.put("HEVY_EXPORT", exports.toString());
        CapturedOutput newest = CapturedOutput.of(() -> Main.run(new String[0], settings));
        Path older = exports.resolve("workouts (1).csv");
        Files.write(
                older,
                lines.stream()
                        .filter(line -> !line.contains("\"16 Jun 2025, 14:37\""))
                        .toList());
        Files.setLastModifiedTime(older, FileTime.from(Instant.now().plusSeconds(60)));

        CapturedOutput first = CapturedOutput.of(() -> Main.run(new String[0], settings));
        CapturedOutput second = CapturedOutput.of(() -> Main.run(new String[0], settings));

        assertThat(newest.err()).doesNotContain("older file");
        assertThat(first.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(first.err()).containsOnlyOnce("the export ends before 2025-06-16T14:37:00Z");
        assertThat(second.err()).doesNotContain("older file");
    }

    @Test
    void measurements_in_the_same_folder_become_body_measurements_in_kilograms_and_centimetres() throws IOException {
        Path exports = Files.createDirectories(folder.resolve("exports"));
        Files.copy(FILES.resolve("crlf.csv"), exports.resolve("workouts.csv"));
        Files.writeString(exports.resolve("measurement_data.csv"), """
                date,weight_lbs,fat_percent,waist_in
                "5 May 2026, 00:00",100,,30
                """);
        settings.put("HEVY_EXPORT", exports.toString());

        assertThat(Main.run(new String[0], settings)).isEqualTo(ExitCode.DONE);

        assertThat(query("select cast(date as varchar), weight_kg, waist from hevy_raw.body_measurements"))
                .containsExactly(List.of("2026-05-05", "45.359237", "76.2"));
        assertThat(query("select count(*) from main_marts.body_weight")).containsExactly(List.of("1"));
    }

    @Test
    void the_doctor_checks_all_but_the_api_that_an_export_does_without() {
        settings.put("HEVY_EXPORT", FILES.resolve("crlf.csv").toString());

        assertThat(Main.run(new String[] {"doctor"}, settings)).isEqualTo(ExitCode.DONE);
    }

    @Tag("slow")
    @Test
    void what_was_loaded_is_shown_though_the_export_was_moved_since() {
        settings.put("HEVY_EXPORT", FILES.resolve("crlf.csv").toString());
        assertThat(Main.run(new String[0], settings)).isEqualTo(ExitCode.DONE);

        settings.put("HEVY_EXPORT", folder.resolve("gone.csv").toString());

        assertThat(Main.run(new String[] {"show", "daily_exercises"}, settings)).isEqualTo(ExitCode.DONE);
        assertThat(Main.run(new String[] {"transform"}, settings)).isEqualTo(ExitCode.DONE);
    }

    private List<String> commits() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("s3/lake")
                .resolve(settings.getOrDefault("S3_RAW_PREFIX", "raw"))
                .resolve("hevy/_dlt_loads"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private List<List<String>> sets() {
        return new LakeReader(folder.resolve("s3/lake/raw/hevy")).query("""
                select w.title, strftime(timezone('UTC', w.start_time), '%Y-%m-%dT%H:%M'), e.title, s."type",
                       coalesce(cast(s.reps as varchar), ''), coalesce(format('{:.6f}', cast(s.weight_kg as double)), '')
                from {workouts} as w
                join {workouts__exercises} as e on e._dlt_parent_id = w._dlt_id
                join {workouts__exercises__sets} as s on s._dlt_parent_id = e._dlt_id
                """);
    }

    private List<List<String>> query(String sql) {
        return Sql.query(folder.resolve("hevy.duckdb"), sql);
    }

    private static List<List<String>> expected(String name) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        JsonNode workouts = new ObjectMapper()
                .readTree(FILES.resolve(name + ".expected.json").toFile());
        for (JsonNode workout : workouts) {
            for (JsonNode exercise : workout.path("exercises")) {
                for (JsonNode set : exercise.path("sets")) {
                    rows.add(List.of(
                            workout.path("title").asText(),
                            workout.path("start_time").asText().substring(0, 16),
                            exercise.path("title").asText(),
                            set.path("type").asText(),
                            set.path("reps").isNull() ? "" : set.path("reps").asText(),
                            set.path("weight_kg").isNull()
                                    ? ""
                                    : String.format(
                                            Locale.ROOT,
                                            "%.6f",
                                            set.path("weight_kg").asDouble())));
                }
            }
        }
        return rows;
    }
}

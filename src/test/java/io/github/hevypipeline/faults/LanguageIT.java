package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarProcess.Ended;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever language the machine speaks, ids, names, SQL and JSON are the same. */
@Timeout(180)
class LanguageIT {
    private static final int WORKOUTS = 30;

    @TempDir
    private Path root;

    private JarInstallation installation;

    @BeforeEach
    void start() throws IOException {
        installation = new JarInstallation(root, JarInstallation.account(WORKOUTS));
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Test
    @Fault(43)
    @Tag("slow")
    void arabic_digits_reach_no_name_of_a_file() throws Exception {
        isRightIn("-Duser.language=ar -Duser.country=EG");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Duser.language=fa -Duser.country=IR",
                "-Duser.language=th -Duser.country=TH -Duser.extensions=u-ca-buddhist-nu-thai",
                "-Duser.language=tr -Duser.country=TR"
            })
    @Fault(43)
    @Tag("slow")
    void other_digits_calendars_and_letters_change_nothing(String language) throws Exception {
        isRightIn(language);
    }

    private void isRightIn(String language) throws Exception {
        JarProcess jar = installation.jar().jvm(language.split(" ", -1));

        Ended ended = jar.run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).doesNotContainPattern("[\\p{Nd}&&[^0-9]]").contains("2025-");
        assertThat(installation.lake().faults()).isEmpty();
        assertThat(names(installation.bucket())).isNotEmpty().allSatisfy(name -> assertThat(name)
                .matches("\\p{ASCII}+"));
        assertThat(Sql.value(installation.warehouse(), "select count(*) from hevy_raw.workouts"))
                .isEqualTo(Integer.toString(WORKOUTS));
        assertThat(jar.jvm().run().exitCode()).as("in English again").isZero();
    }

    @Test
    @Fault(43)
    @Tag("slow")
    void what_an_earlier_run_has_left_unreadable_is_dropped_with_a_warning() throws Exception {
        JarProcess jar = installation.jar();
        assertThat(jar.run("extract").exitCode()).isZero();
        Path packages;
        try (Stream<Path> files = Files.walk(installation.folder().resolve(".dlt_pipelines"))) {
            packages = files.filter(folder -> folder.endsWith("cache"))
                    .findFirst()
                    .orElseThrow()
                    .resolveSibling("packages");
        }
        Path arabic = Files.createDirectories(packages.resolve("١٧٩٦٠٤٦٤٥٠.٨٣٠١٢٩١"));
        Files.writeString(
                arabic.resolve("load.json"),
                "{\"loadId\":\"١٧٩٦٠٤٦٤٥٠.٨٣٠١٢٩١\",\"startedAt\":\"2026-11-30T13:47:30Z\",\"baseSequence\":0,"
                        + "\"source\":\"account-1\",\"resources\":[\"workouts\"]}");
        Files.writeString(
                Files.createDirectories(packages.resolve("1796046450.8301291")).resolve("journal.json"),
                "{\"uploads\":[],\"superseded\":[{\"path\":\"../x\",\"rows\":1,\"bytes\":1,\"sha256\":\"\"}]}");
        Files.createDirectories(packages.resolve("1796046451.8301291/pages/workouts/first"));

        Ended ended = jar.run("extract");

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.complaints()).hasSize(3).allSatisfy(line -> assertThat(line)
                .contains("WARN", "removing what an earlier run has left in"));
        assertThat(installation.lake().faults()).isEmpty();
        assertThat(names(packages)).isEmpty();
        assertThat(jar.run("extract").complaints()).as("the next run").isEmpty();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !file.equals(folder))
                    .map(file -> folder.relativize(file).toString())
                    .toList();
        }
    }
}

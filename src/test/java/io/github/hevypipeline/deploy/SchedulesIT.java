package io.github.hevypipeline.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.Await;
import io.github.hevypipeline.faults.JarInstallation;
import io.github.hevypipeline.faults.JarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The units of systemd and the line of cron, as they stand but for the folder that they name. */
@Tag("packaging")
@Timeout(600)
class SchedulesIT {
    private static final String OPT = "/opt/hevy-pipeline";

    @TempDir
    private Path root;

    private JarInstallation installation;
    private Path opt;

    @BeforeEach
    void install() throws IOException {
        installation = new JarInstallation(root, JarInstallation.account(20));
        opt = Files.createDirectories(root.resolve("opt"));
        Files.copy(Path.of("bin/hevy-pipeline"), opt.resolve("hevy-pipeline"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createSymbolicLink(opt.resolve("hevy-pipeline.jar"), JarProcess.JAR);
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Test
    void systemd_finds_nothing_wrong_with_the_units() throws Exception {
        Path service = unit("hevy-pipeline.service");
        Path timer = unit("hevy-pipeline.timer");

        Ran verified = run(root, Map.of(), "systemd-analyze", "verify", service.toString(), timer.toString());

        assertThat(verified.output()).doesNotContain("hevy-pipeline");
        assertThat(verified.exitCode()).isZero();
    }

    @Test
    void systemd_names_a_misspelt_line() throws Exception {
        Path service = unit("hevy-pipeline.service");
        Files.writeString(service, Files.readString(service).replace("StateDirectory=", "StateDirektory="));

        assertThat(run(root, Map.of(), "systemd-analyze", "verify", service.toString())
                        .output())
                .contains("StateDirektory");
    }

    @Test
    void systemd_calls_the_service_well_shut_in() throws Exception {
        Path service = unit("hevy-pipeline.service");

        Ran ran = run(
                root,
                Map.of(),
                "systemd-analyze",
                "security",
                "--no-pager",
                "--offline=true",
                "--threshold=20",
                service.toString());

        assertThat(ran.output()).contains("Overall exposure level");
        assertThat(ran.exitCode()).as(ran.output()).isZero();
    }

    @Test
    void the_service_runs_with_what_its_file_of_settings_says_and_nothing_else() throws Exception {
        String unit = Files.readString(unit("hevy-pipeline.service"));
        Path state = Files.createDirectories(root.resolve("state"));
        Path cache = Files.createDirectories(root.resolve("cache"));
        List<String> command = List.of(line(unit, "ExecStart=").split(" "));
        Map<String, String> environment = new HashMap<>(installation.jar().environment());
        String[] given = line(unit, "Environment=").split("=", 2);
        environment.put(given[0], given[1].replace("%C", cache.toString()));
        environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

        Ran ran = run(state, environment, command.toArray(String[]::new));

        assertThat(ran.exitCode()).as(ran.output()).isZero();
        assertThat(state.resolve("hevy.duckdb")).exists();
        assertThat(cache.resolve("hevy-pipeline")).isNotEmptyDirectory();
    }

    @Test
    void the_line_of_cron_runs_with_crons_bare_environment() throws Exception {
        writeDotenv();

        Ran ran = cron();

        assertThat(ran.exitCode()).as(log()).isZero();
        assertThat(log()).contains("Pipeline Complete");
        assertThat(opt.resolve("hevy.duckdb")).exists();
    }

    @Test
    void the_line_of_cron_leaves_a_run_out_while_another_is_under_way() throws Exception {
        writeDotenv();

        Process holder = new ProcessBuilder("flock", ".lock", "cat")
                .directory(opt.toFile())
                .start();
        try {
            Await.until(
                    "the lock is held",
                    () -> run(opt, Map.of("PATH", "/usr/bin:/bin"), "flock", "-n", ".lock", "true")
                                    .exitCode()
                            != 0);

            assertThat(cron().exitCode()).isEqualTo(1);
            assertThat(log()).isEmpty();
            assertThat(opt.resolve("hevy.duckdb")).doesNotExist();
        } finally {
            // What it copies to nowhere ends, and it with it.
            holder.getOutputStream().close();
            holder.waitFor();
        }
    }

    @Test
    void cron_takes_the_file() throws Exception {
        Ran ran = run(
                root,
                Map.of("PATH", "/usr/bin:/bin"),
                "crontab",
                "-n",
                Path.of("deploy/cron/hevy-pipeline.crontab").toAbsolutePath().toString());

        assertThat(ran.exitCode()).as(ran.output()).isZero();
    }

    /** What cron does with the file: variables, then the command after five fields, by the shell. */
    private Ran cron() throws Exception {
        List<String> lines = Files.readAllLines(Path.of("deploy/cron/hevy-pipeline.crontab")).stream()
                .filter(one -> !one.isBlank() && !one.startsWith("#"))
                .toList();
        Map<String, String> environment = lines.stream()
                .filter(one -> one.matches("[A-Z]+=.*"))
                .map(one -> one.split("=", 2))
                .collect(Collectors.toMap(one -> one[0], one -> one[1]));
        environment.put("HOME", root.toString());
        environment.put("LOGNAME", "somebody");
        String[] fields = lines.get(lines.size() - 1).split(" ", 6);
        assertThat(fields[5]).doesNotContain("%");
        return run(root, environment, environment.get("SHELL"), "-c", fields[5].replace(OPT, opt.toString()));
    }

    private String log() throws IOException {
        Path log = opt.resolve("hevy-pipeline.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private void writeDotenv() throws IOException {
        StringBuilder dotenv = new StringBuilder();
        installation.jar().environment().forEach((name, value) -> dotenv.append(name + "=" + value + "\n"));
        Files.writeString(opt.resolve(".env"), dotenv);
    }

    private Path unit(String name) throws IOException {
        String text = Files.readString(Path.of("deploy/systemd", name)).replace(OPT, opt.toString());
        return Files.writeString(root.resolve(name), text);
    }

    private static String line(String unit, String key) {
        return unit.lines()
                .filter(one -> one.startsWith(key))
                .map(one -> one.substring(key.length()))
                .findFirst()
                .orElseThrow();
    }

    /** Runs a program with these variables and no others. */
    private static Ran run(Path folder, Map<String, String> environment, String... command) throws Exception {
        Path output = Files.createTempFile("schedule", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        if (!environment.isEmpty()) {
            builder.environment().clear();
            builder.environment().putAll(environment);
        }
        int exitCode = builder.start().waitFor();
        String text = Files.readString(output);
        Files.delete(output);
        return new Ran(exitCode, text);
    }

    private record Ran(int exitCode, String output) {}
}

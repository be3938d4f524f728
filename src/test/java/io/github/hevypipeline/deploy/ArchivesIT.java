package io.github.hevypipeline.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarInstallation;
import io.github.hevypipeline.faults.JarProcess;
import io.github.hevypipeline.faults.JarProcess.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The archive of each platform, unpacked and run in a folder of its own with nothing but Java. */
@Tag("packaging")
@Timeout(600)
class ArchivesIT {
    private static final Path EXPORT = Path.of("src/test/resources/csv-export/crlf.csv");
    /** All that the launcher calls beside Java. */
    private static final List<String> TOOLS = List.of(
            "dirname", "find", "locale", "mkdir", "mktemp", "mv", "readlink", "rm", "sed", "sh", "touch", "tr", "wc");

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource({
        "linux-amd64, hevy-pipeline",
        "linux-arm64, hevy-pipeline",
        "macos, hevy-pipeline",
        "windows, hevy-pipeline.cmd"
    })
    void each_has_the_program_and_all_that_can_be_edited(String platform, String launcher) throws IOException {
        try (ZipFile zip = new ZipFile(archive(platform).toFile())) {
            String folder = zip.entries().nextElement().getName();
            List<String> names = zip.stream().map(ZipEntry::getName).toList();

            assertThat(folder).matches("hevy-pipeline-[^/]+/");
            assertThat(names).allMatch(name -> name.startsWith(folder));
            assertThat(names)
                    .extracting(name -> name.substring(folder.length()).replaceFirst("/.*", ""))
                    .containsOnly(
                            "",
                            launcher,
                            "hevy-pipeline.jar",
                            ".env.example",
                            "LICENSE",
                            "README.md",
                            "application.properties",
                            "completion.sh",
                            "docs",
                            "routes",
                            "schemas",
                            "transform");
            assertThat(names)
                    .contains(folder + "routes/commands.camel.yaml", folder + "transform/dbt_project.yml")
                    .noneMatch(name -> name.contains("transform/target") || name.endsWith("/.env"));
            String readme = new String(
                    zip.getInputStream(zip.getEntry(folder + "README.md")).readAllBytes());
            assertThat(readme.lines().toList()).as("one screen").hasSizeLessThan(40);
            assertThat(readme).contains("--export workouts.csv").doesNotContain("${");
        }
    }

    @Test
    void an_export_becomes_marts_and_report_with_nothing_but_a_Java() throws Exception {
        assertExportLoads(Path.of(System.getProperty("java.home")));
    }

    @Test
    void the_newest_Java_here_prints_no_warning() throws Exception {
        assertExportLoads(Path.of(System.getenv().getOrDefault("IMAGE_JAVA", System.getProperty("java.home"))));
    }

    private void assertExportLoads(Path java) throws Exception {
        String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        assertThat(new ProcessBuilder("unzip", "-q", archive("linux-" + arch).toString(), "-d", root.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        Path folder = one(root, "hevy-pipeline-*");
        Path path = Files.createDirectory(root.resolve("path"));
        for (String tool : TOOLS) {
            Files.createSymbolicLink(path.resolve(tool), Path.of("/usr/bin", tool));
        }
        Files.createSymbolicLink(path.resolve("java"), java.resolve("bin/java"));
        Files.copy(EXPORT, folder.resolve("workouts.csv"), StandardCopyOption.REPLACE_EXISTING);

        try (JarInstallation installation = new JarInstallation(root.resolve("s3"), JarInstallation.account(1))) {
            JarProcess program = new JarProcess(folder, Files.createDirectory(root.resolve("logs")))
                    .with(installation.jar().environment())
                    .without("HEVY_API_KEY")
                    .without("HEVY_BASE_URL")
                    .with("PATH", path.toString())
                    .with("JAVA_HOME", "")
                    .with("HEVY_PIPELINE_CACHE", root.resolve("cache").toString())
                    .through(folder.resolve("hevy-pipeline").toString());

            Ended first = program.run("--export", "workouts.csv");
            Ended second = program.run("--export", "workouts.csv");
            Ended shown = program.run("sql", "select count(*) > 0 as any from workout_summary");

            assertThat(List.of(first, second, shown)).allSatisfy(ended -> {
                assertThat(ended.exitCode()).as(ended.err()).isZero();
                assertThat(ended.complaints()).noneMatch(line -> line.contains("WARNING"));
            });
            assertThat(folder.resolve("report.html")).isNotEmptyFile();
            assertThat(shown.out()).endsWith("true\n");
        }
    }

    private static Path archive(String platform) throws IOException {
        return one(Path.of("target"), "hevy-pipeline-*-" + platform + ".zip").toAbsolutePath();
    }

    private static Path one(Path folder, String pattern) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(file -> file.getFileSystem()
                            .getPathMatcher("glob:" + pattern)
                            .matches(file.getFileName()))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + pattern + " in " + folder));
        }
    }
}

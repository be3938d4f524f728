package io.github.hevypipeline.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.faults.JarInstallation;
import io.github.hevypipeline.faults.JarProcess;
import io.github.hevypipeline.faults.JarProcess.Ended;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The image's configuration, and its layers unpacked and run by the Java that its archive of classes was made by. */
@Tag("packaging")
@Timeout(600)
class ImageIT {
    private static final Path IMAGE = Path.of("target/image.tar");

    @TempDir
    private Path folder;

    private Path root;
    private JsonNode container;
    private List<List<String>> layers;

    @BeforeEach
    void unpack() throws Exception {
        Path parts = Files.createDirectories(folder.resolve("parts"));
        root = Files.createDirectories(folder.resolve("root"));
        tar("-xf", IMAGE.toAbsolutePath().toString(), "-C", parts.toString());
        ObjectMapper json = new ObjectMapper();
        JsonNode manifest =
                json.readTree(parts.resolve("manifest.json").toFile()).get(0);
        JsonNode image =
                json.readTree(parts.resolve(manifest.get("Config").asText()).toFile());
        assertThat(image.get("created").asText()).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(image.get("os").asText()).isEqualTo("linux");
        container = image.get("config");
        layers = new ArrayList<>();
        for (JsonNode layer : manifest.get("Layers")) {
            String file = parts.resolve(layer.asText()).toString();
            layers.add(tar("-tzf", file).lines().toList());
            tar("-xzf", file, "-C", root.toString());
        }
    }

    @Test
    void it_runs_as_nobody_in_its_volume_and_holds_no_setting() {
        assertThat(container.get("User").asText()).isEqualTo("10001:10001");
        assertThat(container.get("WorkingDir").asText()).isEqualTo("/data");
        assertThat(container.get("Volumes").fieldNames()).toIterable().containsExactly("/data");
        assertThat(container.get("Env")).hasSize(1).allSatisfy(one -> assertThat(one.asText())
                .startsWith("PATH="));
        assertThat(container.get("ExposedPorts")).isEmpty();
        assertThat(container
                        .get("Labels")
                        .get("org.opencontainers.image.licenses")
                        .asText())
                .isEqualTo("Apache-2.0");
    }

    @Test
    void a_layer_each_has_the_library_the_program_and_the_archive_and_none_the_demo() throws Exception {
        assertThat(layers).anySatisfy(one -> assertThat(one).containsExactly("app/", "app/libduckdb_java.so"));
        assertThat(layers).anySatisfy(one -> assertThat(one).containsExactly("app/", "app/classes.jsa"));
        assertThat(layers).anySatisfy(one -> assertThat(one)
                .contains(
                        "app/app.jar",
                        "app/routes/pipeline.camel.yaml",
                        "app/schemas/resources.yaml",
                        "app/transform/dbt_project.yml",
                        "data/"));
        assertThat(tar("-tf", IMAGE.toAbsolutePath().toString())).doesNotContain("scratch");
        assertThat(layers.stream().flatMap(List::stream)).noneMatch(name -> name.matches(".*(demo|s3proxy|scratch).*"));
        assertThat(Files.getPosixFilePermissions(root.resolve("data"))).hasSize(9);
    }

    @Test
    void it_starts_with_the_options_of_the_launcher() throws IOException {
        String launcher = Files.readString(Path.of("bin/hevy-pipeline"));

        List<String> options = entrypoint().stream()
                .filter(one -> one.startsWith("-X") && !one.contains("SharedArchiveFile"))
                .toList();

        assertThat(options).hasSizeGreaterThan(10).allSatisfy(one -> assertThat(launcher)
                .contains(one));
        assertThat(launcher.lines()
                        .filter(one -> one.startsWith("flags="))
                        .flatMap(one -> Stream.of(one.split("[ \"]")))
                        .filter(one -> one.startsWith("-X")))
                .containsExactlyInAnyOrderElementsOf(options);
    }

    @Test
    void its_layers_load_and_build_from_the_archive_and_write_to_the_volume_alone() throws Exception {
        try (JarInstallation installation = new JarInstallation(folder, JarInstallation.account(20))) {
            Path loaded = folder.resolve("loaded.txt");
            JarProcess process = installation.jar().through(command("-Xlog:class+load:file=" + loaded));
            Map<String, Long> before = files(root.resolve("app"));

            Ended first = process.run();
            Ended second = process.run();

            assertThat(first.exitCode()).as(first.err()).isZero();
            assertThat(first.out()).contains("Pipeline Complete");
            assertThat(second.err()).contains("nothing changed since load");
            assertThat(files(root.resolve("app"))).isEqualTo(before);
            assertThat(Files.readAllLines(loaded))
                    .filteredOn(line -> line.contains("io.github.hevypipeline.Main "))
                    .singleElement()
                    .asString()
                    .contains("shared objects file");
            // Its temporary files are gone again: there is no other place for them.
            assertThat(files(installation.folder()).keySet())
                    .noneMatch(name -> name.matches(".*(duckdb_java|zstd-jni|hevy-pipeline-).*"));
        }
    }

    /** The entrypoint, with the image's root where it was unpacked, and the working directory as the volume. */
    private String[] command(String option) throws IOException {
        String java = Files.readString(Path.of("target/image/scratch/java")).strip();
        List<String> command = new ArrayList<>();
        for (String word : entrypoint()) {
            command.add(word.replaceFirst("(^|=)/app", "$1" + root.resolve("app"))
                    .replace("=/data", "=" + folder.resolve("folder")));
        }
        command.set(0, java + "/bin/java");
        command.add(command.indexOf("-jar"), option);
        return command.toArray(String[]::new);
    }

    private List<String> entrypoint() {
        List<String> all = new ArrayList<>();
        container.get("Entrypoint").forEach(one -> all.add(one.asText()));
        return all;
    }

    private static Map<String, Long> files(Path folder) throws IOException {
        Map<String, Long> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                all.put(
                        folder.relativize(file).toString(),
                        Files.getLastModifiedTime(file).toMillis());
            }
        }
        return all;
    }

    private static String tar(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("tar"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return output;
    }
}

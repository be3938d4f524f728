package io.github.hevypipeline.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarInstallation;
import io.github.hevypipeline.faults.JarProcess.Ended;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The jar of each profile has the libraries of its platform, no others, and the rest of the program. */
@Tag("packaging")
class PlatformJarsIT {
    private static final String DUCKDB = "libduckdb_java.so_";

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource({
        "linux-amd64, linux_amd64, linux/amd64",
        "linux-arm64, linux_arm64, linux/aarch64",
        "macos, osx_universal, darwin/aarch64 darwin/x86_64",
        "windows, windows_amd64, win/amd64"
    })
    void a_jar_for_one_platform_has_its_libraries_alone(String profile, String duckdb, String zstd) throws IOException {
        List<String> names = names("hevy-pipeline-" + profile);

        assertThat(names)
                .filteredOn(name -> name.matches(".*\\.(so|dll|dylib|jnilib|a)(_.*)?"))
                .hasSize(1 + zstd.split(" ").length)
                .contains(DUCKDB + duckdb);
        assertThat(names)
                .filteredOn(name -> name.contains("libzstd-jni"))
                .extracting(name -> name.substring(0, name.lastIndexOf('/')))
                .containsExactlyInAnyOrder(zstd.split(" "));
        List<String> universal = names("hevy-pipeline");
        assertThat(names)
                .containsAll(universal.stream()
                        .filter(name -> name.endsWith(".class") || name.startsWith("routes/"))
                        .toList());
    }

    @Test
    void the_universal_jar_has_the_libraries_of_all() throws IOException {
        assertThat(names("hevy-pipeline"))
                .contains(
                        DUCKDB + "linux_amd64",
                        DUCKDB + "linux_arm64",
                        DUCKDB + "osx_universal",
                        DUCKDB + "windows_amd64");
    }

    @ParameterizedTest
    @CsvSource({"hevy-pipeline", "hevy-pipeline-linux-amd64", "hevy-pipeline-macos", "hevy-pipeline-windows"})
    void no_jar_has_the_demo_a_test_or_hadoop(String name) throws IOException {
        assertThat(names(name))
                .noneMatch(one -> one.startsWith("io/github/hevypipeline/demo/"))
                .noneMatch(one -> one.matches("org/(gaul|junit|assertj|eclipse/jetty)/.*"))
                .noneMatch(one -> one.startsWith("org/apache/hadoop/"))
                .contains("META-INF/LICENSE", "io/github/hevypipeline/Main.class");
    }

    @Test
    void the_jar_of_this_platform_loads_and_builds() throws Exception {
        String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        try (JarInstallation installation = new JarInstallation(root, JarInstallation.account(20))) {
            Ended ended = installation
                    .jar()
                    .through(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-jar",
                            jar("hevy-pipeline-linux-" + arch).toString())
                    .run();

            assertThat(ended.exitCode()).as(ended.err()).isZero();
            assertThat(installation.warehouse()).exists();
        }
    }

    private static List<String> names(String name) throws IOException {
        try (JarFile jar = new JarFile(jar(name).toFile())) {
            return jar.stream().map(ZipEntry::getName).toList();
        }
    }

    private static Path jar(String name) {
        return Path.of("target", name + ".jar").toAbsolutePath();
    }
}

package io.github.hevypipeline.routes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.faults.Await;
import io.github.hevypipeline.faults.Invariants;
import io.github.hevypipeline.faults.JarProcess;
import io.github.hevypipeline.faults.Truth;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Builds {@code deploy/camel-k/source.yaml} as Camel K's operator does, and runs it without a cluster: Camel Quarkus with
 * the declared dependencies, the flows unchanged, configuration and secrets as mounted files.
 *
 * <p>{@code .ci/camel-k} calls it. Maven fetches Quarkus.
 */
@Tag("camel-k")
@Timeout(900)
class CamelKIT {
    /** The newest of which Maven Central had every extension that is declared. */
    private static final String QUARKUS = System.getProperty("camel-k.quarkus", "3.27.0");

    private static final Path PROJECT = Path.of("target/camel-k/project").toAbsolutePath();
    private static final String OURS = "(AWS|HEVY|S3|PIPELINE|DUCKDB|DBT|DLT|CAMEL|QUARKUS)_.*|.*JAVA.*OPT.*";
    private static final String NAMED = "<dependency><groupId>%s</groupId><artifactId>%s</artifactId>%s</dependency>\n";

    private static JsonNode spec;

    @TempDir
    private Path folder;

    private Installation installation;

    @BeforeAll
    static void buildOnce() throws Exception {
        spec = new YAMLMapper().readTree(new File("deploy/camel-k/source.yaml")).path("spec");
        Files.createDirectories(PROJECT.resolve("src/main/resources"));
        Files.writeString(PROJECT.resolve("pom.xml"), pom());
        // As the operator's builder sets them.
        Files.writeString(PROJECT.resolve("src/main/resources/application.properties"), """
                quarkus.banner.enabled=false
                quarkus.camel.routes-discovery.enabled=false
                quarkus.camel.service.discovery.include-patterns=META-INF/services/org/apache/camel/datatype/converter/*,\
                META-INF/services/org/apache/camel/datatype/transformer/*,META-INF/services/org/apache/camel/transformer/*
                """);
        // An installed project names its version; the sources name a property.
        String project = Files.readString(Path.of("pom.xml"));
        String version = project.replaceFirst("(?s).*<revision>(.*?)</revision>.*", "$1");
        Path installed = PROJECT.resolve("library-pom.xml");
        Files.writeString(installed, project.replace("${revision}", version));
        maven(
                Path.of("").toAbsolutePath(),
                "org.apache.maven.plugins:maven-install-plugin:3.1.4:install-file",
                "-Dfile=target/hevy-pipeline-library.jar",
                "-DpomFile=" + installed.toAbsolutePath(),
                "-Dclassifier=library");
        maven(PROJECT, "package", "-Dmaven.test.skip=true");
    }

    private static String pom() {
        StringBuilder dependencies = new StringBuilder();
        // What the operator adds by itself, for flows in YAML.
        List<String> components = new ArrayList<>(List.of("core", "yaml-dsl"));
        for (JsonNode declared : spec.path("dependencies")) {
            String[] parts = declared.asText().split(":");
            if (parts[0].equals("camel")) {
                components.add(parts[1]);
            } else {
                assertThat(parts).startsWith("mvn", "io.github.hevypipeline").hasSize(6);
                dependencies.append(NAMED.formatted(
                        parts[1],
                        parts[2],
                        "<type>" + parts[3] + "</type><version>" + parts[4] + "</version><classifier>" + parts[5]
                                + "</classifier>"));
            }
        }
        components.forEach(component ->
                dependencies.append(NAMED.formatted("org.apache.camel.quarkus", "camel-quarkus-" + component, "")));
        String bom = "<version>%s</version><type>pom</type><scope>import</scope>".formatted(QUARKUS);
        return """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                <modelVersion>4.0.0</modelVersion>
                <groupId>org.apache.camel.k.integration</groupId>
                <artifactId>camel-k-integration</artifactId>
                <version>1</version>
                <properties><quarkus.package.jar.type>fast-jar</quarkus.package.jar.type></properties>
                <dependencyManagement><dependencies>
                """
                + NAMED.formatted("org.apache.camel.quarkus", "camel-quarkus-bom", bom)
                + NAMED.formatted("io.quarkus", "quarkus-bom", bom)
                + "</dependencies></dependencyManagement>\n<dependencies>\n" + dependencies + """
                </dependencies>
                <build><plugins><plugin>
                <groupId>io.quarkus</groupId><artifactId>quarkus-maven-plugin</artifactId><version>%s</version>
                <executions><execution><goals><goal>build</goal></goals></execution></executions>
                </plugin></plugins></build>
                </project>
                """.formatted(QUARKUS);
    }

    private static void maven(Path where, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp"));
        command.addAll(List.of(arguments));
        Path log = PROJECT.resolve("maven.log");
        Process process = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor()).as(() -> contentOf(log)).isZero();
    }

    @BeforeEach
    void serve() throws IOException {
        installation = new Installation(folder, SimulatedAccount.withWorkouts(29, 120, LocalDate.of(2026, 5, 1)));
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    @Test
    void a_pod_loads_the_whole_account_and_ends_well() throws Exception {
        Truth truth = Truth.of(installation.account());

        Ended pod = run(installation.settings());

        assertThat(pod.exitCode()).as(pod.log()).isZero();
        Invariants.of(installation.bucket(), installation.warehouse(), folder.resolve("work"))
                .holdFor(truth);
    }

    @Test
    void a_pod_whose_run_fails_exits_with_the_code_of_the_failure_and_says_why() throws Exception {
        installation.with("HEVY_API_KEY", "no-such-key");

        Ended pod = run(installation.settings());

        assertThat(pod.exitCode()).as(pod.log()).isEqualTo(2);
        assertThat(pod.log())
                .contains("Hevy refuses the API key (status 401). Next: Make a new key")
                .doesNotContain("no-such-key");
    }

    @Test
    void a_pod_without_its_settings_names_all_that_are_missing_once_and_exits_as_the_command_does() throws Exception {
        Ended pod = run(Map.of());

        assertThat(pod.exitCode()).as(pod.log()).isEqualTo(2);
        assertThat(pod.log()).containsOnlyOnce("HEVY_API_KEY is missing").containsOnlyOnce("S3_BUCKET_NAME is missing");
        assertThat(pod.log()).contains(" Next: ").doesNotContain("Exception");
        assertThat(installation.hevy().log()).isEmpty();
    }

    @Test
    void our_own_image_takes_all_that_it_needs_from_what_is_mounted() throws Exception {
        mount(installation.settings());
        Path workingDirectory = Files.createDirectories(folder.resolve("image"));

        JarProcess.Ended ended = new JarProcess(workingDirectory, folder)
                .with("CAMEL_K_CONF_D", folder.resolve("conf.d").toString())
                .run();

        assertThat(ended.exitCode()).as(ended.err()).isZero();
        Invariants.of(installation.bucket(), installation.warehouse(), folder.resolve("work"))
                .holdFor(Truth.of(installation.account()));
    }

    private record Ended(int exitCode, String log) {}

    /** Starts what was built as the operator's pod does, with settings in a ConfigMap and secrets in a Secret. */
    private Ended run(Map<String, String> settings) throws Exception {
        Path sources = Files.createDirectories(folder.resolve("sources"));
        new YAMLMapper()
                .writeValue(sources.resolve("camel-k-embedded-flow.yaml").toFile(), spec.path("flows"));
        mount(settings);
        Path trait = folder.resolve("application.properties");
        // The first line is the cron trait's.
        Files.writeString(trait, """
                camel.main.durationMaxMessages=1
                camel.main.source-location-enabled=true
                camel.main.routes-include-pattern=file:%s/**
                camel.main.cloud-properties-location=%s,%s
                """.formatted(sources, configurations(), secrets()));
        Path user = folder.resolve("user.properties");
        List<String> properties = new ArrayList<>();
        spec.at("/traits/camel/properties").forEach(property -> properties.add(property.asText()));
        Files.write(user, properties);
        return start(trait, user);
    }

    private Path configurations() {
        return folder.resolve("conf.d/_configmaps/hevy-pipeline");
    }

    private Path secrets() {
        return folder.resolve("conf.d/_secrets/hevy-pipeline");
    }

    private void mount(Map<String, String> settings) throws IOException {
        Map<String, String> secret = new HashMap<>(settings);
        Map<String, String> open = new HashMap<>(settings);
        secret.keySet().removeIf(name -> !name.contains("KEY"));
        open.keySet().removeAll(secret.keySet());
        KubernetesVolume.mount(configurations(), open);
        KubernetesVolume.mount(secrets(), secret);
    }

    private Ended start(Path trait, Path user) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        spec.at("/traits/jvm/options").forEach(option -> command.add(option.asText()));
        command.addAll(List.of(
                "-jar", PROJECT.resolve("target/quarkus-app/quarkus-run.jar").toString()));
        Path log = folder.resolve("pod.log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Files.createDirectories(folder.resolve("pod")).toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.matches(OURS));
        builder.environment().put("QUARKUS_CONFIG_LOCATIONS", trait + "," + user);
        Process pod = builder.start();
        try {
            assertThat(pod.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as(() -> contentOf(log))
                    .isTrue();
        } finally {
            pod.destroyForcibly();
        }
        return new Ended(pod.exitValue(), contentOf(log));
    }

    private static String contentOf(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "there is no " + file + ": " + e.getMessage();
        }
    }
}

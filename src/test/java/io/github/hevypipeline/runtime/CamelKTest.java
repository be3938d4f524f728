package io.github.hevypipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.hevypipeline.settings.Command;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The Integrations for Camel K, as far as they can be compared with the project without Camel K's client. */
class CamelKTest {
    private static final File SOURCE = new File("deploy/camel-k/source.yaml");

    @Test
    void the_flows_are_the_bootstrap_and_the_route_files_of_a_run_without_show() throws IOException {
        List<String> files = new ArrayList<>(List.of("deploy/camel-k/hosted.camel.yaml"));
        Command.RUN.routeFiles().stream()
                .filter(file -> !file.equals("show"))
                .forEach(file -> files.add("routes/" + file + ".camel.yaml"));
        List<JsonNode> definitions = new ArrayList<>();
        for (String file : files) {
            read(new File(file)).forEach(definitions::add);
        }

        assertThat(list(read(SOURCE).at("/spec/flows")))
                .as("make camel-k writes them anew")
                .containsExactlyElementsOf(definitions);
    }

    @Test
    void the_integration_has_every_setting_with_a_default() throws IOException {
        Properties defaults = new Properties();
        defaults.load(new StringReader(Files.readString(Path.of("application.properties"))));
        Properties told = new Properties();
        StringBuilder lines = new StringBuilder();
        list(read(SOURCE).at("/spec/traits/camel/properties"))
                .forEach(property -> lines.append(property.asText()).append('\n'));
        told.load(new StringReader(lines.toString()));

        defaults.values().removeIf(value -> value.toString().isBlank());
        assertThat(told).as("make camel-k writes them anew").containsExactlyInAnyOrderEntriesOf(defaults);
    }

    @Test
    void a_run_gets_more_time_than_the_traits_default_and_ends_before_the_next() throws IOException {
        for (String name : List.of("source", "image")) {
            JsonNode cron = read(new File("deploy/camel-k/" + name + ".yaml")).at("/spec/traits/cron");
            assertThat(cron.path("schedule").asText()).as(name).isEqualTo("15 * * * *");
            assertThat(cron.path("activeDeadlineSeconds").asInt()).as(name).isBetween(600, 3600);
        }
    }

    private static JsonNode read(File file) throws IOException {
        return new YAMLMapper().readTree(file);
    }

    private static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}

package io.github.hevypipeline.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Everything in the jar is listed, and may be given away with a program under the Apache License. */
@Tag("packaging")
class BillOfMaterialsIT {
    /** Of several licences one is chosen. The EPL asks for the source of its own files only, and they are unchanged. */
    private static final Set<String> ALLOWED = Set.of(
            "Apache-2.0",
            "MIT",
            "MIT-0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "EPL-1.0",
            "EPL-2.0",
            "CC0-1.0",
            "Go License",
            "(CDDL-1.0 OR GPL-2.0-with-classpath-exception)");

    /** Their POMs name none; the repositories that they are built from are under the Apache License 2.0. */
    private static final Set<String> UNNAMED = Set.of("immutables-exceptions", "algebra");

    @Test
    void every_part_has_a_licence_that_lets_us_ship_it() throws IOException {
        List<JsonNode> components = components();

        assertThat(components).hasSizeGreaterThan(100);
        assertThat(components)
                .filteredOn(one -> !UNNAMED.contains(one.get("name").asText()))
                .allSatisfy(one ->
                        assertThat(licences(one)).as(one.get("purl").asText()).anyMatch(ALLOWED::contains));
        assertThat(components)
                .filteredOn(one -> UNNAMED.contains(one.get("name").asText()))
                .allSatisfy(one -> assertThat(licences(one)).isEmpty());
    }

    @Test
    void it_lists_what_the_jar_has_and_neither_demo_nor_tests() throws IOException {
        assertThat(components())
                .extracting(one -> one.get("name").asText())
                .contains("duckdb_jdbc", "camel-main", "parquet-avro", "uplot", "s3", "netty-handler")
                .doesNotContain("s3proxy", "hadoop-common", "junit-jupiter-api", "snappy-java");
        assertThat(Files.readString(Path.of("target/licences.txt"))).contains("duckdb_jdbc", "uplot");
    }

    private static List<JsonNode> components() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        new ObjectMapper()
                .readTree(Path.of("target/bom.json").toFile())
                .get("components")
                .forEach(all::add);
        return all;
    }

    private static List<String> licences(JsonNode component) {
        List<String> all = new ArrayList<>();
        for (JsonNode one : component.path("licenses")) {
            JsonNode licence = one.path("license");
            all.add(
                    one.has("expression")
                            ? one.get("expression").asText()
                            : licence.path("id").asText(licence.path("name").asText()));
        }
        return all;
    }
}

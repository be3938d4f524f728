package io.github.hevypipeline.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.hevypipeline.faults.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the route files. */
class RouteRulesTest {
    private static final String KEBAB_CASE = "[a-z0-9]+(-[a-z0-9]+)*";
    private static final String EVERY_ROUTE = "every route";
    private static final Set<String> STEPS_BY_ID =
            Set.of("to", "bean", "setVariable", "setHeader", "setBody", "log", "script");

    /** A step with its kind and what follows it in its list. */
    private record Step(String kind, JsonNode node, JsonNode next) {
        boolean leavesTheProcess() {
            String uri = node.path("uri").asText();
            boolean asksS3 = kind.equals("bean")
                    && node.path("ref").asText().equals("storedObjects")
                    && node.path("method").asText().equals("list");
            return asksS3
                    || (kind.equals("to")
                            && (uri.startsWith("http")
                                    || uri.contains("HEVY_BASE_URL")
                                    || uri.startsWith("aws2-s3")
                                    || uri.startsWith("jdbc")));
        }

        @Override
        public String toString() {
            return kind + " " + node.path("id").asText("without an id");
        }
    }

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_file_begins_by_saying_what_flows_in_and_out_and_who_calls_it(Path file) throws IOException {
        List<String> head = Files.readAllLines(file).stream()
                .takeWhile(line -> line.startsWith("#"))
                .toList();

        assertThat(head).hasSizeGreaterThanOrEqualTo(3);
        if (file.endsWith("errors.camel.yaml")) {
            assertThat(head.get(0)).contains("policy");
        } else {
            assertThat(head).anyMatch(line -> line.startsWith("# In:"));
            assertThat(head).anyMatch(line -> line.startsWith("# Out:"));
            assertThat(head)
                    .anyMatch(line -> line.startsWith("# Called by") || line.startsWith("# The table of contents"));
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_route_has_an_id_in_kebab_case_and_a_sentence_that_describes_it(Path file) throws IOException {
        assertThat(routes(file)).allSatisfy(route -> {
            assertThat(route.path("id").asText()).matches(KEBAB_CASE);
            assertThat(route.path("description").asText())
                    .as("description of " + route.path("id").asText())
                    .matches("[A-Z].+\\.");
        });
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_step_that_does_something_has_an_id(Path file) throws IOException {
        assertThat(steps(file).filter(step -> STEPS_BY_ID.contains(step.kind())))
                .allSatisfy(step -> assertThat(step.node().path("id").asText())
                        .as(step.node().toString())
                        .matches(KEBAB_CASE));
    }

    @ParameterizedTest
    @MethodSource("files")
    void every_step_that_leaves_the_process_says_what_it_is(Path file) throws IOException {
        assertThat(steps(file).filter(Step::leavesTheProcess))
                .allSatisfy(step -> assertThat(step.node().path("description").asText())
                        .as(step.toString())
                        .endsWith("."));
    }

    @ParameterizedTest
    @MethodSource("files")
    void headers_are_forgotten_after_every_step_that_leaves_the_process(Path file) throws IOException {
        assertThat(steps(file).filter(Step::leavesTheProcess)).allSatisfy(step -> assertThat(
                        step.next().path("removeHeaders").path("pattern").asText())
                .as("after %s", step)
                .isEqualTo("*"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void an_address_is_fixed_and_its_parameters_are_a_map(Path file) throws IOException {
        assertThat(steps(file).map(Step::kind)).doesNotContain("toD", "recipientList", "routingSlip", "wireTap");
        assertThat(parsed(file).findValuesAsText("uri"))
                .allSatisfy(uri -> assertThat(uri).doesNotContain("?", "${"));
    }

    /** The S3 component takes a key from this header and evaluates it (CVE-2026-95664): it has one door. */
    @Test
    @Fault(39)
    void a_key_reaches_the_s3_component_through_the_checked_door_alone() throws IOException {
        int keys = 0;
        for (Path file : files()) {
            List<Step> setters = steps(file)
                    .filter(step -> step.node().path("name").asText().startsWith("CamelAwsS3")
                            || step.node().findValuesAsText("name").stream()
                                    .anyMatch(
                                            name -> step.kind().equals("setHeaders") && name.startsWith("CamelAwsS3")))
                    .toList();
            keys += setters.size();
            assertThat(setters)
                    .filteredOn(step -> !step.node().path("name").asText().equals("CamelAwsS3ContentType"))
                    .allSatisfy(step -> {
                        assertThat(step.kind()).isEqualTo("setHeader");
                        assertThat(step.node().path("name").asText()).isEqualTo("CamelAwsS3Key");
                        JsonNode call = step.node().path("method");
                        assertThat(call.path("ref").asText())
                                .as(step.toString())
                                .isEqualTo("destination");
                        assertThat(call.path("method").asText())
                                .as(step.toString())
                                .matches("(key|transformedKey)\\(.+");
                    });
            assertThat(parsed(file).findValues("parameters"))
                    .allSatisfy(
                            parameters -> assertThat(parameters.has("keyName")).isFalse());
        }
        assertThat(keys).isGreaterThan(4);
    }

    @Test
    void ids_are_unique_over_all_files() throws IOException {
        List<String> ids = new ArrayList<>();
        for (Path file : files()) {
            routes(file).forEach(route -> ids.add(route.path("id").asText()));
            steps(file)
                    .filter(step -> step.node().has("id"))
                    .forEach(step -> ids.add(step.node().path("id").asText()));
        }
        assertThat(ids).hasSizeGreaterThan(50).doesNotHaveDuplicates();
    }

    /**
     * A configuration with an id applies only to routes that name it, and to these no other one; and one that has an
     * error handler alone applies to none.
     */
    @Test
    void every_route_has_a_failure_policy_that_reports_a_failure_once() throws IOException {
        Map<String, JsonNode> policies = new HashMap<>();
        List<String> named = new ArrayList<>();
        for (Path file : files()) {
            parsed(file).forEach(entry -> {
                if (entry.has("routeConfiguration")) {
                    JsonNode policy = entry.path("routeConfiguration");
                    policies.put(policy.path("id").asText(EVERY_ROUTE), policy);
                }
            });
            routes(file)
                    .forEach(route ->
                            named.add(route.path("routeConfigurationId").asText(EVERY_ROUTE)));
        }

        assertThat(policies.keySet()).contains(EVERY_ROUTE).containsAll(named);
        assertThat(policies.values()).allSatisfy(policy -> assertThat(policy.path("onException"))
                .extracting(entry -> entry.path("onException"))
                .anySatisfy(any -> {
                    assertThat(any.path("exception").path(0).asText()).isEqualTo("java.lang.Throwable");
                    assertThat(any.at("/redeliveryPolicy/logExhausted").asText())
                            .isEqualTo("false");
                }));
    }

    private static JsonNode parsed(Path file) throws IOException {
        return new YAMLMapper().readTree(file.toFile());
    }

    private static List<JsonNode> routes(Path file) throws IOException {
        List<JsonNode> routes = new ArrayList<>();
        parsed(file).forEach(entry -> {
            if (entry.has("route")) {
                routes.add(entry.path("route"));
            }
        });
        return routes;
    }

    private static Stream<Step> steps(Path file) throws IOException {
        List<Step> steps = new ArrayList<>();
        for (JsonNode route : routes(file)) {
            collect(route.path("from").path("steps"), MISSING, steps);
        }
        return steps.stream();
    }

    private static final JsonNode MISSING = new YAMLMapper().missingNode();

    /** What follows the last step of a {@code doTry} is what follows the {@code doTry}. */
    private static void collect(JsonNode list, JsonNode afterList, List<Step> steps) {
        for (int i = 0; i < list.size(); i++) {
            Map.Entry<String, JsonNode> step =
                    list.get(i).properties().iterator().next();
            JsonNode next = i + 1 < list.size() ? list.get(i + 1) : afterList;
            steps.add(new Step(step.getKey(), step.getValue(), next));
            boolean isTry = step.getKey().equals("doTry");
            collect(step.getValue().path("steps"), isTry ? next : MISSING, steps);
            for (String branches : List.of("doCatch", "when")) {
                step.getValue().path(branches).forEach(branch -> collect(branch.path("steps"), MISSING, steps));
            }
            for (String branch : List.of("doFinally", "otherwise")) {
                collect(step.getValue().path(branch).path("steps"), MISSING, steps);
            }
        }
    }
}

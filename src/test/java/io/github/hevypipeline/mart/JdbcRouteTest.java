package io.github.hevypipeline.mart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.dbt.DbtProject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps and tests as the transform route runs them: split, the step's SQL as body, a jdbc endpoint. */
class JdbcRouteTest {
    @TempDir
    Path folder;

    @Test
    void steps_and_tests_run_through_camel_jdbc_each_as_one_text() throws Exception {
        Project files = new Project(folder.resolve("project"))
                .file("models/a.sql", "select 1 as n union all select null")
                .file(
                        "models/schema.yml",
                        "models:\n  - name: a\n    columns:\n      - {name: n, data_tests: [not_null, unique]}\n");
        DbtProject project = DbtProject.load(files.root(), Map.of());
        try (DuckDbDataSource warehouse = new DuckDbDataSource("256MB", 1);
                DefaultCamelContext camel = new DefaultCamelContext()) {
            warehouse.open(folder.resolve("a.duckdb"));
            camel.getRegistry().bind("warehouse", warehouse);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:run")
                            .split(body())
                            .setVariable("step", body())
                            .setBody(simple("${body.sql}"))
                            .to("jdbc:warehouse?outputType=SelectList");
                    from("direct:test").setBody(simple("${body.sql}")).to("jdbc:warehouse");
                }
            });
            camel.start();
            ProducerTemplate template = camel.createProducerTemplate();

            template.requestBody("direct:run", project.modelSteps());
            List<?> counts = project.dataTests().stream()
                    .map(test -> template.requestBody("direct:test", test))
                    .toList();

            assertThat(counts)
                    .hasToString(
                            "[[{failures=1, should_warn=true, should_error=true}], [{failures=0, should_warn=false, should_error=false}]]");
        }
    }
}

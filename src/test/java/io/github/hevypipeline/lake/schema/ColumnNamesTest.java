package io.github.hevypipeline.lake.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.Truth;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnNamesTest {
    private final ColumnNames names = new ColumnNames();

    @ParameterizedTest
    @CsvSource({
        "weight_kg, weight_kg",
        "supersetId, superset_id",
        "Title, title",
        "HTTPServer, httpserver",
        "set2Failure, set2_failure",
        "rep range, rep_range",
        "größe, gr_e",
        "a__b, a_b",
        "_x_, _x_",
        "1rm, x1rm",
        "'', x",
        "_dlt_id, x_dlt_id",
        "_DLT_LOAD_ID, x_dlt_load_id",
        "_dltId, x_dlt_id",
        "_dlt, x_dlt",
        "'''; drop table', _drop_table",
        "../../x, _x"
    })
    void a_field_gets_a_plain_name_that_is_never_one_of_the_metadata(String field, String column) {
        assertThat(names.of(field)).isEqualTo(column);
    }

    @Property
    void any_field_gets_a_name_that_avro_and_sql_accept_and_that_stays(@ForAll String field) {
        assertThat(names.of(field))
                .matches("[a-z_][a-z0-9_]*")
                .doesNotStartWith("_dlt_")
                .doesNotContain("__");
        assertThat(names.of(field)).isEqualTo(Truth.snakeCase(field));
        assertThat(names.of(names.of(field))).isEqualTo(names.of(field));
    }
}

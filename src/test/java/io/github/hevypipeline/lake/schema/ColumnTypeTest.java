package io.github.hevypipeline.lake.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.lake.rows.WidenedValues;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ColumnTypeTest {
    @Property
    void widening_ends_at_a_type_that_holds_both_whichever_came_first(
            @ForAll ColumnType one, @ForAll ColumnType other, @ForAll ColumnType third) {
        assertThat(one.widenedTo(other)).isEqualTo(other.widenedTo(one));
        assertThat(one.widenedTo(one)).isEqualTo(one);
        assertThat(one.widenedTo(other).widenedTo(one)).isEqualTo(one.widenedTo(other));
        assertThat(one.widenedTo(other).widenedTo(third)).isEqualTo(one.widenedTo(other.widenedTo(third)));
    }

    @Test
    void whole_numbers_widen_to_fractions_and_everything_else_to_text() {
        assertThat(ColumnType.BIGINT.widenedTo(ColumnType.DOUBLE)).isEqualTo(ColumnType.DOUBLE);
        assertThat(ColumnType.TIMESTAMP.widenedTo(ColumnType.BIGINT)).isEqualTo(ColumnType.VARCHAR);
        assertThat(ColumnType.BOOLEAN.widenedTo(ColumnType.BIGINT)).isEqualTo(ColumnType.VARCHAR);
        assertThat(ColumnType.VARCHAR_LIST.widenedTo(ColumnType.DOUBLE)).isEqualTo(ColumnType.VARCHAR);
    }

    @Test
    void lists_widen_as_their_elements_do_and_stay_lists() {
        assertThat(ColumnType.BIGINT_LIST.widenedTo(ColumnType.DOUBLE_LIST)).isEqualTo(ColumnType.DOUBLE_LIST);
        assertThat(ColumnType.BIGINT_LIST.widenedTo(ColumnType.VARCHAR_LIST)).isEqualTo(ColumnType.VARCHAR_LIST);
        assertThat(ColumnType.BIGINT_LIST.widenedTo(ColumnType.BIGINT)).isEqualTo(ColumnType.VARCHAR);
    }

    @Property
    void a_type_is_read_back_from_its_name_and_from_its_schema(@ForAll ColumnType type) {
        assertThat(ColumnType.ofSqlName(type.sqlName())).isEqualTo(type);
        assertThat(ColumnType.of(type.avro())).isEqualTo(type);
    }

    @Test
    void a_stored_value_of_a_widened_column_reads_as_the_api_would_have_sent_it() {
        long time = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse("2026-10-07T05:20:03.118Z"));

        assertThat(WidenedValues.widen(7L, ColumnType.BIGINT, ColumnType.DOUBLE))
                .isEqualTo(7.0);
        assertThat(WidenedValues.widen(9007199254740993L, ColumnType.BIGINT, ColumnType.VARCHAR))
                .isEqualTo("9007199254740993");
        assertThat(WidenedValues.widen(60.0, ColumnType.DOUBLE, ColumnType.VARCHAR))
                .isEqualTo("60");
        assertThat(WidenedValues.widen(0.1, ColumnType.DOUBLE, ColumnType.VARCHAR))
                .isEqualTo("0.1");
        assertThat(WidenedValues.widen(Double.valueOf("2e23"), ColumnType.DOUBLE, ColumnType.VARCHAR))
                .isEqualTo("200000000000000000000000");
        assertThat(WidenedValues.widen(82.19103518973792, ColumnType.DOUBLE, ColumnType.VARCHAR))
                .isEqualTo("82.19103518973792");
        assertThat(WidenedValues.widen(true, ColumnType.BOOLEAN, ColumnType.VARCHAR))
                .isEqualTo("true");
        assertThat(WidenedValues.widen(time, ColumnType.TIMESTAMP, ColumnType.VARCHAR))
                .isEqualTo("2026-10-07T05:20:03.118Z");
        assertThat(WidenedValues.widen(Arrays.asList("a\"", null), ColumnType.VARCHAR_LIST, ColumnType.VARCHAR))
                .isEqualTo("[\"a\\\"\",null]");
        assertThat(WidenedValues.widen(Arrays.asList(1L, null), ColumnType.BIGINT_LIST, ColumnType.DOUBLE_LIST))
                .isEqualTo(Arrays.asList(1.0, null));
        assertThat(WidenedValues.widen(Arrays.asList(1.0, 0.5), ColumnType.DOUBLE_LIST, ColumnType.VARCHAR_LIST))
                .isEqualTo(List.of("1", "0.5"));
        assertThat(WidenedValues.widen(Arrays.asList(1.5, null), ColumnType.DOUBLE_LIST, ColumnType.VARCHAR))
                .isEqualTo("[1.5,null]");
        assertThat(WidenedValues.widen(null, ColumnType.BIGINT, ColumnType.VARCHAR))
                .isNull();
        assertThatThrownBy(() -> WidenedValues.widen("a", ColumnType.VARCHAR, ColumnType.BIGINT))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

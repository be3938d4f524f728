package io.github.hevypipeline.lake.rows;

import static io.github.hevypipeline.lake.rows.JsonValues.MISFIT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.hevypipeline.lake.FolderLake;
import io.github.hevypipeline.lake.schema.ColumnType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonValuesTest {
    private final JsonValues values = new JsonValues();

    private static JsonNode json(String text) {
        return FolderLake.object("{\"v\":" + text + "}").get("v");
    }

    private static JsonNode text(String text) {
        return JsonNodeFactory.instance.textNode(text);
    }

    private static long micros(String instant) {
        Instant time = Instant.parse(instant);
        return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
    }

    @Test
    void null_is_null_in_every_type() {
        for (ColumnType type : ColumnType.values()) {
            assertThat(values.fit(json("null"), type)).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "10.0, 10",
        "1e3, 1000",
        "1.50e1, 15",
        "9007199254740993, 9007199254740993",
        "-9007199254740993, -9007199254740993",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "9223372036854775807.000, 9223372036854775807"
    })
    void a_whole_number_is_an_exact_bigint_however_it_is_written(String written, long expected) {
        assertThat(values.fit(json(written), ColumnType.BIGINT)).isEqualTo(expected);
        assertThat(JsonValues.typeOf(json(written))).isEqualTo(ColumnType.BIGINT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.5",
                "1e-5",
                "9223372036854775808",
                "-9223372036854775809",
                "1e400",
                "1e999999999",
                "1e-999999999",
                "\"7\"",
                "true",
                "[]",
                "{}"
            })
    void what_is_no_64_bit_whole_number_does_not_fit_bigint(String written) {
        assertThat(values.fit(json(written), ColumnType.BIGINT)).isSameAs(MISFIT);
    }

    @ParameterizedTest
    @CsvSource({
        "60, 60",
        "60.0, 60",
        "102.0582831018, 102.0582831018",
        "82.19103518973792, 82.19103518973792",
        "0.1, 0.1",
        "0.30000000000000004, 0.30000000000000004",
        "2e-3, 0.002",
        "2E23, 2E23",
        "1747105527527.7812, 1747105527527.78125",
        "1747105527527.7813, 1747105527527.78125",
        "5.684341886080802e-14, 5.684341886080802E-14",
        "0, 0",
        "0.000, 0",
        "1.7976931348623157e308, 1.7976931348623157E308",
        "9007199254740992, 9007199254740992",
        "-9007199254740992, -9007199254740992",
        "9007199254740994, 9007199254740994",
        "2.2250738585072014e-308, 2.2250738585072014E-308"
    })
    void a_number_that_a_double_can_name_is_that_double(String written, double expected) {
        assertThat(values.fit(json(written), ColumnType.DOUBLE)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12345678901234567890.5",
                "0.12345678901234567891",
                "82.191035189737921234",
                "9223372036854775807",
                "1e400",
                "-1e400",
                "\"1\"",
                "false",
                "[1]"
            })
    void what_a_double_would_round_does_not_fit_double(String written) {
        assertThat(values.fit(json(written), ColumnType.DOUBLE)).isSameAs(MISFIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9007199254740993", "-9007199254740993", "9007199254740993.0"})
    void the_first_whole_number_beyond_a_doubles_reach_was_rounded_down_by_one(String written) {
        assertThat(values.fit(json(written), ColumnType.DOUBLE)).isSameAs(MISFIT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e-400", "-1e-400", "1.5e-330", "1e-999999999", "1.23456789e-320"})
    void a_number_too_small_for_a_double_became_zero(String written) {
        assertThat(values.fit(json(written), ColumnType.DOUBLE)).isSameAs(MISFIT);
        assertThat(JsonValues.typeOf(json(written))).isEqualTo(ColumnType.VARCHAR);
    }

    /** The shortest decimal that names a double, as a JavaScript server prints it; Java 17 sometimes prints a longer. */
    @Property(tries = 5000)
    void the_shortest_decimal_of_any_double_fits_and_comes_back_the_same(@ForAll long bits) {
        double number = Double.longBitsToDouble(bits);
        if (Double.isNaN(number) || Double.isInfinite(number) || Math.abs(number) < Double.MIN_NORMAL) {
            return;
        }
        String shortest = null;
        for (int digits = 1; shortest == null; digits++) {
            String candidate = String.format("%." + (digits - 1) + "e", new BigDecimal(number));
            shortest = Double.parseDouble(candidate) == number ? candidate : null;
        }

        assertThat(values.fit(json(shortest), ColumnType.DOUBLE)).isEqualTo(number);
    }

    @Test
    void the_exact_value_of_a_power_of_two_fits_however_many_digits_it_has() {
        for (int exponent = -200; exponent <= Double.MAX_EXPONENT; exponent++) {
            double number = Math.scalb(1.0, exponent);
            assertThat(values.fit(json(new BigDecimal(number).toPlainString()), ColumnType.DOUBLE))
                    .isEqualTo(number);
        }
    }

    @Property
    void no_decimal_of_up_to_15_digits_is_refused(
            @ForAll @LongRange(min = -999_999_999_999_999L, max = 999_999_999_999_999L) long digits,
            @ForAll @IntRange(min = -280, max = 280) int exponent) {
        String written = digits + "e" + exponent;

        assertThat(values.fit(json(written), ColumnType.DOUBLE)).isEqualTo(0.0 + Double.parseDouble(written));
    }

    @Property
    void any_number_keeps_its_value_in_the_type_that_it_is_given(
            @ForAll BigDecimal number, @ForAll @IntRange(min = -400, max = 400) int exponent) {
        BigDecimal shifted = number.scaleByPowerOfTen(exponent);
        JsonNode node = json(shifted.toString());
        Object fitted = values.fit(node, JsonValues.typeOf(node));

        if (fitted instanceof Double) {
            assertThat(fitted).isEqualTo(Double.valueOf(shifted.toString()));
        } else {
            assertThat(new BigDecimal(fitted.toString())).isEqualByComparingTo(shifted);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10.0, 10",
        "10, 10",
        "1e2, 100",
        "1e400, 1E+400",
        "1e-400, 1E-400",
        "12345678901234567890.123456789012345678, 12345678901234567890.123456789012345678",
        "9007199254740993, 9007199254740993",
        "true, true",
        "false, false"
    })
    void a_scalar_becomes_its_shortest_text_with_every_digit(String written, String expected) {
        assertThat(values.fit(json(written), ColumnType.VARCHAR)).isEqualTo(expected);
    }

    @Test
    void an_object_or_list_in_a_text_column_reads_as_it_came() {
        String written = "{\"a\":[1,10.0,9007199254740993,null,\"\\u0000é🔥\",{\"b\":{}}],\"c\":0.10}";

        assertThat(values.fit(json(written), ColumnType.VARCHAR)).isEqualTo(written);
    }

    @Test
    void text_is_true_to_the_character() {
        String nul = "a\0b";
        String emoji = "🏋️‍♂️ לילה \r\n\t\"';-- ${x} {{y}} </script>";
        String megabyte = "é".repeat(1 << 19);

        assertThat(values.fit(text(nul), ColumnType.VARCHAR)).isEqualTo(nul);
        assertThat(values.fit(text(emoji), ColumnType.VARCHAR)).isEqualTo(emoji);
        assertThat(values.fit(text(megabyte), ColumnType.VARCHAR)).isEqualTo(megabyte);
        assertThat(values.fit(text(""), ColumnType.VARCHAR)).isEqualTo("");
        assertThat(values.loneSurrogates()).isZero();
    }

    @Test
    void each_lone_surrogate_is_replaced_and_counted_and_pairs_stay() {
        assertThat(values.fit(json("\"a\\ud83dz \\ude00 \\ud83d\\ude00 \\ud83d\""), ColumnType.VARCHAR))
                .isEqualTo("a\uFFFDz \uFFFD 😀 \uFFFD");
        assertThat(values.loneSurrogates()).isEqualTo(3);
        assertThat(values.fit(json("[\"\\udc00\"]"), ColumnType.VARCHAR_LIST)).isEqualTo(List.of("\uFFFD"));
        assertThat(values.fit(json("{\"a\":\"\\udc00\"}"), ColumnType.VARCHAR)).isEqualTo("{\"a\":\"\uFFFD\"}");
        assertThat(values.loneSurrogates()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-10-07T05:20:03.118Z, 2026-10-07T05:20:03.118Z",
        "2026-10-07T05:20:03+00:00, 2026-10-07T05:20:03Z",
        "2026-10-07T07:20:03.123456+02:00, 2026-10-07T05:20:03.123456Z",
        "2026-10-07T05:20:03.123456000Z, 2026-10-07T05:20:03.123456Z",
        "2026-10-07T05:20Z, 2026-10-07T05:20:00Z",
        "1969-12-31T23:59:59.999999Z, 1969-12-31T23:59:59.999999Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999Z, 9999-12-31T23:59:59.999999Z"
    })
    void a_date_time_with_an_offset_is_its_instant_to_the_microsecond(String written, String instant) {
        assertThat(values.fit(text(written), ColumnType.TIMESTAMP)).isEqualTo(micros(instant));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-10-07",
                "2026-10-07T05:20:03",
                "2026-10-07 05:20:03Z",
                "2026-02-30T05:20:03Z",
                "2026-10-07T24:00:00Z",
                "2026-10-07T23:59:60Z",
                "2026-10-07T05:20:03.118000001Z",
                "+999999999-01-01T00:00:00Z",
                " 2026-10-07T05:20:03Z"
            })
    void a_time_that_would_be_guessed_or_rounded_does_not_fit(String written) {
        assertThat(values.fit(text(written), ColumnType.TIMESTAMP)).isSameAs(MISFIT);
    }

    @Test
    void a_number_is_no_time_and_a_text_is_never_guessed_to_be_one() {
        assertThat(values.fit(json("1795440923"), ColumnType.TIMESTAMP)).isSameAs(MISFIT);
        assertThat(JsonValues.typeOf(text("2026-10-07T05:20:03Z"))).isEqualTo(ColumnType.VARCHAR);
    }

    @Test
    void only_true_and_false_are_booleans() {
        assertThat(values.fit(json("true"), ColumnType.BOOLEAN)).isEqualTo(true);
        assertThat(values.fit(json("1"), ColumnType.BOOLEAN)).isSameAs(MISFIT);
        assertThat(values.fit(json("\"true\""), ColumnType.BOOLEAN)).isSameAs(MISFIT);
        assertThat(JsonValues.typeOf(json("false"))).isEqualTo(ColumnType.BOOLEAN);
    }

    @Test
    void a_list_of_numbers_is_one_of_numbers_if_each_stays_what_it_is() {
        assertThat(JsonValues.typeOf(json("[1,null,2.0]"))).isEqualTo(ColumnType.BIGINT_LIST);
        assertThat(JsonValues.typeOf(json("[1,0.5]"))).isEqualTo(ColumnType.DOUBLE_LIST);
        assertThat(JsonValues.typeOf(json("[9007199254740993,0.5]"))).isEqualTo(ColumnType.VARCHAR_LIST);
        assertThat(JsonValues.typeOf(json("[true,false]"))).isEqualTo(ColumnType.VARCHAR_LIST);
        assertThat(values.fit(json("[1,null,2.0]"), ColumnType.BIGINT_LIST)).isEqualTo(Arrays.asList(1L, null, 2L));
        assertThat(values.fit(json("[1,0.5]"), ColumnType.DOUBLE_LIST)).isEqualTo(List.of(1.0, 0.5));
        assertThat(values.fit(json("[1,0.5]"), ColumnType.BIGINT_LIST)).isSameAs(MISFIT);
        assertThat(values.fit(json("1"), ColumnType.BIGINT_LIST)).isSameAs(MISFIT);
    }

    @Test
    void a_list_of_scalars_is_a_list_of_texts_with_its_nulls() {
        assertThat(values.fit(json("[\"a\",null,1.50,true]"), ColumnType.VARCHAR_LIST))
                .isEqualTo(Arrays.asList("a", null, "1.5", "true"));
        assertThat(values.fit(json("[]"), ColumnType.VARCHAR_LIST)).isEqualTo(List.of());
        assertThat(values.fit(json("[[1]]"), ColumnType.VARCHAR_LIST)).isSameAs(MISFIT);
        assertThat(values.fit(json("\"a\""), ColumnType.VARCHAR_LIST)).isSameAs(MISFIT);
        assertThat(JsonValues.typeOf(json("[1,\"a\"]"))).isEqualTo(ColumnType.VARCHAR_LIST);
        assertThat(JsonValues.typeOf(json("[[1]]"))).isEqualTo(ColumnType.VARCHAR);
        assertThat(JsonValues.typeOf(json("[1,{}]"))).isEqualTo(ColumnType.VARCHAR);
    }
}

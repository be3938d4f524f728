package io.github.hevypipeline.lake.rows;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.hevypipeline.lake.schema.ColumnType;
import io.github.hevypipeline.lake.schema.UtcTimes;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Turns JSON values into column values without losing anything, or says that they do not fit.
 *
 * <p>Not thread-safe; it belongs to one flattener, since it counts what it had to repair. The JSON must have been read
 * with decimals as {@link BigDecimal}.
 */
public final class JsonValues {
    /** What {@link #fit} returns for a value that the type cannot hold exactly. */
    static final Object MISFIT = new Object();

    private static final int DIGITS_OF_EVERY_DOUBLE = 15;
    private static final int LONGEST_PLAIN_NUMBER = 40;
    private static final int MAX_DIGITS_OF_A_DOUBLE = 17;
    private static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    private long loneSurrogates;

    /** How many lone surrogates were written as U+FFFD so far. */
    long loneSurrogates() {
        return loneSurrogates;
    }

    /** The narrowest type of a value that is not null. Texts are never guessed to be times. */
    static ColumnType typeOf(JsonNode value) {
        if (value.isNumber()) {
            BigDecimal number = value.decimalValue();
            if (asLong(number) != MISFIT) {
                return ColumnType.BIGINT;
            }
            return asDouble(number) != MISFIT ? ColumnType.DOUBLE : ColumnType.VARCHAR;
        }
        if (value.isBoolean()) {
            return ColumnType.BOOLEAN;
        }
        return isListOfScalars(value) ? typeOfList(value) : ColumnType.VARCHAR;
    }

    /** The narrowest that holds each element; one of true and false is a list of texts. */
    private static ColumnType typeOfList(JsonNode list) {
        if (elements(list, JsonValues::fitLong) != MISFIT) {
            return ColumnType.BIGINT_LIST;
        }
        return elements(list, JsonValues::fitDouble) != MISFIT ? ColumnType.DOUBLE_LIST : ColumnType.VARCHAR_LIST;
    }

    /** The value as {@code type} holds it, null for null, or {@link #MISFIT}. */
    Object fit(JsonNode value, ColumnType type) {
        if (value.isNull()) {
            return null;
        }
        return switch (type) {
            case BIGINT -> fitLong(value);
            case DOUBLE -> fitDouble(value);
            case BOOLEAN -> value.isBoolean() ? (Object) value.booleanValue() : MISFIT;
            case TIMESTAMP -> value.isTextual() ? micros(value.textValue()) : MISFIT;
            case VARCHAR -> text(value);
            case BIGINT_LIST -> elements(value, JsonValues::fitLong);
            case DOUBLE_LIST -> elements(value, JsonValues::fitDouble);
            case VARCHAR_LIST -> isListOfScalars(value) ? elements(value, this::text) : MISFIT;
        };
    }

    private static Object fitLong(JsonNode value) {
        if (value.isInt() || value.isLong()) {
            return value.longValue();
        }
        return value.isNumber() ? asLong(value.decimalValue()) : MISFIT;
    }

    private static Object fitDouble(JsonNode value) {
        if (value.isInt()) {
            return value.doubleValue();
        }
        return value.isNumber() ? asDouble(value.decimalValue()) : MISFIT;
    }

    private static Object asLong(BigDecimal number) {
        boolean inRange = number.compareTo(LONG_MIN) >= 0 && number.compareTo(LONG_MAX) <= 0;
        if (!inRange || number.stripTrailingZeros().scale() > 0) {
            return MISFIT;
        }
        return number.longValue();
    }

    /** A double is exact enough when it gives back the number that came, digit by digit. */
    private static Object asDouble(BigDecimal number) {
        double nearest = number.doubleValue();
        if (Double.isInfinite(nearest)) {
            return MISFIT;
        }
        boolean hasAllDigits = number.precision() <= DIGITS_OF_EVERY_DOUBLE && Math.abs(nearest) >= Double.MIN_NORMAL;
        return hasAllDigits || number.signum() == 0 || givesBack(nearest, number) ? nearest : MISFIT;
    }

    /**
     * Whether {@code number}, whose nearest double this is, is that double's exact value, or a closest decimal of as
     * many digits that names it. {@link Double#toString} does not say: Java 17 sometimes prints more digits than needed.
     */
    private static boolean givesBack(double nearest, BigDecimal number) {
        BigDecimal exact = new BigDecimal(nearest);
        if (exact.compareTo(number) == 0) {
            return true;
        }
        BigDecimal shortened = number.stripTrailingZeros();
        if (shortened.precision() > MAX_DIGITS_OF_A_DOUBLE) {
            return false;
        }
        BigDecimal twiceTheDistance = exact.subtract(number).abs().multiply(BigDecimal.valueOf(2));
        if (twiceTheDistance.compareTo(shortened.ulp()) <= 0) {
            return true;
        }
        // Just above a power of two the closest decimal may name the double below; then the next one counts.
        BigDecimal closest = exact.round(new MathContext(shortened.precision(), RoundingMode.HALF_EVEN));
        return closest.doubleValue() != nearest;
    }

    /** Microseconds since 1970 of an ISO 8601 date-time with an offset, or {@link #MISFIT}. */
    public static Object micros(String text) {
        long plain = UtcTimes.micros(text);
        if (plain != UtcTimes.OTHER_FORM) {
            return plain;
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            int nanos = time.get(ChronoField.NANO_OF_SECOND);
            if (nanos % NANOS_PER_MICRO != 0) {
                return MISFIT;
            }
            return Math.addExact(
                    Math.multiplyExact(time.toEpochSecond(), MICROS_PER_SECOND), (long) nanos / NANOS_PER_MICRO);
        } catch (DateTimeException | ArithmeticException e) {
            return MISFIT;
        }
    }

    private static boolean isListOfScalars(JsonNode value) {
        if (!value.isArray()) {
            return false;
        }
        for (JsonNode element : value) {
            if (element.isContainerNode()) {
                return false;
            }
        }
        return true;
    }

    /** The elements of a list as one type holds them, null for null; {@link #MISFIT} if it is none or one does not fit. */
    private static Object elements(JsonNode list, Function<JsonNode, Object> fit) {
        if (!list.isArray()) {
            return MISFIT;
        }
        List<Object> fitted = new ArrayList<>(list.size());
        for (JsonNode element : list) {
            Object value = element.isNull() ? null : fit.apply(element);
            if (value == MISFIT) {
                return MISFIT;
            }
            fitted.add(value);
        }
        return fitted;
    }

    /** The value as text: strings as they are, numbers in their shortest plain form, the rest as JSON. */
    String text(JsonNode value) {
        if (value.isTextual()) {
            return wellFormed(value.textValue());
        }
        if (value.isNumber()) {
            return plain(value.decimalValue());
        }
        return wellFormed(value.toString());
    }

    private static String plain(BigDecimal number) {
        BigDecimal shortest = number.stripTrailingZeros();
        boolean longWhenPlain = Math.abs((long) shortest.scale()) + shortest.precision() > LONGEST_PLAIN_NUMBER;
        return longWhenPlain ? shortest.toString() : shortest.toPlainString();
    }

    /** Text from a value of another column type, as a widened column shows it. */
    static String plain(Object number) {
        if (number instanceof Long) {
            return number.toString();
        }
        return plain(shortest((Double) number));
    }

    private static BigDecimal shortest(double number) {
        BigDecimal exact = new BigDecimal(number);
        for (int digits = DIGITS_OF_EVERY_DOUBLE; digits < MAX_DIGITS_OF_A_DOUBLE; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (rounded.doubleValue() == number) {
                return rounded;
            }
        }
        return exact.round(new MathContext(MAX_DIGITS_OF_A_DOUBLE, RoundingMode.HALF_EVEN));
    }

    private String wellFormed(String text) {
        if (!hasSurrogates(text)) {
            return text;
        }
        loneSurrogates += text.codePoints().filter(JsonValues::isLoneSurrogate).count();
        return repaired(text);
    }

    /** The text with each lone surrogate, which no UTF-8 has, as U+FFFD. */
    static String repaired(String text) {
        if (!hasSurrogates(text)) {
            return text;
        }
        StringBuilder repaired = new StringBuilder(text.length());
        text.codePoints().forEach(point -> repaired.appendCodePoint(isLoneSurrogate(point) ? '\uFFFD' : point));
        return repaired.toString();
    }

    private static boolean hasSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLoneSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}

package io.github.hevypipeline.lake.rows;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.hevypipeline.lake.schema.ColumnType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Carries a stored value into the wider type that its column has got since. Thread-safe: it holds nothing. */
public final class WidenedValues {
    private WidenedValues() {}

    public static Object widen(Object value, ColumnType from, ColumnType to) {
        if (value == null) {
            return null;
        }
        if (from == ColumnType.BIGINT && to == ColumnType.DOUBLE) {
            return exactDouble((Long) value);
        }
        if (from.isList() && to.isList()) {
            List<Object> widened = new ArrayList<>();
            ((List<?>) value).forEach(element -> widened.add(widen(element, from.element(), to.element())));
            return widened;
        }
        if (to != ColumnType.VARCHAR) {
            throw new IllegalArgumentException(from + " does not widen to " + to);
        }
        return switch (from) {
            case BIGINT, DOUBLE -> JsonValues.plain(value);
            case TIMESTAMP ->
                Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS).toString();
            case BIGINT_LIST, DOUBLE_LIST, VARCHAR_LIST -> json((List<?>) value);
            default -> value.toString();
        };
    }

    /** {@link ColumnStats} keeps others from coming here; were one to come, it must not be rounded in silence. */
    private static double exactDouble(long value) {
        double nearest = (double) value;
        if (new BigDecimal(nearest).compareTo(BigDecimal.valueOf(value)) != 0) {
            throw new IllegalArgumentException(value + " is no double");
        }
        return nearest;
    }

    private static String json(List<?> elements) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Object element : elements) {
            if (element instanceof Number) {
                array.add(new BigDecimal(JsonValues.plain(element)));
            } else {
                array.add(element == null ? null : element.toString());
            }
        }
        return array.toString();
    }
}

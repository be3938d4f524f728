package io.github.hevypipeline.hevy.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.github.hevypipeline.failure.ConfigError;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A column of numbers, in the one of its units that the file has, converted to the unit of the API.
 *
 * <p>Immutable. The factors are exact, and nothing is rounded but to the nearest double.
 *
 * @param name the column in the file
 * @param factor one of the file's unit in the API's
 */
record UnitColumn(String name, BigDecimal factor) {
    private static final BigDecimal KILOGRAMS_PER_POUND = new BigDecimal("0.45359237");
    private static final BigDecimal METRES_PER_MILE = new BigDecimal("1609.344");
    private static final BigDecimal METRES_PER_KILOMETRE = new BigDecimal("1000");
    private static final BigDecimal CENTIMETRES_PER_INCH = new BigDecimal("2.54");
    private static final double LAST_EXACT_WHOLE = 1L << 53;

    static final Map<String, BigDecimal> WEIGHT =
            Map.of("weight_kg", BigDecimal.ONE, "weight_lbs", KILOGRAMS_PER_POUND);
    static final Map<String, BigDecimal> DISTANCE =
            Map.of("distance_km", METRES_PER_KILOMETRE, "distance_miles", METRES_PER_MILE);

    /** The girth of a part of the body. */
    static Map<String, BigDecimal> girth(String part) {
        return Map.of(part + "_cm", BigDecimal.ONE, part + "_in", CENTIMETRES_PER_INCH);
    }

    static UnitColumn unconverted(String name) {
        return new UnitColumn(name, BigDecimal.ONE);
    }

    /**
     * The column that a file has; empty if it has none.
     *
     * @param units the name of the column in each unit, with the unit's factor
     * @throws ConfigError if the file has it in two units
     */
    static Optional<UnitColumn> in(ExportFile.Records file, Map<String, BigDecimal> units) {
        List<String> found = units.keySet().stream().filter(file::has).sorted().toList();
        if (found.size() > 1) {
            throw file.refused("has both " + found.get(0) + " and " + found.get(1), ExportFile.EXPORT_AGAIN);
        }
        return found.stream().findFirst().map(name -> new UnitColumn(name, units.get(name)));
    }

    /** The number in a row; null as JSON for an empty cell. */
    JsonNode read(ExportFile.Row row) {
        Optional<BigDecimal> number = row.number(name);
        if (number.isEmpty()) {
            return NullNode.getInstance();
        }
        double converted = number.get().multiply(factor).doubleValue();
        if (Double.isInfinite(converted)) {
            throw row.wrong(name, "a number that a double can hold", row.text(name));
        }
        boolean whole = converted == Math.rint(converted) && Math.abs(converted) < LAST_EXACT_WHOLE;
        return whole ? LongNode.valueOf((long) converted) : DoubleNode.valueOf(converted);
    }
}

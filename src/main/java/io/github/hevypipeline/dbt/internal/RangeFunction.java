package io.github.hevypipeline.dbt.internal;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.lib.fn.Functions;
import java.util.List;

/**
 * Jinja's {@code range}, whole or refused: jinjava ends it after some numbers without a word.
 *
 * <p>Thread-safe: it holds nothing. Public since jinjava calls it by its name.
 */
public final class RangeFunction {
    /** Jinja has no limit; what is longer would fill the memory with SQL. */
    static final int MOST = 1_000_000;

    private RangeFunction() {}

    static ELFunctionDefinition function() {
        return new ELFunctionDefinition("", "range", RangeFunction.class, "range", Object.class, Object[].class);
    }

    /** The numbers up to {@code first}, or from it, as the rest says. */
    public static List<Integer> range(Object first, Object... rest) {
        List<Integer> numbers = Functions.range(first, rest);
        if (numbers.size() > MOST) {
            throw new LoopTag.Refused(
                    "range() gives more than " + MOST + " numbers",
                    JinjavaInterpreter.getCurrent().getLineNumber());
        }
        return numbers;
    }
}

package io.github.hevypipeline.dbt.internal;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.lib.fn.Functions;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.tree.TagNode;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Jinja's {@code for} and {@code range}, which refuse what jinjava would silently render differently from dbt.
 *
 * <p>Thread-safe. Public because jinjava calls {@link #range} by reflection.
 */
public final class Loops {
    /** Jinja has no limit; a longer list would fill the memory with SQL. */
    static final int MAX_RANGE = 1_000_000;

    private Loops() {}

    static ELFunctionDefinition rangeFunction() {
        return new ELFunctionDefinition("", "range", Loops.class, "range", Object.class, Object[].class);
    }

    /** Jinja's arguments: a stop, or a start and a stop, then a step. Jinjava's own stops at its limit without an error. */
    public static List<Integer> range(Object first, Object... rest) {
        List<Integer> numbers = Functions.range(first, rest);
        if (numbers.size() > MAX_RANGE) {
            throw new Refused(
                    "range() gives more than " + MAX_RANGE + " numbers",
                    JinjavaInterpreter.getCurrent().getLineNumber());
        }
        return numbers;
    }

    /** Refuses {@code for x in all if …}: jinjava would apply the condition to the whole list. */
    static final class LoopTag extends ForTag {
        private static final long serialVersionUID = 1L;
        private static final Pattern QUOTED = Pattern.compile("'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"");
        private static final Pattern INNERMOST = Pattern.compile("[(\\[{][^()\\[\\]{}]*[)\\]}]");
        private static final Pattern FILTER = Pattern.compile("\\sif\\s");

        @Override
        public String interpret(TagNode loop, JinjavaInterpreter interpreter) {
            String words = QUOTED.matcher(loop.getHelpers()).replaceAll("");
            for (String before = ""; !before.equals(words); ) {
                before = words;
                words = INNERMOST.matcher(words).replaceAll(" ");
            }
            if (FILTER.matcher(words).find()) {
                throw new Refused(
                        "an if within a for is not supported; use selectattr or rejectattr, or an if in the loop",
                        loop.getLineNumber());
            }
            return super.interpret(loop, interpreter);
        }
    }

    /** The reason for a refusal, which jinjava wraps. */
    static final class Refused extends InterpretException {
        private static final long serialVersionUID = 1L;

        Refused(String reason, int line) {
            super(reason, line);
        }
    }
}

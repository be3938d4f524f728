package io.github.hevypipeline.dbt.internal;

import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.tree.TagNode;
import java.util.regex.Pattern;

/**
 * Jinja's loop, without its filter. Thread-safe: it holds nothing.
 *
 * <p>Jinjava takes {@code for x in all if …} for all or nothing of the list, where dbt leaves items out: it is refused.
 */
final class LoopTag extends ForTag {
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

    /** Says why. */
    static final class Refused extends InterpretException {
        private static final long serialVersionUID = 1L;

        Refused(String reason, int line) {
            super(reason, line);
        }
    }
}

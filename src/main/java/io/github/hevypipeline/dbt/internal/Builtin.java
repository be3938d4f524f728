package io.github.hevypipeline.dbt.internal;

import com.hubspot.jinjava.lib.fn.MacroFunction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A function of dbt's that templates may call, with positional and keyword arguments. Not thread-safe. */
final class Builtin extends MacroFunction {
    private final Body body;

    Builtin(String name, Body body) {
        super(List.of(), name, new LinkedHashMap<>(), false, null, 0, 0);
        this.body = body;
    }

    @Override
    public Object doEvaluate(Map<String, Object> arguments, Map<String, Object> keywords, List<Object> positional) {
        return body.call(new ArrayList<>(positional), keywords);
    }

    /** What it does; an exception ends the rendering. */
    @FunctionalInterface
    interface Body {
        Object call(List<Object> positional, Map<String, Object> keywords);
    }
}

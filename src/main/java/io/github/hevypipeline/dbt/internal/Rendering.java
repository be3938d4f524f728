package io.github.hevypipeline.dbt.internal;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.fn.MacroFunction;
import io.github.hevypipeline.dbt.Model;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Target;
import io.github.hevypipeline.failure.PipelineException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** dbt's functions for one rendering of one file, and a record of their calls. Not thread-safe. */
final class Rendering {
    private final String file;
    private final Target target;
    private final Map<String, String> environment;
    private final Map<String, Object> variables;
    private final List<Reference> references = new ArrayList<>();
    private final Map<String, Object> config = new LinkedHashMap<>();
    private final Map<String, String> usedEnvironment = new LinkedHashMap<>();
    private PipelineException problem;

    Rendering(String file, Target target, Map<String, String> environment, Map<String, Object> variables) {
        this.file = file;
        this.target = target;
        this.environment = environment;
        this.variables = variables;
    }

    List<Builtin> functions(Function<Reference, String> relations) {
        return List.of(
                new Builtin("ref", (positional, keywords) -> {
                    need(positional.size() == 1, "ref() takes the name of one model");
                    return relation(new Reference(null, text(positional, 0), line()), relations);
                }),
                new Builtin("source", (positional, keywords) -> {
                    need(positional.size() == 2, "source() takes the name of a source and of its table");
                    return relation(new Reference(text(positional, 0), text(positional, 1), line()), relations);
                }),
                new Builtin("env_var", this::environmentVariable),
                new Builtin("var", this::variable),
                new Builtin("config", (positional, keywords) -> {
                    need(positional.isEmpty(), "config() takes keyword arguments");
                    config.putAll(keywords);
                    return "";
                }),
                new Builtin(
                        "is_incremental",
                        (positional, keywords) ->
                                target.isIncremental() && Model.INCREMENTAL.equals(config.get("materialized"))));
    }

    Rendered finish(String text) {
        return new Rendered(
                text, List.copyOf(references), new LinkedHashMap<>(config), new LinkedHashMap<>(usedEnvironment));
    }

    /** Throws the first error of a function as it was: jinjava wraps and collects exceptions. */
    void failOnProblem() {
        if (problem != null) {
            throw problem;
        }
    }

    private String relation(Reference reference, Function<Reference, String> relations) {
        references.add(reference);
        try {
            return relations.apply(reference);
        } catch (PipelineException e) {
            throw first(e);
        }
    }

    private Object environmentVariable(List<Object> positional, Map<String, Object> keywords) {
        need(!positional.isEmpty(), "env_var() takes the name of a variable");
        String name = text(positional, 0);
        Object otherwise = positional.size() > 1 ? positional.get(1) : keywords.get("default");
        String value = environment.get(name);
        need(value != null || otherwise != null, "the setting " + name + " is not set, and there is no default");
        usedEnvironment.put(name, value != null ? value : otherwise.toString());
        return usedEnvironment.get(name);
    }

    private Object variable(List<Object> positional, Map<String, Object> keywords) {
        need(!positional.isEmpty(), "var() takes the name of a variable");
        String name = text(positional, 0);
        if (variables.containsKey(name)) {
            return variables.get(name);
        }
        need(
                positional.size() > 1 || keywords.containsKey("default"),
                "the variable " + name + " is not set in dbt_project.yml, and there is no default");
        return positional.size() > 1 ? positional.get(1) : keywords.get("default");
    }

    private static String text(List<Object> positional, int index) {
        return String.valueOf(positional.get(index));
    }

    private void need(boolean condition, String otherwise) {
        if (!condition) {
            throw first(ProjectError.in(file, line(), otherwise + "."));
        }
    }

    private PipelineException first(PipelineException error) {
        if (problem == null) {
            problem = error;
        }
        return error;
    }

    /** A function that templates may call with positional and keyword arguments. Not thread-safe. */
    static final class Builtin extends MacroFunction {
        private final Body body;

        private Builtin(String name, Body body) {
            super(List.of(), name, new LinkedHashMap<>(), false, null, 0, 0);
            this.body = body;
        }

        @Override
        public Object doEvaluate(Map<String, Object> arguments, Map<String, Object> keywords, List<Object> positional) {
            return body.call(new ArrayList<>(positional), keywords);
        }

        @FunctionalInterface
        private interface Body {
            Object call(List<Object> positional, Map<String, Object> keywords);
        }
    }

    private static int line() {
        return JinjavaInterpreter.getCurrent().getLineNumber();
    }
}

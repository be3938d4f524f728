package io.github.hevypipeline.dbt.internal;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import io.github.hevypipeline.dbt.ProjectError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renders templates with dbt's functions and the project's macros.
 *
 * <p>Not thread-safe. Throws a ConfigError with file and line for invalid Jinja and unknown names. A value is never
 * rendered again: braces in a setting stay braces.
 */
public final class Jinja {
    private static final Logger LOG = LoggerFactory.getLogger(Jinja.class);
    /** A template may loop forever and cannot be cancelled; this says which one a process is stuck in. */
    private static final AtomicReference<String> UNDER_WAY = new AtomicReference<>();

    private static final Pattern QUOTED = Pattern.compile("'(\\w+)'");

    private final Jinjava jinjava;
    private final JinjavaConfig config;
    private final Context shared;
    private final Map<String, String> environment;
    private final Map<String, Object> variables;

    Jinja(Map<String, String> environment, Map<String, Object> variables, List<ProjectFile> macros) {
        this.environment = Map.copyOf(environment);
        this.variables = new LinkedHashMap<>(variables);
        this.config = JinjavaConfig.newBuilder()
                .withFailOnUnknownTokens(true)
                .withNestedInterpretationEnabled(false)
                // Beyond these limits jinjava drops the rest, or leaves the template as it is, without an error.
                .withRangeLimit(Loops.MAX_RANGE + 1)
                .withMaxRenderDepth(Integer.MAX_VALUE)
                .build();
        this.jinjava = new Jinjava(config);
        jinjava.getGlobalContext().registerTag(new Loops.LoopTag());
        jinjava.getGlobalContext().registerFunction(Loops.rangeFunction());
        this.shared = new Context(jinjava.getGlobalContext());
        macros.forEach(macro -> evaluate(macro, shared, new Rendering(macro.path(), this.environment, variables)));
    }

    /** The same, with some values replaced. */
    Jinja with(Map<String, String> newEnvironment, Map<String, Object> newVariables, List<ProjectFile> macros) {
        Map<String, String> mergedEnvironment = new LinkedHashMap<>(environment);
        mergedEnvironment.putAll(newEnvironment);
        Map<String, Object> mergedVariables = new LinkedHashMap<>(variables);
        mergedVariables.putAll(newVariables);
        return new Jinja(mergedEnvironment, mergedVariables, macros);
    }

    /** The file that is being rendered now, by any thread. */
    public static Optional<String> underWay() {
        return Optional.ofNullable(UNDER_WAY.get());
    }

    /** {@code relations} returns the SQL name of a reference, or throws a ConfigError. */
    Rendered render(ProjectFile file, Function<Reference, String> relations) {
        Rendering rendering = new Rendering(file.path(), environment, variables);
        Context context = new Context(shared);
        rendering.functions(relations).forEach(context::addGlobalMacro);
        String text = evaluate(file, context, rendering);
        return rendering.finish(text);
    }

    private String evaluate(ProjectFile file, Context context, Rendering rendering) {
        JinjavaInterpreter interpreter = new JinjavaInterpreter(jinjava, context, config);
        UNDER_WAY.set(file.path());
        LOG.debug("rendering {}", file.path());
        try (var current = JinjavaInterpreter.closeablePushCurrent(interpreter).get()) {
            String text = current.value().render(file.text());
            rendering.failOnProblem();
            List<TemplateError> errors = interpreter.getErrorsCopy();
            if (!errors.isEmpty()) {
                TemplateError error = errors.get(0);
                throw ProjectError.in(
                        file.path(),
                        error.getLineno() > 0 ? error.getLineno() : lineOf(error, file.text()),
                        cause(error.getException(), error.getMessage()) + ".",
                        error.getException());
            }
            return text;
        } catch (InterpretException e) {
            throw ProjectError.in(
                    file.path(),
                    Math.max(e.getLineNumber(), interpreter.getLineNumber()),
                    cause(e, e.getMessage()) + ".",
                    e);
        } catch (StackOverflowError e) {
            throw ProjectError.in(
                    file.path(),
                    interpreter.getLineNumber(),
                    "it is nested too deeply, or calls itself without end.",
                    e);
        } finally {
            UNDER_WAY.set(null);
        }
    }

    /** The line where the macro is first named, or 0: for a macro that calls itself jinjava reports only the name. */
    private static int lineOf(TemplateError error, String text) {
        Matcher quoted = QUOTED.matcher(String.valueOf(error.getMessage()));
        String name = quoted.find() ? quoted.group(1) : error.getFieldName();
        int at = name == null || name.isEmpty() ? -1 : text.indexOf(name);
        return at < 0
                ? 0
                : (int) text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
    }

    /** The message of a refused loop: for a loop in a macro jinjava reports only that the macro failed. */
    private static String cause(Throwable outermost, String message) {
        String innermost = message;
        for (Throwable e = outermost; e != null; e = e.getCause()) {
            innermost = e instanceof Loops.Refused ? e.getMessage() : innermost;
        }
        return innermost;
    }
}

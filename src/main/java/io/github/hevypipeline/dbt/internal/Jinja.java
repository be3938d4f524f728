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
 * Renders the project's templates with dbt's functions and the project's own macros.
 *
 * <p>Not thread-safe. What a template cannot resolve, and what is no valid Jinja, is a ConfigError with file and
 * line. A value is never rendered a second time: braces in a setting stay what they are.
 */
public final class Jinja {
    private static final Logger LOG = LoggerFactory.getLogger(Jinja.class);
    /** For whoever asks why a process does not end: a template may loop without end, and cannot be cancelled. */
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
                // Past these jinjava leaves out the rest, or the template as it is, without a word.
                .withRangeLimit(RangeFunction.MOST + 1)
                .withMaxRenderDepth(Integer.MAX_VALUE)
                .build();
        this.jinjava = new Jinjava(config);
        jinjava.getGlobalContext().registerTag(new LoopTag());
        jinjava.getGlobalContext().registerFunction(RangeFunction.function());
        this.shared = new Context(jinjava.getGlobalContext());
        macros.forEach(macro -> evaluate(macro, shared, new Rendering(macro.path(), this.environment, variables)));
    }

    /** As this one with some values replaced. */
    public Jinja with(Map<String, String> newEnvironment, Map<String, Object> newVariables, List<ProjectFile> macros) {
        Map<String, String> mergedEnvironment = new LinkedHashMap<>(environment);
        mergedEnvironment.putAll(newEnvironment);
        Map<String, Object> mergedVariables = new LinkedHashMap<>(variables);
        mergedVariables.putAll(newVariables);
        return new Jinja(mergedEnvironment, mergedVariables, macros);
    }

    /** The file that is being rendered now, by whatever thread. */
    public static Optional<String> underWay() {
        return Optional.ofNullable(UNDER_WAY.get());
    }

    /** {@code relations} gives the SQL name of what a reference names, or throws a ConfigError. */
    public Rendered render(ProjectFile file, Function<Reference, String> relations) {
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

    /** Of a macro that calls itself jinjava says only its name: where it is first named, or 0. */
    private static int lineOf(TemplateError error, String text) {
        Matcher quoted = QUOTED.matcher(String.valueOf(error.getMessage()));
        String name = quoted.find() ? quoted.group(1) : error.getFieldName();
        int at = name == null || name.isEmpty() ? -1 : text.indexOf(name);
        return at < 0
                ? 0
                : (int) text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
    }

    /** Of a loop in a macro jinjava says only that the macro has failed. */
    private static String cause(Throwable outermost, String message) {
        String innermost = message;
        for (Throwable e = outermost; e != null; e = e.getCause()) {
            innermost = e instanceof LoopTag.Refused ? e.getMessage() : innermost;
        }
        return innermost;
    }
}

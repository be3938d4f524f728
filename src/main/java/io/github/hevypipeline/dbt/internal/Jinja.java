package io.github.hevypipeline.dbt.internal;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Target;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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

    private static final Pattern MACRO = Pattern.compile("\\{%-?\\s*macro\\s+(\\w+)\\s*\\(");
    /** dbt's {@code adapter.dispatch('name', 'package')}; jinjava cannot call what a call returns. */
    private static final Pattern DISPATCH =
            Pattern.compile("adapter\\.dispatch\\(\\s*['\"](\\w+)['\"]\\s*(?:,\\s*['\"]\\w+['\"]\\s*)?\\)");

    private final Jinjava jinjava;
    private final JinjavaConfig config;
    private final Context shared;
    private final Set<String> macroNames = new HashSet<>();
    private final Target target;
    private final Map<String, String> environment;
    private final Map<String, Object> variables;

    Jinja(Target target, Map<String, String> environment, Map<String, Object> variables, List<ProjectFile> macros) {
        this.target = target;
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
        shared.put("target", Map.of("name", target.name(), "type", target.type(), "schema", target.schema()));
        for (ProjectFile macro : macros) {
            Matcher definition = MACRO.matcher(macro.text());
            while (definition.find()) {
                macroNames.add(definition.group(1));
            }
        }
        macros.forEach(
                macro -> evaluate(macro, shared, new Rendering(macro.path(), target, this.environment, variables)));
    }

    /** The same, with some values replaced. */
    Jinja with(Map<String, String> newEnvironment, Map<String, Object> newVariables, List<ProjectFile> macros) {
        Map<String, String> mergedEnvironment = new LinkedHashMap<>(environment);
        mergedEnvironment.putAll(newEnvironment);
        Map<String, Object> mergedVariables = new LinkedHashMap<>(variables);
        mergedVariables.putAll(newVariables);
        return new Jinja(target, mergedEnvironment, mergedVariables, macros);
    }

    Target target() {
        return target;
    }

    /** The macro that {@code adapter.dispatch(name)} finds for the target; empty if the project has none. */
    Optional<String> macro(String name) {
        return Stream.of(target.type() + "__" + name, "default__" + name)
                .filter(macroNames::contains)
                .findFirst();
    }

    /** A text as Jinja writes it. */
    static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private String dispatched(ProjectFile file) {
        return DISPATCH.matcher(file.text()).replaceAll(call -> macro(call.group(1))
                .orElseThrow(() -> ProjectError.in(
                        file.path(),
                        lineAt(call.start(), file.text()),
                        "adapter.dispatch finds no macro " + target.type() + "__" + call.group(1) + " and no default__"
                                + call.group(1) + ".")));
    }

    /** The file that is being rendered now, by any thread. */
    public static Optional<String> underWay() {
        return Optional.ofNullable(UNDER_WAY.get());
    }

    /** {@code relations} returns the SQL name of a reference, or throws a ConfigError. */
    Rendered render(ProjectFile file, Function<Reference, String> relations) {
        Rendering rendering = new Rendering(file.path(), target, environment, variables);
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
            String text = current.value().render(dispatched(file));
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
        return at < 0 ? 0 : lineAt(at, text);
    }

    private static int lineAt(int position, String text) {
        return (int) text.substring(0, position).chars().filter(c -> c == '\n').count() + 1;
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

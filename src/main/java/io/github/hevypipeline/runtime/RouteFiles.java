package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.project.ProjectFolder;
import io.github.hevypipeline.settings.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.support.DefaultExchange;

/**
 * The route files of one command: those that the program ships, and every other {@code routes/*.camel.yaml} of the
 * working directory, which are the user's own.
 *
 * <p>Immutable and thread-safe. The user's files are loaded by the commands that a schedule or a script runs.
 */
final class RouteFiles {
    /** The file that only the whole folder has. */
    static final String MARKER = "pipeline.camel.yaml";

    private static final String ENDING = ".camel.yaml";
    private static final Path OWN = Path.of("routes");
    private static final String DIRECT = "direct:";
    private static final Pattern FROM_DIRECT =
            Pattern.compile("from:\\s+(?:description: .*\\s+)?uri: \"?direct:([\\w-]+)");

    private final ProjectFolder folder;
    private final List<String> shipped;
    private final List<String> own;

    /** {@code shipped} are names without an ending. */
    private RouteFiles(ProjectFolder folder, List<String> shipped, List<String> own) {
        this.folder = folder;
        this.shipped = List.copyOf(shipped);
        this.own = List.copyOf(own);
    }

    /**
     * Finds the files of a command.
     *
     * @param shipped the program's own, without their ending
     */
    static RouteFiles of(Command command, List<String> shipped) {
        return new RouteFiles(
                ProjectFolder.find("routes", MARKER), shipped, command.isFollowed() ? ownFiles() : List.of());
    }

    private static List<String> ownFiles() {
        Set<String> ofProgram = Stream.of(Command.values())
                .flatMap(command -> command.routeFiles().stream())
                .collect(Collectors.toCollection(HashSet::new));
        ofProgram.add(ScheduledProcess.SERVE);
        if (!Files.isDirectory(OWN)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(OWN)) {
            return files.filter(RouteFiles::hasRoutes)
                    .map(file -> file.getFileName().toString())
                    .map(file -> file.substring(0, file.length() - ENDING.length()))
                    .filter(file -> !ofProgram.contains(file))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The folder routes/ cannot be read: " + e.getMessage() + ".",
                    "Allow reading it.",
                    e);
        }
    }

    /** Camel does not take a file of comments alone, as {@code after.camel.yaml} is at first. */
    private static boolean hasRoutes(Path file) {
        if (!file.toString().endsWith(ENDING)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(String::strip).anyMatch(line -> !line.isEmpty() && !line.startsWith("#"));
        } catch (IOException | UncheckedIOException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The route file " + file + " cannot be read: " + e.getMessage() + ".",
                    "Allow reading it, and save it as UTF-8.",
                    e);
        }
    }

    /** Whether a person can have edited one of them. */
    boolean areEditable() {
        return folder.editable() || !own.isEmpty();
    }

    Path path() {
        return folder.editable() ? folder.path() : OWN;
    }

    /** Where Camel finds them, divided by commas. */
    String locations() {
        return Stream.concat(
                        shipped.stream().map(file -> (folder.editable() ? "file:" : "classpath:") + "routes/" + file),
                        own.stream().map(file -> "file:" + OWN + "/" + file))
                .map(file -> file + ENDING)
                .collect(Collectors.joining(","));
    }

    /**
     * Requires that every {@code direct:} that a route calls is the start of a route. Camel itself would wait for one for
     * half a minute, in the middle of a run.
     *
     * @throws ConfigError naming the route and its file
     */
    void requireReceivers(CamelContext camel) {
        List<RouteDefinition> routes = ((ModelCamelContext) camel)
                .getRouteDefinitions().stream()
                        .filter(route -> isIncluded(camel, route))
                        .toList();
        Set<String> receivers = new HashSet<>();
        routes.forEach(route -> receivers.add(uri(camel, route.getInput())));
        for (RouteDefinition route : routes) {
            ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ToDefinition.class).stream()
                    .filter(call -> !"true".equals(resolved(camel, call.getDisabled())))
                    .map(call -> resolved(camel, call.getUri()))
                    .filter(uri -> uri.startsWith(DIRECT) && !receivers.contains(uri) && !isOfOtherCommand(uri))
                    .findFirst()
                    .ifPresent(uri -> {
                        throw new ConfigError(
                                ExitCode.CONFIGURATION,
                                "The route " + route.getRouteId() + " in " + file(route) + " calls " + uri
                                        + ", and no route begins with it.",
                                "Correct the name, or add a route that begins with it.");
                    });
        }
    }

    /** As Camel decides at the start. */
    private static boolean isIncluded(CamelContext camel, RouteDefinition route) {
        return route.getPrecondition() == null
                || camel.resolveLanguage("simple")
                        .createPredicate(resolved(camel, route.getPrecondition()))
                        .matches(new DefaultExchange(camel));
    }

    /** A command loads a part of the files; what it leaves out it does not call. */
    private boolean isOfOtherCommand(String uri) {
        return Command.RUN.routeFiles().stream()
                .filter(file -> !shipped.contains(file))
                .map(file -> folder.path().resolve(file + ENDING))
                .anyMatch(file -> begins(file, uri.substring(DIRECT.length())));
    }

    private static boolean begins(Path file, String name) {
        try {
            return FROM_DIRECT.matcher(Files.readString(file)).results().anyMatch(found -> found.group(1)
                    .equals(name));
        } catch (IOException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The route file " + file + " cannot be read: " + e.getMessage() + ".",
                    "Restore it from the project.",
                    e);
        }
    }

    private static String uri(CamelContext camel, FromDefinition from) {
        return resolved(camel, from.getEndpointUri());
    }

    private static String resolved(CamelContext camel, String text) {
        return text == null ? "" : camel.resolvePropertyPlaceholders(text);
    }

    private static String file(RouteDefinition route) {
        return route.getResource() == null
                ? "a file"
                : route.getResource().getLocation().replaceFirst("^(file|classpath):", "");
    }
}

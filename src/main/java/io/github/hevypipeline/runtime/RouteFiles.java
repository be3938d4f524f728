package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.project.ProjectFolder;
import io.github.hevypipeline.settings.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.spi.RoutesBuilderLoader;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;

/**
 * The route files of one command: the program's, and the user's, which are all other {@code routes/*.camel.yaml} of the
 * working directory.
 *
 * <p>Immutable and thread-safe.
 */
final class RouteFiles {
    /** A folder without this file is not a whole one. */
    static final String MARKER = "pipeline.camel.yaml";

    private static final String ENDING = ".camel.yaml";
    private static final Path LOCAL = Path.of("routes");
    private static final String DIRECT = "direct:";
    private static final Pattern FROM_DIRECT =
            Pattern.compile("from:\\s+(?:description: .*\\s+)?uri: \"?direct:([\\w-]+)");

    private final ProjectFolder folder;
    private final List<String> shipped;
    private final List<String> users;

    private RouteFiles(ProjectFolder folder, List<String> shipped, List<String> users) {
        this.folder = folder;
        this.shipped = List.copyOf(shipped);
        this.users = List.copyOf(users);
    }

    /**
     * Finds the files of a command.
     *
     * @param shipped the program's files, without {@code .camel.yaml}
     */
    static RouteFiles of(Command command, List<String> shipped) {
        return new RouteFiles(
                ProjectFolder.find("routes", MARKER), shipped, command.loadsUserRoutes() ? usersFiles() : List.of());
    }

    private static List<String> usersFiles() {
        Set<String> ofProgram = Command.allRouteFiles();
        if (!Files.isDirectory(LOCAL)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(LOCAL)) {
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

    /** Camel rejects a file that has only comments, such as the initial {@code after.camel.yaml}. */
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

    /** Whether the user may have edited one of the files. */
    boolean areEditable() {
        return folder.editable() || !users.isEmpty();
    }

    Path path() {
        return folder.editable() ? folder.path() : LOCAL;
    }

    /**
     * Adds the routes and beans to a context that has not started. Camel's own collector would parse each file twice and
     * create each bean twice.
     */
    void load(CamelContext camel) throws Exception {
        // Main would set this option of application.properties after the beans have read their placeholders.
        ((PropertiesComponent) camel.getPropertiesComponent())
                .setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_NEVER);
        RoutesBuilderLoader yaml = PluginHelper.getRoutesLoader(camel).getRoutesLoader("yaml");
        List<RoutesBuilder> builders = new ArrayList<>();
        for (String location : locations()) {
            builders.add(
                    yaml.loadRoutesBuilder(PluginHelper.getResourceLoader(camel).resolveResource(location)));
        }
        for (RoutesBuilder builder : builders) {
            camel.addRoutesConfigurations((RouteConfigurationsBuilder) builder);
        }
        for (RoutesBuilder builder : builders) {
            camel.addRoutes(builder);
        }
    }

    private List<String> locations() {
        return Stream.concat(
                        shipped.stream().map(file -> (folder.editable() ? "file:" : "classpath:") + "routes/" + file),
                        users.stream().map(file -> "file:" + LOCAL + "/" + file))
                .map(file -> file + ENDING)
                .toList();
    }

    /**
     * Requires that a route begins with every {@code direct:} that a route calls. Camel itself would fail only in the
     * middle of a run, after waiting for half a minute.
     *
     * @throws ConfigError that names the route and its file
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
                    .map(call -> withoutOptions(resolved(camel, call.getUri())))
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

    private static String withoutOptions(String uri) {
        int options = uri.indexOf('?');
        return options < 0 ? uri : uri.substring(0, options);
    }

    /** Evaluates the precondition as Camel does at startup. */
    private static boolean isIncluded(CamelContext camel, RouteDefinition route) {
        return route.getPrecondition() == null
                || camel.resolveLanguage("simple")
                        .createPredicate(resolved(camel, route.getPrecondition()))
                        .matches(new DefaultExchange(camel));
    }

    /**
     * Whether a file that this command does not load begins a route with it; such a call is disabled or never reached.
     */
    private boolean isOfOtherCommand(String uri) {
        return Command.allRouteFiles().stream()
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

package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.Certificates;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.http.HttpProxy;
import io.github.hevypipeline.report.TerminalText;
import io.github.hevypipeline.settings.Settings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Explains an exception: finds the cause inside Camel's wrappers, and names the exit code and the next step.
 *
 * <p>Thread-safe. Logs the stack trace of a bug, and of every failure at level DEBUG.
 */
public final class Diagnosis {
    private static final Logger LOG = LoggerFactory.getLogger(Diagnosis.class);
    private static final String RUN_AGAIN =
            "Check the network, the proxy if there is one, and HEVY_BASE_URL, and run again.";
    private static final int MAX_CHARACTERS = 200;
    private static final Pattern DISK =
            Pattern.compile("(?i)no space left|disk quota|read-only file system|input/output error|file too large"
                    + "|not enough space");
    private static final Pattern ROUTE_FILE = Pattern.compile("([\\w.-]+\\.camel\\.yaml)(?:(?:, line |:)(\\d+))?");
    private static final Pattern TRAILING = Pattern.compile("\\.+$");
    private static final Pattern YAML_MARK = Pattern.compile("\\s*in \\S+, line \\d+, column \\d+:\\s*");

    private final String hevy;
    private final String workFolder;
    /** What to do with a new key. */
    private final String keyPlace;

    /** {@code hevy} is the address of the API; {@code workFolder} is named if a disk failure does not say where. */
    public Diagnosis(String hevy, String workFolder) {
        this(hevy, workFolder, "set HEVY_API_KEY");
    }

    private Diagnosis(String hevy, String workFolder, String keyPlace) {
        this.hevy = hevy;
        this.workFolder = workFolder;
        this.keyPlace = keyPlace;
    }

    /** The diagnosis of what fails for one of many accounts. */
    Diagnosis ofAccounts() {
        return new Diagnosis(hevy, workFolder, "put it where HEVY_ACCOUNTS says");
    }

    public static Diagnosis of(Settings settings) {
        String hevy = settings.get("HEVY_BASE_URL");
        String through = HttpProxy.to(hevy, settings::get, System.getProperties())
                .map(proxy -> " through the proxy " + proxy.shown())
                .orElse("");
        return new Diagnosis(hevy + through, settings.get("DLT_PIPELINE_DIR"));
    }

    /** Explains what ended a run. */
    public Outcome ofRun(Throwable thrown) {
        List<Throwable> chain = chain(thrown);
        LOG.debug("The run failed", thrown);
        return named(chain).orElseGet(() -> bug(thrown, chain));
    }

    /**
     * Explains the exception that a route has caught.
     *
     * @throws OutOfMemoryError if that is the cause: it concerns the whole process, not one account
     */
    public Outcome explain(@ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        firstOf(chain(failure), OutOfMemoryError.class).ifPresent(error -> {
            if (Thread.getDefaultUncaughtExceptionHandler() != null) {
                Thread.getDefaultUncaughtExceptionHandler().uncaughtException(Thread.currentThread(), error);
            }
            throw error;
        });
        return ofRun(failure);
    }

    /** Explains why Camel could not start with route files that the user may have edited. */
    Outcome ofEditedRoutes(Throwable thrown, Path routes) {
        List<Throwable> chain = chain(thrown);
        LOG.debug("The routes cannot be started", thrown);
        return firstOf(chain, PipelineException.class)
                .map(Outcome::of)
                .or(() -> firstOf(chain, FileSystemException.class).map(Diagnosis::ofFile))
                .orElseGet(() -> new Outcome(
                        ExitCode.CONFIGURATION,
                        routePlace(chain, routes) + " is invalid: " + routeProblem(chain) + ".",
                        "Correct that file, or restore it from the project."));
    }

    private Optional<Outcome> named(List<Throwable> chain) {
        return firstOf(chain, PipelineException.class)
                .map(Outcome::of)
                .or(() -> firstOf(chain, HttpOperationFailedException.class).map(this::ofHttp))
                .or(() -> firstOf(chain, FileSystemException.class).map(Diagnosis::ofFile))
                .or(() -> firstOf(chain, SSLException.class).flatMap(this::ofCertificate))
                .or(() -> firstOf(chain, IOException.class).map(this::ofStream));
    }

    private static List<Throwable> chain(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        Set<Throwable> met = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable e = thrown; e != null && met.add(e); e = e.getCause()) {
            // A failed S3 call carries its explanation suppressed.
            Collections.addAll(chain, e.getSuppressed());
            chain.add(e);
        }
        return chain;
    }

    private static <T extends Throwable> Optional<T> firstOf(List<Throwable> chain, Class<T> type) {
        return chain.stream().filter(type::isInstance).map(type::cast).findFirst();
    }

    private Optional<Outcome> ofCertificate(SSLException e) {
        return Certificates.areRefused(e)
                ? Optional.of(Outcome.of(Certificates.refused(ExitCode.HEVY_API, hevy, e)))
                : Optional.empty();
    }

    private Outcome ofHttp(HttpOperationFailedException e) {
        int status = e.getStatusCode();
        return switch (status) {
            case 401, 403 ->
                new Outcome(
                        ExitCode.CONFIGURATION,
                        "Hevy refuses the API key (status " + status + ").",
                        "Make a new key at https://hevy.com/settings?developer (needs Hevy Pro) and " + keyPlace + ".");
            case 301, 302, 303, 307, 308 ->
                new Outcome(
                        ExitCode.HEVY_API,
                        hevy + " responded with a redirect (status " + status + "), which is never followed.",
                        "Check HEVY_BASE_URL; if it is right, please report this.");
            default ->
                new Outcome(
                        ExitCode.HEVY_API,
                        hevy + " responded with status " + status + "; nothing was committed.",
                        status >= 500
                                ? "Run again later."
                                : "Check HEVY_BASE_URL; if it is right, the API has changed: please report it.");
        };
    }

    private static Outcome ofFile(FileSystemException e) {
        return new Outcome(
                ExitCode.LOCAL_DISK,
                "The local disk refused " + e.getFile() + ": " + reason(e) + ".",
                "Make room there or allow writing to it, and run again.");
    }

    /** Some exceptions tell the reason only by their type. */
    private static String reason(FileSystemException e) {
        if (e.getReason() != null) {
            return e.getReason();
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            return "a file is in the place of a folder";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        return e instanceof AccessDeniedException
                ? "access is denied"
                : e.getClass().getSimpleName();
    }

    private Outcome ofDisk(String message) {
        return new Outcome(
                ExitCode.LOCAL_DISK,
                "The local disk failed in "
                        + Path.of(workFolder).toAbsolutePath().normalize() + ": " + message + ".",
                "Make room there or allow writing to it, and run again.");
    }

    private Outcome ofStream(IOException e) {
        String message = TerminalText.of(String.valueOf(e.getMessage()), MAX_CHARACTERS);
        if (e instanceof FileNotFoundException || DISK.matcher(message).find()) {
            return ofDisk(message);
        }
        if (e instanceof UnknownHostException) {
            return new Outcome(ExitCode.HEVY_API, hevy + " cannot be reached: unknown host.", RUN_AGAIN);
        }
        if (e instanceof ConnectException || e instanceof ConnectTimeoutException) {
            return new Outcome(ExitCode.HEVY_API, hevy + " cannot be reached: " + message + ".", RUN_AGAIN);
        }
        String kind = e instanceof SocketTimeoutException
                ? " did not respond in time: "
                : e instanceof SocketException ? " broke the connection: " : " cannot be read: ";
        return new Outcome(ExitCode.HEVY_API, hevy + kind + message + ".", RUN_AGAIN);
    }

    /** The file and line that Camel names, or else the file with the route that failed. */
    private static String routePlace(List<Throwable> chain, Path routes) {
        StringBuilder messages = new StringBuilder();
        List<String> failedRoutes = new ArrayList<>();
        for (Throwable e : chain) {
            messages.append(e.getMessage()).append('\n');
            if (e instanceof FailedToCreateRouteException failed) {
                messages.append(failed.getLocation()).append('\n');
                failedRoutes.add(failed.getRouteId());
            } else if (e instanceof FailedToStartRouteException failed) {
                messages.append(failed.getLocation()).append('\n');
                failedRoutes.add(failed.getRouteId());
            }
        }
        Matcher file = ROUTE_FILE.matcher(messages);
        String place = null;
        while (file.find()) {
            place = "routes/" + file.group(1) + (file.group(2) == null ? "" : ", line " + file.group(2) + ",");
        }
        return Optional.ofNullable(place)
                .or(() -> failedRoutes.stream()
                        .flatMap(id -> fileOf(id, routes).stream())
                        .findFirst()
                        .map(name -> "routes/" + name))
                .orElse("A file in routes/");
    }

    private static Optional<String> fileOf(String route, Path routes) {
        Pattern id = Pattern.compile("(?m)^\\s+id: \"?" + Pattern.quote(route) + "\"?\\s*$");
        try (Stream<Path> files = Files.list(routes)) {
            for (Path file : files.sorted().toList()) {
                if (id.matcher(Files.readString(file)).find()) {
                    return Optional.of(file.getFileName().toString());
                }
            }
        } catch (IOException e) {
            LOG.debug("The route files cannot be read", e);
        }
        return Optional.empty();
    }

    /** One line: the parser's message at the last position that it names, or the innermost exception's. */
    private static String routeProblem(List<Throwable> chain) {
        Throwable root = chain.get(chain.size() - 1);
        List<String> lines = String.valueOf(root.getMessage()).lines().toList();
        String problem = lines.isEmpty() ? "" : lines.get(0);
        for (int i = 1; i < lines.size(); i++) {
            if (YAML_MARK.matcher(lines.get(i)).matches()) {
                problem = lines.get(i - 1);
            }
        }
        String kind =
                root instanceof ReflectiveOperationException ? root.getClass().getSimpleName() + " " : "";
        return kind + TRAILING.matcher(problem.strip()).replaceFirst("");
    }

    private static Outcome bug(Throwable thrown, List<Throwable> chain) {
        LOG.error("Unexpected failure", thrown);
        Throwable root = chain.get(chain.size() - 1);
        return new Outcome(
                ExitCode.BUG,
                "Unexpected failure: " + root.getClass().getSimpleName() + ": " + root.getMessage(),
                "Please report this with the lines above; running again is safe.");
    }
}

package io.github.hevypipeline.project;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One of the project's folders of declarations: {@code routes}, {@code schemas} or {@code transform}.
 *
 * <p>The folder of that name in the working directory is taken if it holds the marker file; else the one that was
 * unpacked for a fast start; else the one on the class path, which may lie inside a jar. Immutable and thread-safe.
 *
 * @param path where the folder is; of a zip file system if it is inside a jar
 * @param editable whether it is a folder of the working directory
 */
public record ProjectFolder(Path path, boolean editable) {
    /** A system property: where the folders are unpacked, so that the jar's index need not be read once more. */
    private static final String HOME = "hevy-pipeline.home";

    /** The one file that is the user's from the start, so it may be there alone, or be gone. */
    private static final String FOR_THE_USER = "after.camel.yaml";

    /**
     * Finds a folder.
     *
     * @param marker a file that only the right folder has, for example {@code dbt_project.yml}
     * @throws ConfigError if there is neither, or if the folder here has files of it but not the marker
     */
    public static ProjectFolder find(String name, String marker) {
        Path local = Path.of(name);
        if (Files.isRegularFile(local.resolve(marker))) {
            return new ProjectFolder(local, true);
        }
        ProjectFolder own = own(name, marker);
        if (Files.isDirectory(local)) {
            own.files().stream()
                    .filter(file -> !file.equals(FOR_THE_USER) && Files.isRegularFile(local.resolve(file)))
                    .findFirst()
                    .ifPresent(file -> {
                        throw new ConfigError(
                                ExitCode.CONFIGURATION,
                                "The folder " + name + "/ here has " + file + " but no " + marker
                                        + ", so it is a part of it only.",
                                "Restore " + name + "/" + marker + " from the project, or take the folder away.");
                    });
        }
        return own;
    }

    /**
     * The files that the program's own folder has and this one lacks, by their paths in it; none if this is its own.
     *
     * @param marker as when it was found
     */
    public List<String> missing(String marker) {
        if (!editable) {
            return List.of();
        }
        return own(path.getFileName().toString(), marker).files().stream()
                .filter(file -> !file.equals(FOR_THE_USER) && !Files.exists(path.resolve(file)))
                .toList();
    }

    private List<String> files() {
        try (Stream<Path> below = Files.walk(path)) {
            return below.filter(Files::isRegularFile)
                    .map(file -> path.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(path.toString(), e);
        }
    }

    private static ProjectFolder own(String name, String marker) {
        String home = System.getProperty(HOME);
        if (home != null && Files.isRegularFile(Path.of(home, name, marker))) {
            return new ProjectFolder(Path.of(home, name), false);
        }
        URL bundled = ProjectFolder.class.getResource("/" + name + "/" + marker);
        if (bundled == null) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The folder " + name + "/ with the file " + marker + " is neither here nor inside the program.",
                    "Run from the project's folder, or use the jar as it was built.");
        }
        try {
            return new ProjectFolder(pathOf(bundled.toURI()).getParent(), false);
        } catch (URISyntaxException | IOException e) {
            throw unreadable(name, e);
        }
    }

    private static ConfigError unreadable(String name, Exception e) {
        return new ConfigError(
                ExitCode.CONFIGURATION,
                "The folder " + name + "/ inside the program cannot be read: " + e.getMessage(),
                "Use the jar as it was built.",
                e);
    }

    private static Path pathOf(URI uri) throws IOException {
        if (uri.getScheme().equals("jar")) {
            try {
                // Stays open as long as the program runs: the folders are read at any time.
                FileSystems.newFileSystem(uri, Map.of());
            } catch (FileSystemAlreadyExistsException e) {
                return Path.of(uri);
            }
        }
        return Path.of(uri);
    }
}

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
 * <p>The folder in the working directory wins if it has the marker file, then the one unpacked for a fast start, then the
 * one on the class path. Immutable and thread-safe.
 *
 * @param path in a zip file system if the folder is inside a jar
 * @param editable whether the folder is in the working directory
 */
public record ProjectFolder(Path path, boolean editable) {
    /** The system property with the place of the unpacked folders, which saves reading the index of the jar. */
    private static final String HOME = "hevy-pipeline.home";

    /** The one file that is the user's from the start, so it may be there alone, or be gone. */
    private static final String FOR_THE_USER = "after.camel.yaml";

    /**
     * Finds a folder.
     *
     * @param marker a file that identifies the folder, such as {@code dbt_project.yml}
     * @throws ConfigError if there is none, or if the folder in the working directory has some files but no marker
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
     * The files of the bundled folder that this one lacks, as relative paths; none if this is the bundled one.
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
                // Stays open until the program ends: the folders are read at any time.
                FileSystems.newFileSystem(uri, Map.of());
            } catch (FileSystemAlreadyExistsException e) {
                return Path.of(uri);
            }
        }
        return Path.of(uri);
    }
}

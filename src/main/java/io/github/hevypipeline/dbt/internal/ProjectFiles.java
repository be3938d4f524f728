package io.github.hevypipeline.dbt.internal;

import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads a project's files from any file system, a jar's too. Immutable; reads anew at each call.
 *
 * <p>A file that cannot be read is a {@link ConfigError} that names it.
 */
public final class ProjectFiles {
    private final Path root;

    public ProjectFiles(Path root) {
        this.root = root;
    }

    public ProjectFile read(String path) {
        return read(root.resolve(path));
    }

    /** All SQL and yml files below these folders, in the order of their paths; a missing folder has none. */
    public List<ProjectFile> below(List<String> folders) {
        List<ProjectFile> files = new ArrayList<>();
        for (String folder : folders) {
            Path start = root.resolve(folder);
            if (!Files.isDirectory(start)) {
                continue;
            }
            try (Stream<Path> found = Files.walk(start)) {
                found.filter(Files::isRegularFile)
                        .filter(file -> hasProjectEnding(file.toString()))
                        .sorted((left, right) -> relative(left).compareTo(relative(right)))
                        .map(this::read)
                        .forEach(files::add);
            } catch (IOException e) {
                throw unreadable(start, e);
            }
        }
        return files;
    }

    private static boolean hasProjectEnding(String path) {
        return path.endsWith(".sql") || path.endsWith(".yml") || path.endsWith(".yaml");
    }

    private ProjectFile read(Path file) {
        try {
            return new ProjectFile(relative(file), Files.readString(file).replace("\r\n", "\n"));
        } catch (CharacterCodingException e) {
            throw ProjectError.in(relative(file), 0, "it is not UTF-8 text.", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private String relative(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    private static ConfigError unreadable(Path file, IOException origin) {
        return new ConfigError(
                ExitCode.CONFIGURATION,
                "The dbt project's " + file + " cannot be read: " + origin.getMessage() + ".",
                "Check that the folder is a dbt project and that this user may read it.",
                origin);
    }
}

package io.github.hevypipeline.dbt.internal;

import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Everything that a project is compiled from. Immutable.
 *
 * @param environment all that {@code env_var} sees
 */
public record ProjectFiles(
        ProjectFile settingsFile,
        ProjectSettings settings,
        List<ProjectFile> macros,
        List<ProjectFile> seeds,
        List<ProjectFile> models,
        List<ProjectFile> tests,
        List<ProjectFile> analyses,
        Map<String, String> environment) {
    public ProjectFiles {
        macros = List.copyOf(macros);
        seeds = List.copyOf(seeds);
        models = List.copyOf(models);
        tests = List.copyOf(tests);
        analyses = List.copyOf(analyses);
        environment = Map.copyOf(environment);
    }

    /**
     * Reads a project from any file system, also from a jar.
     *
     * @throws ConfigError naming the file, if one cannot be read
     */
    public static ProjectFiles read(Path root, Map<String, String> environment) {
        ProjectFile settingsFile = read(root, root.resolve(DbtProject.FILE));
        ProjectSettings settings = new ProjectSettings(settingsFile);
        return new ProjectFiles(
                settingsFile,
                settings,
                below(root, settings.macroPaths()),
                below(root, settings.seedPaths(), ".csv"),
                below(root, settings.modelPaths()),
                below(root, settings.testPaths()),
                below(root, settings.analysisPaths()),
                environment);
    }

    /** The files of the project's folders. */
    List<ProjectFile> folders() {
        return Stream.of(macros, seeds, models, tests, analyses)
                .flatMap(List::stream)
                .toList();
    }

    /** Those of the folders and {@code dbt_project.yml}. */
    List<ProjectFile> all() {
        return Stream.concat(Stream.of(settingsFile), folders().stream()).toList();
    }

    /** Hashes all files with some settings and variables. Hexadecimal. */
    public String hash(Map<String, String> settingsUsed, Map<String, Object> variables) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            all().forEach(file -> add(digest, file.path(), file.text()));
            new TreeMap<>(settingsUsed).forEach((name, value) -> add(digest, name, value));
            new TreeMap<>(variables).forEach((name, value) -> add(digest, name, String.valueOf(value)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The lengths keep one entry from running into the next. */
    private static void add(MessageDigest digest, String name, String value) {
        for (String part : List.of(name, value)) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
            digest.update(bytes);
        }
    }

    /** The SQL and yml files below these folders, in the order of their paths; a missing folder has none. */
    private static List<ProjectFile> below(Path root, List<String> folders) {
        return below(root, folders, ".sql");
    }

    /** The yml files and those with another ending. */
    private static List<ProjectFile> below(Path root, List<String> folders, String ending) {
        List<ProjectFile> files = new ArrayList<>();
        for (String folder : folders) {
            Path start = root.resolve(folder);
            if (!Files.isDirectory(start)) {
                continue;
            }
            try (Stream<Path> found = Files.walk(start)) {
                found.filter(Files::isRegularFile)
                        .filter(file -> hasEnding(file.toString(), ending))
                        .sorted((left, right) -> relative(root, left).compareTo(relative(root, right)))
                        .map(file -> read(root, file))
                        .forEach(files::add);
            } catch (IOException e) {
                throw unreadable(start, e);
            }
        }
        return files;
    }

    private static boolean hasEnding(String path, String ending) {
        return path.endsWith(ending) || path.endsWith(".yml") || path.endsWith(".yaml");
    }

    private static ProjectFile read(Path root, Path file) {
        try {
            return new ProjectFile(relative(root, file), Files.readString(file).replace("\r\n", "\n"));
        } catch (CharacterCodingException e) {
            throw ProjectError.in(relative(root, file), 0, "it is not UTF-8 text.", e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static String relative(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    private static ConfigError unreadable(Path file, IOException cause) {
        return new ConfigError(
                ExitCode.CONFIGURATION,
                "The dbt project's " + file + " cannot be read: " + cause.getMessage() + ".",
                "Check that the folder is a dbt project and that this user may read it.",
                cause);
    }
}

package io.github.hevypipeline.dbt;

import io.github.hevypipeline.dbt.internal.ContentHash;
import io.github.hevypipeline.dbt.internal.ProjectFile;
import io.github.hevypipeline.dbt.internal.ProjectFiles;
import io.github.hevypipeline.dbt.internal.ProjectSettings;
import io.github.hevypipeline.project.ProjectFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * All that a project is compiled from, as it was when it was read: the files of its folders, and what its templates may
 * read of the settings. Immutable and thread-safe.
 */
public record ProjectSnapshot(
        ProjectFile settingsFile,
        ProjectSettings settings,
        List<ProjectFile> macros,
        List<ProjectFile> models,
        List<ProjectFile> tests,
        List<ProjectFile> analyses,
        Map<String, String> environment) {
    public ProjectSnapshot {
        macros = List.copyOf(macros);
        models = List.copyOf(models);
        tests = List.copyOf(tests);
        analyses = List.copyOf(analyses);
        environment = Map.copyOf(environment);
    }

    /** The project that can be edited or, if there is none, the program's own; a workout's day is one of {@code timezone}. */
    public static ProjectSnapshot find(String timezone) {
        return read(
                ProjectFolder.find("transform", ProjectSettings.FILE).path(), Map.of("PIPELINE_TIMEZONE", timezone));
    }

    public static ProjectSnapshot read(Path root, Map<String, String> environment) {
        ProjectFiles files = new ProjectFiles(root);
        ProjectFile settingsFile = files.read(ProjectSettings.FILE);
        ProjectSettings settings = new ProjectSettings(settingsFile);
        return new ProjectSnapshot(
                settingsFile,
                settings,
                files.below(settings.macroPaths()),
                files.below(settings.modelPaths()),
                files.below(settings.testPaths()),
                files.below(settings.analysisPaths()),
                environment);
    }

    /** The files of its folders, without the project's settings. */
    public List<ProjectFile> folders() {
        return Stream.of(macros, models, tests, analyses).flatMap(List::stream).toList();
    }

    /** All files. */
    public List<ProjectFile> files() {
        return Stream.concat(Stream.of(settingsFile), folders().stream()).toList();
    }

    /**
     * A hash of all that is here, and of what is chosen of it: what compiled before compiles again, to the same, as long
     * as it is the same. Reading and hashing take a tenth of the time of compiling. Hexadecimal.
     */
    public String fingerprint(String select, String exclude) {
        return new ContentHash(files(), environment, Map.of("select", select, "exclude", exclude)).hexadecimal();
    }
}

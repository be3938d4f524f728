package io.github.hevypipeline.transform;

import io.github.hevypipeline.project.ProjectFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where a project is and what its templates may read of the settings: all that compiling it depends on. Immutable and
 * thread-safe; the files are read anew at each call.
 */
record ProjectPlace(Path root, Map<String, String> environment) {
    ProjectPlace {
        environment = Map.copyOf(environment);
    }

    /** The project that can be edited or, if there is none, the program's own; a workout's day is one of {@code timezone}. */
    static ProjectPlace find(String timezone) {
        return new ProjectPlace(
                ProjectFolder.find("transform", ProjectSettings.FILE).path(), Map.of("PIPELINE_TIMEZONE", timezone));
    }

    DbtProject compile() {
        return DbtProject.load(root, environment);
    }

    /**
     * A hash of every file that may be of the project, and of the settings: what compiled before compiles again as long
     * as it is the same. It takes a tenth of the time of compiling. Hexadecimal.
     */
    String fingerprint() {
        return new ContentHash(new ProjectFiles(root).below(List.of("")), environment, Map.of()).hexadecimal();
    }
}

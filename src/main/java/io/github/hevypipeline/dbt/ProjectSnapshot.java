package io.github.hevypipeline.dbt;

import io.github.hevypipeline.dbt.internal.ProjectCompiler;
import io.github.hevypipeline.dbt.internal.ProjectFiles;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.project.ProjectFolder;
import java.nio.file.Path;
import java.util.Map;

/** The files of a project as they were at one time, not compiled yet. Immutable and thread-safe. */
public final class ProjectSnapshot {
    private final ProjectFiles files;

    private ProjectSnapshot(ProjectFiles files) {
        this.files = files;
    }

    /** Reads the project folder of the installation or, without one, the project inside the program. */
    public static ProjectSnapshot find(String timezone) {
        return read(ProjectFolder.find("transform", DbtProject.FILE).path(), Map.of("PIPELINE_TIMEZONE", timezone));
    }

    /**
     * Reads the project at {@code root}, which may be inside a jar.
     *
     * @param environment all that {@code env_var} sees
     */
    public static ProjectSnapshot read(Path root, Map<String, String> environment) {
        return new ProjectSnapshot(ProjectFiles.read(root, environment));
    }

    /**
     * Compiles the project.
     *
     * @throws ConfigError on a cycle, an unknown reference, a syntax error of Jinja or YAML, with file and line
     */
    public DbtProject compile() {
        return compile(Target.LOCAL, Map.of());
    }

    /**
     * As {@link #compile()}, for any target.
     *
     * @param variables what {@code var} sees before the project's own variables
     */
    public DbtProject compile(Target target, Map<String, Object> variables) {
        return new DbtProject(new ProjectCompiler(files, target, variables).compile());
    }

    /**
     * Returns a hash of the files, the environment and the selection, hexadecimal. Equal fingerprints compile to the same
     * project. Reading and hashing take a tenth of the time of compiling.
     */
    public String fingerprint(String select, String exclude) {
        return files.hash(files.environment(), Map.of("select", select, "exclude", exclude));
    }
}

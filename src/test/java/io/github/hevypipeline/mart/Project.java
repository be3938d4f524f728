package io.github.hevypipeline.mart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small dbt project in a folder, written file by file. */
public final class Project {
    /** The project that is shipped. */
    public static final Path SHIPPED = Path.of("transform");

    private final Path root;

    public Project(Path root) {
        this.root = root;
        file("dbt_project.yml", "name: small\nmodels:\n  small:\n    +materialized: table\n");
    }

    public Project file(String path, String text) {
        try {
            Files.createDirectories(root.resolve(path).getParent());
            Files.writeString(root.resolve(path), text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path root() {
        return root;
    }
}

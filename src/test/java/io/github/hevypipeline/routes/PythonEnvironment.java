package io.github.hevypipeline.routes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A virtual environment of Python that a script of {@code .ci} has made, with DuckDB's extension httpfs as a package.
 *
 * <p>Immutable.
 *
 * @param bin the folder of its programs, absolute
 */
record PythonEnvironment(Path bin) {
    /** The one in this folder of {@code target}. */
    static PythonEnvironment of(String name) {
        return new PythonEnvironment(Path.of("target", name, "bin").toAbsolutePath());
    }

    String program(String name) {
        return bin.resolve(name).toString();
    }

    /** Puts DuckDB's extension where an installation would have left it, so that none is fetched. */
    void installHttpfs(Path home) throws IOException {
        String platform = Sql.query("pragma platform").get(0).get(0);
        Path library = bin.resolveSibling("lib");
        try (Stream<Path> files = Files.walk(library)) {
            Path extension = files.filter(file -> file.endsWith("httpfs.duckdb_extension"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no httpfs in " + library));
            Path installed = home.resolve(".duckdb/extensions")
                    .resolve(extension.getParent().getFileName())
                    .resolve(platform)
                    .resolve(extension.getFileName());
            Files.createDirectories(installed.getParent());
            Files.copy(extension, installed);
        }
    }
}

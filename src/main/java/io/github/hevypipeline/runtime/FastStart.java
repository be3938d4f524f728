package io.github.hevypipeline.runtime;

import com.github.luben.zstd.util.ZstdVersion;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Prepares a folder from which the program starts faster: {@code bin/hevy-pipeline} runs this once per jar.
 *
 * <p>The folder gets {@code app.jar}, a copy of the jar without DuckDB's native libraries; this platform's library for
 * {@code -Djava.library.path}, since from a jar DuckDB unpacks its 60 MB at each start; Zstandard's library; and the
 * project's folders. If the jar has no library for this platform, {@code app.jar} is a full copy.
 */
public final class FastStart {
    private static final String LIBRARIES = "libduckdb_java.so_*";

    private FastStart() {}

    /** Takes the folder as argument; it must be empty, and nobody else may write to it. */
    public static void main(String[] args) throws IOException, URISyntaxException {
        Path jar = Path.of(FastStart.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        prepare(jar, Path.of(args[0]));
    }

    static void prepare(Path jar, Path folder) throws IOException {
        Path app = folder.resolve("app.jar");
        Files.copy(jar, app);
        try (FileSystem inside = FileSystems.newFileSystem(URI.create("jar:" + app.toUri()), Map.of())) {
            Path root = inside.getPath("/");
            // Camel loads the routes from the class path, but to find their folder the whole jar would be opened.
            for (String name : List.of("routes", "schemas", "transform")) {
                unpack(root.resolve(name), folder.resolve(name));
            }
            Path zstandard = root.resolve(zstandardLibrary());
            if (Files.exists(zstandard)) {
                Path unpacked = Files.copy(zstandard, folder.resolve("zstd-jni"));
                // Fails if files in this folder cannot be executed.
                System.load(unpacked.toAbsolutePath().toString());
            }
            Path library = root.resolve(duckDbLibrary());
            if (Files.exists(library)) {
                Files.copy(library, folder.resolve(System.mapLibraryName("duckdb_java")));
                deleteLibraries(root);
            }
        }
    }

    private static void unpack(Path inside, Path place) throws IOException {
        try (Stream<Path> all = Files.walk(inside)) {
            for (Path one : all.toList()) {
                Files.copy(one, place.resolve(inside.relativize(one).toString()));
            }
        }
    }

    /** Closing the file system rewrites the jar, without recompressing the remaining entries. */
    private static void deleteLibraries(Path root) throws IOException {
        try (DirectoryStream<Path> libraries = Files.newDirectoryStream(root, LIBRARIES)) {
            for (Path library : libraries) {
                Files.delete(library);
            }
        }
    }

    /** The name in the jar of Zstandard's library for Linux and macOS, the platforms of the launcher. */
    private static String zstandardLibrary() {
        boolean isMac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
        String arch = System.getProperty("os.arch");
        String folder = isMac ? "darwin/" + (arch.equals("amd64") ? "x86_64" : arch) : "linux/" + arch;
        return folder + "/libzstd-jni-" + ZstdVersion.VERSION + (isMac ? ".dylib" : ".so");
    }

    /** The name in the jar of DuckDB's library for this platform. */
    static String duckDbLibrary() {
        return "libduckdb_java.so_" + platform();
    }

    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (os.contains("mac")) {
            return "osx_universal";
        }
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return (os.contains("windows") ? "windows_" : "linux_") + (arch.equals("aarch64") ? "arm64" : "amd64");
    }
}

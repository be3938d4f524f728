package io.github.hevypipeline.project;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The fingerprint of this build, stored with its results: another build may produce other results.
 *
 * <p>The version alone does not distinguish two builds between releases, so a jar contains a checksum of its content; for
 * classes in a folder the sizes and times count. Thread-safe.
 */
public final class Program {
    /** Written when the jar is packaged. */
    private static final String CHECKSUM = "/META-INF/hevy-pipeline.checksum";

    private static final class This {
        static final String ID = Program.class.getPackage().getImplementationVersion() + " " + fingerprint();
    }

    private Program() {}

    /** One line, the same wherever this build runs. */
    public static String id() {
        return This.ID;
    }

    private static String fingerprint() {
        try {
            Path classes = folder(Program.class.getProtectionDomain().getCodeSource());
            return classes == null ? checksum() : fingerprint(classes);
        } catch (IOException | UncheckedIOException e) {
            // Matches no stored fingerprint, so everything is built again.
            return UUID.randomUUID().toString();
        }
    }

    /** Null if the classes are not in a folder, or their class loader does not say. */
    private static Path folder(CodeSource source) {
        try {
            if (source == null
                    || source.getLocation() == null
                    || !source.getLocation().getProtocol().equals("file")) {
                return null;
            }
            Path place = Path.of(source.getLocation().toURI());
            return Files.isDirectory(place) ? place : null;
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }

    private static String checksum() throws IOException {
        try (InputStream in = Program.class.getResourceAsStream(CHECKSUM)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }

    /** The fingerprint of a folder of classes. */
    static String fingerprint(Path classes) throws IOException {
        CRC32 sum = new CRC32();
        try (Stream<Path> found = Files.walk(classes)) {
            List<Path> files = found.filter(Files::isRegularFile).sorted().toList();
            for (Path file : files) {
                String line = classes.relativize(file) + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
                sum.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return Long.toHexString(sum.getValue());
    }
}

package io.github.hevypipeline.project;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Which program this is, to be noted beside what it has made: another would perhaps make something else of the same.
 *
 * <p>The version alone does not tell two builds between releases apart, so the sizes and times of the program's files
 * count as well. Thread-safe.
 */
public final class Program {
    private static final class This {
        static final String ID =
                Program.class.getPackage().getImplementationVersion() + " " + fingerprint(Program.class);
    }

    private Program() {}

    /** One line, the same for each start of one installation. */
    public static String id() {
        return This.ID;
    }

    /** Empty where a class loader of its own kind does not tell where the classes are. */
    private static String fingerprint(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return "";
        }
        try {
            return fingerprint(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a jar, or of a folder of classes. */
    static String fingerprint(Path place) throws IOException {
        CRC32 sum = new CRC32();
        try (Stream<Path> found = Files.walk(place)) {
            List<Path> files = found.filter(Files::isRegularFile).sorted().toList();
            for (Path file : files) {
                String line = place.relativize(file) + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
                sum.update(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return Long.toHexString(sum.getValue());
    }
}

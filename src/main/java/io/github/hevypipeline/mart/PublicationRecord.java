package io.github.hevypipeline.mart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The record, in the work folder, of the last publication on S3: its place, then the path, size and ETag of each object.
 *
 * <p>Used by one run at a time. The ETag is taken from the first listing after the publication, since each server computes
 * it in its own way.
 */
final class PublicationRecord {
    /** In place of a size or an ETag that is unknown or does not count. */
    private static final String ANY = "-";

    private final Path file;

    PublicationRecord(Path file) {
        this.file = file;
    }

    /**
     * Whether every published object is in a place, unchanged.
     *
     * @param listed size and ETag, separated by a blank, of each object there, by path
     * @param ignored a path that may be missing; empty for none
     */
    boolean agreesWith(String place, Map<String, String> listed, String ignored) throws IOException {
        Map<String, String> recorded = read(place);
        if (recorded.isEmpty()) {
            return false;
        }
        Map<String, String> seen = new TreeMap<>(recorded);
        for (Map.Entry<String, String> object : recorded.entrySet()) {
            String there = listed.get(object.getKey());
            if (there == null && !object.getKey().equals(ignored)) {
                return false;
            }
            if (there != null && !matches(object.getValue(), there)) {
                return false;
            }
            if (there != null
                    && object.getValue().endsWith(" " + ANY)
                    && !object.getValue().startsWith(ANY)) {
                seen.put(object.getKey(), there);
            }
        }
        if (!seen.equals(recorded)) {
            write(place, seen);
        }
        return true;
    }

    private static boolean matches(String recorded, String there) {
        String[] expected = recorded.split(" ", -1);
        String[] found = there.split(" ", -1);
        for (int i = 0; i < expected.length; i++) {
            if (!expected[i].equals(ANY) && !expected[i].equals(found[i])) {
                return false;
            }
        }
        return true;
    }

    /** Records a publication; other objects that were published in the same place stay recorded. */
    void record(String place, Map<String, Long> sizes) throws IOException {
        Map<String, String> objects = new TreeMap<>(read(place));
        sizes.forEach((path, size) -> objects.put(path, (size < 0 ? ANY : size.toString()) + " " + ANY));
        write(place, objects);
    }

    private Map<String, String> read(String place) throws IOException {
        Map<String, String> objects = new TreeMap<>();
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        if (!lines.isEmpty() && lines.get(0).equals(place)) {
            for (String line : lines.subList(1, lines.size())) {
                int blank = line.indexOf(' ');
                if (blank > 0 && line.split(" ", -1).length == 3) {
                    objects.put(line.substring(0, blank), line.substring(blank + 1));
                }
            }
        }
        return objects;
    }

    private void write(String place, Map<String, String> objects) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(place);
        objects.forEach((path, object) -> lines.add(path + " " + object));
        Files.createDirectories(file.getParent());
        Files.write(file, lines);
    }
}

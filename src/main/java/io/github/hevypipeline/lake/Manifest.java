package io.github.hevypipeline.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.hevypipeline.lake.internal.DatasetPath;
import io.github.hevypipeline.lake.schema.Resource;
import io.github.hevypipeline.report.TerminalText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The current files of every raw table, as one commit leaves them.
 *
 * <p>Immutable and thread-safe.
 *
 * @param tables the files of each table by its name, in the order in which their rows are read
 */
public record Manifest(SortedMap<String, List<CommittedFile>> tables) {
    /** A newer version may have added fields; whether it can be read, its state says. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final int MAX_SHOWN = 120;

    public static final Manifest EMPTY = new Manifest(new TreeMap<>());

    public Manifest {
        SortedMap<String, List<CommittedFile>> copy = new TreeMap<>();
        tables.forEach((table, files) -> copy.put(table, List.copyOf(files)));
        tables = Collections.unmodifiableSortedMap(copy);
    }

    public static Manifest parse(String json) throws JsonProcessingException {
        return JSON.readValue(json, Manifest.class);
    }

    /**
     * Requires that each file is named as one of its table, since its path becomes a key and a local file.
     *
     * @throws IllegalArgumentException if one is not
     */
    public void requireSound() {
        tables.forEach((table, files) -> files.forEach(file -> {
            String path = String.valueOf(file.path());
            boolean isOfTable = DatasetPath.isData(path) && path.startsWith(table + "/");
            if (!isOfTable || file.rows() < 0 || file.sha256() == null) {
                throw new IllegalArgumentException("its manifest names a file " + TerminalText.of(path, MAX_SHOWN)
                        + " of " + TerminalText.of(table, MAX_SHOWN));
            }
        }));
    }

    public String toJson() throws JsonProcessingException {
        return JSON.writeValueAsString(this);
    }

    /** The files of one table; empty if it was never loaded. */
    public List<CommittedFile> files(String table) {
        return tables.getOrDefault(table, List.of());
    }

    /** The files of these tables, one table after another. */
    public List<CommittedFile> files(List<String> ofTables) {
        return ofTables.stream().flatMap(table -> files(table).stream()).toList();
    }

    /** All files of all tables. */
    public List<CommittedFile> files() {
        return tables.values().stream().flatMap(List::stream).toList();
    }

    /** How many rows a table has. */
    public long rows(String table) {
        return files(table).stream().mapToLong(CommittedFile::rows).sum();
    }

    /** How many rows of a resource's root table come from it. */
    public long rows(Resource resource) {
        return files(resource).stream().mapToLong(CommittedFile::rows).sum();
    }

    /** The files of a resource's root table whose rows come from it. */
    public List<CommittedFile> files(Resource resource) {
        return files(resource.table()).stream()
                .filter(file -> resource.owns(file.part()))
                .toList();
    }

    /** The tables as if they had only what comes from a resource; an empty table is everybody's. */
    Manifest of(Resource resource) {
        SortedMap<String, List<CommittedFile>> own = new TreeMap<>();
        tables.forEach((table, files) -> own.put(
                table,
                files.stream()
                        .filter(file -> file.rows() == 0 || resource.owns(file.part()))
                        .toList()));
        return new Manifest(own);
    }

    /** Whether no row comes from the API. */
    boolean isOfExportsAlone() {
        return files().stream().allMatch(file -> file.rows() == 0 || Resource.isExported(file.part()));
    }

    /** The partitions of one table, oldest first. */
    public List<String> parts(String table) {
        return files(table).stream()
                .map(CommittedFile::part)
                .distinct()
                .sorted()
                .toList();
    }

    public List<CommittedFile> files(String table, String part) {
        return files(table).stream().filter(file -> file.part().equals(part)).toList();
    }

    /** This manifest with the files of some tables exchanged. */
    Manifest with(Map<String, List<CommittedFile>> exchanged) {
        SortedMap<String, List<CommittedFile>> next = new TreeMap<>(tables);
        exchanged.forEach((table, files) -> next.put(table, new ArrayList<>(files)));
        return new Manifest(next);
    }
}

package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.lake.Changes;
import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.internal.FileCache;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;

/**
 * Merges the staged rows of one root table and its children with the base snapshot, partition by partition.
 *
 * <p>Not thread-safe; one merge belongs to one load. After a full refresh a root that is not among the staged rows is
 * deleted; after an incremental load it stays, unless a tombstone deletes it. A root with the same content keeps its
 * committed rows and their {@code _dlt_load_id}; a partition in which every root is the same keeps its files. Memory: two
 * short texts a root of one partition.
 */
public final class Merge {
    /** The partition of an empty table. */
    public static final String ONLY_PART = "0";

    private final DatasetSchema schema;
    private final List<String> family;
    private final Snapshot committed;
    private final FileCache cache;
    private final SortedMap<String, List<StagedFile>> staged;
    private final RootFingerprints fingerprints;
    private final StagedParquetWriter output;
    private final Scope scope;
    private final boolean sameSchema;
    private final SortedMap<String, List<CommittedFile>> kept = new TreeMap<>();
    private final SortedMap<String, List<StagedFile>> written = new TreeMap<>();
    private final Set<String> passedOver = new HashSet<>();
    private final Set<String> passedOverShared = new HashSet<>();
    private final Set<String> superseded = new HashSet<>();
    private final Set<String> supersededShared = new HashSet<>();
    private Changes changes = Changes.NONE;

    public Merge(
            DatasetSchema schema,
            List<String> family,
            Snapshot committed,
            FileCache cache,
            SortedMap<String, List<StagedFile>> staged,
            RootFingerprints fingerprints,
            StagedParquetWriter output,
            Scope scope) {
        this.schema = schema;
        this.family = family;
        this.committed = committed;
        this.cache = cache;
        this.staged = staged;
        this.fingerprints = fingerprints;
        this.output = output;
        this.scope = scope;
        this.sameSchema = family.stream().allMatch(table -> committed.hasSchemaOf(schema.table(table)));
    }

    /** What becomes of the committed roots that are not staged. */
    public interface Scope {
        /** After a full refresh: they are gone. */
        Scope EVERYTHING = new Scope() {
            @Override
            public boolean touches(String part) {
                return true;
            }

            @Override
            public boolean keeps(String key) {
                return false;
            }
        };

        /** Whether anything may have changed in a partition. */
        boolean touches(String part);

        /** Whether a committed root stays that is not staged for its partition. */
        boolean keeps(String key);

        /** Whether roots can be passed over at all, so that each has to be looked at. */
        default boolean passesOverSome() {
            return false;
        }

        /** Whether a root is left out, staged or committed, since another source has it. */
        default boolean passesOver(GenericRecord root) {
            return false;
        }

        /** Whether the other source has a root with the time of one that is left out. */
        default boolean isShared(GenericRecord root) {
            return false;
        }
    }

    /**
     * What a merge leaves.
     *
     * @param files all files of each table of the family
     * @param uploads those that are new
     * @param changes what happened to the roots
     * @param passedOver the roots that were left out
     */
    public record Result(
            SortedMap<String, List<CommittedFile>> files,
            List<StagedFile> uploads,
            Changes changes,
            PassedOver passedOver) {}

    /**
     * The row keys of the roots that were left out, since another source has them.
     *
     * @param staged those that were fetched
     * @param stagedShared those of them with the time of a root of the other source
     * @param committed those that the base snapshot has
     * @param committedShared those of them with the time of a root of the other source
     */
    public record PassedOver(
            Set<String> staged, Set<String> stagedShared, Set<String> committed, Set<String> committedShared) {
        public static final PassedOver NONE = new PassedOver(Set.of(), Set.of(), Set.of(), Set.of());
    }

    public Result run() throws IOException {
        for (String part : parts()) {
            mergePart(part);
        }
        output.finish().forEach(this::keepWritten);
        for (String table : family) {
            keepEmptyTable(table);
        }
        return result();
    }

    private Set<String> parts() {
        Set<String> parts = new TreeSet<>();
        for (String table : family) {
            committed.manifest().files(table).forEach(file -> parts.add(file.part()));
            staged.getOrDefault(table, List.of())
                    .forEach(file -> parts.add(file.file().part()));
        }
        return parts;
    }

    private void mergePart(String part) throws IOException {
        Map<String, List<CommittedFile>> before = committedFiles(part);
        Map<String, List<StagedFile>> arrived = stagedFiles(part);
        Set<String> refused = passedOver(stagedPaths(arrived), passedOverShared);
        Set<String> outdated = passedOver(committedPaths(before), supersededShared);
        passedOver.addAll(refused);
        superseded.addAll(outdated);
        boolean untouched = roots(arrived) == 0 && !scope.touches(part) && sameSchema && outdated.isEmpty();
        if (untouched) {
            keep(before);
            changes = changes.plus(new Changes(0, 0, 0, rootsCommitted(before)));
            return;
        }
        Map<String, String> known = committedFingerprints(committedPaths(before));
        if (known.isEmpty()) {
            if (refused.isEmpty()) {
                arrived.forEach(this::keepWritten);
            } else {
                copy(part, stagedPaths(arrived), refused);
            }
            changes = changes.plus(new Changes(roots(arrived) - refused.size(), 0, 0, 0));
            return;
        }
        Map<String, String> present = fingerprints.of(part);
        Map<String, String> target = new HashMap<>(present);
        target.keySet().removeAll(refused);
        known.forEach((key, fingerprint) -> {
            if (scope.keeps(key) && !outdated.contains(key)) {
                target.putIfAbsent(key, fingerprint);
            }
        });
        Changes inPart = compare(known, target);
        changes = changes.plus(inPart);
        if (inPart.isEmpty() && sameSchema) {
            keep(before);
        } else {
            rewrite(part, committedPaths(before), known, stagedPaths(arrived), target);
        }
    }

    /** The keys of the roots that the scope passes over; adds those that the other source has to {@code shared}. */
    private Set<String> passedOver(Map<String, List<Path>> files, Set<String> shared) throws IOException {
        Set<String> keys = new HashSet<>();
        if (scope.passesOverSome()) {
            String root = family.get(0);
            try (RowReader rows = new RowReader(schema.table(root), files.getOrDefault(root, List.of()))) {
                for (GenericRecord row = rows.next(); row != null; row = rows.next()) {
                    if (scope.passesOver(row)) {
                        keys.add(Root.key(row));
                        if (scope.isShared(row)) {
                            shared.add(Root.key(row));
                        }
                    }
                }
            }
        }
        return keys;
    }

    private void copy(String part, Map<String, List<Path>> files, Set<String> leftOut) throws IOException {
        try (RootReader reader = new RootReader(schema, family, files)) {
            for (Root root = reader.next(); root != null; root = reader.next()) {
                if (!leftOut.contains(root.key())) {
                    write(part, root);
                }
            }
        }
    }

    private void keep(Map<String, List<CommittedFile>> before) {
        before.forEach((table, files) ->
                kept.computeIfAbsent(table, t -> new ArrayList<>()).addAll(files));
    }

    private static Changes compare(Map<String, String> known, Map<String, String> present) {
        long unchanged = known.entrySet().stream()
                .filter(root -> root.getValue().equals(present.get(root.getKey())))
                .count();
        long stayed = known.keySet().stream().filter(present::containsKey).count();
        return new Changes(present.size() - stayed, stayed - unchanged, known.size() - stayed, unchanged);
    }

    private void rewrite(
            String part,
            Map<String, List<Path>> before,
            Map<String, String> known,
            Map<String, List<Path>> arrived,
            Map<String, String> target)
            throws IOException {
        try (RootReader reader = new RootReader(schema, family, before)) {
            for (Root root = reader.next(); root != null; root = reader.next()) {
                if (known.get(root.key()).equals(target.get(root.key()))) {
                    write(part, root);
                }
            }
        }
        try (RootReader reader = new RootReader(schema, family, arrived)) {
            for (Root root = reader.next(); root != null; root = reader.next()) {
                String fingerprint = target.get(root.key());
                if (fingerprint != null && !fingerprint.equals(known.get(root.key()))) {
                    write(part, root);
                }
            }
        }
    }

    private void write(String part, Root root) throws IOException {
        output.add(family.get(0), part, List.of(root.row()));
        for (Map.Entry<String, List<GenericRecord>> child : root.children().entrySet()) {
            if (!child.getValue().isEmpty()) {
                output.add(child.getKey(), part, child.getValue());
            }
        }
    }

    private Map<String, String> committedFingerprints(Map<String, List<Path>> files) throws IOException {
        Map<String, String> known = new HashMap<>();
        try (RootReader reader = new RootReader(schema, family, files)) {
            for (Root root = reader.next(); root != null; root = reader.next()) {
                known.put(root.key(), root.fingerprint());
            }
        }
        return known;
    }

    private Map<String, List<CommittedFile>> committedFiles(String part) {
        Map<String, List<CommittedFile>> files = new HashMap<>();
        for (String table : family) {
            files.put(
                    table,
                    committed.manifest().files(table, part).stream()
                            .filter(file -> file.rows() > 0)
                            .toList());
        }
        return files;
    }

    private Map<String, List<StagedFile>> stagedFiles(String part) {
        Map<String, List<StagedFile>> files = new HashMap<>();
        for (String table : family) {
            files.put(
                    table,
                    staged.getOrDefault(table, List.of()).stream()
                            .filter(file -> file.file().part().equals(part))
                            .toList());
        }
        return files;
    }

    private Map<String, List<Path>> committedPaths(Map<String, List<CommittedFile>> files) {
        Map<String, List<Path>> paths = new HashMap<>();
        files.forEach(
                (table, list) -> paths.put(table, list.stream().map(cache::path).toList()));
        return paths;
    }

    private static Map<String, List<Path>> stagedPaths(Map<String, List<StagedFile>> files) {
        Map<String, List<Path>> paths = new HashMap<>();
        files.forEach((table, list) ->
                paths.put(table, list.stream().map(StagedFile::local).toList()));
        return paths;
    }

    private long roots(Map<String, List<StagedFile>> files) {
        return files.get(family.get(0)).stream()
                .mapToLong(file -> file.file().rows())
                .sum();
    }

    private long rootsCommitted(Map<String, List<CommittedFile>> files) {
        return files.get(family.get(0)).stream().mapToLong(CommittedFile::rows).sum();
    }

    private void keepWritten(String table, List<StagedFile> files) {
        written.computeIfAbsent(table, t -> new ArrayList<>()).addAll(files);
    }

    /** An empty table is one file without rows, so that every reader finds its columns. */
    private void keepEmptyTable(String table) throws IOException {
        boolean hasRows = !kept.getOrDefault(table, List.of()).isEmpty()
                || !written.getOrDefault(table, List.of()).isEmpty();
        if (hasRows) {
            return;
        }
        List<CommittedFile> before = committed.manifest().files(table);
        boolean emptyAlready =
                before.size() == 1 && before.get(0).rows() == 0 && committed.hasSchemaOf(schema.table(table));
        if (emptyAlready) {
            kept.put(table, before);
        } else {
            keepWritten(table, List.of(output.writeEmpty(table, ONLY_PART)));
        }
    }

    private Result result() {
        SortedMap<String, List<CommittedFile>> files = new TreeMap<>();
        for (String table : family) {
            List<CommittedFile> all = new ArrayList<>(kept.getOrDefault(table, List.of()));
            written.getOrDefault(table, List.of()).forEach(file -> all.add(file.file()));
            all.sort(Comparator.comparing(CommittedFile::part));
            files.put(table, all);
        }
        List<StagedFile> uploads =
                written.values().stream().flatMap(List::stream).toList();
        return new Result(
                files, uploads, changes, new PassedOver(passedOver, passedOverShared, superseded, supersededShared));
    }
}

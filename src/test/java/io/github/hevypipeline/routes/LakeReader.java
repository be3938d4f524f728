package io.github.hevypipeline.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads a lake the two ways that people do: through the newest manifest, and by all files of a table's folder. */
public final class LakeReader {
    private final Path dataset;

    public LakeReader(Path dataset) {
        this.dataset = dataset;
    }

    /** The rows of a query in which {@code {a}}, {@code {b}} … stand for tables as plain readers see them. */
    public List<List<String>> query(String sql) {
        String resolved = sql;
        for (String table : tables()) {
            resolved = resolved.replace("{" + table + "}", "read_parquet('" + dataset.resolve(table) + "/*.parquet')");
        }
        return Sql.query(resolved);
    }

    /** The same query by a reader that follows the newest manifest and opens nothing else. */
    public List<List<String>> queryCommitted(String sql) {
        String resolved = sql;
        for (Map.Entry<String, List<JsonNode>> table : manifest().entrySet()) {
            resolved =
                    resolved.replace("{" + table.getKey() + "}", "read_parquet(" + committed(table.getValue()) + ")");
        }
        return Sql.query(resolved);
    }

    private String committed(List<JsonNode> files) {
        return files.stream()
                .map(file -> "'" + dataset.resolve(file.path("path").asText()) + "'")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** Every row of a table's folder with its values by column: numbers, texts, lists, times in microseconds. */
    public List<Map<String, Object>> rows(String table) {
        return Sql.rows("select 1", glob(table));
    }

    /** The columns of a table's folder and their SQL types. */
    public Map<String, String> columns(String table) {
        Map<String, String> columns = new LinkedHashMap<>();
        Sql.query("describe select * from " + glob(table)).forEach(row -> columns.put(row.get(0), row.get(1)));
        return columns;
    }

    /** By table, the columns of each file in its folder, with all that Parquet says of them. */
    public Map<String, Map<String, List<String>>> columnsByFile() {
        Map<String, Map<String, List<String>>> tables = new TreeMap<>();
        Sql.query("select parse_filename(parse_dirpath(file_name)), parse_filename(file_name),"
                        + " concat_ws(' ', name, type, repetition_type, logical_type) from parquet_schema('" + dataset
                        + "/*/*.parquet')")
                .forEach(row -> tables.computeIfAbsent(row.get(0), table -> new TreeMap<>())
                        .computeIfAbsent(row.get(1), file -> new ArrayList<>())
                        .add(row.get(2)));
        return tables;
    }

    private String glob(String table) {
        return "read_parquet('" + dataset.resolve(table) + "/*.parquet')";
    }

    /** The loads that are committed, oldest first. */
    public List<String> loadIds() {
        return query("select load_id from {_dlt_loads} order by sequence").stream()
                .map(row -> row.get(0))
                .toList();
    }

    /** The folders of the dataset. */
    public List<String> tables() {
        try (Stream<Path> folders = Files.list(dataset)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long commits() {
        return files("_dlt_loads").size();
    }

    /** The newest manifest: the files of each table. */
    public Map<String, List<JsonNode>> manifest() {
        String newest = files("_dlt_loads").get((int) commits() - 1);
        String json = Sql.query("select manifest from read_parquet('" + dataset.resolve(newest) + "')")
                .get(0)
                .get(0);
        try {
            Map<String, List<JsonNode>> tables = new TreeMap<>();
            for (Map.Entry<String, JsonNode> table :
                    new ObjectMapper().readTree(json).path("tables").properties()) {
                List<JsonNode> files = new ArrayList<>();
                table.getValue().forEach(files::add);
                tables.put(table.getKey(), files);
            }
            return tables;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every file of a table's folder, by its path in the dataset. */
    public List<String> files(String table) {
        try (Stream<Path> files = Files.list(dataset.resolve(table))) {
            return files.map(file -> dataset.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every object of the dataset with its checksum: two equal maps mean that nothing was written. */
    public Map<String, String> objects() {
        try (Stream<Path> files = Files.walk(dataset)) {
            return files.filter(Files::isRegularFile)
                    .collect(Collectors.toMap(
                            file -> dataset.relativize(file).toString(),
                            LakeReader::sha256,
                            (a, b) -> a,
                            TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The faults of the newest commit: a reader of either kind must see exactly its rows. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>(folderFaults());
        faults.addAll(manifestFaults());
        return faults;
    }

    /** Where the folders do not have exactly the files of the newest manifest. */
    public List<String> folderFaults() {
        List<String> faults = new ArrayList<>();
        Map<String, List<JsonNode>> manifest = manifest();
        for (String table : tables()) {
            List<String> named = manifest.getOrDefault(table, List.of()).stream()
                    .map(file -> file.path("path").asText())
                    .sorted()
                    .toList();
            if (!table.startsWith("_dlt_") && !named.equals(files(table))) {
                faults.add(table + ": the manifest names " + named + ", the folder has " + files(table));
            }
        }
        return faults;
    }

    /** Which files of the newest manifest are missing or not as it says. */
    public List<String> manifestFaults() {
        List<String> faults = new ArrayList<>();
        Map<String, JsonNode> whole = new TreeMap<>();
        manifest().values().stream().flatMap(List::stream).forEach(file -> {
            Path path = dataset.resolve(file.path("path").asText());
            String fault = fault(path, file);
            if (fault == null) {
                whole.put(path.toString(), file);
            } else {
                faults.add(path + fault);
            }
        });
        String names = whole.keySet().stream().collect(Collectors.joining("', '", "['", "']"));
        if (!whole.isEmpty()) {
            Sql.query("select file_name, num_rows from parquet_file_metadata(" + names + ")").stream()
                    .filter(row -> !row.get(1)
                            .equals(whole.get(row.get(0)).path("rows").asText()))
                    .forEach(row -> faults.add(row.get(0) + " has " + row.get(1) + " rows, the manifest says "
                            + whole.get(row.get(0)).path("rows")));
        }
        return faults;
    }

    private static String fault(Path path, JsonNode file) {
        if (!Files.exists(path)) {
            return " is missing";
        }
        if (path.toFile().length() != file.path("bytes").asLong()) {
            return " has another size than the manifest says";
        }
        return sha256(path).equals(file.path("sha256").asText())
                ? null
                : " has another checksum than the manifest says";
    }

    /** A file as a manifest names it. */
    public static String describe(Path file, String path) {
        String rows = Sql.query("select count(*) from '" + file + "'").get(0).get(0);
        return "{\"path\":\"%s\",\"rows\":%s,\"bytes\":%d,\"sha256\":\"%s\"}"
                .formatted(path, rows, file.toFile().length(), sha256(file));
    }

    private static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

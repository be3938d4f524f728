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

    /** Every object of the dataset with its checksum: two equal answers mean that nothing was written. */
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

    /** What is wrong with the newest commit, if anything: a reader of either kind must see exactly its rows. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        manifest().forEach((table, files) -> {
            List<String> named = files.stream()
                    .map(file -> file.path("path").asText())
                    .sorted()
                    .toList();
            if (!named.equals(files(table))) {
                faults.add(table + ": the manifest names " + named + ", the folder has " + files(table));
            }
            for (JsonNode file : files) {
                checkFile(dataset.resolve(file.path("path").asText()), file, faults);
            }
        });
        return faults;
    }

    private static void checkFile(Path path, JsonNode file, List<String> faults) {
        if (!Files.exists(path)) {
            faults.add(path + " is missing");
            return;
        }
        if (!sha256(path).equals(file.path("sha256").asText())) {
            faults.add(path + " has another checksum than the manifest says");
        }
        if (path.toFile().length() != file.path("bytes").asLong()) {
            faults.add(path + " has another size than the manifest says");
        }
        String rows = Sql.query("select count(*) from read_parquet('" + path + "')")
                .get(0)
                .get(0);
        if (!rows.equals(file.path("rows").asText())) {
            faults.add(path + " has " + rows + " rows, the manifest says " + file.path("rows"));
        }
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

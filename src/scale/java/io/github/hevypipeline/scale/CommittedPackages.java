package io.github.hevypipeline.scale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What an account's commits and packages add up to, read from the files of a bucket by the contract's words alone: of each
 * item the version of its newest load, without those whose newest is a tombstone.
 *
 * <p>Not thread-safe. Only of use while the driver has cleaned nothing. Needs no Spark.
 */
public final class CommittedPackages {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path bucket;
    private final Path prefix;

    /**
     * Reads the accounts in a bucket's folder.
     *
     * @param prefix {@code ACCOUNTS_PREFIX}
     */
    public CommittedPackages(Path bucket, String prefix) {
        this.bucket = bucket;
        this.prefix = bucket.resolve(prefix);
    }

    /** The commits of an account, oldest first. */
    public List<JsonNode> commits(String accountId) throws IOException {
        Path folder = prefix.resolve("commits").resolve(accountId);
        List<JsonNode> commits = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            for (Path file : sorted(folder)) {
                commits.add(JSON.readTree(file.toFile()));
            }
        }
        return commits;
    }

    /** How many objects there are below the prefix. */
    public long objects() throws IOException {
        if (!Files.isDirectory(prefix)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(prefix)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    /** The rows of an account as its commits leave them. */
    public AccountTables tables(String accountId) throws IOException, SQLException {
        Map<String, Double> newest = new HashMap<>();
        Set<String> gone = new HashSet<>();
        Map<String, List<Map<String, Object>>> rows = new TreeMap<>();
        for (JsonNode commit : commits(accountId)) {
            double load = Double.parseDouble(commit.path("load_id").asText());
            for (Map.Entry<String, JsonNode> table : commit.path("tables").properties()) {
                Path file = bucket.resolve(table.getValue().path("key").asText());
                for (Map<String, Object> row :
                        read(file, accountId, commit.path("load_id").asText())) {
                    if (!table.getKey().contains("__")) {
                        String item = table.getKey() + '\0' + row.get("_root_id");
                        newest.put(item, load);
                        if ("true".equals(row.get("_deleted"))) {
                            gone.add(item);
                            continue;
                        }
                        gone.remove(item);
                    }
                    rows.computeIfAbsent(table.getKey(), t -> new ArrayList<>()).add(row);
                }
            }
        }
        AccountTables tables = new AccountTables();
        rows.forEach((table, all) -> {
            String root = table.contains("__") ? table.substring(0, table.indexOf("__")) : table;
            for (Map<String, Object> row : all) {
                String item = root + '\0' + row.get("_root_id");
                double load = Double.parseDouble(String.valueOf(row.get("_dlt_load_id")));
                if (!gone.contains(item) && newest.get(item) != null && newest.get(item) == load) {
                    tables.add(table, row);
                }
            }
        });
        return tables;
    }

    private static List<Path> sorted(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Map<String, Object>> read(Path file, String accountId, String loadId) throws SQLException {
        List<Map<String, Object>> rows = new ArrayList<>();
        String sql = "select * from read_parquet('" + file + "') where account_id = '" + accountId
                + "' and _dlt_load_id = '" + loadId + "'";
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                Map<String, Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    if (result.getString(i) != null) {
                        row.put(result.getMetaData().getColumnName(i), result.getString(i));
                    }
                }
                rows.add(row);
            }
        }
        return rows;
    }
}

package io.github.hevypipeline.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.Main;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.demo.Request;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Truth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Some accounts of a simulated Hevy, their list, an S3 server, and the command that loads them all.
 *
 * <p>Owned by one test.
 */
final class Gym implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BUCKET = "lake";

    private final Path folder;
    private final SimulatedHevy hevy;
    private final EmbeddedS3 s3;
    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, Account> accounts;

    Gym(Path folder, Map<String, Account> accounts) throws IOException {
        this.folder = folder;
        this.accounts = new LinkedHashMap<>(accounts);
        SimulatedHevy.Builder serving = SimulatedHevy.of(Account.empty());
        accounts.forEach((id, account) -> serving.alsoServing(key(id), account));
        this.hevy = serving.start();
        this.s3 = EmbeddedS3.start(folder.resolve("s3"), BUCKET);
        Files.createDirectories(folder.resolve("keys"));
        for (String id : accounts.keySet()) {
            setKey(id, key(id));
        }
        list(accounts.keySet().stream().toList());
        settings.put("HEVY_ACCOUNTS", folder.resolve("accounts.jsonl").toString());
        settings.put("HEVY_BASE_URL", hevy.baseUri().toString());
        settings.put("HEVY_RETRY_DELAY", "1ms");
        settings.put("S3_BUCKET_NAME", BUCKET);
        settings.put("S3_ENDPOINT_URL", s3.endpoint().toString());
        settings.put("AWS_ACCESS_KEY_ID", s3.accessKey());
        settings.put("AWS_SECRET_ACCESS_KEY", s3.secretKey());
        settings.put("AWS_DEFAULT_REGION", "us-east-1");
        settings.put("DLT_PIPELINE_DIR", folder.resolve("work").toString());
        settings.put("ACCOUNTS_REQUEST_RATE", "0");
    }

    /** The key of an account, as long and as random as a real one. */
    static String key(String id) {
        return java.util
                .UUID
                .nameUUIDFromBytes(id.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString();
    }

    Gym with(String setting, String value) {
        settings.put(setting, value);
        return this;
    }

    void list(List<String> ids) throws IOException {
        Files.write(
                folder.resolve("accounts.jsonl"),
                ids.stream()
                        .map(id -> "{\"account_id\": \"" + id + "\", \"key_file\": \""
                                + folder.resolve("keys").resolve(id) + "\"}")
                        .toList());
    }

    void setKey(String id, String key) throws IOException {
        Files.writeString(folder.resolve("keys").resolve(id), key + "\n");
    }

    ExitCode round() {
        return Main.run(new String[] {"accounts"}, settings);
    }

    SimulatedHevy hevy() {
        return hevy;
    }

    Account account(String id) {
        return accounts.get(id);
    }

    /** Keeps the lake in a folder in place of S3. */
    void inFolder() {
        settings.keySet().removeIf(name -> name.startsWith("S3_"));
        settings.put("LAKE_PATH", folder.resolve("lake").toString());
    }

    /** Commits the state of an account's newest commit once more, as another worker would. */
    void commitAgain(String id) throws IOException {
        com.fasterxml.jackson.databind.node.ObjectNode newest = (com.fasterxml.jackson.databind.node.ObjectNode)
                commits(id).get(commits(id).size() - 1);
        long sequence = newest.path("sequence").asLong() + 1;
        String loadId = newest.path("load_id").asText();
        newest.put("sequence", sequence).put("previous_load_id", loadId);
        newest.put(
                "load_id",
                new java.math.BigDecimal(loadId)
                        .add(new java.math.BigDecimal("0.0000001"))
                        .toPlainString());
        newest.putObject("tables");
        Files.write(
                bucket().resolve("accounts/commits/" + id
                        + String.format(java.util.Locale.ROOT, "/%020d.json", sequence)),
                JSON.writeValueAsBytes(newest));
    }

    /** Makes the newest commit of an account hold back deletions since this time. */
    void holdBackSince(String id, java.time.Instant time) throws IOException {
        List<String> objects = objects("commits/" + id);
        String newest = objects.get(objects.size() - 1);
        JsonNode commit = read(newest);
        ((com.fasterxml.jackson.databind.node.ObjectNode) commit.at("/state/held_back"))
                .put("found_at", time.toString());
        Files.write(bucket().resolve("accounts").resolve(newest), JSON.writeValueAsBytes(commit));
    }

    static boolean isOf(Request request, String id) {
        return request.header("api-key").orElse("").equals(key(id));
    }

    Path bucket() {
        return folder.resolve("s3").resolve(BUCKET);
    }

    /** The objects below a folder of the accounts' prefix. */
    List<String> objects(String under) {
        Path root = bucket().resolve("accounts");
        if (!Files.exists(root.resolve(under))) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root.resolve(under))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .filter(file -> !file.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode read(String object) {
        try {
            return JSON.readTree(bucket().resolve("accounts").resolve(object).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The commits of an account, oldest first. */
    List<JsonNode> commits(String id) {
        return objects("commits/" + id).stream().map(this::read).toList();
    }

    /** What the commits of an account come to: by table the ids of its rows, each with its columns. */
    SortedMap<String, SortedMap<String, Map<String, String>>> tables(String id) throws SQLException {
        Map<String, List<Map<String, String>>> byRoot = new LinkedHashMap<>();
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
            for (JsonNode commit : commits(id)) {
                Map<String, List<Map<String, String>>> ofCommit = new LinkedHashMap<>();
                for (Map.Entry<String, JsonNode> table : commit.path("tables").properties()) {
                    List<Map<String, String>> rows =
                            rows(duckDb, id, commit.path("load_id").asText(), table);
                    if (rows.size() != table.getValue().path("rows").asInt()) {
                        throw new AssertionError(table + " has " + rows.size() + " rows");
                    }
                    String root = table.getKey().split("__", -1)[0];
                    rows.forEach(
                            row -> ofCommit.computeIfAbsent(root + " " + row.get("_root_id"), r -> new ArrayList<>())
                                    .add(row));
                }
                byRoot.putAll(ofCommit);
            }
        }
        SortedMap<String, SortedMap<String, Map<String, String>>> tables = new TreeMap<>();
        byRoot.values().stream()
                .flatMap(List::stream)
                .filter(row -> row.get("_deleted") == null)
                .forEach(row -> tables.computeIfAbsent(row.get("table"), t -> new TreeMap<>())
                        .put(row.get("_dlt_id"), row));
        return tables;
    }

    private List<Map<String, String>> rows(
            Connection duckDb, String id, String loadId, Map.Entry<String, JsonNode> table) throws SQLException {
        List<Map<String, String>> rows = new ArrayList<>();
        try (PreparedStatement select = duckDb.prepareStatement("select * from read_parquet('"
                + bucket().resolve(table.getValue().path("key").asText())
                + "') where account_id = ? and _dlt_load_id = ?")) {
            select.setString(1, id);
            select.setString(2, loadId);
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    Map<String, String> row = new HashMap<>();
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        if (!result.getMetaData().getColumnTypeName(i).equals("VARCHAR")) {
                            throw new AssertionError(result.getMetaData().getColumnName(i) + " is no text");
                        }
                        if (result.getString(i) != null) {
                            row.put(result.getMetaData().getColumnName(i), result.getString(i));
                        }
                    }
                    row.put("table", table.getKey());
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    /** What the account is now, in the same form, without the columns of the load itself. */
    SortedMap<String, SortedMap<String, Map<String, String>>> truth(String id) {
        Truth truth = Truth.of(account(id));
        SortedMap<String, SortedMap<String, Map<String, String>>> tables = new TreeMap<>();
        for (String table : truth.tables()) {
            for (Truth.Row row : truth.rows(table)) {
                Map<String, String> texts = row.values().entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, value -> text(value.getValue())));
                tables.computeIfAbsent(table, t -> new TreeMap<>()).put(row.id(), texts);
            }
        }
        return tables;
    }

    private static String text(JsonNode value) {
        if (value.isNumber()) {
            java.math.BigDecimal number = value.decimalValue().stripTrailingZeros();
            return number.toPlainString();
        }
        return value.isTextual() ? value.textValue() : value.toString();
    }

    /** What the commits come to, without the columns of the load itself. */
    SortedMap<String, SortedMap<String, Map<String, String>>> data(String id) throws SQLException {
        SortedMap<String, SortedMap<String, Map<String, String>>> tables = tables(id);
        tables.values().forEach(rows -> rows.values().forEach(row -> row.keySet()
                .removeAll(
                        List.of("table", "account_id", "_dlt_load_id", "_root_id", "_dlt_id", "_dlt_extracted_at"))));
        return tables;
    }

    @Override
    public void close() throws IOException {
        hevy.close();
        s3.close();
    }
}

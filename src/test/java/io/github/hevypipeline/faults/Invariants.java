package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.routes.LakeReader;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Checks what must hold in a lake, its mart and its work folder after every fault, and says what differs.
 *
 * <p>Not thread-safe. Each check reads anew; none changes anything.
 */
public final class Invariants {
    private static final String LOADS = "_dlt_loads";
    private static final String STATE = "_dlt_pipeline_state";
    private static final String MART = "daily_exercises";
    private static final List<String> MARTS =
            DbtProject.load(Path.of("transform"), Map.of()).publishedModels();
    private static final Path REPORT_OBJECT = Path.of("transformed", "report", "index.html");
    private static final Set<String> IGNORED = Set.of("_dlt_load_id", "_dlt_extracted_at", "_dlt_id");
    private static final int MAX_NAMED = 12;

    private final Path bucket;
    private final Path warehouse;
    private final Path workFolder;
    private final LakeReader lake;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, List<Map<String, Object>>> rowsByTable = new HashMap<>();
    private List<String> loadIds = List.of();

    private Invariants(Path bucket, Path warehouse, Path workFolder) {
        this.bucket = bucket;
        this.warehouse = warehouse;
        this.workFolder = workFolder;
        this.lake = new LakeReader(bucket.resolve("raw/hevy"));
    }

    /**
     * The checks of one installation.
     *
     * @param bucket the folder with the bucket's objects, the default prefixes in it
     * @param warehouse the published DuckDB file
     * @param workFolder what {@code DLT_PIPELINE_DIR} names
     */
    public static Invariants of(Path bucket, Path warehouse, Path workFolder) {
        return new Invariants(bucket, warehouse, workFolder);
    }

    /** I1, I2, I3 and I7: everything that must be so once a whole run has ended well. */
    public void holdFor(Truth truth) {
        check(() -> {
            checkCommit();
            checkReaders();
            checkTables(truth);
            checkMart(truth);
            checkReports();
            checkPublished();
            checkNothingIsLeft();
        });
    }

    /** I1, I2 and I7 and the raw tables: what must be so once an extract has ended well. */
    public void rawTablesHold(Truth truth) {
        check(() -> {
            checkCommit();
            checkReaders();
            checkTables(truth);
            checkNothingIsLeft();
        });
    }

    /** The same for an installation that loads nothing but workouts. */
    public void rawWorkoutsHold(Truth truth) {
        check(() -> {
            checkCommit();
            checkReaders();
            for (String table : List.of("workouts", "workouts__exercises", "workouts__exercises__sets")) {
                checkTable(table, truth.rows(table));
            }
            checkNothingIsLeft();
        });
    }

    /** I3: the DuckDB file and the object on S3 both have the rows of the truth, in their order. */
    public void martHolds(Truth truth) {
        check(() -> checkMart(truth));
    }

    /** I1 and the first half of I2: whoever follows the newest manifest finds each file whole, also during a load. */
    public void commitIsComplete() {
        check(this::checkCommit);
    }

    /** The second half of I2: whoever reads all files of a table's folder finds the manifest's rows, at rest. */
    public void everyReaderSeesTheSame() {
        check(() -> {
            checkCommit();
            checkReaders();
        });
    }

    /** I7: neither bucket nor disk has anything that no commit names. */
    public void nothingIsLeft() {
        check(this::checkNothingIsLeft);
    }

    private void check(Runnable checks) {
        faults.clear();
        rowsByTable.clear();
        loadIds = lake.loadIds();
        checks.run();
        assertThat(faults).as("what is wrong with %s", bucket).isEmpty();
    }

    private List<Map<String, Object>> rows(String table) {
        return rowsByTable.computeIfAbsent(table, lake::rows);
    }

    private void fault(String fault) {
        faults.add(fault);
    }

    // --- I1: the newest commit is complete

    private void checkCommit() {
        faults.addAll(lake.manifestFaults());
        Path newest = bucket.resolve("raw/hevy").resolve(STATE).resolve(loadIds.get(loadIds.size() - 1) + ".parquet");
        if (!Files.exists(newest)) {
            fault("the newest commit has no state: " + newest);
        }
        List<BigDecimal> ids = loadIds.stream().map(BigDecimal::new).toList();
        if (!ids.equals(ids.stream().sorted().distinct().toList())) {
            fault("load ids do not increase with the sequence of commits: " + ids);
        }
    }

    // --- I2: what a reader of the folders sees

    private void checkReaders() {
        faults.addAll(lake.folderFaults());
        if (!faults.isEmpty()) {
            return;
        }
        Set<String> loads = new HashSet<>(loadIds);
        Map<String, Set<String>> keysByTable = new HashMap<>();
        // A parent's name is shorter than those of its children.
        checkSchemas();
        for (String table : dataTables()) {
            Set<String> keys = new HashSet<>();
            keysByTable.put(table, keys);
            for (Map<String, Object> row : rows(table)) {
                String id = String.valueOf(row.get("_dlt_id"));
                if (!keys.add(id)) {
                    fault(table + ": row " + id + " is there twice");
                }
                if (row.containsKey("_dlt_load_id")) {
                    if (!loads.contains(String.valueOf(row.get("_dlt_load_id")))) {
                        fault(table + ": row " + id + " is of load " + row.get("_dlt_load_id")
                                + ", which is no commit");
                    }
                    if (row.get("_dlt_extracted_at") == null) {
                        fault(table + ": row " + id + " has no _dlt_extracted_at");
                    }
                } else {
                    checkParents(table, id, row, keysByTable);
                }
            }
        }
    }

    private void checkParents(String table, String id, Map<String, Object> row, Map<String, Set<String>> keysByTable) {
        String root = table.substring(0, table.indexOf("__"));
        if (!keysByTable.get(root).contains(String.valueOf(row.get("_dlt_root_id")))) {
            fault(table + ": row " + id + " is an orphan: no " + root + " has the key " + row.get("_dlt_root_id"));
        }
        boolean hasParent = keysByTable.entrySet().stream()
                .filter(other -> table.startsWith(other.getKey() + "__")
                        && !other.getKey().equals(table))
                .anyMatch(other -> other.getValue().contains(String.valueOf(row.get("_dlt_parent_id"))));
        if (!hasParent) {
            fault(table + ": row " + id + " is an orphan: no row has the key " + row.get("_dlt_parent_id"));
        }
    }

    private void checkSchemas() {
        lake.columnsByFile().forEach((table, columnsByFile) -> {
            if (new HashSet<>(columnsByFile.values()).size() > 1) {
                fault(table + ": its files differ in their columns: " + columnsByFile);
            }
        });
    }

    private List<String> dataTables() {
        return lake.tables().stream()
                .filter(table -> !table.equals(LOADS) && !table.equals(STATE))
                .toList();
    }

    // --- The raw tables equal the truth

    private void checkTables(Truth truth) {
        Set<String> tables = new TreeSet<>(truth.tables());
        tables.addAll(Truth.declared().keySet());
        tables.addAll(dataTables());
        for (String table : tables) {
            if (!lake.tables().contains(table)) {
                fault(table + ": the table is missing");
                continue;
            }
            checkTable(table, truth.rows(table));
        }
    }

    private void checkTable(String table, List<Truth.Row> expected) {
        Map<String, String> types = lake.columns(table);
        Set<String> missingColumns = new TreeSet<>(Truth.declared().getOrDefault(table, Set.of()));
        missingColumns.removeAll(types.keySet());
        if (!missingColumns.isEmpty()) {
            fault(table + ": declared columns are missing: " + missingColumns);
        }
        Map<String, Map<String, Object>> actual = new LinkedHashMap<>();
        rows(table).forEach(row -> actual.put(String.valueOf(row.get("_dlt_id")), row));
        List<String> differences = new ArrayList<>();
        for (Truth.Row row : expected) {
            Map<String, Object> found = actual.remove(row.id());
            if (found == null) {
                differences.add(table + ": the row of " + row.place() + " is missing (" + row.id() + ")");
            } else {
                compare(row, found, types, differences);
            }
        }
        actual.forEach((id, row) -> differences.add(table + ": a row too many: " + row));
        differences.stream().limit(MAX_NAMED).forEach(this::fault);
        if (differences.size() > MAX_NAMED) {
            fault(table + ": and " + (differences.size() - MAX_NAMED) + " more differences");
        }
    }

    private static void compare(
            Truth.Row expected, Map<String, Object> found, Map<String, String> types, List<String> differences) {
        Set<String> columns = new TreeSet<>(found.keySet());
        columns.addAll(expected.values().keySet());
        columns.removeAll(IGNORED);
        for (String column : columns) {
            JsonNode wanted = expected.values().get(column);
            Object value = found.get(column);
            if (wanted == null ? value != null : value == null || !says(value, types.get(column), wanted)) {
                differences.add(expected.table() + "." + column + " of " + expected.place() + ": Hevy says " + wanted
                        + ", the row " + value + " (" + types.get(column) + ")");
            }
        }
    }

    /** Whether a column's value is what the API sent, nothing rounded or lost. */
    private static boolean says(Object value, String type, JsonNode wanted) {
        if (value instanceof Long number && type.startsWith("TIMESTAMP")) {
            return number.equals(Truth.micros(Truth.instant(wanted)));
        }
        if (value instanceof Long number) {
            return wanted.isNumber() && BigDecimal.valueOf(number).compareTo(wanted.decimalValue()) == 0;
        }
        if (value instanceof Double number) {
            boolean exact = wanted.isNumber() && new BigDecimal(number).compareTo(wanted.decimalValue()) == 0;
            boolean shortest =
                    wanted.isNumber() && new BigDecimal(number.toString()).compareTo(wanted.decimalValue()) == 0;
            return exact || shortest;
        }
        if (value instanceof Boolean flag) {
            return wanted.isBoolean() && wanted.booleanValue() == flag;
        }
        if (value instanceof List<?> list) {
            return wanted.isArray() && list.size() == wanted.size() && allSay(list, type, wanted);
        }
        return value.equals(Truth.text(wanted)) || saysAfterWidening(value.toString(), wanted);
    }

    private static boolean allSay(List<?> list, String type, JsonNode wanted) {
        for (int i = 0; i < list.size(); i++) {
            Object element = list.get(i);
            boolean same = element == null ? wanted.get(i).isNull() : says(element, type, wanted.get(i));
            if (!same) {
                return false;
            }
        }
        return true;
    }

    /** A time or a list that was committed before its column became text has the text that such a value has. */
    private static boolean saysAfterWidening(String value, JsonNode wanted) {
        if (wanted.isArray()) {
            List<String> texts = new ArrayList<>();
            wanted.forEach(element -> texts.add(Truth.text(element)));
            try {
                List<String> found = new ArrayList<>();
                new ObjectMapper().readTree(value).forEach(element -> found.add(Truth.text(element)));
                return found.equals(texts);
            } catch (IOException notJson) {
                return false;
            }
        }
        try {
            return OffsetDateTime.parse(value).toInstant().equals(Truth.instant(wanted));
        } catch (DateTimeException notATime) {
            return false;
        }
    }

    // --- I3: daily_exercises

    private void checkMart(Truth truth) {
        List<List<Object>> expected = truth.dailyExercises();
        if (!Files.exists(warehouse)) {
            fault("there is no " + warehouse);
        } else {
            compareMart("the DuckDB file", "'" + warehouse + "'", expected, true);
        }
        Path parquet = bucket.resolve(object(MART));
        if (!Files.exists(parquet)) {
            fault("there is no " + parquet);
        } else {
            compareMart("the object on S3", "'" + parquet.getParent() + "/*.parquet'", expected, false);
        }
    }

    private void checkReports() {
        checkReport(bucket.resolve(REPORT_OBJECT));
        checkReport(warehouse.resolveSibling("report.html"));
    }

    private void checkReport(Path report) {
        try {
            String load = "\"load_id\":[\"" + loadIds.get(loadIds.size() - 1) + "\"]";
            if (!Files.exists(report) || !Files.readString(report).contains(load)) {
                fault("not the report of the newest load: " + report);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compareMart(String where, String source, List<List<Object>> expected, boolean database) {
        List<List<Object>> actual = new ArrayList<>();
        for (Map<String, Object> row : database
                ? Sql.rows("attach " + source + " as mart (read_only)", "mart.main_marts.daily_exercises")
                : Sql.rows("select 1", "read_parquet(" + source + ")")) {
            List<Object> values = new ArrayList<>();
            Truth.DAILY_COLUMNS.forEach(column -> values.add(row.get(column)));
            actual.add(values);
        }
        if (actual.equals(expected)) {
            return;
        }
        Map<Object, List<Object>> bySet = new HashMap<>();
        actual.forEach(row -> bySet.put(row.get(12), row));
        int before = faults.size();
        if (bySet.size() != actual.size()) {
            fault("daily_exercises in " + where + " has " + actual.size() + " rows of " + bySet.size() + " sets");
        }
        for (List<Object> row : expected) {
            List<Object> found = bySet.remove(row.get(12));
            if (!row.equals(found) && faults.size() - before < MAX_NAMED) {
                fault("daily_exercises in " + where + ": should be " + row + ", is " + found);
            }
        }
        bySet.values().stream()
                .limit(MAX_NAMED)
                .forEach(row -> fault("daily_exercises in " + where + ": a row too many: " + row));
        if (faults.size() == before) {
            fault("daily_exercises in " + where + " has the right rows in another order");
        }
    }

    private static Path object(String mart) {
        return Path.of("transformed", mart, mart + ".parquet");
    }

    /** Every mart is on S3 with the rows that it has in the DuckDB file, in their order. */
    private void checkPublished() {
        for (String mart : MARTS) {
            Path parquet = bucket.resolve(object(mart));
            if (!Files.exists(parquet)) {
                fault("there is no " + parquet);
            } else if (!Sql.rows("select 1", "read_parquet('" + parquet + "')")
                    .equals(Sql.rows("attach '" + warehouse + "' as mart (read_only)", "mart.main_marts." + mart))) {
                fault(mart + " on S3 is not what the DuckDB file has");
            }
        }
    }

    // --- I7: nothing is left

    private void checkNothingIsLeft() {
        Set<Path> named = new HashSet<>();
        lake.manifest()
                .values()
                .forEach(files -> files.forEach(
                        file -> named.add(Path.of("raw/hevy", file.path("path").asText()))));
        for (String loadId : loadIds) {
            named.add(Path.of("raw/hevy", STATE, loadId + ".parquet"));
        }
        lake.files(LOADS).forEach(commit -> named.add(Path.of("raw/hevy", commit)));
        MARTS.forEach(mart -> named.add(object(mart)));
        named.add(REPORT_OBJECT);
        for (Path object : filesIn(bucket)) {
            if (!named.contains(bucket.relativize(object))) {
                fault("a stray object: " + bucket.relativize(object));
            }
        }
        for (Path file : filesIn(workFolder)) {
            Path name = workFolder.relativize(file);
            boolean cached = name.getNameCount() == 4
                    && name.getName(1).toString().equals("cache")
                    && named.contains(Path.of("raw/hevy").resolve(name.subpath(2, 4)));
            boolean builtFrom = name.getNameCount() == 1 && name.toString().matches("built-[^.]*\\.txt");
            boolean refreshed = name.getNameCount() == 2 && name.endsWith("workouts.refreshed");
            boolean known = name.getNameCount() == 2 && name.toString().endsWith(".known");
            boolean pace = name.equals(Path.of("pace.json"));
            if (!cached && !builtFrom && !refreshed && !known && !pace) {
                fault("a stray file in the work folder: " + name);
            }
        }
        checkBesideTheWarehouse();
    }

    private void checkBesideTheWarehouse() {
        String name = warehouse.getFileName().toString();
        try (Stream<Path> siblings = Files.list(warehouse.toAbsolutePath().getParent())) {
            siblings.map(sibling -> sibling.getFileName().toString())
                    .filter(sibling ->
                            (sibling.startsWith(name) && !sibling.equals(name)) || sibling.equals(".report.html"))
                    .forEach(sibling -> fault("a stray file beside the DuckDB file: " + sibling));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> filesIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

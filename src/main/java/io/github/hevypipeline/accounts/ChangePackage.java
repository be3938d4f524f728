package io.github.hevypipeline.accounts;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.StagedObject;
import io.github.hevypipeline.lake.rows.Flattener;
import io.github.hevypipeline.lake.rows.ParquetFiles;
import io.github.hevypipeline.lake.rows.SchemaDrift;
import io.github.hevypipeline.lake.schema.Column;
import io.github.hevypipeline.lake.schema.ColumnType;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.hadoop.ParquetWriter;

/**
 * The changes of some accounts as Parquet files, one a table, with every column as text.
 *
 * <p>Not thread-safe. A changed item comes whole, a deleted one as a row of its root table with nothing but its id. Its
 * owner closes it.
 */
public final class ChangePackage implements AutoCloseable {
    static final String ACCOUNT_ID = "account_id";
    static final String LOAD_ID = "_dlt_load_id";
    static final String ROOT_ID = "_root_id";
    static final String DELETED = "_deleted";
    /** What every table of a package begins with. */
    static final List<String> KEYS = List.of(ACCOUNT_ID, LOAD_ID, ROOT_ID, DELETED);

    private static final String EXTRACTED_AT = "_dlt_extracted_at";
    private static final String LIST_INDEX = "_dlt_list_idx";
    /** Far above what Hevy adds in years; an account with more is none of Hevy's. */
    private static final int MAX_NEW_COLUMNS = 100;

    private final String id;
    private final Instant createdAt;
    private final Path folder;
    private final Destination destination;
    private final List<AccountLoad> loads;
    private final Map<AccountLoad, SystemError> refused = new HashMap<>();
    private final Map<AccountLoad, Map<String, Long>> rows = new HashMap<>();
    private final Map<String, OpenFile> open = new TreeMap<>();
    private final SortedMap<String, AccountCommit.PackageFile> files = new TreeMap<>();
    private DatasetSchema schema;

    private record OpenFile(Path local, ParquetWriter<GenericRecord> writer) {}

    private ChangePackage(
            String id,
            Path folder,
            Destination destination,
            List<AccountLoad> loads,
            DatasetSchema schema,
            Instant createdAt) {
        this.createdAt = createdAt;
        this.id = id;
        this.folder = folder;
        this.destination = destination;
        this.loads = List.copyOf(loads);
        this.schema = schema;
    }

    /**
     * Writes the files of a package.
     *
     * @param id names its folder in the lake
     * @param folder for its local files
     * @param schema the tables as text, as far as they are known
     * @param createdAt before its files are put
     */
    static ChangePackage write(
            String id,
            Path folder,
            Destination destination,
            List<AccountLoad> loads,
            DatasetSchema schema,
            Instant createdAt)
            throws IOException {
        ChangePackage written =
                new ChangePackage(id, Files.createDirectories(folder), destination, loads, schema, createdAt);
        try {
            while (!written.writeAll()) {
                written.closeFiles();
            }
            written.finish();
        } catch (IOException | RuntimeException e) {
            written.close();
            throw e;
        }
        return written;
    }

    /** The tables with the columns that this package has met. */
    DatasetSchema schema() {
        return schema;
    }

    /** Writes the rows of all loads; false if a column is lacking or a load is refused, and all has to be written again. */
    private boolean writeAll() throws IOException {
        rows.clear();
        Map<String, Map<String, ColumnType>> needed = new TreeMap<>();
        boolean isWhole = true;
        for (AccountLoad load : loads) {
            if (!refused.containsKey(load)) {
                SchemaDrift drift = write(load, needed.isEmpty() && isWhole);
                long columns =
                        drift.needed().values().stream().mapToLong(Map::size).sum();
                if (columns + drift.needed().size() > MAX_NEW_COLUMNS) {
                    refused.put(load, refusal(load, columns));
                    isWhole = false;
                } else {
                    drift.needed().forEach((table, names) -> names.keySet()
                            .forEach(name -> needed.computeIfAbsent(table, t -> new TreeMap<>())
                                    .put(name, ColumnType.VARCHAR)));
                }
            }
        }
        schema = schema.evolvedBy(needed);
        return isWhole && needed.isEmpty();
    }

    private static SystemError refusal(AccountLoad load, long columns) {
        return new SystemError(
                ExitCode.HEVY_API,
                "The items of " + load.accountId() + " have " + columns
                        + " fields that no other account has, more than " + MAX_NEW_COLUMNS + ".",
                "Check HEVY_BASE_URL; if it is right, the API has changed: please report it.");
    }

    private SchemaDrift write(AccountLoad load, boolean mayWrite) throws IOException {
        String loadId = load.id();
        Flattener flattener = new Flattener(schema, loadId, 0);
        Map<String, Long> written = new TreeMap<>();
        for (Resource resource : load.changedResources()) {
            for (String gone : load.gone(resource)) {
                GenericRecord row =
                        new GenericData.Record(schema.table(resource.table()).avro());
                row.put(DELETED, "true");
                identify(row, load, loadId, gone);
                add(resource.table(), row, mayWrite, written);
            }
            try (MappingIterator<ObjectNode> items = load.changedItems(resource)) {
                while (items.hasNext()) {
                    ObjectNode item = items.next();
                    String key = item.path(resource.primaryKey()).asText();
                    Map<String, List<GenericRecord>> ofItem = new TreeMap<>();
                    flattener.flatten(resource.table(), key, item, (table, row) -> ofItem.computeIfAbsent(
                                    table, t -> new ArrayList<>())
                            .add(row));
                    boolean fits = mayWrite && flattener.drift().isEmpty();
                    for (Map.Entry<String, List<GenericRecord>> table : ofItem.entrySet()) {
                        for (GenericRecord row : table.getValue()) {
                            identify(row, load, loadId, key);
                            add(table.getKey(), row, fits, written);
                        }
                    }
                }
            }
        }
        rows.put(load, written);
        return flattener.drift();
    }

    /** What the account itself says of whose rows they are does not count. */
    private static void identify(GenericRecord row, AccountLoad load, String loadId, String rootId) {
        row.put(ACCOUNT_ID, load.accountId());
        row.put(LOAD_ID, loadId);
        row.put(ROOT_ID, rootId);
        if (row.hasField(LIST_INDEX) && row.get(LIST_INDEX) != null) {
            row.put(LIST_INDEX, row.get(LIST_INDEX).toString());
        }
        if (row.hasField(EXTRACTED_AT) && row.get(EXTRACTED_AT) != null) {
            row.put(EXTRACTED_AT, load.startedAt().toString());
        }
    }

    private void add(String table, GenericRecord row, boolean fits, Map<String, Long> written) throws IOException {
        if (!fits) {
            return;
        }
        OpenFile file = open.get(table);
        if (file == null) {
            Path local = folder.resolve(table + ".parquet");
            file = new OpenFile(local, ParquetFiles.write(local, nullable(table)));
            open.put(table, file);
        }
        file.writer().write(row);
        written.merge(table, 1L, Long::sum);
    }

    /** The columns in the order of the table's rows; in a package each may be null, since a deleted item has none. */
    private Schema nullable(String table) {
        List<Schema.Field> fields = schema.table(table).columns().stream()
                .map(Column::name)
                .map(name -> new Schema.Field(
                        name,
                        Schema.createUnion(List.of(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING))),
                        null,
                        JsonProperties.NULL_VALUE))
                .toList();
        return Schema.createRecord(table, null, "hevy", false, fields);
    }

    private void closeFiles() throws IOException {
        for (OpenFile file : open.values()) {
            file.writer().close();
        }
        open.clear();
    }

    private void finish() throws IOException {
        List<String> tables = List.copyOf(open.keySet());
        closeFiles();
        for (String table : tables) {
            String key = destination.accountsKey("packages/" + id + "/" + table + ".parquet");
            files.put(table, new AccountCommit.PackageFile(key, Sha256.hexOf(folder.resolve(table + ".parquet")), 0));
        }
    }

    Instant createdAt() {
        return createdAt;
    }

    /** The files to put. */
    public List<StagedObject> getObjects() {
        return files.entrySet().stream()
                .map(file -> new StagedObject(
                        file.getValue().key(),
                        folder.resolve(file.getKey() + ".parquet").toFile()))
                .toList();
    }

    /** The loads whose rows it was to take. */
    public List<AccountLoad> getLoads() {
        return loads;
    }

    /**
     * The files with rows of one load.
     *
     * @throws SystemError if the load was refused
     */
    SortedMap<String, AccountCommit.PackageFile> filesOf(AccountLoad load) {
        if (refused.containsKey(load)) {
            throw refused.get(load);
        }
        SortedMap<String, AccountCommit.PackageFile> ofLoad = new TreeMap<>();
        rows.get(load).forEach((table, count) -> {
            AccountCommit.PackageFile file = files.get(table);
            ofLoad.put(table, new AccountCommit.PackageFile(file.key(), file.sha256(), count));
        });
        return ofLoad;
    }

    /** Deletes its local files. */
    @Override
    public void close() throws IOException {
        closeFiles();
        for (String table : schema.tables().keySet()) {
            Files.deleteIfExists(folder.resolve(table + ".parquet"));
        }
        Files.deleteIfExists(folder);
    }
}

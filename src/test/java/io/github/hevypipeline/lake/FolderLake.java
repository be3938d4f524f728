package io.github.hevypipeline.lake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.hevy.Extraction;
import io.github.hevypipeline.hevy.PageCursor;
import io.github.hevypipeline.hevy.ResourceFetch;
import io.github.hevypipeline.lake.internal.CommittedStates;
import io.github.hevypipeline.lake.internal.DatasetListing;
import io.github.hevypipeline.lake.internal.ListedObject;
import io.github.hevypipeline.lake.internal.ObjectListing;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A lake whose bucket is a folder: does with files what the routes do with S3, and reads back with DuckDB.
 *
 * <p>What the account holds is set resource by resource; each {@link #load()} lands all of it. The clock stands at a
 * second a load, so that load ids grow.
 */
public final class FolderLake {
    public static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    private static final Destination DESTINATION = new Destination("my-bucket", "raw", "transformed", "");

    private final Path bucket;
    private final Lake lake;
    private final CrashRecovery recovery;
    private final TransactionBuilder loads;
    private final Map<String, List<List<String>>> account = new LinkedHashMap<>();
    private Instant now = Instant.parse("2026-11-23T10:00:00Z");
    private LoadTransaction lastLoad;
    private SimulatedHevy hevy;
    private int changesLeft = Integer.MAX_VALUE;

    public FolderLake(Path folder) {
        this(folder, "workouts,exercise_templates,routines");
    }

    public FolderLake(Path folder, String resources) {
        this(folder.resolve("bucket"), folder.resolve("work"), resources);
    }

    /** A lake of workouts alone that are asked of a simulated API: at first all, then what has changed. */
    static FolderLake following(Path folder, SimulatedHevy hevy) {
        FolderLake lake = new FolderLake(folder.resolve("bucket"), folder.resolve("work"), "workouts", false);
        lake.hevy = hevy;
        return lake;
    }

    private FolderLake(Path bucket, Path work, String resources) {
        this(bucket, work, resources, true);
    }

    private FolderLake(Path bucket, Path work, String resources, boolean fullRefresh) {
        this.bucket = bucket;
        this.lake = new Lake(DESTINATION, work.toString(), resources);
        Clock clock = new SteppedClock();
        this.recovery = new CrashRecovery(lake, resources, "test", clock);
        this.loads = new TransactionBuilder(lake, recovery, fullRefresh, true, clock);
    }

    /** The same bucket as another machine sees it. */
    public FolderLake fromAnotherMachine(Path work) {
        FolderLake other = new FolderLake(bucket, work, "workouts,exercise_templates,routines");
        other.account.putAll(account);
        return other.at(now.plus(Duration.ofMillis(500)).toString());
    }

    /** A new process on the same machine, after the one before was killed; it sweeps as the routes do. */
    public FolderLake restarted(Path folder) {
        try {
            lake.close();
            FolderLake next = new FolderLake(bucket, folder.resolve("work"), "workouts,exercise_templates,routines");
            next.account.putAll(account);
            next.at(now.plus(Duration.ofMillis(500)).toString());
            for (String key : next.leftoverKeys()) {
                Files.delete(bucket.resolve(key));
            }
            next.recovery.deleteLeftovers(next.newestCommit());
            return next;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the next load before it changes the bucket for the {@code changes + 1}st time. */
    public FolderLake killedAfter(int changes) {
        changesLeft = changes;
        return this;
    }

    /** Stands for SIGKILL: nothing of the load runs after it. */
    public static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void change() {
        if (changesLeft-- == 0) {
            throw new Killed();
        }
    }

    private final class SteppedClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    public Lake lake() {
        return lake;
    }

    /** Sets the clock. */
    public FolderLake at(String instant) {
        now = Instant.parse(instant);
        return this;
    }

    /** What the API will answer for a resource: its items as JSON, on one page. */
    public FolderLake holds(String resource, String... items) {
        return holdsPages(resource, List.of(Arrays.asList(items)));
    }

    /** What the API will answer for a resource, page by page. */
    FolderLake holdsPages(String resource, List<List<String>> pages) {
        account.put(resource, pages);
        return this;
    }

    public FolderLake holds(String resource, List<? extends JsonNode> items) {
        return holdsPages(
                resource, List.of(items.stream().map(JsonNode::toString).toList()));
    }

    /** One run of the pipeline up to the commit. */
    public LoadTransaction load() {
        return load(newestCommit());
    }

    /** The same, from a commit that another run may have followed by now. */
    public LoadTransaction load(Snapshot base) {
        try {
            now = now.plus(Duration.ofSeconds(1));
            fetchMissing(base);
            LoadTransaction load = loads.begin(base, null, listing());
            if (load.isComplete()) {
                commit(load);
                return load(newestCommit());
            }
            for (Resource resource : load.getResources()) {
                fetch(load, resource);
            }
            for (Resource resource : load.getResources()) {
                Staging staging = load.staging(resource);
                while (staging.isUnsettled()) {
                    for (Load.KeptPage page : staging.remaining()) {
                        staging.stage(page);
                    }
                    staging.endPass();
                }
                staging.merge();
            }
            load.prepare();
            if (load.isChanged()) {
                commit(load);
            } else {
                load.dismiss();
            }
            lastLoad = load;
            return load;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fetch(LoadTransaction load, Resource resource) throws IOException {
        if (hevy != null) {
            fetchFromHevy(load, resource);
            return;
        }
        Extraction extraction = new Extraction(4);
        ResourceFetch fetch = extraction.begin(load, resource);
        PageCursor pages = extraction.openList(load, fetch);
        List<List<String>> answers = account.getOrDefault(resource.name(), List.of(List.of()));
        for (int page = 1; page <= answers.size(); page++) {
            String items = String.join(",", answers.get(page - 1));
            String answer = "{\"page\":%d,\"page_count\":%d,\"%s\":[%s]}"
                    .formatted(page, answers.size(), resource.listKey(), items);
            extraction.keep(
                    load, fetch, pages, page, new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private void fetchFromHevy(LoadTransaction load, Resource resource) throws IOException {
        Extraction extraction = new Extraction(4);
        ResourceFetch fetch = extraction.begin(load, resource);
        while (fetch.isUnsettled()) {
            if (fetch.isListDue()) {
                fetchPages(extraction, load, fetch, extraction.openList(load, fetch));
            }
            PageCursor changes = extraction.openChanges(fetch);
            fetchPages(extraction, load, fetch, changes);
            extraction.count(fetch, get(resource.count().path()));
            extraction.settle(fetch, changes);
        }
    }

    private void fetchPages(Extraction extraction, LoadTransaction load, ResourceFetch fetch, PageCursor pages)
            throws IOException {
        while (pages.isUnfinished()) {
            for (int page : pages.nextWindow()) {
                extraction.keep(load, fetch, pages, page, get(pages.request(page)));
            }
        }
    }

    private InputStream get(String pathAndQuery) throws IOException {
        URLConnection connection = hevy.baseUri().resolve(pathAndQuery).toURL().openConnection();
        connection.setRequestProperty("api-key", hevy.apiKey());
        return connection.getInputStream();
    }

    /** What the clock says: loads step it, and the account may follow it. */
    Instant now() {
        return now;
    }

    private void fetchMissing(Snapshot base) throws IOException {
        SnapshotReadAttempt reading = lake.beginReading();
        for (CommittedFile file : lake.missingFiles(reading, base)) {
            lake.cacheFile(reading, file, Files.newInputStream(bucket.resolve(lake.dataKey(file))));
        }
    }

    private void commit(LoadTransaction load) throws IOException {
        Committer committer = load.committer();
        for (StagedObject object : committer.getDataObjects()) {
            put(object);
        }
        put(committer.getStateObject());
        StagedObject commit = committer.getCommitObject();
        if (Files.exists(bucket.resolve(commit.key()))) {
            committer.decide(Files.newInputStream(bucket.resolve(commit.key())));
            for (String key : committer.getAbandonedKeys()) {
                Files.delete(bucket.resolve(key));
            }
            return;
        }
        DatasetListing before = listing();
        put(commit);
        committer.finish();
        CommittedStates states = committer.states(before);
        for (String key : committer.supersededKeys(before, states)) {
            change();
            Files.delete(bucket.resolve(key));
        }
    }

    private void put(StagedObject object) throws IOException {
        change();
        Path target = bucket.resolve(object.key());
        Files.createDirectories(target.getParent());
        boolean isThere = Files.exists(target) && Files.mismatch(object.file().toPath(), target) == -1;
        if (!isThere) {
            Files.copy(object.file().toPath(), target);
        }
    }

    private List<String> leftoverKeys() throws IOException {
        DatasetListing listing = listing();
        Snapshot committed = newestCommit();
        CommittedStates states = listing.states(committed);
        while (states.isUnexplained()) {
            lake.explainStates(states, Files.newInputStream(bucket.resolve(states.getNextKey())));
        }
        return recovery.leftoverKeys(committed, listing, states);
    }

    /** What lies in the bucket, as S3 would list it. */
    DatasetListing listing() throws IOException {
        DatasetListing listing = lake.listDataset();
        List<ListedObject> objects = new ArrayList<>();
        for (String key : keys()) {
            Path file = bucket.resolve(key);
            objects.add(new ListedObject(
                    key, -1, null, Files.getLastModifiedTime(file).toInstant()));
        }
        listing.add(ObjectListing.Page.whole(objects));
        return listing;
    }

    /** The newest commit, read back from the bucket. */
    public Snapshot newestCommit() {
        Path log = bucket.resolve("raw/hevy/_dlt_loads");
        if (!Files.isDirectory(log)) {
            return lake.nothing();
        }
        try (Stream<Path> commits = Files.list(log)) {
            Path newest = commits.max(Path::compareTo).orElseThrow();
            Snapshot commit = lake.readCommit(Files.newInputStream(newest));
            return lake.readState(commit, Files.newInputStream(bucket.resolve(lake.stateKey(commit, listing()))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LoadTransaction lastLoad() {
        return lastLoad;
    }

    /** The files of a table that lie in the bucket, whoever put them there. */
    public List<Path> files(String table) {
        try (Stream<Path> files = Files.list(folder(table))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<String> fileNames(String table) {
        return files(table).stream().map(file -> file.getFileName().toString()).toList();
    }

    public Path folder(String table) {
        return bucket.resolve("raw/hevy").resolve(table);
    }

    /** The tables that have a folder in the bucket. */
    List<String> tables() {
        try (Stream<Path> folders = Files.list(bucket.resolve("raw/hevy"))) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything that lies in the bucket. */
    public List<String> keys() {
        if (!Files.isDirectory(bucket)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(bucket)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> bucket.relativize(file).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a query in which {@code <table>} stands for all the files of a table's folder, as any reader would see it. */
    public List<List<String>> query(String sql) {
        return duck(sql.replaceAll("<(\\w+)>", "read_parquet('" + folder("$1") + "/*.parquet')"));
    }

    /** The only column of a query, or its columns joined by a bar. */
    public List<String> column(String sql) {
        return query(sql).stream()
                .map(row -> row.stream().map(String::valueOf).collect(Collectors.joining("|")))
                .toList();
    }

    public static List<List<String>> duck(String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("set timezone = 'UTC'");
            try (ResultSet result = statement.executeQuery(sql)) {
                int width = result.getMetaData().getColumnCount();
                List<List<String>> rows = new ArrayList<>();
                while (result.next()) {
                    List<String> row = new ArrayList<>();
                    for (int i = 1; i <= width; i++) {
                        row.add(result.getString(i));
                    }
                    rows.add(row);
                }
                return rows;
            }
        } catch (SQLException e) {
            throw new AssertionError(sql + "\n" + e.getMessage(), e);
        }
    }

    /** Name and DuckDB type of each column of one file, in file order. */
    public static Map<String, String> columns(Path file) {
        Map<String, String> columns = new LinkedHashMap<>();
        duck("describe select * from '" + file + "'").forEach(row -> columns.put(row.get(0), row.get(1)));
        return columns;
    }

    /** All rows of a table by {@code _dlt_id}, without what tells one load from another. */
    public Map<String, String> contents(String table) {
        String excluded = table.contains("__") ? "" : " exclude (_dlt_load_id, _dlt_extracted_at)";
        Map<String, String> rows = new TreeMap<>();
        query("select _dlt_id, to_json(t)::varchar from (select *" + excluded + " from <" + table + ">) t")
                .forEach(row -> {
                    if (rows.put(row.get(0), row.get(1)) != null) {
                        throw new AssertionError("two rows of " + table + " have the _dlt_id " + row.get(0));
                    }
                });
        return rows;
    }

    public static ObjectNode object(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A workout with one exercise of one set. */
    public static String workout(int id, int year, String title) {
        return """
                {"id":"w%1$d","title":"%3$s","created_at":"%2$d-03-01T10:00:00.5Z","updated_at":"%2$d-03-01T10:00:00Z",
                 "exercises":[{"index":0,"title":"Squat","sets":[{"index":0,"weight_kg":60,"reps":%1$d}]}]}""".formatted(id, year, title);
    }

    static List<String> workouts(int from, int to, int year) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(id -> workout(id, year, "t" + id))
                .toList();
    }
}

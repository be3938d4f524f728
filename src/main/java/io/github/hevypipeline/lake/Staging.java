package io.github.hevypipeline.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.Load.KeptPage;
import io.github.hevypipeline.lake.internal.FileCache;
import io.github.hevypipeline.lake.internal.UnchangedPageCache;
import io.github.hevypipeline.lake.rows.ColumnStats;
import io.github.hevypipeline.lake.rows.ExportScope;
import io.github.hevypipeline.lake.rows.Flattener;
import io.github.hevypipeline.lake.rows.IncrementalScope;
import io.github.hevypipeline.lake.rows.JsonValues;
import io.github.hevypipeline.lake.rows.Merge;
import io.github.hevypipeline.lake.rows.RootFingerprints;
import io.github.hevypipeline.lake.rows.StagedFile;
import io.github.hevypipeline.lake.rows.StagedParquetWriter;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.Resource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.generic.GenericRecord;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stages the fetched pages of one resource as Parquet files, and merges their rows with the committed ones.
 *
 * <p>Not thread-safe; it belongs to one load and takes the pages in their order. The first pass may begin while pages are
 * still fetched. A pass that meets a field or a value which the schema cannot hold writes nothing more and collects the
 * columns that it needs; another pass with the evolved schema follows. So does one after a newer copy of an item came
 * late.
 */
public final class Staging {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
    private static final int MAX_PASSES = 6;
    /** Exported workouts at the time of the API's that tell whether both are of one account. */
    private static final int ENOUGH_TO_TELL = 3;
    /** Some may have been deleted in the app, but hardly more than one in so many; a stranger's coincide by chance. */
    private static final int ONE_SHARED_IN = 2;

    private static final String SINGLE_PART = "0";
    private static final String UNKNOWN_YEAR = "unknown";

    private final LoadTransaction load;
    private final Resource resource;
    private final ItemDeduplicator items;
    private final ColumnStats committedNumbers;
    private final FileCache cache;
    private final UnchangedPageCache unchangedPages;
    private DatasetSchema schemaBefore;
    private Flattener flattener;
    private StagedParquetWriter staging;
    private RootFingerprints fingerprints;
    private int listPagesTaken;
    private int passes;
    private final AtomicLong rows = new AtomicLong();
    private SortedMap<String, List<StagedFile>> staged;
    private DatasetSchema stagedSchema;
    private boolean unchanged;
    private boolean warned;

    Staging(LoadTransaction load, Resource resource, FileCache cache, UnchangedPageCache unchangedPages) {
        this.load = load;
        this.resource = resource;
        this.items = load.items(resource);
        this.cache = cache;
        this.unchangedPages = unchangedPages;
        this.committedNumbers = new ColumnStats(load.getBase(), cache);
    }

    /** The resource's name. */
    public String getName() {
        return resource.name();
    }

    /** How many rows this pass has written so far, in all tables; any thread may ask. */
    public long getRows() {
        return rows.get();
    }

    /** Whether a pass over the pages is needed, once all of them are here; not if they are known to change nothing. */
    public boolean isUnsettled() throws IOException {
        unchanged = unchanged || (passes == 0 && unchangedPages.hold(load, resource));
        if (staged != null && !hasPresentSchema()) {
            staged = null;
        }
        return staged == null && !unchanged;
    }

    /** Another resource of the same tables may have brought a column since. */
    private boolean hasPresentSchema() {
        return stagedSchema == load.schema()
                || load.schema().family(resource.table()).stream().allMatch(table -> load.schema()
                        .table(table)
                        .columns()
                        .equals(stagedSchema.table(table).columns()));
    }

    /** Whether it has logged a warning, which every run has to repeat. */
    boolean hasWarned() {
        return warned;
    }

    /** The pages of the list up to a number that are still to be taken, while others are fetched. */
    public List<KeptPage> arrived(@Variable("arrived") int throughPage) throws IOException {
        if (unchangedPages.mayHold(resource)) {
            return List.of();
        }
        if (staging == null) {
            beginPass();
        }
        List<KeptPage> pages = new ArrayList<>();
        while (listPagesTaken < throughPage) {
            Path file = load.pageFile(resource, 0, ++listPagesTaken);
            if (Files.exists(file)) {
                pages.add(new KeptPage(0, listPagesTaken, file));
            }
        }
        return pages;
    }

    /** The pages that this pass has still to take, in their order; a pass begins if none is under way. */
    public List<KeptPage> remaining() throws IOException {
        if (staging == null) {
            beginPass();
        }
        List<KeptPage> pages = new ArrayList<>();
        for (KeptPage page : load.pages(resource)) {
            if (page.pass() > 0 || page.number() > listPagesTaken) {
                pages.add(page);
            }
        }
        return pages;
    }

    private void beginPass() {
        if (++passes > MAX_PASSES) {
            throw new SystemError(
                    ExitCode.BUG,
                    "The columns of " + resource.name() + " did not settle after " + MAX_PASSES + " passes.",
                    "Please report this with the fields that the log names.");
        }
        long extractedAtMicros = ChronoUnit.MICROS.between(Instant.EPOCH, load.startedAt());
        flattener = new Flattener(load.schema(), load.getId(), extractedAtMicros);
        staging = new StagedParquetWriter(load.files().staged(), load.getId(), load.schema());
        fingerprints = new RootFingerprints(
                load.schema().family(resource.table()),
                Set.copyOf(load.getBase().manifest().parts(resource.table())));
        listPagesTaken = 0;
        items.forgetLanded();
    }

    /** Writes the rows of one page to the staged file of their table and partition; none once the schema has to change. */
    public void stage(@Body KeptPage page) throws IOException {
        Map<Target, List<GenericRecord>> batches = new LinkedHashMap<>();
        int position = 0;
        for (JsonNode element : load.elements(resource, page)) {
            JsonNode item =
                    page.pass() == 0 ? element : element.path(resource.events().itemKey());
            String id = item.path(resource.primaryKey()).asText();
            if (item.isObject() && items.lands(id, page.pass(), page.number(), position)) {
                flatten(id, (ObjectNode) item, batches);
            }
            position++;
        }
        if (!flattener.drift().isEmpty()) {
            return;
        }
        for (Map.Entry<Target, List<GenericRecord>> batch : batches.entrySet()) {
            staging.add(batch.getKey().table(), batch.getKey().part(), batch.getValue());
            rows.addAndGet(batch.getValue().size());
        }
    }

    private record Target(String table, String part) {}

    private void flatten(String id, ObjectNode item, Map<Target, List<GenericRecord>> batches) {
        Map<String, List<GenericRecord>> ofItem = new LinkedHashMap<>();
        flattener.flatten(
                resource.table(), id, item, (table, row) -> ofItem.computeIfAbsent(table, t -> new ArrayList<>())
                        .add(row));
        String part = resource.part(part(ofItem.get(resource.table()).get(0)));
        fingerprints.add(part, ofItem);
        ofItem.forEach((table, list) -> batches.computeIfAbsent(new Target(table, part), key -> new ArrayList<>())
                .addAll(list));
    }

    private String part(GenericRecord root) {
        if (resource.partitionByYearOf() == null) {
            return SINGLE_PART;
        }
        boolean declared = root.getSchema().getField(resource.partitionByYearOf()) != null;
        Object time = declared ? root.get(resource.partitionByYearOf()) : null;
        // After a time that could not be read the column is text; a workout still belongs to its year.
        Object micros = time instanceof String text ? JsonValues.micros(text) : time;
        if (!(micros instanceof Long instant)) {
            return UNKNOWN_YEAR;
        }
        int year = Instant.EPOCH
                .plus(instant, ChronoUnit.MICROS)
                .atOffset(ZoneOffset.UTC)
                .getYear();
        return Integer.toString(year);
    }

    /** Ends a pass: either the files are finished, or the schema evolves and another pass is needed. */
    public void endPass() throws IOException {
        SortedMap<String, List<StagedFile>> files;
        try (StagedParquetWriter ended = staging) {
            staging = null;
            rows.set(0);
            files = ended.finish();
        }
        boolean fitted = flattener.drift().isEmpty();
        if (fitted && items.isLandedRight()) {
            staged = files;
            stagedSchema = load.schema();
            if (schemaBefore != null) {
                load.schema().changesSince(schemaBefore).forEach(this::warn);
            }
            flattener.unknownValues().descriptions().forEach(this::warn);
            if (flattener.loneSurrogates() > 0) {
                warn(String.format(
                        Locale.ROOT,
                        "%s: %d lone surrogates were written as U+FFFD",
                        resource.name(),
                        flattener.loneSurrogates()));
            }
        } else if (!fitted) {
            if (schemaBefore == null) {
                schemaBefore = load.schema();
            }
            flattener.drift().roundNothing(load.schema(), committedNumbers);
            load.evolve(flattener.drift());
        }
    }

    private void warn(String line) {
        warned = true;
        LOG.warn("{}", line);
    }

    /** Merges the staged rows with the base snapshot. */
    public void merge() throws IOException {
        if (unchanged) {
            load.unchanged(resource);
            return;
        }
        List<String> family = load.schema().family(resource.table());
        if (resource.apiWinsWithin() == null) {
            Merge.Scope scope =
                    load.plan(resource).isIncremental() ? IncrementalScope.of(load, resource) : Merge.Scope.EVERYTHING;
            load.merged(resource, merge(family, scope));
            return;
        }
        ExportScope scope = ExportScope.of(
                !load.plan(resource).isIncremental(),
                resource.apiWinsWithin(),
                load.schema().table(resource.table()),
                load.rootsOfOthers(resource));
        Merge.Result result = merge(family, scope);
        if (resource.identifiesAccount()) {
            requireSameAccount(result.passedOver());
            if (scope.passesOverSome() && isFirstOfBoth(result) && hasPassedOverNone(result)) {
                LOG.warn(
                        "land      the export has no workout in common with Hevy's API: nothing tells that both are of one"
                                + " account");
            }
        }
        load.merged(resource, result);
    }

    /**
     * The export that was read decides; if it has too little, or none was read, the exported rows of earlier loads do.
     * After a change of the time zone those have other times than the export.
     */
    private void requireSameAccount(Merge.PassedOver passedOver) throws IOException {
        int read = passedOver.staged().size();
        int readShared = passedOver.stagedShared().size();
        int known = passedOver.committed().size();
        int knownShared = passedOver.committedShared().size();
        if (read >= ENOUGH_TO_TELL) {
            if (readShared * ONE_SHARED_IN < read) {
                throw load.refuseExport(read, readShared);
            }
        } else if (known >= ENOUGH_TO_TELL && knownShared * ONE_SHARED_IN < known) {
            throw load.refuseKeyForExport(known, knownShared);
        }
    }

    /** Whether the base has no row of the export, or none of the API, and the load joins the two. */
    private boolean isFirstOfBoth(Merge.Result result) {
        Manifest base = load.getBase().manifest();
        return (base.rows(resource) == 0 || base.isOfExportsAlone())
                && result.files().get(resource.table()).stream().anyMatch(file -> file.rows() > 0);
    }

    private static boolean hasPassedOverNone(Merge.Result result) {
        return result.passedOver().staged().isEmpty()
                && result.passedOver().committed().isEmpty();
    }

    private Merge.Result merge(List<String> family, Merge.Scope scope) throws IOException {
        try (StagedParquetWriter output = new StagedParquetWriter(load.files().merged(), load.getId(), load.schema())) {
            return new Merge(load.schema(), family, readable(family), cache, staged, fingerprints, output, scope).run();
        }
    }

    /** A table with a lost file, or every table if the state is lost, counts as never committed: its rows come anew. */
    private Snapshot readable(List<String> family) {
        Snapshot base = load.getBase().of(resource);
        // No export is at hand from which the rows could come anew.
        boolean isOnlyCopy = resource.exported() && load.plan(resource).isIncremental();
        boolean isReadable = (base.isWhole() || isOnlyCopy)
                && cache.missing(base.manifest().files(family)).isEmpty();
        return isReadable ? base : base.without(family);
    }

    /** Ends the writing. */
    void abandon() throws IOException {
        if (staging != null) {
            staging.close();
        }
    }
}

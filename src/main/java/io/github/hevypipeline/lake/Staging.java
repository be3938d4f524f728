package io.github.hevypipeline.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.internal.FileCache;
import io.github.hevypipeline.lake.internal.Intake;
import io.github.hevypipeline.lake.internal.UnchangedPageCache;
import io.github.hevypipeline.lake.rows.ColumnStats;
import io.github.hevypipeline.lake.rows.Flattener;
import io.github.hevypipeline.lake.rows.JsonValues;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lands the fetched pages of one resource: flattens each and writes its rows to the staged Parquet files.
 *
 * <p>Not thread-safe; it belongs to one load and takes the pages in their order. The first pass over them may begin
 * while pages are still fetched. A pass that meets a field or a value which the schema cannot hold writes nothing more,
 * learns all that is needed, and is followed by another with the evolved schema; so is one that has landed a copy of an
 * item before a newer one came.
 */
public final class Staging {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
    private static final int MOST_PASSES = 6;
    private static final String SINGLE_PART = "0";
    private static final String UNKNOWN_YEAR = "unknown";

    private final LoadTransaction load;
    private final Resource resource;
    private final Intake intake;
    private final ColumnStats committedNumbers;
    private final UnchangedPageCache known;
    private DatasetSchema schemaBefore;
    private Flattener flattener;
    private StagedParquetWriter staging;
    private RootFingerprints fingerprints;
    private int listPagesTaken;
    private int passes;
    private final AtomicLong rows = new AtomicLong();
    private SortedMap<String, List<StagedFile>> staged;
    private boolean unchanged;
    private boolean warned;

    Staging(LoadTransaction load, Resource resource, FileCache cache, UnchangedPageCache known) {
        this.load = load;
        this.resource = resource;
        this.intake = load.intake(resource);
        this.known = known;
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

    /** Whether a pass over the pages is needed, once all of them are here; not if they are known to bring nothing new. */
    public boolean isUnsettled() throws IOException {
        unchanged = unchanged || (passes == 0 && known.hold(load, resource));
        return staged == null && !unchanged;
    }

    /** Whether nothing was landed, since the pages are known. */
    boolean isUnchanged() {
        return unchanged;
    }

    /** Whether it had something to say that every run has to say. */
    boolean hasWarned() {
        return warned;
    }

    /** A page as it came; pass 0 is the list, each further pass one reading of the feed of changes. */
    public record KeptPage(int pass, int number, Path file) {}

    /** The pages of the list up to a number that are still to be taken, while others are fetched. */
    public List<KeptPage> arrived(int throughPage) throws IOException {
        if (known.mayHold(resource)) {
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
        for (int pass : load.files().passes(resource)) {
            load.files().pages(resource, pass).forEach((number, file) -> {
                if (pass > 0 || number > listPagesTaken) {
                    pages.add(new KeptPage(pass, number, file));
                }
            });
        }
        return pages;
    }

    private void beginPass() {
        if (++passes > MOST_PASSES) {
            throw new SystemError(
                    ExitCode.BUG,
                    "The columns of " + resource.name() + " did not settle after " + MOST_PASSES + " passes.",
                    "Please report this with the fields that the log names.");
        }
        long extractedAtMicros = ChronoUnit.MICROS.between(Instant.EPOCH, load.getStartedAt());
        flattener = new Flattener(load.schema(), load.getId(), extractedAtMicros);
        staging = new StagedParquetWriter(load.files().staged(), load.getId(), load.schema());
        fingerprints = new RootFingerprints(
                load.schema().family(resource.name()),
                Set.copyOf(load.getBase().manifest().parts(resource.name())));
        listPagesTaken = 0;
        intake.roster().forgetLanded();
    }

    /** Flattens one page into a batch for each table and partition; empty once the schema has to change. */
    public List<PageBatch> flatten(KeptPage page) throws IOException {
        Map<PageBatchKey, List<GenericRecord>> rows = new LinkedHashMap<>();
        int position = 0;
        for (JsonNode element : elements(page)) {
            JsonNode item =
                    page.pass() == 0 ? element : element.path(resource.events().itemKey());
            String id = item.path(resource.primaryKey()).asText();
            if (item.isObject() && intake.roster().lands(id, page.pass(), page.number(), position)) {
                flatten(id, (ObjectNode) item, rows);
            }
            position++;
        }
        if (!flattener.drift().isEmpty()) {
            return List.of();
        }
        List<PageBatch> batches = new ArrayList<>();
        rows.forEach((key, list) -> batches.add(new PageBatch(key.table(), key.part(), list)));
        return batches;
    }

    private record PageBatchKey(String table, String part) {}

    private Iterable<JsonNode> elements(KeptPage page) throws IOException {
        JsonNode response = load.takePage(page.file());
        if (!resource.isPaged()) {
            return List.of(response.path(resource.objectKey()));
        }
        return response.path(
                page.pass() == 0 ? resource.listKey() : resource.events().listKey());
    }

    private void flatten(String id, ObjectNode item, Map<PageBatchKey, List<GenericRecord>> rows) {
        Map<String, List<GenericRecord>> ofItem = new LinkedHashMap<>();
        flattener.flatten(
                resource.name(), id, item, (table, row) -> ofItem.computeIfAbsent(table, t -> new ArrayList<>())
                        .add(row));
        String part = part(ofItem.get(resource.name()).get(0));
        fingerprints.add(part, ofItem);
        ofItem.forEach((table, list) -> rows.computeIfAbsent(new PageBatchKey(table, part), key -> new ArrayList<>())
                .addAll(list));
    }

    private String part(GenericRecord root) {
        if (resource.partitionByYearOf() == null) {
            return SINGLE_PART;
        }
        boolean declared = root.getSchema().getField(resource.partitionByYearOf()) != null;
        Object time = declared ? root.get(resource.partitionByYearOf()) : null;
        // Once a time could not be read its column is text; a workout stays in its year all the same.
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

    /** Writes the rows of one batch to the staged Parquet file of its table and partition. */
    public void marshal(PageBatch batch) throws IOException {
        staging.add(batch.table(), batch.part(), batch.rows());
        rows.addAndGet(batch.rows().size());
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
        if (fitted && intake.roster().isLandedRight()) {
            staged = files;
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

    /** Gives up what is being written. */
    void abandon() throws IOException {
        if (staging != null) {
            staging.close();
        }
    }

    Resource resource() {
        return resource;
    }

    SortedMap<String, List<StagedFile>> staged() {
        return staged;
    }

    RootFingerprints fingerprints() {
        return fingerprints;
    }
}

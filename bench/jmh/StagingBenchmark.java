package io.github.hevypipeline.lake;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.lake.rows.Flattener;
import io.github.hevypipeline.lake.rows.ParquetFiles;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.hadoop.ParquetWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one page of ten workouts costs: to read its JSON, to flatten it, and to write its rows to Parquet.
 *
 * <p>With the collector and the compiler that the launcher chooses; the writer's share of closing a file is in it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"})
public class StagingBenchmark {
    private static final int WORKOUTS = 100;
    private static final int PAGE = 10;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final DatasetSchema schema = DatasetSchema.read(Path.of("schemas"));
    private final List<byte[]> pages = new ArrayList<>();
    private final List<List<JsonNode>> items = new ArrayList<>();
    private final List<Map<String, List<GenericRecord>>> rows = new ArrayList<>();
    private Path folder;
    private int next;

    /** Makes an account and cuts it into pages. */
    @Setup
    public void read() throws IOException {
        Account account = SimulatedAccount.withWorkouts(7, WORKOUTS, LocalDate.of(2026, 5, 1));
        List<ObjectNode> workouts = account.items(Listing.WORKOUTS).toList();
        for (int first = 0; first + PAGE <= workouts.size(); first += PAGE) {
            byte[] page = JSON.writeValueAsBytes(workouts.subList(first, first + PAGE));
            List<JsonNode> parsed = parsed(page);
            pages.add(page);
            items.add(parsed);
            rows.add(flattened(parsed));
        }
    }

    @Setup(Level.Iteration)
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("landing-benchmark");
    }

    @TearDown(Level.Iteration)
    public void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Benchmark
    public List<JsonNode> readJson() throws IOException {
        return parsed(pages.get(turn()));
    }

    @Benchmark
    public Map<String, List<GenericRecord>> flatten() {
        return flattened(items.get(turn()));
    }

    /** A hundred pages into one file for each table, as they come. */
    @Benchmark
    public long writeParquetHundredPages() throws IOException {
        long bytes = 0;
        Map<String, ParquetWriter<GenericRecord>> writers = new LinkedHashMap<>();
        for (int page = 0; page < 100; page++) {
            for (Map.Entry<String, List<GenericRecord>> table : rows.get(turn()).entrySet()) {
                ParquetWriter<GenericRecord> writer = writers.get(table.getKey());
                if (writer == null) {
                    writer = ParquetFiles.write(
                            folder.resolve(table.getKey() + ".parquet"),
                            schema.table(table.getKey()).avro());
                    writers.put(table.getKey(), writer);
                }
                for (GenericRecord row : table.getValue()) {
                    writer.write(row);
                }
            }
        }
        for (ParquetWriter<GenericRecord> writer : writers.values()) {
            bytes += writer.getDataSize();
            writer.close();
        }
        return bytes;
    }

    private int turn() {
        next = (next + 1) % pages.size();
        return next;
    }

    private static List<JsonNode> parsed(byte[] page) throws IOException {
        List<JsonNode> parsed = new ArrayList<>();
        JSON.readTree(page).forEach(parsed::add);
        return parsed;
    }

    private Map<String, List<GenericRecord>> flattened(List<JsonNode> page) {
        Map<String, List<GenericRecord>> flattened = new LinkedHashMap<>();
        Flattener flattener = new Flattener(schema, "1780000000.0000000", 1_780_000_000_000_000L);
        for (JsonNode item : page) {
            flattener.flatten("workouts", item.path("id").asText(), (ObjectNode) item, (table, row) -> flattened
                    .computeIfAbsent(table, t -> new ArrayList<>())
                    .add(row));
        }
        return flattened;
    }
}

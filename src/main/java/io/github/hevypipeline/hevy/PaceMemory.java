package io.github.hevypipeline.hevy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores the rate that a run learned in {@code pace.json} of {@code DLT_PIPELINE_DIR}, and reads it in the next run.
 *
 * <p>Immutable and thread-safe. It only saves the next run some 429s: a file that is damaged, older than a day or of
 * another account is ignored.
 */
public final class PaceMemory {
    private static final Logger LOG = LoggerFactory.getLogger(PaceMemory.class);
    private static final String FILE = "pace.json";
    private static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Path file;
    private final String source;

    /**
     * Reads and writes nothing yet.
     *
     * @param source identifies the account, as each has its own rate limit; holds no secret
     */
    public PaceMemory(Path workFolder, String source) {
        this.file = workFolder.resolve(FILE);
        this.source = source;
    }

    /**
     * The content of the file.
     *
     * @param refusedAt the last 429, as ISO 8601
     */
    record Entry(String source, double requestsPerSecond, String refusedAt) {}

    /** A learned rate, and the instant of the last 429. */
    public record Learned(double requestsPerSecond, Instant refusedAt) {}

    /** The learned rate, unless it is too old or of another account. */
    public Optional<Learned> recall(Instant now) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            Entry entry = JSON.readValue(file.toFile(), Entry.class);
            Instant refusedAt = Instant.parse(entry.refusedAt());
            boolean counts = entry.source().equals(source)
                    && entry.requestsPerSecond() > 0
                    && !refusedAt.isAfter(now)
                    && refusedAt.plus(FORGOTTEN_AFTER).isAfter(now);
            return counts ? Optional.of(new Learned(entry.requestsPerSecond(), refusedAt)) : Optional.empty();
        } catch (JsonProcessingException | RuntimeException e) {
            LOG.warn("extract   ignoring the rate of the last run: {} cannot be read: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    void remember(double requestsPerSecond, Instant refusedAt) throws IOException {
        Files.createDirectories(file.getParent());
        Path arriving = file.resolveSibling(FILE + ".part");
        JSON.writeValue(arriving.toFile(), new Entry(source, requestsPerSecond, refusedAt.toString()));
        Files.move(arriving, file, StandardCopyOption.ATOMIC_MOVE);
    }

    void forget() throws IOException {
        Files.deleteIfExists(file);
    }
}

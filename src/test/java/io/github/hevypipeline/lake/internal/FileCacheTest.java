package io.github.hevypipeline.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.Manifest;
import io.github.hevypipeline.lake.rows.StagedFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCacheTest {
    private static final byte[] BYTES = "the bytes that were committed".getBytes(StandardCharsets.UTF_8);
    private static final CommittedFile FILE = new CommittedFile(
            "workouts/1.5.2026.parquet", 1, BYTES.length, HexFormat.of().formatHex(Sha256.of(BYTES)));

    @TempDir
    Path folder;

    private FileCache cache;

    @BeforeEach
    void emptyCache() {
        cache = new FileCache(folder.resolve("cache"));
    }

    @Test
    void a_whole_file_is_stored_and_then_not_missing() throws IOException {
        assertThat(cache.missing(List.of(FILE))).containsExactly(FILE);
        cache.store(FILE, new ByteArrayInputStream(BYTES));

        assertThat(cache.missing(List.of(FILE))).isEmpty();
        assertThat(cache.path(FILE)).hasBinaryContent(BYTES);
        assertThat(cache.path(FILE).getParent().toFile().list()).hasSize(1);
    }

    @Test
    void a_damaged_or_cut_download_is_refused_and_leaves_nothing() {
        for (String damaged : List.of("the bytes that were CHANGED!!", "the bytes", "")) {
            assertThatThrownBy(
                            () -> cache.store(FILE, new ByteArrayInputStream(damaged.getBytes(StandardCharsets.UTF_8))))
                    .isInstanceOf(DamagedFileException.class)
                    .hasMessageContaining(FILE.path());
            assertThat(cache.path(FILE).getParent()).isEmptyDirectory();
        }
    }

    @Test
    void a_file_of_another_size_is_missing_and_replaced() throws IOException {
        cache.store(FILE, new ByteArrayInputStream(BYTES));
        Files.writeString(cache.path(FILE), "half");

        assertThat(cache.missing(List.of(FILE))).containsExactly(FILE);
        cache.store(FILE, new ByteArrayInputStream(BYTES));
        assertThat(cache.path(FILE)).hasBinaryContent(BYTES);
    }

    @Test
    void only_the_files_of_the_manifest_are_retained() throws IOException {
        cache.store(FILE, new ByteArrayInputStream(BYTES));
        Path old = cache.path(FILE).resolveSibling("1.0.2026.parquet");
        Path half = cache.path(FILE).resolveSibling("1.6.2026.parquet.part");
        Files.writeString(old, "old");
        Files.writeString(half, "half");

        cache.retain(new Manifest(new TreeMap<>(Map.of("workouts", List.of(FILE)))));

        assertThat(cache.path(FILE)).exists();
        assertThat(old).doesNotExist();
        assertThat(half).doesNotExist();
        assertThat(cache.paths(new Manifest(new TreeMap<>(Map.of("workouts", List.of(FILE))))))
                .isEqualTo(Map.of("workouts", List.of(cache.path(FILE))));
    }

    @Test
    void a_cache_that_was_never_used_has_nothing_to_delete() throws IOException {
        new FileCache(folder.resolve("none")).retain(Manifest.EMPTY);

        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void a_committed_file_is_moved_in() throws IOException {
        Path local = folder.resolve("staged.parquet");
        Files.write(local, BYTES);
        cache.adopt(new StagedFile(FILE, local));

        assertThat(local).doesNotExist();
        assertThat(cache.missing(List.of(FILE))).isEmpty();
    }
}

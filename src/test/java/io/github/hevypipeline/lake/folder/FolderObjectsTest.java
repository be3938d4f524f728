package io.github.hevypipeline.lake.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.StagedObject;
import io.github.hevypipeline.lake.StoreException;
import io.github.hevypipeline.lake.internal.TransformedListing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderObjectsTest {
    private static final String KEY = "raw/hevy/_dlt_loads/0000000001.parquet";
    private static final String UNFINISHED = ".x.parquet.0b0d6e9c-8b07-4c5e-9f6b-2f6f1f0f1f0f.part";

    @TempDir
    private Path folder;

    private Destination destination() {
        return Destination.inFolder(folder.resolve("lake").toString(), "raw", "transformed", "accounts");
    }

    private FolderObjects objects() {
        return new FolderObjects(destination());
    }

    private StagedObject object(String key, String content) throws IOException {
        Path file = Files.createTempFile(folder, "staged", "");
        Files.writeString(file, content);
        return new StagedObject(key, file.toFile());
    }

    private String content(String key) throws IOException {
        try (InputStream in = objects().get(key)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("lake"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.resolve("lake").relativize(file).toString())
                    .toList();
        }
    }

    @Test
    void of_many_that_create_the_same_object_at_once_exactly_one_succeeds_and_the_object_is_whole() throws Exception {
        List<StagedObject> rivals = IntStream.range(0, 16)
                .mapToObj(number -> {
                    try {
                        return object(KEY, Integer.toString(number).repeat(100_000));
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(rivals.size());
        List<Callable<Boolean>> attempts = rivals.stream()
                .map(rival -> (Callable<Boolean>) () -> {
                    try {
                        objects().create(rival);
                        return true;
                    } catch (StoreException e) {
                        assertThat(e.isTaken()).isTrue();
                        return false;
                    }
                })
                .toList();

        List<Future<Boolean>> outcomes = threads.invokeAll(attempts);
        threads.shutdown();

        int winner = -1;
        for (int i = 0; i < outcomes.size(); i++) {
            if (outcomes.get(i).get()) {
                assertThat(winner).isEqualTo(-1);
                winner = i;
            }
        }
        assertThat(content(KEY)).isEqualTo(Integer.toString(winner).repeat(100_000));
        assertThat(files()).containsExactly("hevy/" + KEY);
    }

    @Test
    void what_it_makes_is_for_its_owner_only() throws IOException {
        objects().create(object(KEY, "a"));

        try (Stream<Path> made = Files.walk(folder.resolve("lake"))) {
            assertThat(made)
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void an_object_in_place_of_another_is_read_whole_by_who_has_it_open() throws IOException {
        String key = "transformed/daily/daily.parquet";
        objects().replace(object(key, "before"));
        try (InputStream open = objects().get(key)) {
            objects().replace(object(key, "after"));

            assertThat(new String(open.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("before");
            assertThat(content(key)).isEqualTo("after");
        }
    }

    @Test
    void a_missing_object_is_told_from_every_other_failure() throws IOException {
        assertThatThrownBy(() -> objects().get(KEY))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.isMissing()).isTrue());
        assertThatThrownBy(() -> objects().require(KEY))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.isMissing()).isTrue());
        objects().delete(KEY);
        Files.createDirectories(folder.resolve("lake/hevy/" + KEY));
        assertThatThrownBy(() -> objects().get(KEY).read())
                .satisfies(e -> assertThat(e instanceof StoreException failure && failure.isMissing())
                        .isFalse());
    }

    @Test
    void a_deleted_object_leaves_no_empty_folder() throws IOException {
        objects().create(object("raw/hevy/_doctor/0b0d6e9c-8b07-4c5e-9f6b-2f6f1f0f1f0f.txt", "a"));

        objects().delete("raw/hevy/_doctor/0b0d6e9c-8b07-4c5e-9f6b-2f6f1f0f1f0f.txt");

        assertThat(folder.resolve("lake/hevy/raw/hevy")).isEmptyDirectory();
    }

    @Test
    void a_listing_shows_objects_alone_and_an_empty_one_where_there_is_no_folder_yet() throws IOException {
        assertThat(listed()).isEmpty();
        objects().replace(object("transformed/daily/daily.parquet", "four"));
        Path daily = folder.resolve("lake/hevy/transformed/daily");
        Files.writeString(daily.resolve(UNFINISHED), "half");
        Files.writeString(daily.resolve(".DS_Store"), "of a file manager");

        assertThat(listed()).containsOnlyKeys("daily/daily.parquet");
        assertThat(listed().get("daily/daily.parquet")).startsWith("4 ");
    }

    @Test
    void what_a_dead_process_was_writing_is_swept_and_what_a_live_one_writes_is_not() throws IOException {
        Path daily = Files.createDirectories(folder.resolve("lake/hevy/transformed/daily"));
        Path dead = Files.writeString(daily.resolve(UNFINISHED), "half");
        Path live = daily.resolve(UNFINISHED.replace("0b0d", "1b0d"));
        try (FileChannel writing = FileChannel.open(live, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            assertThat(writing.tryLock(Long.MAX_VALUE - 1, 1, false)).isNotNull();

            objects().sweepUnfinished(new TransformedListing(destination()));
        }

        assertThat(dead).doesNotExist();
        assertThat(live).exists();
    }

    @Test
    void a_folder_without_hard_links_is_refused_and_nothing_stays() throws IOException {
        StagedObject object = object(KEY, "a");
        try (FileSystem without = FileSystems.newFileSystem(folder.resolve("lake.zip"), Map.of("create", "true"))) {
            FolderObjects objects = new FolderObjects(destination(), without.getPath("/lake"));

            assertThatThrownBy(() -> objects.create(object)).isInstanceOfSatisfying(ConfigError.class, e -> {
                assertThat(e.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
                assertThat(e).hasMessageContaining("has no hard links");
                assertThat(e.nextStep()).contains("LAKE_PATH", "local disk");
            });
            try (Stream<Path> left = Files.walk(without.getPath("/lake"))) {
                assertThat(left).noneMatch(Files::isRegularFile);
            }
        }
    }

    @Test
    void a_link_that_leads_out_of_the_lake_is_neither_read_nor_written_nor_listed() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("outside"));
        Files.writeString(outside.resolve("0000000001.parquet"), "secret");
        Path dataset = Files.createDirectories(folder.resolve("lake/hevy/raw/hevy"));
        Files.createSymbolicLink(dataset.resolve("_dlt_loads"), outside);
        StagedObject other = object("raw/hevy/_dlt_loads/0000000002.parquet", "a");

        assertThatThrownBy(() -> objects().get(KEY)).hasMessageContaining("leads out of the folder");
        assertThatThrownBy(() -> objects().create(other)).hasMessageContaining("leads out of the folder");
        assertThatThrownBy(() -> objects().delete(KEY)).hasMessageContaining("leads out of the folder");
        assertThat(outside).isDirectoryContaining(file -> file.endsWith("0000000001.parquet"));
        assertThat(outside.resolve("0000000002.parquet")).doesNotExist();

        Files.createDirectories(folder.resolve("lake/hevy/transformed"));
        Files.createSymbolicLink(folder.resolve("lake/hevy/transformed/daily"), outside);
        assertThatThrownBy(this::listed).hasMessageContaining("leads out of the folder");
    }

    @Test
    void the_lake_itself_may_be_a_link_and_so_may_a_folder_that_stays_inside() throws IOException {
        Files.createDirectories(folder.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("lake"), folder.resolve("elsewhere"));

        objects().create(object(KEY, "a"));

        assertThat(content(KEY)).isEqualTo("a");
    }

    @Test
    void a_key_that_is_none_of_a_lake_touches_no_file() throws IOException {
        Files.writeString(folder.resolve("precious"), "a");

        assertThatThrownBy(() -> objects().delete("raw/hevy/../../../../precious"))
                .isInstanceOf(SystemError.class);
        assertThat(folder.resolve("precious")).exists();
    }

    private Map<String, String> listed() {
        TransformedListing listing = new TransformedListing(destination());
        objects().list(listing);
        assertThat(listing.isUnfinished()).isFalse();
        return listing.sizesAndETags();
    }
}

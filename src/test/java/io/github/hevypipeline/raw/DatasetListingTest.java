package io.github.hevypipeline.raw;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.S3Object;

class DatasetListingTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final CommittedFile CURRENT = new CommittedFile("workouts/200.5.2026.parquet", 1, 1, "00");

    private final DatasetListing listing = new DatasetListing(new Destination("bucket", "raw", "transformed", ""));

    private static S3Object object(String path, Instant lastModified) {
        return S3Object.builder()
                .key("raw/hevy/" + path)
                .lastModified(lastModified)
                .build();
    }

    private static List<S3Object> answer(String... paths) {
        return Arrays.stream(paths).map(path -> object(path, NOON)).toList();
    }

    private static Committed committed() {
        TreeMap<String, List<CommittedFile>> tables = new TreeMap<>();
        tables.put("workouts", List.of(CURRENT));
        return new Committed(7, "200.5", new Manifest(tables), PipelineState.EMPTY);
    }

    @Test
    void the_listing_goes_on_until_an_answer_is_empty_and_ends_at_the_newest_commit() {
        assertThat(listing.getRequest().prefix()).isEqualTo("raw/hevy/");
        assertThat(listing.getRequest().marker()).isNull();

        listing.add(answer("_dlt_loads/0000000001.parquet", "_dlt_loads/0000000002.parquet"));
        assertThat(listing.isUnfinished()).isTrue();
        assertThat(listing.getRequest().marker()).isEqualTo("raw/hevy/_dlt_loads/0000000002.parquet");
        listing.add(answer("_dlt_loads/0000000010.parquet", "_dlt_loads/zzz.parquet"));
        listing.add(List.of());

        assertThat(listing.isUnfinished()).isFalse();
        assertThat(listing.getNewestKey()).isEqualTo("raw/hevy/_dlt_loads/0000000010.parquet");
    }

    @Test
    void without_a_commit_there_is_no_newest_one() {
        listing.add(answer("_dlt_loads/readme.txt"));
        listing.add(List.of());

        assertThat(listing.getNewestKey()).isNull();
    }

    @Test
    void a_copy_of_the_log_in_a_folder_below_it_was_taken_for_the_newest_commit() {
        listing.add(answer("_dlt_loads/0000000001.parquet", "_dlt_loads/copy/_dlt_loads/0000000099.parquet"));

        assertThat(listing.getNewestKey()).isEqualTo("raw/hevy/_dlt_loads/0000000001.parquet");
    }

    @Test
    void files_that_a_dead_load_of_any_machine_has_left_before_the_newest_commit_are_strays() {
        listing.add(answer(
                "routines/200.4.0.parquet",
                "workouts/200.5.2026.parquet",
                "workouts/100.1.2026.parquet",
                "workouts/100.1.2026-2.parquet",
                "_dlt_pipeline_state/100.1.parquet",
                "_dlt_pipeline_state/200.5.parquet"));

        assertThat(listing.strays(committed(), Optional.empty()))
                .containsExactly(
                        "routines/200.4.0.parquet", "workouts/100.1.2026-2.parquet", "workouts/100.1.2026.parquet");
    }

    @Test
    void files_of_a_load_that_may_be_about_to_commit_are_no_strays_until_they_are_a_day_old() {
        listing.add(List.of(
                object("workouts/200.6.2026.parquet", NOON.minus(Duration.ofHours(23))),
                object("workouts/200.7.2026.parquet", NOON.minus(Duration.ofHours(25))),
                object("_dlt_pipeline_state/200.7.parquet", NOON.minus(Duration.ofHours(25))),
                object("workouts/200.5.2026.parquet", NOON)));

        assertThat(listing.strays(committed(), Optional.empty()))
                .containsExactly("_dlt_pipeline_state/200.7.parquet", "workouts/200.7.2026.parquet");
    }

    @Test
    void before_the_first_commit_every_load_may_be_alive() {
        listing.add(answer("workouts/100.1.2026.parquet"));

        assertThat(listing.strays(Committed.NOTHING, Optional.empty())).isEmpty();
    }

    @Test
    void what_no_load_has_written_is_foreign_and_no_stray() {
        listing.add(answer("workouts/mine.parquet", "notes.txt", "workouts/100.1.2026.parquet.bak"));

        assertThat(listing.foreign())
                .containsExactly("workouts/mine.parquet", "notes.txt", "workouts/100.1.2026.parquet.bak");
        assertThat(listing.strays(committed(), Optional.empty())).isEmpty();
    }
}

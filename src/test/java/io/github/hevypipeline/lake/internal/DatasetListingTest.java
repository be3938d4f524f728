package io.github.hevypipeline.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.faults.Fault;
import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.Manifest;
import io.github.hevypipeline.lake.PipelineState;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.internal.ObjectListing.Page;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetListingTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final CommittedFile CURRENT = new CommittedFile("workouts/200.5.2026.parquet", 1, 1, "00");

    private final DatasetListing listing = new DatasetListing(
            new Destination("bucket", "raw", "transformed", "http://s3.example.org"),
            DatasetSchema.read(Path.of("schemas")));

    private static ListedObject object(String path, Instant lastModified) {
        return new ListedObject("raw/hevy/" + path, -1, null, lastModified);
    }

    private static Page answer(String... paths) {
        return answer(Arrays.stream(paths).map(path -> object(path, NOON)).toList());
    }

    private static Page answer(List<ListedObject> objects) {
        return Page.whole(objects);
    }

    private static Page page(String nextToken, String... paths) {
        return new Page(answer(paths).objects(), nextToken, true);
    }

    private static Snapshot committed() {
        TreeMap<String, List<CommittedFile>> tables = new TreeMap<>();
        tables.put("workouts", List.of(CURRENT));
        return new Snapshot(7, "200.5", new Manifest(tables), PipelineState.EMPTY);
    }

    @Test
    @Fault(37)
    void the_listing_follows_the_servers_token_and_the_newest_commit_has_the_highest_number_in_whatever_order() {
        assertThat(listing.prefix()).isEqualTo("raw/hevy/");
        assertThat(listing.token()).isNull();

        listing.add(page("one", "_dlt_loads/0000000010.parquet", "_dlt_loads/0000000002.parquet"));
        assertThat(listing.isUnfinished()).isTrue();
        assertThat(listing.token()).isEqualTo("one");
        listing.add(page("two"));
        listing.add(answer("_dlt_loads/0000000001.parquet", "_dlt_loads/zzz.parquet"));

        assertThat(listing.isUnfinished()).isFalse();
        assertThat(listing.getNewestKey()).isEqualTo("raw/hevy/_dlt_loads/0000000010.parquet");
        assertThat(listing.newestSequence()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Fault(38)
    void a_page_that_brings_nothing_new_ends_the_listing_whatever_its_token_says(boolean newTokens) {
        listing.add(page("0", "workouts/mine.parquet", "_dlt_loads/0000000001.parquet"));

        assertThatThrownBy(() -> listing.add(
                        page(newTokens ? "1" : "0", "_dlt_loads/0000000001.parquet", "workouts/mine.parquet")))
                .isInstanceOfSatisfying(
                        SystemError.class, error -> assertThat(error.exitCode()).isEqualTo(ExitCode.S3))
                .hasMessageContainingAll("http://s3.example.org", "again and again", "bucket bucket", "raw/hevy/");
    }

    @Test
    @Fault(38)
    void pages_without_keys_go_on_while_their_tokens_are_new_but_not_for_ever() {
        assertThatThrownBy(() -> {
                    for (int token = 0; true; token++) {
                        assertThat(token).isLessThan(1_000);
                        listing.add(page("token " + token));
                    }
                })
                .isInstanceOf(SystemError.class);
    }

    @Test
    @Fault(38)
    void a_page_that_says_there_is_more_but_not_how_to_get_it_is_no_end() {
        assertThatThrownBy(() -> listing.add(page(null, "_dlt_loads/0000000001.parquet")))
                .isInstanceOf(SystemError.class)
                .hasMessageContaining("but not how to ask for them");
    }

    @Test
    void without_a_commit_there_is_no_newest_one() {
        listing.add(answer("_dlt_loads/readme.txt", "_dlt_loads/0000000000.parquet"));

        assertThat(listing.getNewestKey()).isNull();
        assertThat(listing.newestSequence()).isZero();
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
        listing.add(answer(List.of(
                object("workouts/200.6.2026.parquet", NOON.minus(Duration.ofHours(23))),
                object("workouts/200.7.2026.parquet", NOON.minus(Duration.ofHours(25))),
                object("_dlt_pipeline_state/200.7.parquet", NOON.minus(Duration.ofHours(25))),
                object("workouts/200.5.2026.parquet", NOON))));

        assertThat(listing.strays(committed(), Optional.empty()))
                .containsExactly("_dlt_pipeline_state/200.7.parquet", "workouts/200.7.2026.parquet");
    }

    @Test
    void before_the_first_commit_every_load_may_be_alive() {
        listing.add(answer("workouts/100.1.2026.parquet"));

        assertThat(listing.strays(Snapshot.NOTHING, Optional.empty())).isEmpty();
    }

    @Test
    void what_no_load_has_written_is_foreign_and_no_stray() {
        listing.add(answer("workouts/mine.parquet", "notes.txt", "workouts/100.1.2026.parquet.bak"));

        assertThat(listing.foreign(committed()))
                .containsExactly("notes.txt", "workouts/100.1.2026.parquet.bak", "workouts/mine.parquet");
        assertThat(listing.strays(committed(), Optional.empty())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${env:CANARY}/1.5.parquet",
                "${env:CANARY}/1.5.2026.parquet",
                "$simple{env:CANARY}/1.5.2026.parquet",
                "workouts/${env:CANARY}.2026.parquet",
                "workouts/1.5.${env:CANARY}.parquet",
                "_dlt_pipeline_state/1.5${env:CANARY}.parquet",
                "_dlt_pipeline_state/1.5.2026.parquet",
                "_dlt_loads/1.5.parquet",
                "../1.5.2026.parquet",
                "../../1.5.2026.parquet",
                "workouts/../1.5.2026.parquet",
                "workouts/1.5.2026.parquet\n",
                "work\u0000outs/1.5.2026.parquet",
                "workouts';drop table x;--/1.5.2026.parquet",
                "no_such_table/1.5.2026.parquet",
                "_dlt_version/1.5.2026.parquet",
                "_doctor/00000000-0000-0000-0000-000000000000.txt",
                "\u0661/1.5.2026.parquet",
                "workouts/\u0661.\u0665.2026.parquet"
            })
    @Fault(39)
    void what_is_not_on_the_allow_list_is_foreign_and_no_stray_and_never_held(String path) {
        listing.add(answer(path));

        assertThat(listing.foreign(committed())).containsExactly(path);
        assertThat(listing.strays(committed(), Optional.empty())).isEmpty();
        assertThat(listing.getNewestKey()).isNull();
        assertThat(listing.states(committed()).strays()).isEmpty();
    }
}

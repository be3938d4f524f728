package io.github.hevypipeline.lake.rows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.files.Sha256;
import io.github.hevypipeline.lake.Changes;
import io.github.hevypipeline.lake.CommittedFile;
import io.github.hevypipeline.lake.FolderLake;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.Manifest;
import io.github.hevypipeline.lake.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergeTest {
    private static final List<String> FAMILY = List.of("workouts", "workouts__exercises", "workouts__exercises__sets");

    @TempDir
    Path folder;

    private FolderLake lake;

    @BeforeEach
    void fiveWorkoutsInTwoYears() {
        lake = new FolderLake(folder);
        lake.holds("workouts", history(5)).load();
    }

    private static List<ObjectNode> history(int workouts) {
        List<ObjectNode> history = new ArrayList<>();
        for (int id = workouts; id >= 1; id--) {
            history.add(FolderLake.object(FolderLake.workout(id, id <= 2 ? 2025 : 2026, "t" + id)));
        }
        return history;
    }

    private Map<String, String> loadIds() {
        Map<String, String> ids = new TreeMap<>();
        lake.query("select id, _dlt_load_id from <workouts>").forEach(row -> ids.put(row.get(0), row.get(1)));
        return ids;
    }

    /** The committed files, each whole and nothing beside them, in every table. */
    private void assertBucketIsTheManifest() throws IOException {
        Manifest manifest = lake.newestCommit().manifest();
        List<String> expected = new ArrayList<>();
        for (CommittedFile file : manifest.files()) {
            Path stored = lake.folder("workouts").resolveSibling(file.path());
            assertThat(Files.size(stored)).isEqualTo(file.bytes());
            assertThat(Sha256.hexOf(stored)).isEqualTo(file.sha256());
            assertThat(FolderLake.duck("select count(*) from '" + stored + "'"))
                    .containsExactly(List.of(Long.toString(file.rows())));
            expected.add("raw/hevy/" + file.path());
        }
        assertThat(lake.keys().stream().filter(key -> !key.contains("/_dlt_")))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void a_second_load_of_the_same_account_changes_and_keeps_everything() {
        List<String> keys = lake.keys();
        Map<String, String> loadIds = loadIds();
        LoadTransaction second = lake.load();

        assertThat(second.isChanged()).isFalse();
        assertThat(second.committer().getDataObjects()).isEmpty();
        assertThat(second.getChanges().get("workouts")).isEqualTo(new Changes(0, 0, 0, 5));
        assertThat(lake.keys()).isEqualTo(keys);
        assertThat(loadIds()).isEqualTo(loadIds);
    }

    @Test
    void another_order_of_the_pages_is_no_change() {
        List<ObjectNode> reversed = history(5);
        reversed.sort(Comparator.comparing(workout -> workout.get("id").asText()));

        assertThat(lake.holds("workouts", reversed).load().isChanged()).isFalse();
    }

    @Test
    void one_edited_workout_rewrites_its_year_and_nothing_else() throws IOException {
        List<String> before = lake.fileNames("workouts");
        Map<String, String> loadIds = loadIds();
        List<ObjectNode> edited = history(5);
        ((ObjectNode) edited.get(0).at("/exercises/0/sets/0")).put("reps", 99);
        LoadTransaction load = lake.holds("workouts", edited).load();

        assertThat(load.getChanges().get("workouts")).isEqualTo(new Changes(0, 1, 0, 4));
        assertThat(load.committer().getDataObjects()).hasSize(3).allMatch(object -> object.key()
                .endsWith(".2026.parquet"));
        assertThat(lake.fileNames("workouts"))
                .hasSize(2)
                .contains(before.get(0))
                .doesNotContain(before.get(1));
        loadIds.put("w5", load.getId());
        assertThat(loadIds()).isEqualTo(loadIds);
        assertThat(lake.column("select reps from <workouts__exercises__sets> order by 1"))
                .containsExactly("1", "2", "3", "4", "99");
        assertBucketIsTheManifest();
    }

    @Test
    void a_deleted_workout_is_gone_from_all_three_tables() throws IOException {
        LoadTransaction load = lake.holds("workouts", history(5).subList(1, 5)).load();

        assertThat(load.getChanges().get("workouts")).isEqualTo(new Changes(0, 0, 1, 4));
        for (String table : FAMILY) {
            assertThat(lake.column("select count(*) from <" + table + ">")).containsExactly("4");
        }
        assertBucketIsTheManifest();
    }

    @Test
    void a_year_whose_workouts_are_all_deleted_has_no_file_any_more() throws IOException {
        lake.holds("workouts", history(5).subList(0, 3)).load();

        assertThat(lake.newestCommit().manifest().parts("workouts__exercises__sets"))
                .containsExactly("2026");
        assertBucketIsTheManifest();
        lake.holds("workouts", List.of()).load();
        assertThat(lake.column("select count(*) from <workouts>")).containsExactly("0");
        assertBucketIsTheManifest();
        lake.holds("workouts", history(1)).load();
        assertThat(lake.column("select id from <workouts>")).containsExactly("w1");
        assertBucketIsTheManifest();
    }

    @Test
    void an_added_workout_comes_after_the_ones_that_stay() throws IOException {
        Map<String, String> loadIds = loadIds();
        LoadTransaction load = lake.holds("workouts", history(6)).load();

        assertThat(load.getChanges().get("workouts")).isEqualTo(new Changes(1, 0, 0, 5));
        loadIds.put("w6", load.getId());
        assertThat(loadIds()).isEqualTo(loadIds);
        assertBucketIsTheManifest();
    }

    @Test
    void a_workout_whose_creation_moves_to_another_year_is_there_once() throws IOException {
        List<ObjectNode> moved = history(5);
        moved.get(0).put("created_at", "2025-07-01T00:00:00Z");
        lake.holds("workouts", moved).load();

        assertThat(lake.column("select count(*), count(distinct id) from <workouts>"))
                .containsExactly("5|5");
        assertBucketIsTheManifest();
    }

    @Test
    void templates_and_routines_are_replaced_and_unchanged_ones_keep_their_load() throws IOException {
        lake.holds("exercise_templates", "{\"id\":\"A\",\"title\":\"a\"}", "{\"id\":\"B\",\"title\":\"b\"}")
                .holds("routines", "{\"id\":\"R\",\"exercises\":[{\"index\":0,\"sets\":[{\"index\":0}]}]}");
        LoadTransaction first = lake.load();
        lake.holds("exercise_templates", "{\"id\":\"C\",\"title\":\"c\"}", "{\"id\":\"A\",\"title\":\"a\"}")
                .holds("routines", "{\"id\":\"S\",\"exercises\":[{\"index\":0,\"sets\":[]}]}");
        LoadTransaction second = lake.load();

        assertThat(lake.column("select id, _dlt_load_id from <exercise_templates> order by id"))
                .containsExactly("A|" + first.getId(), "C|" + second.getId());
        assertThat(lake.column("select id from <routines>")).containsExactly("S");
        assertThat(lake.column("select count(*) from <routines__exercises__sets>"))
                .containsExactly("0");
        assertThat(second.committer().getDataObjects())
                .noneMatch(object -> object.key().startsWith("raw/hevy/workouts"));
        assertBucketIsTheManifest();
    }

    @Test
    void a_list_whose_null_became_the_word_null_was_taken_for_unchanged() {
        lake.holds("exercise_templates", "{\"id\":\"A\",\"secondary_muscle_groups\":[null]}")
                .load();
        LoadTransaction load = lake.holds("exercise_templates", "{\"id\":\"A\",\"secondary_muscle_groups\":[\"null\"]}")
                .load();

        assertThat(load.isChanged()).isTrue();
        assertThat(lake.column("select secondary_muscle_groups[1] is null from <exercise_templates>"))
                .containsExactly("false");
    }

    @Test
    void an_empty_list_is_not_the_same_as_none() {
        lake.holds("exercise_templates", "{\"id\":\"A\",\"secondary_muscle_groups\":[]}")
                .load();

        assertThat(lake.column("select secondary_muscle_groups from <exercise_templates>"))
                .containsExactly("[]");
        assertThat(lake.load().isChanged()).isFalse();
        assertThat(lake.holds("exercise_templates", "{\"id\":\"A\"}").load().isChanged())
                .isTrue();
    }

    @Test
    void a_column_that_a_later_load_adds_or_widens_is_in_every_file_of_its_table() throws IOException {
        Map<String, String> loadIds = loadIds();
        List<ObjectNode> evolved = history(5);
        evolved.get(0).put("mood", 1);
        ((ObjectNode) evolved.get(0).at("/exercises/0/sets/0")).put("reps", 9.5);
        LoadTransaction load = lake.holds("workouts", evolved).load();

        assertThat(load.getChanges().get("workouts")).isEqualTo(new Changes(0, 1, 0, 4));
        assertThat(lake.files("workouts")).hasSize(2).allSatisfy(file -> assertThat(FolderLake.columns(file))
                .containsEntry("mood", "BIGINT"));
        assertThat(lake.files("workouts__exercises__sets"))
                .hasSize(2)
                .allSatisfy(file -> assertThat(FolderLake.columns(file)).containsEntry("reps", "DOUBLE"));
        loadIds.put("w5", load.getId());
        assertThat(loadIds()).isEqualTo(loadIds);
        assertBucketIsTheManifest();

        ((ObjectNode) evolved.get(4).at("/exercises/0/sets/0")).put("reps", "many");
        lake.holds("workouts", evolved).load();
        assertThat(lake.column("select reps from <workouts__exercises__sets> order by 1"))
                .containsExactly("2", "3", "4", "9.5", "many");
        assertBucketIsTheManifest();
    }

    @Test
    void two_loads_from_the_same_commit_leave_the_one_that_committed_first() throws IOException {
        Snapshot base = lake.newestCommit();
        FolderLake other = lake.fromAnotherMachine(folder.resolve("elsewhere"));
        assertThat(other.load().isChanged()).isFalse();
        lake.holds("workouts", history(6)).load();
        LoadTransaction late = other.holds("workouts", history(7)).load(base);

        assertThat(late.isLost()).isTrue();
        assertThat(lake.column("select count(*) from <workouts>")).containsExactly("6");
        assertBucketIsTheManifest();
        assertThat(other.load().isLost()).isFalse();
        assertThat(lake.column("select count(*) from <workouts>")).containsExactly("7");
        assertBucketIsTheManifest();
    }

    @Test
    void load_ids_grow_though_the_clock_goes_back_to_1970() {
        String before = lake.newestCommit().loadId();
        lake.at("1970-01-01T00:00:00Z").holds("workouts", history(6)).load();

        assertThat(lake.newestCommit().loadId()).isGreaterThan(before);
        assertThat(lake.newestCommit().sequence()).isEqualTo(2);
        assertThat(lake.column("select max(_dlt_load_id) from <workouts>"))
                .containsExactly(lake.newestCommit().loadId());
    }

    @Test
    void a_lost_cache_is_fetched_again_and_the_work_folder_holds_but_notes_besides() throws IOException {
        Path work = folder.resolve("work");
        lake.lake().close();
        assertOnlyTheCacheAndNotesIn(work);
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        LoadTransaction load = lake.holds("workouts", history(6)).load();

        assertThat(load.getChanges().get("workouts")).isEqualTo(new Changes(1, 0, 0, 5));
        lake.lake().close();
        assertOnlyTheCacheAndNotesIn(work);
    }

    private void assertOnlyTheCacheAndNotesIn(Path work) throws IOException {
        assertThat(filesIn(work))
                .filteredOn(file -> !file.toString().endsWith(".known"))
                .hasSameSizeAs(lake.newestCommit().manifest().files());
    }

    private static List<Path> filesIn(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends at the same rows, whichever way the account went there. */
    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE)
    void any_sequence_of_loads_ends_like_a_fresh_load_of_the_last_account(
            @ForAll("accounts") List<List<ObjectNode>> accounts) throws IOException {
        Path temp = Files.createTempDirectory("merge");
        try {
            FolderLake merged = new FolderLake(temp.resolve("merged"), "workouts");
            accounts.forEach(account -> merged.holds("workouts", account).load());
            FolderLake fresh = new FolderLake(temp.resolve("fresh"), "workouts");
            fresh.holds("workouts", accounts.get(accounts.size() - 1)).load();

            for (String table : FAMILY) {
                assertThat(merged.contents(table)).isEqualTo(fresh.contents(table));
            }
            assertThat(merged.load().isChanged()).isFalse();
        } finally {
            for (Path file : sortedFromTheBottom(temp)) {
                Files.delete(file);
            }
        }
    }

    private static List<Path> sortedFromTheBottom(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted(Comparator.reverseOrder()).toList();
        }
    }

    @Provide
    Arbitrary<List<List<ObjectNode>>> accounts() {
        Arbitrary<ObjectNode> workouts = Combinators.combine(
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.integers().between(2022, 2026),
                        Arbitraries.of("a", "b", "🔥"),
                        Arbitraries.integers().between(0, 3))
                .as((id, year, title, sets) -> {
                    ObjectNode workout = FolderLake.object(FolderLake.workout(id, year, title));
                    ObjectNode exercise = (ObjectNode) workout.at("/exercises/0");
                    exercise.putArray("sets");
                    for (int index = 0; index < sets; index++) {
                        exercise.withArray("/sets")
                                .addObject()
                                .put("index", index)
                                .put("weight_kg", id / 4.0);
                    }
                    return workout;
                });
        return workouts.list()
                .ofMaxSize(12)
                .uniqueElements(workout -> workout.get("id").asText())
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    @Test
    void whatAKilledLoadHasLeftIsTakenUpOrSweptByTheNextRunWhereverItWasKilled(@TempDir Path folders)
            throws IOException {
        boolean killed = true;
        for (int changes = 0; killed; changes++) {
            Path own = folders.resolve("killed-" + changes);
            FolderLake victim = new FolderLake(own);
            victim.holds("workouts", history(5)).load();
            victim.holds("workouts", history(6));
            killed = false;
            try {
                victim.killedAfter(changes).load();
            } catch (FolderLake.Killed e) {
                killed = true;
            }

            lake = victim.restarted(own);
            lake.load();
            assertBucketIsTheManifest();
            assertThat(lake.column("select count(*) from <workouts>")).containsExactly("6");
            lake.lake().close();
        }
    }
}

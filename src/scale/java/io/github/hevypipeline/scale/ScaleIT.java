package io.github.hevypipeline.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.Await;
import io.github.hevypipeline.faults.JarProcess;
import io.github.hevypipeline.faults.JarProcess.Running;
import io.github.hevypipeline.scale.ManyAccounts.Mood;
import io.github.hevypipeline.scale.ManyAccounts.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three rounds over 300 accounts with everything real: a broker, two workers, an S3 server, and Spark with Delta Lake.
 *
 * <p>A round begins when two workers start, since their period is longer than the test.
 */
@Timeout(1200)
class ScaleIT {
    private static final int ACCOUNTS = 300;
    /** Workouts of most accounts; every fiftieth has a hundred. */
    private static final int[] SIZES = {3, 1, 7, 12, 2, 5, 10, 1, 4, 6};

    private static final int LARGE = 100;
    /** More than the guard against an account that looks wiped lets pass. */
    private static final int GUARDED = 12;

    private static final int TERMINATED = 143;

    @TempDir
    Path root;

    private final ManyAccounts hevy = new ManyAccounts();
    private ScaleJar jar;
    private KafkaBroker kafka;
    private ThriftServer spark;
    private JarProcess workers;

    @BeforeEach
    void start() throws Exception {
        for (int i = 0; hevy.tenants().size() < ACCOUNTS - 3; i++) {
            hevy.add(String.format(Locale.ROOT, "lifter-%03d", i), i % 50 == 0 ? LARGE : SIZES[i % SIZES.length]);
        }
        hevy.add("revoked", 4).in(Mood.REVOKED);
        hevy.add("hostile", 4).in(Mood.ENDLESS);
        hevy.add("drifted", 9).drift();
        jar = new ScaleJar(root, hevy);
        kafka = KafkaBroker.start(root.resolve("kafka"));
        spark = new ThriftServer(root.resolve("spark"), jar.s3());
        workers = jar.process("workers")
                .with("KAFKA_BROKERS", kafka.servers())
                .with("TRANSFORM_JDBC_URL", spark.url())
                .with("PIPELINE_PERIOD", "1d")
                .with("PIPELINE_OBSERVE_PORT", "none")
                .with("ACCOUNTS_BATCH", "40")
                .with("HEVY_MAX_WAIT", "1s");
    }

    @AfterEach
    void stop() throws Exception {
        spark.close();
        kafka.close();
        jar.close();
        hevy.close();
    }

    @Test
    void every_account_becomes_its_truth_although_a_worker_and_a_driver_are_killed_and_then_nothing_is_left_to_do()
            throws Exception {
        Tenant quiet = firstRoundWithAKilledWorker();
        assertThat(kafka.keys("hevy-dead-letters")).containsOnly("revoked", "hostile", quiet.id());
        requireTruth(Set.of("revoked", "hostile"));

        hevy.tenant("revoked").in(Mood.HONEST);
        quiet.in(Mood.HONEST);
        change();
        secondRoundWithAKilledDriver();
        requireTruth(Set.of("hostile"));

        thirdRoundWithoutAChange();
        requireTruth(Set.of("hostile"));
    }

    /** Gives the account that answers empty from the moment of the kill on. */
    private Tenant firstRoundWithAKilledWorker() throws Exception {
        try (Running first = workers.begin("worker");
                Running second = workers.begin("worker")) {
            Await.until("a round that is under way", () -> committed().size() > ACCOUNTS / 10);
            Running leader = first.err().contains("sending") ? first : second;
            Running other = leader == first ? second : first;
            leader.kill();
            Set<String> done = committed();
            assertThat(done).as("accounts before the kill").hasSizeLessThan(ACCOUNTS * 9 / 10);
            Tenant quiet = hevy.tenants().stream()
                    .filter(tenant ->
                            done.contains(tenant.id()) && tenant.workouts().size() == GUARDED)
                    .findFirst()
                    .orElseThrow()
                    .in(Mood.EMPTY);
            other.await("sending");
            awaitWork(2L * ACCOUNTS);
            end(other);
            return quiet;
        }
    }

    private void secondRoundWithAKilledDriver() throws Exception {
        long accounts = hevy.tenants().size();
        long sent = kafka.sent("hevy-accounts");
        long versions = versions("workouts");
        long batches = versions("_accounts");
        try (Running first = workers.begin("worker");
                Running second = workers.begin("worker")) {
            Await.until("a merge into the table of workouts", () -> versions("workouts") > versions);
            Running driver = first.err().contains("merge     ") ? first : second;
            Running other = driver == first ? second : first;
            driver.kill();
            assertThat(versions("_accounts")).as("finished batches").isEqualTo(batches);
            boolean hadDispatched = driver.err().contains("sending");
            if (hadDispatched) {
                other.await("sending");
            }
            awaitWork(sent + (hadDispatched ? 2 : 1) * accounts);
            end(other);
        }
    }

    private void thirdRoundWithoutAChange() throws Exception {
        long sent = kafka.sent("hevy-accounts");
        Map<Path, FileTime> objects = objects();
        Map<String, Long> requests = requests();
        try (Running first = workers.begin("worker");
                Running second = workers.begin("worker")) {
            awaitWork(sent + hevy.tenants().size());
            end(first);
            end(second);
        }
        assertThat(kafka.sent("hevy-accounts")).isEqualTo(sent + hevy.tenants().size());
        assertThat(objects()).as("objects and versions of tables").isEqualTo(objects);
        for (Tenant tenant : hevy.tenants()) {
            if (tenant.mood() == Mood.HONEST) {
                assertThat(tenant.requests() - requests.get(tenant.id()))
                        .as("requests of " + tenant.id())
                        .isBetween(1L, 2L);
            }
        }
    }

    /** Edits, deletions and further workouts in a part of the accounts, and new accounts. */
    private void change() throws IOException {
        List<Tenant> tenants = List.copyOf(hevy.tenants());
        for (int i = 0; i < tenants.size(); i += 10) {
            tenants.get(i).editNewest("Edited");
            tenants.get(i + 1).deleteOldest();
            tenants.get(i + 2).logWorkout(LocalDate.of(2026, 1, 20), 1);
        }
        hevy.add("new", 8);
        hevy.addColliding("colliding", hevy.tenant("lifter-006"));
        hevy.writeAccounts(root);
    }

    /** Waits until so many messages were sent in all, each account has been tried, and what was committed is merged. */
    private void awaitWork(long sent) {
        Await.until("the messages of a round", () -> kafka.sent("hevy-accounts") >= sent);
        awaitConsumed("hevy-workers", "hevy-accounts");
        awaitConsumed("hevy-merge", "hevy-commits");
        Await.until("the merge of every commit", () -> merged().equals(newestCommits()));
    }

    /** Gives up if nothing is consumed any more, however long the whole takes. */
    private void awaitConsumed(String group, String topic) {
        List<Long> left = new ArrayList<>(List.of(Long.MAX_VALUE));
        while (left.get(0) > 0) {
            Await.until("messages of " + topic + " taken by " + group + ", " + left.get(0) + " left", () -> {
                long now = kafka.lag(group, topic);
                boolean fewer = now < left.get(0);
                left.set(0, Math.min(now, left.get(0)));
                return fewer;
            });
        }
    }

    private static void end(Running worker) throws Exception {
        assertThat(worker.terminate().ended().exitCode()).isEqualTo(TERMINATED);
    }

    private void requireTruth(Set<String> absent) throws Exception {
        Map<String, AccountTables> found = spark.rawTables();
        List<String> differences = new ArrayList<>();
        for (Tenant tenant : hevy.tenants()) {
            if (absent.contains(tenant.id())) {
                assertThat(found).doesNotContainKey(tenant.id());
            } else {
                found.getOrDefault(tenant.id(), new AccountTables())
                        .differences(tenant.truth())
                        .forEach(difference -> differences.add(tenant.id() + ": " + difference));
            }
        }
        assertThat(differences).isEmpty();
    }

    private Map<String, Long> requests() {
        Map<String, Long> requests = new HashMap<>();
        hevy.tenants().forEach(tenant -> requests.put(tenant.id(), tenant.requests()));
        return requests;
    }

    private Path accounts() {
        return jar.bucket().resolve(ScaleJar.PREFIX);
    }

    private Set<String> committed() throws IOException {
        return new HashSet<>(newestCommits().keySet());
    }

    private Map<String, Long> newestCommits() throws IOException {
        Map<String, Long> newest = new TreeMap<>();
        Path commits = accounts().resolve("commits");
        if (Files.isDirectory(commits)) {
            try (Stream<Path> files = Files.walk(commits, 2)) {
                files.filter(file -> file.toString().endsWith(".json"))
                        .forEach(file -> newest.merge(
                                file.getParent().getFileName().toString(),
                                Long.parseLong(file.getFileName().toString().replace(".json", "")),
                                Math::max));
            }
        }
        return newest;
    }

    private Map<String, Long> merged() throws Exception {
        Map<String, Long> merged = new TreeMap<>();
        spark.rows("select account_id, sequence from hevy_raw._accounts")
                .forEach(row ->
                        merged.put(String.valueOf(row.get("account_id")), ((Number) row.get("sequence")).longValue()));
        return merged;
    }

    /** The versions of a Delta table, of which each is an object of its log. */
    private long versions(String table) throws IOException {
        try (Stream<Path> log =
                Files.list(accounts().resolve("delta/hevy_raw").resolve(table).resolve("_delta_log"))) {
            return log.filter(file -> file.toString().endsWith(".json")).count();
        }
    }

    private Map<Path, FileTime> objects() throws IOException {
        Map<Path, FileTime> objects = new TreeMap<>();
        try (Stream<Path> files = Files.walk(jar.bucket())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                objects.put(file, Files.getLastModifiedTime(file));
            }
        }
        return objects;
    }
}

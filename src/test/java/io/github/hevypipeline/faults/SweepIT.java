package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.hevypipeline.Main;
import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation.Store;
import io.github.hevypipeline.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run is hit at every request and at every step, in every way; the next run must reach the tables that there would be
 * if nothing had happened.
 *
 * <p>All of it takes long, so a build takes a sample, drawn with a seed that is printed: {@code -Dsweep.seconds} says
 * for how long ({@code 0} means everything), {@code -Dsweep.seed} repeats a sample. An even seed keeps the lake on S3, an
 * odd one in a folder; {@code -Dsweep.store} chooses.
 */
class SweepIT {
    private static final long SECONDS = Long.getLong("sweep.seconds", 20);
    private static final long SEED = Long.getLong("sweep.seed", System.currentTimeMillis());
    private static final Store STORE = Store.valueOf(System.getProperty("sweep.store", Store.S3.name()));
    private static final int WORKOUTS = 12;
    private static final List<Mishap> MISHAPS = List.of(
            Mishap.KILL_BEFORE, Mishap.KILL_AFTER, Mishap.RESET, Mishap.LOSE_RESPONSE, Mishap.STALL, Mishap.ERROR_500);

    @TempDir
    private static Path root;

    private static Path loadedOnce;
    private static Path killer;

    /** What the run finds: no lake at all, or one that the lifter's changes have made old. */
    private enum Situation {
        FIRST_LOAD,
        LATER_LOAD
    }

    /**
     * Where and how a run is hit.
     *
     * @param mishap at a request; null for a halt of the process at a step of a route
     * @param before whether the halt comes before the step or after it
     */
    private record Hit(Situation situation, int number, Mishap mishap, boolean before) {
        @Override
        public String toString() {
            return situation
                    + (mishap == null
                            ? ", halt " + (before ? "before" : "after") + " step "
                            : ", " + mishap + " at request ")
                    + number;
        }
    }

    @BeforeAll
    static void loadOnce() throws Exception {
        killer = KillAtStep.install(root.resolve("killer"));
        loadedOnce = root.resolve("loaded-once");
        try (Site site = new Site(loadedOnce, account())) {
            assertThat(site.run()).isEqualTo(ExitCode.DONE);
        }
    }

    private static Account account() {
        return SimulatedAccount.withWorkouts(7, WORKOUTS, LocalDate.of(2025, 1, 10));
    }

    private static void change(Account account) {
        List<String> ids = account.items(Listing.WORKOUTS)
                .map(workout -> workout.path("id").asText())
                .toList();
        account.edit(ids.get(0), workout -> workout.put("title", "Edited"));
        account.edit(
                ids.get(WORKOUTS - 1), workout -> workout.withArray("exercises").remove(0));
        account.delete(ids.get(5));
        account.add(
                SimulatedAccount.workout(7, LocalDate.of(2025, 1, 11), 1).without(List.of("updated_at", "created_at")));
        List<ObjectNode> routines =
                new ArrayList<>(account.items(Listing.ROUTINES).toList());
        routines.get(0).put("title", "Edited");
        account.replaceAll(Listing.ROUTINES, routines);
    }

    @Test
    @Tag("slow")
    @Fault(11)
    void whatever_hits_a_run_and_wherever_the_next_one_makes_it_good() throws Exception {
        List<Hit> hits = inTurns(everyHit());
        long began = System.nanoTime();
        int done = 0;
        for (Hit hit : hits) {
            if (SECONDS > 0 && Duration.ofNanos(System.nanoTime() - began).toSeconds() >= SECONDS) {
                break;
            }
            makeGood(hit);
            done++;
        }
        System.out.printf(
                "sweep: seed %d, lake in %s, %d of %d hits recovered in %d s%n",
                SEED,
                STORE,
                done,
                hits.size(),
                Duration.ofNanos(System.nanoTime() - began).toSeconds());
        assertThat(done).isPositive();
    }

    /** In an order that the seed gives; requests and steps take turns, since there are far more steps. */
    private static List<Hit> inTurns(List<Hit> all) {
        List<Hit> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(SEED));
        List<Hit> requests = new ArrayList<>();
        List<Hit> steps = new ArrayList<>();
        shuffled.forEach(hit -> (hit.mishap() == null ? steps : requests).add(hit));
        List<Hit> inTurns = new ArrayList<>();
        for (int i = 0; i < Math.max(requests.size(), steps.size()); i++) {
            if (i < requests.size()) {
                inTurns.add(requests.get(i));
            }
            if (i < steps.size()) {
                inTurns.add(steps.get(i));
            }
        }
        return inTurns;
    }

    private static List<Hit> everyHit() throws Exception {
        List<Hit> hits = new ArrayList<>();
        for (Situation situation : Situation.values()) {
            Path count = root.resolve("steps-" + situation);
            int requests;
            try (Site site = Site.in(situation)) {
                assertThat(site.jar().jvm(KillAtStep.countTo(count)).run().exitCode())
                        .isZero();
                requests = site.requests();
            }
            for (int request = 1; request <= requests; request++) {
                for (Mishap mishap : MISHAPS) {
                    hits.add(new Hit(situation, request, mishap, true));
                }
            }
            for (int step = 1; step <= Integer.parseInt(Files.readString(count)); step++) {
                hits.add(new Hit(situation, step, null, true));
                hits.add(new Hit(situation, step, null, false));
            }
        }
        assertThat(hits).hasSizeGreaterThan(500);
        return hits;
    }

    private static void makeGood(Hit hit) {
        try (Site site = Site.in(hit.situation())) {
            site.take(hit);
            if (Files.isDirectory(site.bucket().resolve("raw/hevy/_dlt_loads"))) {
                site.invariants().commitIsComplete();
            }

            assertThat(site.run()).as("the run after").isEqualTo(ExitCode.DONE);

            site.invariants().holdFor(Truth.of(site.account()));
        } catch (Exception | AssertionError e) {
            throw new AssertionError(hit + ", -Dsweep.seed=" + SEED + ": " + e.getMessage(), e);
        }
    }

    /** A person's installation: an account, a lake and a working directory, with proxies between them. */
    private static final class Site implements AutoCloseable {
        private static final AtomicInteger SITES = new AtomicInteger();

        private final Path folder;
        private final AtomicInteger counter = new AtomicInteger();
        private final SimulatedHevy hevy;
        private final EmbeddedS3 s3;
        private final FaultProxy hevyProxy;
        private final FaultProxy s3Proxy;
        private final Map<String, String> settings = new HashMap<>();

        Site(Path folder, Account account) throws IOException {
            this.folder = Files.createDirectories(folder);
            this.hevy = SimulatedHevy.serve(account);
            this.s3 = EmbeddedS3.start(folder.resolve("s3"), "lake");
            this.hevyProxy = FaultProxy.before(hevy.baseUri(), counter);
            this.s3Proxy = FaultProxy.before(s3.endpoint(), counter);
            settings.putAll(Map.of(
                    "HEVY_API_KEY",
                    hevy.apiKey(),
                    "HEVY_BASE_URL",
                    hevyProxy.uri().toString(),
                    "HEVY_TIMEOUT",
                    "1s",
                    "HEVY_RETRY_DELAY",
                    "1ms"));
            settings.putAll(
                    STORE == Store.FOLDER
                            ? Map.of("LAKE_PATH", pathOfLake().toString())
                            : Map.of(
                                    "S3_BUCKET_NAME",
                                    "lake",
                                    "S3_ENDPOINT_URL",
                                    s3Proxy.uri().toString(),
                                    "S3_TIMEOUT",
                                    "1s",
                                    "AWS_ACCESS_KEY_ID",
                                    s3.accessKey(),
                                    "AWS_SECRET_ACCESS_KEY",
                                    s3.secretKey(),
                                    "AWS_DEFAULT_REGION",
                                    "us-east-1"));
            settings.putAll(Map.of(
                    "DLT_PIPELINE_DIR",
                    folder.resolve("work").toString(),
                    "DBT_DUCKDB_PATH",
                    warehouse().toString(),
                    "PIPELINE_SHOW_LIMIT",
                    "1"));
        }

        /** The same for all sites, since the work folder, which is copied, knows a lake by its path. */
        private Path pathOfLake() throws IOException {
            Path current = root.resolve("lake-of-this-site");
            Files.deleteIfExists(current);
            return Files.createSymbolicLink(current, Files.createDirectories(folder.resolve("lake")));
        }

        static Site in(Situation situation) throws IOException {
            Path folder = root.resolve("site-" + SITES.incrementAndGet());
            Account account = SweepIT.account();
            if (situation == Situation.LATER_LOAD) {
                copy(loadedOnce, folder);
                change(account);
            }
            return new Site(folder, account);
        }

        private static void copy(Path from, Path to) throws IOException {
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.toList()) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                }
            }
        }

        Account account() {
            return hevy.account();
        }

        Path bucket() {
            return folder.resolve(STORE == Store.FOLDER ? "lake/hevy" : "s3/lake");
        }

        private Path warehouse() {
            return folder.resolve("hevy.duckdb");
        }

        Invariants invariants() {
            return Invariants.of(bucket(), warehouse(), folder.resolve("work"));
        }

        int requests() {
            return counter.get();
        }

        ExitCode run() {
            return Main.run(new String[0], Settings.read(settings, Map.of(), folder));
        }

        JarProcess jar() throws IOException {
            return new JarProcess(folder, Files.createDirectories(folder.resolve("logs")))
                    .with(settings)
                    .classPath(killer);
        }

        /** Runs until it is hit: in a process of its own where it is killed. */
        void take(Hit hit) throws Exception {
            if (hit.mishap() == null) {
                String halt = hit.before() ? KillAtStep.before(hit.number()) : KillAtStep.after(hit.number());
                // Steps side by side are not counted the same way twice, so a late halt may not come.
                assertThat(jar().jvm(halt).run().exitCode()).isIn(137, 0);
                return;
            }
            hevyProxy.meetWith(request -> request.number() == hit.number() ? hit.mishap() : Mishap.NONE);
            s3Proxy.meetWith(request -> request.number() == hit.number() ? hit.mishap() : Mishap.NONE);
            if (hit.mishap().equals(Mishap.KILL_BEFORE) || hit.mishap().equals(Mishap.KILL_AFTER)) {
                killAtMishap();
            } else {
                ExitCode ended = run();
                assertThat(ended).as("a fault that passes").isEqualTo(ExitCode.DONE);
            }
        }

        private void killAtMishap() throws Exception {
            try (JarProcess.Running running = jar().begin()) {
                hevyProxy.killWith(() -> kill(running));
                s3Proxy.killWith(() -> kill(running));
                assertThat(running.ended().exitCode()).isIn(137, 0);
            }
        }

        private static void kill(JarProcess.Running running) {
            try {
                running.kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws IOException {
            try (s3;
                    hevy;
                    s3Proxy;
                    hevyProxy) {
                // All are closed, whichever fails.
            }
            if (!folder.equals(loadedOnce)) {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.sorted(Collections.reverseOrder()).forEach(Site::delete);
                }
            }
        }

        private static void delete(Path file) {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}

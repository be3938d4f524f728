package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.demo.Intruder;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.demo.Request;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.routes.Installation.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two processes of the jar load into one bucket or folder at the same time, each with a change that the other has not seen. */
@Timeout(600)
class TwoRunsIT {
    private static final String KEY = "00000000-0000-4000-8000-000000000000";

    @TempDir
    private Path root;

    private final Account account = SimulatedAccount.withWorkouts(7, 12, LocalDate.of(2025, 3, 1));

    /** Each machine has a server of its own for the same account, so that one can be held back. */
    private JarProcess machine(String name, SimulatedHevy hevy, Map<String, String> lake) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        return new JarProcess(folder, Files.createDirectories(root.resolve(name + "-logs")))
                .with(Map.of(
                        "HEVY_API_KEY", KEY, "HEVY_BASE_URL", hevy.baseUri().toString(), "PIPELINE_SHOW_LIMIT", "1"))
                .with(lake);
    }

    private Map<String, String> settings(Store store, EmbeddedS3 s3) {
        return store == Store.FOLDER
                ? Map.of("LAKE_PATH", root.resolve("shared").toString())
                : Map.of(
                        "S3_BUCKET_NAME", "lake",
                        "S3_ENDPOINT_URL", s3.endpoint().toString(),
                        "AWS_ACCESS_KEY_ID", s3.accessKey(),
                        "AWS_SECRET_ACCESS_KEY", s3.secretKey());
    }

    private Path objects(Store store) {
        return root.resolve(store == Store.FOLDER ? "shared/hevy" : "s3/lake");
    }

    /** Stops at the last request of the first load until both have come so far. */
    private Intruder meetingAt(CyclicBarrier barrier, Runnable afterwards) {
        AtomicBoolean met = new AtomicBoolean();
        return new Intruder() {
            @Override
            public SimulatedResponse meet(Request request, Supplier<SimulatedResponse> truth) throws Exception {
                SimulatedResponse response = truth.get();
                if (request.path().equals("/v1/routines") && !met.getAndSet(true)) {
                    barrier.await(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
                    afterwards.run();
                }
                return response;
            }
        };
    }

    private String id(int position) {
        return account.items(Listing.WORKOUTS)
                .skip(position)
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
    }

    @ParameterizedTest
    @EnumSource(Store.class)
    @Tag("slow")
    @Fault(15)
    void of_two_runs_that_commit_at_once_one_begins_again_and_no_change_is_lost(Store store) throws Exception {
        try (SimulatedHevy first = SimulatedHevy.serve(account);
                SimulatedHevy second = SimulatedHevy.serve(account);
                EmbeddedS3 s3 = EmbeddedS3.start(root.resolve("s3"), "lake")) {
            JarProcess one = machine("one", first, settings(store, s3));
            JarProcess other = machine("other", second, settings(store, s3));
            assertThat(one.run().exitCode()).isZero();
            account.edit(id(1), workout -> workout.put("title", "Seen by both"));
            CyclicBarrier barrier = new CyclicBarrier(2);
            first.meetWith(meetingAt(barrier, () -> {}));
            // The second run has read the changes already when this one is made, and the first has, too.
            second.meetWith(meetingAt(
                    barrier, () -> account.edit(id(2), workout -> workout.put("title", "Seen by the later one"))));

            List<JarProcess.Ended> ended;
            try (JarProcess.Running a = one.begin();
                    JarProcess.Running b = other.begin()) {
                ended = List.of(a.ended(), b.ended());
            }

            assertThat(ended)
                    .allSatisfy(run -> assertThat(run.exitCode()).as(run.err()).isZero());
            String lines = ended.get(0).err() + ended.get(1).err();
            assertThat(lines).contains("another run committed first; beginning again from its state");
            // Whoever began again has read the changes again; without that, the next run does.
            assertThat(one.run().exitCode()).isZero();
            assertThat(other.run().exitCode()).isZero();
            for (String machine : List.of("one", "other")) {
                Path folder = root.resolve(machine);
                Invariants.of(objects(store), folder.resolve("hevy.duckdb"), folder.resolve(".dlt_pipelines"))
                        .holdFor(Truth.of(account));
            }
        }
    }
}

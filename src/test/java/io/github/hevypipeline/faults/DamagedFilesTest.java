package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A committed file that was deleted or changed in the bucket is restored; objects that cannot be deleted are named. */
@Tag("slow")
class DamagedFilesTest {
    private static final String SETS = "workouts__exercises__sets";

    @TempDir
    private Path folder;

    private ProxiedInstallation home;

    @BeforeEach
    void loadOnce() throws IOException {
        home = new ProxiedInstallation(folder, SimulatedAccount.withWorkouts(3, 6, LocalDate.of(2026, 1, 10)));
        home.succeed("extract");
        home.forgetRequests();
    }

    @AfterEach
    void stop() throws IOException {
        home.close();
    }

    private Path file(String table) {
        return home.bucket()
                .resolve("raw/hevy")
                .resolve(home.lake().files(table).get(0));
    }

    private static void harm(Path file, String how) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        switch (how) {
            case "deleted" -> Files.delete(file);
            case "shortened" -> Files.write(file, Arrays.copyOf(bytes, bytes.length - 7));
            case "emptied" -> Files.write(file, new byte[0]);
            case "replaced" -> {
                bytes[bytes.length / 2] ^= 1;
                // As an S3 client does it: another file under the same name.
                Files.delete(file);
                Files.write(file, bytes);
            }
            case "changed" -> {
                bytes[bytes.length / 2] ^= 1;
                FileTime before = Files.getLastModifiedTime(file);
                Files.write(file, bytes);
                // Behind the back of the S3 server, whose times are whole seconds.
                Files.setLastModifiedTime(file, FileTime.from(before.toInstant().plusSeconds(2)));
            }
            default -> throw new IllegalArgumentException(how);
        }
    }

    private List<String> requests(String method) {
        return home.s3Proxy().log().stream()
                .map(FaultProxy.Entry::request)
                .filter(request -> request.method().equals(method))
                .map(FaultProxy.Request::path)
                .toList();
    }

    @Tag("slow")
    @ParameterizedTest
    @Fault(32)
    @ValueSource(strings = {"deleted", "shortened", "emptied", "replaced", "changed"})
    void a_file_that_was_harmed_in_the_bucket_was_not_noticed_while_there_was_a_local_copy(String how)
            throws IOException {
        home.succeed("extract");
        home.forgetRequests();
        Map<String, String> before = home.lake().objects();
        Path harmed = file(SETS);
        harm(harmed, how);

        ProxiedInstallation.Run run = home.succeed("extract");

        assertThat(run.lines())
                .anyMatch(line -> line.contains(harmed.getFileName().toString()) && line.contains("was put back"));
        assertThat(home.lake().objects()).isEqualTo(before);
        assertThat(home.hevy().requestsTo("/v1/workouts")).isZero();
        home.rawTablesHold();
    }

    @Test
    @Fault(32)
    void a_file_that_is_harmed_in_the_bucket_and_here_comes_anew_from_hevy() throws IOException {
        Path harmed = file("workouts");
        harm(harmed, "deleted");
        try (Stream<Path> copies = Files.walk(folder.resolve("work"))) {
            Path copy = copies.filter(path -> path.endsWith(Path.of("workouts").resolve(harmed.getFileName())))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(copy);
            bytes[bytes.length / 2] ^= 1;
            Files.write(copy, bytes);
        }

        ProxiedInstallation.Run run = home.succeed("extract");

        assertThat(run.lines()).anyMatch(line -> line.contains("is missing or damaged; its table is written anew"));
        home.rawTablesHold();
    }

    @Test
    @Fault(32)
    void a_transform_puts_a_harmed_file_back_too() throws IOException {
        Map<String, String> before = home.lake().objects();
        harm(file(SETS), "shortened");

        ProxiedInstallation.Run run = home.run("transform");

        assertThat(run.exitCode()).as(String.join("\n", run.lines())).isEqualTo(ExitCode.DONE);
        assertThat(home.lake().objects()).isEqualTo(before);
    }

    @Test
    @Fault(32)
    void whole_files_cost_no_request_more() {
        home.succeed("extract");

        // The listing, the commit and its state.
        assertThat(requests("GET")).hasSize(3);
        assertThat(requests("PUT")).isEmpty();
    }

    @Tag("slow")
    @Test
    @Fault(34)
    void without_the_permission_to_delete_every_later_run_ended_before_it_asked_hevy() throws IOException {
        home.s3Proxy()
                .meetWith(request ->
                        request.method().equals("DELETE") ? Mishap.respond(403, "AccessDenied") : Mishap.NONE);
        addWorkout(1);
        assertThat(denied(home.run("run"))).isEqualTo(1);
        assertThat(home.lake().folderFaults()).isNotEmpty();
        addWorkout(2);
        home.forgetRequests();

        assertThat(denied(home.run("run"))).isEqualTo(1);

        assertThat(requests("DELETE")).hasSizeLessThan(2 * 4 + 1);
        assertThat(home.hevy().requestsTo("/v1/workouts/events")).isPositive();
        Invariants.of(home.bucket(), home.warehouse(), folder.resolve("work")).martHolds(Truth.of(home.account()));
        home.s3Proxy().meetWith(request -> Mishap.NONE);
        assertThat(denied(home.run("run"))).isZero();
        Invariants.of(home.bucket(), home.warehouse(), folder.resolve("work")).holdFor(Truth.of(home.account()));
    }

    private static long denied(ProxiedInstallation.Run run) {
        assertThat(run.exitCode()).as(String.join("\n", run.lines())).isEqualTo(ExitCode.DONE);
        return run.lines().stream()
                .filter(line -> line.contains("S3 denies s3:DeleteObject"))
                .count();
    }

    private void addWorkout(int day) {
        home.account()
                .add(SimulatedAccount.workout(3, LocalDate.of(2026, 1, 11).plusDays(day), 1)
                        .without(List.of("updated_at", "created_at")));
    }

    @Test
    @Fault(36)
    void going_back_as_the_manual_says_leaves_no_row_twice() throws IOException {
        Path raw = home.bucket().resolve("raw/hevy");
        Path kept = folder.resolve("kept");
        copy(raw, kept);
        Map<String, String> wanted = home.lake().objects();
        long sets = rows();
        home.account().delete(firstWorkout());
        home.succeed("extract");
        assertThat(rows()).isLessThan(sets);

        // The folder as it was at a time, restored from the versions of the bucket, replaces the folder.
        delete(raw);
        copy(kept, raw);

        assertThat(home.lake().objects()).isEqualTo(wanted);
        assertThat(home.run("transform").exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(rows()).isEqualTo(sets);
        assertThat(home.lake().faults()).isEmpty();
        // The next run follows Hevy again.
        home.succeed("extract");
        home.rawTablesHold();
    }

    private String firstWorkout() {
        return home.lake().query("select id from {workouts} order by id").get(0).get(0);
    }

    private long rows() {
        return Long.parseLong(
                home.lake().query("select count(*) from {" + SETS + "}").get(0).get(0));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

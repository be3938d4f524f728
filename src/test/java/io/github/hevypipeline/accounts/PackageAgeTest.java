package io.github.hevypipeline.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.hevy.Pace;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.Lake;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that was suspended commits no package whose files may be deleted by now. */
class PackageAgeTest {
    @TempDir
    Path folder;

    @Test
    void a_package_is_too_old_to_be_committed_after_half_a_day() throws IOException {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-05-01T06:00:00Z"));
        InstantSource source = now::get;
        Clock clock = source.withZone(ZoneOffset.UTC);
        String work = folder.toString();
        Lake lake = new Lake(new Destination("bucket", "raw", "transformed", ""), work, "workouts");
        AccountLoad.Options options = new AccountLoad.Options(false, false, Duration.ofDays(1));
        try (Pace pace = new Pace(clock, work, "test", Duration.ofSeconds(1), Duration.ofMinutes(1), message -> {});
                Accounts accounts = new Accounts(
                        lake,
                        "none",
                        "workouts",
                        "http://127.0.0.1:1",
                        pace,
                        clock,
                        work,
                        variable -> "",
                        options,
                        new AccountStats(Duration.ofDays(1)))) {
            ChangePackage written = accounts.pack(List.of());
            now.set(Instant.parse("2026-05-01T17:59:00Z"));
            assertThat(accounts.isTooOld(written)).isFalse();

            now.set(Instant.parse("2026-05-01T18:01:00Z"));

            assertThat(accounts.isTooOld(written)).isTrue();
            accounts.forget(written);
        }
    }
}

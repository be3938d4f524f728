package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Items deleted in Hevy are deleted in the lake once a second run has confirmed it. */
@Timeout(120)
class HeldBackDeletionsIT {
    @TempDir
    private Path root;

    @Test
    @Tag("slow")
    @Fault({29, 30})
    void the_same_finding_ten_minutes_later_is_believed_and_not_a_minute_earlier() throws Exception {
        Account account = JarInstallation.account(4);
        try (JarInstallation installation = new JarInstallation(root, account)) {
            assertThat(installation.jar().run("extract").exitCode()).isZero();
            account.replaceAll(Listing.ROUTINES, List.of());

            JarProcess.Ended first = installation.jar().run("extract");
            installation.setClockOff("PT9M");
            JarProcess.Ended early = installation.jar().run("extract");
            assertThat(installation.lake().commits()).isEqualTo(1);
            installation.setClockOff("PT11M");
            JarProcess.Ended later = installation.jar().run("extract");

            assertThat(List.of(first, early)).allSatisfy(run -> {
                assertThat(run.exitCode()).as(run.err()).isEqualTo(3);
                assertThat(run.lastLine()).contains("routines; such a large deletion is held back");
            });
            assertThat(first.lastLine()).contains("run again in 10 min");
            assertThat(later.exitCode()).as(later.err()).isZero();
            assertThat(later.err()).contains("an earlier run found the same");
            assertThat(installation.lake().query("select count(*) from {routines}"))
                    .isEqualTo(List.of(List.of("0")));
            assertThat(installation.lake().faults()).isEmpty();
        }
    }
}

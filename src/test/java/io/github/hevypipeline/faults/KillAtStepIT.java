package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarProcess.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process of the jar can be killed at any step of its routes. */
@Timeout(600)
class KillAtStepIT {
    @TempDir
    private Path root;

    @Test
    @Tag("slow")
    @Fault(11)
    void a_run_that_is_killed_at_a_step_is_made_good_by_the_next() throws Exception {
        try (JarInstallation installation = new JarInstallation(root, JarInstallation.account(12))) {
            JarProcess jar = installation.jar().classPath(KillAtStep.install(root.resolve("kill")));

            Ended killed = jar.jvm(KillAtStep.before(50)).run("extract");

            assertThat(killed.exitCode()).isEqualTo(137);
            assertThat(killed.lastLine()).startsWith("halted before step 50, ");

            Path count = root.resolve("count");
            Ended clean = jar.jvm(KillAtStep.countTo(count)).run("extract");

            assertThat(clean.exitCode()).as(clean.err()).isZero();
            assertThat(Integer.parseInt(Files.readString(count))).isGreaterThan(100);
            assertThat(installation.lake().faults()).isEmpty();

            Ended after = jar.jvm(KillAtStep.after(30)).run("extract");
            assertThat(after.exitCode()).isEqualTo(137);
            assertThat(after.lastLine()).startsWith("halted after step 30, ");
        }
    }
}

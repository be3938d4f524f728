package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarProcess.Ended;
import io.github.hevypipeline.faults.JarProcess.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The doctor as a process of its own: what a signal leaves of its probe. */
@Timeout(600)
class DoctorIT {
    @TempDir
    private Path root;

    @Test
    void a_signal_between_the_probes_put_and_its_deletion_leaves_no_probe() throws Exception {
        try (JarInstallation installation = new JarInstallation(root, JarInstallation.account(3));
                FaultProxy proxy = FaultProxy.before(installation.s3().endpoint())) {
            JarProcess jar =
                    installation.jar().with("S3_ENDPOINT_URL", proxy.uri().toString());
            AtomicReference<Running> doctor = new AtomicReference<>();
            AtomicInteger puts = new AtomicInteger();
            proxy.meetWith(request -> {
                if (request.method().equals("PUT") && puts.incrementAndGet() == 2) {
                    // The probe is there now, and the doctor waits for this response.
                    doctor.get().terminate();
                }
                return Mishap.NONE;
            });

            try (Running running = jar.begin("doctor")) {
                doctor.set(running);
                Ended ended = running.ended();

                assertThat(puts).as(ended.out() + ended.err()).hasValue(2);
                assertThat(ended.exitCode()).isEqualTo(143);
                assertThat(ended.lastLine()).startsWith("Stopped by a signal");
            }

            assertThat(proxy.log())
                    .extracting(entry -> entry.request().method())
                    .contains("DELETE");
            try (Stream<Path> objects = Files.walk(installation.bucket())) {
                assertThat(objects.filter(Files::isRegularFile)).isEmpty();
            }
            try (Stream<Path> files = Files.list(installation.folder())) {
                assertThat(files).isEmpty();
            }
        }
    }
}

package io.github.hevypipeline.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.Await;
import io.github.hevypipeline.faults.JarProcess;
import io.github.hevypipeline.faults.JarProcess.Running;
import io.github.hevypipeline.scale.ManyAccounts.Mood;
import io.github.hevypipeline.scale.ManyAccounts.Tenant;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two workers share the accounts over a real broker, and each account becomes its truth whoever dies. */
@Timeout(600)
class WorkersIT {
    private static final int ACCOUNTS = 60;

    @TempDir
    Path root;

    @Test
    void a_killed_worker_and_a_killed_broker_lose_no_account() throws Exception {
        try (ManyAccounts hevy = new ManyAccounts();
                ScaleJar jar = new ScaleJar(root, hevy);
                KafkaBroker broker = KafkaBroker.start(root.resolve("kafka"))) {
            List<Tenant> well = new ArrayList<>(hevy.addUneven(ACCOUNTS));
            Tenant revoked = hevy.add("revoked", 4).in(Mood.REVOKED);
            try (Running first = worker(jar, broker).begin("worker");
                    Running second = worker(jar, broker).begin("worker")) {
                Await.until("a round that is half done", () -> hevy.requests() > 300);
                first.kill();
                awaitTruth(jar, well);
                assertThat(jar.packages().commits(revoked.id())).isEmpty();

                broker.kill();
                well.get(3).editNewest("Edited");
                well.get(7).deleteOldest();
                well.get(4).logWorkout(LocalDate.of(2026, 1, 20), 1);
                revoked.in(Mood.HONEST);
                broker.restart();
                well.add(revoked);
                awaitTruth(jar, well);
                assertThat(second.isAlive()).isTrue();
            }
        }
    }

    private JarProcess worker(ScaleJar jar, KafkaBroker broker) throws Exception {
        return jar.process("workers")
                .with("KAFKA_BROKERS", broker.servers())
                .with("PIPELINE_PERIOD", "5s")
                .with("PIPELINE_HTTP_PORT", "none")
                .with("PIPELINE_OBSERVE_PORT", "none");
    }

    private static void awaitTruth(ScaleJar jar, List<Tenant> tenants) {
        List<Tenant> left = new ArrayList<>(tenants);
        Await.until("the truth of each account", () -> {
            while (!left.isEmpty()) {
                Tenant next = left.get(left.size() - 1);
                if (!jar.packages().tables(next.id()).differences(next.truth()).isEmpty()) {
                    return false;
                }
                left.remove(next);
            }
            return true;
        });
    }
}

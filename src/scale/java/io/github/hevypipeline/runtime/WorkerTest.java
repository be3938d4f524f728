package io.github.hevypipeline.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.EmbeddedS3;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Await;
import io.github.hevypipeline.scale.CommittedPackages;
import io.github.hevypipeline.scale.KafkaBroker;
import io.github.hevypipeline.scale.ManyAccounts;
import io.github.hevypipeline.scale.ManyAccounts.Mood;
import io.github.hevypipeline.scale.ManyAccounts.Tenant;
import io.github.hevypipeline.settings.Command;
import io.github.hevypipeline.settings.Settings;
import io.github.hevypipeline.settings.SettingsValidator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers share the accounts over a real broker. */
@Tag("slow")
@Timeout(300)
class WorkerTest {
    @TempDir
    Path folder;

    private final ManyAccounts hevy = new ManyAccounts();
    private final Map<Signals, CompletableFuture<Outcome>> workers = new HashMap<>();
    private KafkaBroker kafka;
    private EmbeddedS3 s3;
    private Map<String, String> settings;

    @BeforeEach
    void open() throws Exception {
        hevy.addUneven(12);
        kafka = KafkaBroker.start(folder.resolve("kafka"));
        s3 = EmbeddedS3.start(folder.resolve("s3"), "lake");
        settings = new HashMap<>(hevy.environment());
        settings.putAll(Map.of(
                "HEVY_BASE_URL", hevy.baseUri().toString(),
                "HEVY_ACCOUNTS", hevy.writeAccountsOfEnvironment(folder).toString(),
                "HEVY_RETRY_DELAY", "1ms",
                "S3_BUCKET_NAME", "lake",
                "S3_ENDPOINT_URL", s3.endpoint().toString(),
                "AWS_ACCESS_KEY_ID", s3.accessKey(),
                "AWS_SECRET_ACCESS_KEY", s3.secretKey(),
                "AWS_DEFAULT_REGION", "us-east-1"));
        settings.putAll(Map.of(
                "DLT_PIPELINE_DIR", folder.resolve("work").toString(),
                "KAFKA_BROKERS", kafka.servers(),
                "ACCOUNTS_REQUEST_RATE", "0",
                "ACCOUNTS_BATCH_WAIT", "500ms",
                "PIPELINE_OBSERVE_PORT", "none",
                "PIPELINE_PERIOD", "5s"));
    }

    @AfterEach
    void close() throws Exception {
        for (Map.Entry<Signals, CompletableFuture<Outcome>> worker : workers.entrySet()) {
            worker.getKey().receive(ExitCode.TERMINATED);
            assertThat(worker.getValue().get().exitCode()).isEqualTo(ExitCode.TERMINATED);
        }
        hevy.close();
        kafka.close();
        s3.close();
    }

    private void begin() {
        Settings read = Settings.read(settings, Map.of(), folder);
        SettingsValidator.check(read, Command.WORKER);
        Signals signals = new Signals();
        workers.put(
                signals,
                CompletableFuture.supplyAsync(() -> new PipelineRunner(read, Command.WORKER, Map.of(), signals).run()));
    }

    private List<String> differences() throws Exception {
        CommittedPackages packages = new CommittedPackages(folder.resolve("s3/lake"), "accounts");
        List<String> differences = new ArrayList<>();
        for (Tenant tenant : hevy.tenants()) {
            if (tenant.mood() == Mood.HONEST) {
                packages.tables(tenant.id())
                        .differences(tenant.truth())
                        .forEach(difference -> differences.add(tenant.id() + ": " + difference));
            }
        }
        return differences;
    }

    /** How many messages no worker has committed. */
    private long lag() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.servers()))) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets("hevy-workers")
                    .partitionsToOffsetAndMetadata()
                    .get();
            assertThat(committed).isNotEmpty();
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            committed.keySet().forEach(partition -> ends.put(partition, OffsetSpec.latest()));
            long lag = 0;
            for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
                    admin.listOffsets(ends).all().get().entrySet()) {
                lag += end.getValue().offset() - committed.get(end.getKey()).offset();
            }
            return lag;
        }
    }

    @Test
    void two_workers_bring_every_account_and_then_its_changes_while_one_of_them_fails() {
        List<Tenant> tenants = List.copyOf(hevy.tenants());
        tenants.get(5).in(Mood.REVOKED);
        begin();
        begin();
        Await.until("every account is its truth", () -> differences().isEmpty());

        tenants.get(1).editNewest("Edited");
        tenants.get(2).deleteOldest();
        tenants.get(5).in(Mood.HONEST);

        Await.until("every account is its truth again", () -> differences().isEmpty());
        Await.until("every offset is committed", () -> lag() == 0);
    }

    @Test
    void another_worker_sends_the_accounts_once_the_leader_has_ended() throws Exception {
        begin();
        Await.until("every account is its truth", () -> differences().isEmpty());
        Signals leader = workers.keySet().iterator().next();
        begin();

        leader.receive(ExitCode.TERMINATED);
        assertThat(workers.remove(leader).get().exitCode()).isEqualTo(ExitCode.TERMINATED);
        List.copyOf(hevy.tenants()).get(1).editNewest("Edited");

        Await.until("every account is its truth again", () -> differences().isEmpty());
    }
}

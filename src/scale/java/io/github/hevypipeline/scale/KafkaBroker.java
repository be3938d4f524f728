package io.github.hevypipeline.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.Await;
import io.github.hevypipeline.faults.LocalPort;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A real Kafka broker (KRaft, one node) in a process of its own on 127.0.0.1, with its log in a folder that outlives it.
 *
 * <p>Not thread-safe; owned by one test, which closes it. The port stays the same over restarts. The broker's class path
 * is {@code target/kafka.classpath}, written by the Maven profile {@code scale}.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final Path CLASS_PATH = Path.of("target", "kafka.classpath").toAbsolutePath();
    private static final String CLUSTER = "c2NhbGUtdGVzdC1oZXZ5MA";
    private static final int PARTITIONS = 8;

    private final Path folder;
    private final Path output;
    private final int port = LocalPort.free();
    private Process process;

    private KafkaBroker(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder.toAbsolutePath());
        this.output = folder.resolve("broker.log").toAbsolutePath();
    }

    /** Starts an empty broker, and returns once it serves. */
    public static KafkaBroker start(Path folder) throws IOException, InterruptedException {
        KafkaBroker broker = new KafkaBroker(folder);
        broker.configure();
        Process format = broker.java("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", broker.config());
        assertThat(format.waitFor()).as("kafka-storage: %s", broker.output()).isZero();
        broker.restart();
        return broker;
    }

    /** Where clients begin, as {@code KAFKA_BROKERS} has it. */
    public String servers() {
        return "127.0.0.1:" + port;
    }

    /** Starts the stopped or killed broker on the same folder, and returns once it serves. */
    public void restart() throws IOException {
        if (process != null && process.isAlive()) {
            throw new IllegalStateException("The broker runs");
        }
        long before = Files.exists(output) ? Files.size(output) : 0;
        process = java("kafka.Kafka", config());
        Await.until("a broker that serves", () -> {
            assertThat(process.isAlive())
                    .as("alive, having written: %s", output())
                    .isTrue();
            return output().substring((int) before).contains("Kafka Server started");
        });
    }

    /** Ends it as an operator does (SIGTERM), and waits for the end. */
    public void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(Await.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("stopped")
                .isTrue();
    }

    /** Ends it at once (SIGKILL), and waits for the end. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The number by which the operating system knows the process. */
    public long pid() {
        return process.pid();
    }

    /** How many messages a topic has been sent. */
    public long sent(String topic) throws Exception {
        try (Admin admin = admin()) {
            return ends(admin, topic).values().stream()
                    .mapToLong(ListOffsetsResultInfo::offset)
                    .sum();
        }
    }

    /** How many messages of a topic a consumer group has not committed. */
    public long lag(String group, String topic) throws Exception {
        try (Admin admin = admin()) {
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
            long lag = 0;
            for (Map.Entry<TopicPartition, ListOffsetsResultInfo> end :
                    ends(admin, topic).entrySet()) {
                OffsetAndMetadata offset = committed.get(end.getKey());
                lag += end.getValue().offset() - (offset == null ? 0 : offset.offset());
            }
            return lag;
        }
    }

    /** The keys of all messages of a topic. */
    public Set<String> keys(String topic) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", servers());
        Set<String> keys = new TreeSet<>();
        try (Admin admin = admin();
                Consumer<String, byte[]> consumer =
                        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            Map<TopicPartition, ListOffsetsResultInfo> ends = ends(admin, topic);
            consumer.assign(ends.keySet());
            consumer.seekToBeginning(ends.keySet());
            while (ends.entrySet().stream()
                    .anyMatch(end ->
                            consumer.position(end.getKey()) < end.getValue().offset())) {
                consumer.poll(Duration.ofSeconds(1)).forEach(message -> keys.add(message.key()));
            }
        }
        return keys;
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", servers()));
    }

    private static Map<TopicPartition, ListOffsetsResultInfo> ends(Admin admin, String topic) throws Exception {
        if (!admin.listTopics().names().get().contains(topic)) {
            return Map.of();
        }
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .forEach(
                        partition -> latest.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
        return admin.listOffsets(latest).all().get();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private String config() {
        return folder.resolve("server.properties").toString();
    }

    private String output() throws IOException {
        return Files.readString(output);
    }

    private void configure() throws IOException {
        int controller = LocalPort.free();
        Files.writeString(Path.of(config()), """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%1$d
                listeners=PLAINTEXT://127.0.0.1:%2$d,CONTROLLER://127.0.0.1:%1$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%2$d
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                num.partitions=%4$d
                offsets.topic.num.partitions=1
                offsets.topic.replication.factor=1
                transaction.state.log.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                group.initial.rebalance.delay.ms=0
                log.cleaner.dedupe.buffer.size=10485760
                """.formatted(controller, port, folder.resolve("log"), PARTITIONS));
    }

    private Process java(String mainClass, String... arguments) throws IOException {
        if (!Files.exists(CLASS_PATH)) {
            throw new IllegalStateException("No " + CLASS_PATH + ": build with -Pscale");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.clients=warn",
                "-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.config=warn",
                "-cp",
                Files.readString(CLASS_PATH).strip(),
                mainClass));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
    }

    /** The broker's own log, for the message of a failure. */
    public File log() {
        return output.toFile();
    }
}

package io.github.hevypipeline.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker of the tests can be stopped, killed and started again on its folder. */
class KafkaBrokerIT {
    @TempDir
    Path folder;

    @Test
    void a_broker_serves_again_after_a_kill_and_after_a_stop() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(folder)) {
            String servers = broker.servers();
            broker.kill();
            assertThat(serves(servers)).isFalse();

            broker.restart();
            broker.stop();
            broker.restart();

            assertThat(broker.servers()).isEqualTo(servers);
            assertThat(serves(servers)).isTrue();
        }
    }

    private static boolean serves(String servers) {
        int port = Integer.parseInt(servers.substring(servers.indexOf(':') + 1));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }
}

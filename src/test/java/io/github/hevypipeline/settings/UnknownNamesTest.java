package io.github.hevypipeline.settings;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A name that looks like a setting and is none would otherwise be ignored in silence. */
class UnknownNamesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "HEVY_APIKEY, HEVY_API_KEY",
        "HEVY_EXPORTS, HEVY_EXPORT",
        "S3_BUCKET, S3_BUCKET_NAME",
        "S3_ENDPOINT, S3_ENDPOINT_URL",
        "PIPELINE_TIME_ZONE, PIPELINE_TIMEZONE",
        "PIPELINE_REFRESH, PIPELINE_FULL_REFRESH",
        "DUCKDB_PATH, DBT_DUCKDB_PATH",
        "DUCKDB_THREAD, DUCKDB_THREADS"
    })
    void an_unknown_name_is_warned_of_with_the_nearest_setting(String typed, String setting) {
        assertThat(warnings(Map.of(typed, "not-to-be-shown")))
                .containsExactly("settings  " + typed + " is no setting and is ignored; the nearest is " + setting);
    }

    @Test
    void the_same_in_dotenv() throws IOException {
        Files.writeString(folder.resolve(".env"), "HEVY_APIKEY=not-to-be-shown\n");

        assertThat(warnings(Map.of())).singleElement().asString().contains("HEVY_APIKEY", "HEVY_API_KEY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEVY_API_KEY",
                "S3_ENDPOINT_URL",
                "AWS_ENDPOINT_URL_S3",
                "DLT_PIPELINE_DIR",
                "PATH",
                "HEVY_PIPELINE_CACHE",
                "HEVY_PIPELINE_SERVICE_HOST",
                "S3_SERVICE_PORT_HTTP",
                "S3_PORT",
                "S3_PORT_9000_TCP_ADDR"
            })
    void a_setting_a_name_of_the_launcher_and_those_of_Kubernetes_are_no_mistake(String name) {
        assertThat(warnings(Map.of(name, "tcp://10.0.0.1:9000"))).isEmpty();
    }

    private List<String> warnings(Map<String, String> environment) {
        Logger logger = (Logger) LoggerFactory.getLogger(Settings.class);
        ListAppender<ILoggingEvent> written = new ListAppender<>();
        written.start();
        logger.addAppender(written);
        try {
            Settings.read(environment, Map.of(), folder);
        } finally {
            logger.detachAppender(written);
        }
        return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}

package io.github.hevypipeline.mart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.faults.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbDataSourceTest {
    @TempDir
    Path folder;

    private static String value(DuckDbDataSource warehouse, String sql) throws SQLException {
        try (Connection connection = warehouse.getConnection();
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return null;
            }
            try (ResultSet result = statement.getResultSet()) {
                return result.next() ? result.getString(1) : null;
            }
        }
    }

    @Test
    void what_one_connection_wrote_the_next_one_and_the_next_opening_read() throws SQLException {
        Path file = folder.resolve("deep/it's a [1]?.duckdb");
        try (DuckDbDataSource warehouse = new DuckDbDataSource("256MB", 1)) {
            warehouse.open(file);
            value(warehouse, "create table t as select 42 as n");
            assertThat(value(warehouse, "select n from t")).isEqualTo("42");
        }

        assertThat(file).isRegularFile();
        assertThat(folder.resolve("deep/it's a [1]?.duckdb.wal")).doesNotExist();
        try (DuckDbDataSource warehouse = new DuckDbDataSource("256MB", 1)) {
            warehouse.open(file);
            assertThat(value(warehouse, "select n from t")).isEqualTo("42");
        }
    }

    @Test
    void limits_and_time_zone_hold_on_every_connection() throws SQLException {
        try (DuckDbDataSource warehouse = new DuckDbDataSource("256MiB", 2)) {
            warehouse.open(folder.resolve("a.duckdb"));

            assertThat(value(warehouse, "select current_setting('memory_limit')"))
                    .startsWith("256");
            assertThat(value(warehouse, "select current_setting('threads')")).isEqualTo("2");
            assertThat(value(warehouse, "select current_setting('TimeZone')")).isEqualTo("UTC");
            assertThat(value(warehouse, "select current_setting('temp_directory')"))
                    .endsWith("a.duckdb.tmp");
            assertThat(value(warehouse, "select current_setting('autoinstall_known_extensions')"))
                    .isEqualTo("false");
            assertThat(value(warehouse, "select current_setting('autoload_known_extensions')"))
                    .isEqualTo("false");
        }
    }

    @Test
    void much_data_gets_a_second_thread_where_there_are_two_processors() throws SQLException {
        String most = Runtime.getRuntime().availableProcessors() > 1 ? "2" : "1";
        try (DuckDbDataSource warehouse = new DuckDbDataSource("auto", 0)) {
            warehouse.open(folder.resolve("little.duckdb"), 6_000_000);
            assertThat(value(warehouse, "select current_setting('threads')")).isEqualTo("1");

            warehouse.open(folder.resolve("much.duckdb"), 60_000_000);
            assertThat(value(warehouse, "select current_setting('threads')")).isEqualTo(most);
        }
    }

    @Test
    void a_file_held_by_another_program_is_refused_with_the_holder_named() throws IOException, InterruptedException {
        Path file = folder.resolve("held.duckdb");
        Path ready = folder.resolve("ready");
        Process holder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        file.toString(),
                        ready.toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("holder.log").toFile())
                .start();
        try (DuckDbDataSource warehouse = new DuckDbDataSource("256MB", 1)) {
            Await.until("the file is held", () -> {
                boolean isHeld = Files.exists(ready);
                assertThat(isHeld || holder.isAlive()).as("the holder lives").isTrue();
                return isHeld;
            });

            assertThatThrownBy(() -> warehouse.open(file)).isInstanceOfSatisfying(ConfigError.class, error -> {
                assertThat(error.exitCode()).isEqualTo(ExitCode.LOCAL_DISK);
                assertThat(error).hasMessageContaining("held.duckdb").hasMessageContaining("PID " + holder.pid());
            });
        } finally {
            holder.destroyForcibly().waitFor();
        }
    }

    /** Another program that has the file open until it is killed, or who started it is gone. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (DuckDbDataSource warehouse = new DuckDbDataSource("256MB", 1)) {
                warehouse.open(Path.of(arguments[0]));
                Files.createFile(Path.of(arguments[1]));
                System.in.read();
            }
        }
    }

    @Test
    void a_file_that_is_no_duckdb_file_is_refused() throws IOException {
        Path file = Files.writeString(folder.resolve("text.duckdb"), "not a database\n".repeat(1000));
        try (DuckDbDataSource warehouse = new DuckDbDataSource("256MB", 1)) {
            assertThatThrownBy(() -> warehouse.open(file))
                    .isInstanceOfSatisfying(PipelineException.class, error -> assertThat(error.exitCode())
                            .isEqualTo(ExitCode.LOCAL_DISK))
                    .hasMessageContaining("text.duckdb");
        }
    }

    @Test
    void a_memory_limit_that_is_none_is_a_mistake_in_the_settings() {
        try (DuckDbDataSource warehouse = new DuckDbDataSource("plenty", 1)) {
            assertThatThrownBy(() -> warehouse.open(folder.resolve("a.duckdb")))
                    .isInstanceOfSatisfying(PipelineException.class, error -> assertThat(error.exitCode())
                            .isEqualTo(ExitCode.CONFIGURATION));
        }
    }

    @Test
    void a_path_with_a_semicolon_is_refused_rather_than_cut() {
        try (DuckDbDataSource warehouse = new DuckDbDataSource("256MB", 1)) {
            assertThatThrownBy(() -> warehouse.open(folder.resolve("a;b.duckdb")))
                    .isInstanceOf(ConfigError.class)
                    .hasMessageContaining("a;b.duckdb");
        }
    }

    @Test
    void without_an_open_file_there_is_no_connection() {
        try (DuckDbDataSource warehouse = new DuckDbDataSource("256MB", 1)) {
            assertThatThrownBy(warehouse::getConnection).isInstanceOf(SQLException.class);
        }
    }
}

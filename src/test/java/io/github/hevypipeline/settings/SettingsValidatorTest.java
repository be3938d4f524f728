package io.github.hevypipeline.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsValidatorTest {
    private static final String SECRET = "0f9c1d-not-to-be-shown";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(
            value = Command.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ACCOUNTS", "WORKER", "MERGE"})
    void good_settings_pass_for_every_command(Command command) {
        assertThatCode(() -> SettingsValidator.check(good(), command)).doesNotThrowAnyException();
    }

    private Settings ofAccounts(String... lines) throws IOException {
        Path list = Files.write(folder.resolve("accounts.jsonl"), List.of(lines));
        return good().with(Map.of("HEVY_API_KEY", "", "HEVY_ACCOUNTS", list.toString()));
    }

    @Test
    void many_accounts_need_a_list_and_no_key_of_their_own() throws IOException {
        Settings settings = ofAccounts(
                "# the gym",
                "{\"account_id\": \"anna\", \"key_env\": \"ANNA_KEY\"}",
                "",
                "{\"account_id\": \"ben\", \"key_file\": \"/run/secrets/ben\"}");

        assertThatCode(() -> SettingsValidator.check(settings, Command.ACCOUNTS))
                .doesNotThrowAnyException();
    }

    @Test
    void a_list_of_accounts_is_refused_with_the_lines_that_are_wrong() throws IOException {
        Settings settings = ofAccounts(
                "{\"account_id\": \"anna\", \"key_env\": \"A\"}",
                "{\"account_id\": \"../ben\", \"key_env\": \"B\"}",
                "{\"account_id\": \"anna\", \"key_env\": \"C\"}",
                "{\"account_id\": \"cleo\"}",
                "dora");

        assertThat(problems(settings, Command.ACCOUNTS).getMessage())
                .contains("line 2: account_id", "line 3 names anna again", "line 4: cleo needs", "line 5: it is not");
    }

    @Test
    void a_worker_needs_brokers_and_a_period() throws IOException {
        Settings settings = ofAccounts("{\"account_id\": \"anna\", \"key_env\": \"ANNA_KEY\"}");

        assertThat(problems(settings, Command.WORKER).getMessage())
                .contains("KAFKA_BROKERS is not a list of brokers", "PIPELINE_PERIOD is missing");
    }

    @Test
    void all_problems_are_listed_at_once_each_with_what_to_do() {
        ConfigError error = problems(settings(Map.of(
                "HEVY_API_KEY", "",
                "S3_BUCKET_NAME", "My_Bucket",
                "HEVY_CONCURRENCY", "99",
                "PIPELINE_TIMEZONE", "Mars/Olympus",
                "PIPELINE_PERIOD", "hourly")));

        assertThat(error.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(error.getMessage().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("- HEVY_API_KEY is missing.")
                                .contains("https://hevy.com"),
                        line -> assertThat(line)
                                .startsWith("- HEVY_CONCURRENCY")
                                .contains("from 1 to 16", "99"),
                        line -> assertThat(line).startsWith("- S3_BUCKET_NAME is not the name of a bucket"),
                        line -> assertThat(line).startsWith("- PIPELINE_PERIOD").contains("1h", "hourly"),
                        line -> assertThat(line)
                                .startsWith("- PIPELINE_TIMEZONE")
                                .contains("UTC", "Mars/Olympus"),
                        line -> assertThat(line).isEqualTo("5 settings are invalid; no request was sent."));
        assertThat(error.nextStep()).contains(".env");
    }

    @Test
    void no_command_needs_a_bucket_and_validate_show_and_transform_no_key() {
        Settings bare = settings(Map.of("HEVY_API_KEY", "", "S3_BUCKET_NAME", ""));

        assertThatCode(() -> SettingsValidator.check(bare, Command.VALIDATE)).doesNotThrowAnyException();
        assertThatCode(() -> SettingsValidator.check(bare, Command.SHOW)).doesNotThrowAnyException();
        assertThatCode(() -> SettingsValidator.check(bare, Command.TRANSFORM)).doesNotThrowAnyException();
        assertThat(Path.of(bare.lakePath())).hasFileName("lake");
        assertThat(problems(bare, Command.RUN))
                .hasMessageContaining("HEVY_API_KEY")
                .hasMessageNotContaining("S3_BUCKET_NAME");
    }

    @Test
    void a_lake_has_one_place() {
        assertThat(problems(settings(Map.of("S3_BUCKET_NAME", "bucket", "LAKE_PATH", "lake"))))
                .hasMessageContaining("LAKE_PATH and S3_BUCKET_NAME are both set");
        Settings folder = settings(Map.of("S3_BUCKET_NAME", "", "LAKE_PATH", "~/lake"));
        assertThatCode(() -> SettingsValidator.check(folder, Command.RUN)).doesNotThrowAnyException();
        assertThatThrownBy(() -> SettingsValidator.checkHosted(folder))
                .hasMessageContaining("S3_BUCKET_NAME is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"S3_ENDPOINT_URL", "S3_BUCKET"})
    void settings_that_mean_a_bucket_without_its_name_do_not_lead_into_a_folder(String ofS3) {
        Map<String, String> given = Map.of("HEVY_API_KEY", "a-key", ofS3, "http://127.0.0.1:9000");
        Settings forgotten = Settings.read(given, Map.of(), Path.of("target"));
        Settings inFolder = Settings.read(given, Map.of(Settings.LAKE_PATH, "lake"), Path.of("target"));

        assertThat(problems(forgotten)).hasMessageContaining("S3_BUCKET_NAME is missing, but " + ofS3 + " is set");
        assertThatCode(() -> SettingsValidator.check(inFolder, Command.RUN)).doesNotThrowAnyException();
    }

    @Test
    void surrounding_blanks_and_line_breaks_of_a_copied_key_are_ignored() {
        assertThatCode(() -> SettingsValidator.check(settings(Map.of("HEVY_API_KEY", " abc-123 \n")), Command.RUN))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.hevyapp.com",
                "https://proxy.example.org:8443/hevy",
                "http://127.0.0.1:8080",
                "http://127.9.9.9",
                "http://[::1]:8080",
                "HTTP://LOCALHOST:1"
            })
    void an_address_may_be_https_or_on_this_machine(String url) {
        assertThatCode(() -> SettingsValidator.check(settings(Map.of("HEVY_BASE_URL", url)), Command.RUN))
                .doesNotThrowAnyException();
    }

    @Test
    void a_password_inside_an_address_is_not_shown() {
        assertThat(problems(settings(Map.of(
                        "HEVY_BASE_URL", "https://me:" + SECRET + "@api.hevyapp.com",
                        "S3_ENDPOINT_URL", "https://me:" + SECRET + "@minio.example.org"))))
                .hasMessageContaining("HEVY_BASE_URL")
                .hasMessageContaining("S3_ENDPOINT_URL")
                .hasMessageNotContaining(SECRET);
    }

    @ParameterizedTest
    @CsvSource({
        "HEVY_RESOURCES, 'workouts,dreams', dreams",
        "HEVY_RESOURCES, ',', HEVY_RESOURCES",
        "HEVY_CONCURRENCY, 0, from 1 to 16",
        "HEVY_CONCURRENCY, 17, from 1 to 16",
        "HEVY_CONCURRENCY, four, from 1 to 16",
        "HEVY_CONCURRENCY, -1, from 1 to 16",
        "HEVY_CONCURRENCY, 99999999999999999999, from 1 to 16",
        "HEVY_RETRY_DELAY, 0, from 1ms to 60s",
        "HEVY_RETRY_DELAY, soon, from 1ms to 60s",
        "HEVY_REQUEST_GAP, 61s, from 0 to 60s",
        "HEVY_REQUEST_GAP, -1ms, from 0 to 60s",
        "HEVY_REQUEST_GAP, 1s1m, from 0 to 60s",
        "HEVY_MAX_WAIT, 25h, from 0 to 1d",
        "HEVY_MAX_WAIT, long, from 0 to 1d",
        "HEVY_TIMEOUT, 0, from 100ms to 1h",
        "HEVY_TIMEOUT, 99ms, from 100ms to 1h",
        "HEVY_TIMEOUT, 2d, from 100ms to 1h",
        "HEVY_TIMEOUT, PT60S, from 100ms to 1h",
        "S3_ENDPOINT_URL, minio:9000, S3_ENDPOINT_URL",
        "S3_ENDPOINT_URL, httpx://minio, S3_ENDPOINT_URL",
        "AWS_SECRET_ACCESS_KEY, '', go together",
        "AWS_DEFAULT_REGION, somewhere nice, AWS_DEFAULT_REGION",
        "PIPELINE_PERIOD, 0, PIPELINE_PERIOD",
        "PIPELINE_PERIOD, 1x, PIPELINE_PERIOD",
        "PIPELINE_PERIOD, 61 * * * *, PIPELINE_PERIOD",
        "PIPELINE_PERIOD, 0 0 31 2 *, never comes",
        "PIPELINE_RETRY_DELAY, 0, PIPELINE_RETRY_DELAY",
        "PIPELINE_STALE_AFTER, soon, PIPELINE_STALE_AFTER",
        "PIPELINE_OBSERVE_PORT, 70000, PIPELINE_OBSERVE_PORT",
        "PIPELINE_OBSERVE_HOST, not a host, PIPELINE_OBSERVE_HOST",
        "PIPELINE_PERIOD, -1h, PIPELINE_PERIOD",
        "PIPELINE_PERIOD, 30m1h, PIPELINE_PERIOD",
        "PIPELINE_PERIOD, 99999999999999999999, PIPELINE_PERIOD",
        "PIPELINE_TIMEZONE, Sydney, PIPELINE_TIMEZONE",
        "PIPELINE_HTTP_PORT, 0, from 1 to 65535",
        "PIPELINE_HTTP_PORT, 65536, from 1 to 65535",
        "PIPELINE_HTTP_HOST, http://127.0.0.1, PIPELINE_HTTP_HOST",
        "DUCKDB_MEMORY_LIMIT, much, DUCKDB_MEMORY_LIMIT",
        "DUCKDB_MEMORY_LIMIT, \"1GB'; drop table x\", DUCKDB_MEMORY_LIMIT",
        "DUCKDB_THREADS, -1, DUCKDB_THREADS",
        "DUCKDB_THREADS, many, DUCKDB_THREADS",
        "PIPELINE_SHOW_LIMIT, all, PIPELINE_SHOW_LIMIT"
    })
    void a_wrong_value_is_refused_with_the_rule(String setting, String value, String rule) {
        assertThat(problems(settings(Map.of(setting, value))))
                .hasMessageContaining(rule)
                .hasMessageEndingWith("; no request was sent.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "US-EAST-1", "RegionOne", "garage", "eu-central-003", "1"})
    @Fault(41)
    void the_region_of_another_server_may_have_any_name(String region) {
        Map<String, String> elsewhere =
                Map.of("AWS_DEFAULT_REGION", region, "S3_ENDPOINT_URL", "http://127.0.0.1:9000");

        assertThatCode(() -> SettingsValidator.check(settings(elsewhere), Command.RUN))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "S3_ENDPOINT_URL, http://my_minio:9000",
        "AWS_ENDPOINT_URL_S3, https://my_minio.internal",
        "AWS_ENDPOINT_URL, http://_",
        "HEVY_BASE_URL, https://my_proxy"
    })
    @Fault(41)
    void an_underscore_in_a_host_name_is_named_as_the_reason(String setting, String url) {
        assertThat(problems(settings(Map.of(setting, url))))
                .hasMessageContaining(setting + " has an underscore in its host name")
                .hasMessageContaining(url);
    }

    @Test
    @Fault(41)
    void a_region_is_reported_under_the_name_it_was_set_by() {
        assertThat(problems(settings(Map.of("AWS_REGION", "US-EAST-1"))))
                .hasMessageContaining("AWS_REGION is not a region of AWS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1h", "30m", "1h30m", "45s", "2d", "60000"})
    void a_period_is_a_time(String period) {
        assertThatCode(() -> SettingsValidator.check(settings(Map.of("PIPELINE_PERIOD", period)), Command.RUN))
                .doesNotThrowAnyException();
    }

    @Test
    void a_secret_in_the_properties_file_is_refused_and_not_shown() throws Exception {
        Files.writeString(
                folder.resolve("application.properties"),
                Files.readString(Path.of("application.properties")) + "\nHEVY_API_KEY=" + SECRET + "\n");

        assertThat(problems(settings(Map.of())))
                .hasMessageContaining("HEVY_API_KEY is set in application.properties")
                .asInstanceOf(InstanceOfAssertFactories.type(ConfigError.class))
                .satisfies(error -> assertThat(error.nextStep()).containsIgnoringCase("move it to .env"))
                .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                .hasMessageNotContaining(SECRET);
    }

    private Settings good() {
        return settings(Map.of());
    }

    /** Good settings with some changes; an empty value removes a setting. */
    private Settings settings(Map<String, String> changes) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "HEVY_API_KEY", "00000000-0000-4000-8000-000000000000",
                "S3_BUCKET_NAME", "lake",
                "AWS_ACCESS_KEY_ID", "AKIAEXAMPLE",
                "AWS_SECRET_ACCESS_KEY", SECRET));
        environment.putAll(changes);
        return Settings.read(environment, Map.of(), folder);
    }

    private static ConfigError problems(Settings settings) {
        return problems(settings, Command.RUN);
    }

    private static ConfigError problems(Settings settings, Command command) {
        ConfigError error = catchThrowableOfType(ConfigError.class, () -> SettingsValidator.check(settings, command));
        assertThat(error).as("a problem").isNotNull();
        assertThat(error.getMessage() + error.nextStep()).doesNotContain(SECRET);
        return error;
    }
}

package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.demo.SimulatedResponse;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import io.github.hevypipeline.routes.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where data and key may go: to the bucket, the folders and the host of the settings, if these are sound, or nowhere. */
class SettingsFaultsTest {
    @TempDir
    Path folder;

    private Installation installation;

    @BeforeEach
    void start() throws IOException {
        Account account = SimulatedAccount.withWorkouts(4, 12, LocalDate.of(2026, 5, 1));
        installation = new Installation(folder, account).with("HEVY_RESOURCES", "workouts");
    }

    @AfterEach
    void stop() throws IOException {
        installation.close();
    }

    private CapturedRun extract() {
        return CapturedRun.of(() -> installation.run("extract"));
    }

    private void assertRefused(String... words) {
        CapturedRun run = extract();

        assertThat(run.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(run.text()).contains(words).contains("no request was sent. Next: ");
        assertThat(installation.hevy().log()).isEmpty();
        assertThat(installation.bucket()).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab", "../x", "/x", "a//b", "s3://lake", "Lake", "a․b․c"})
    @Fault(22)
    void what_is_no_bucket_is_refused_with_the_rule(String bucket) {
        installation.with("S3_BUCKET_NAME", bucket);

        assertRefused("S3_BUCKET_NAME", "3 to 63");
    }

    @ParameterizedTest
    @CsvSource({
        "S3_RAW_PREFIX, ../x",
        "S3_RAW_PREFIX, /x",
        "S3_RAW_PREFIX, x/",
        "S3_RAW_PREFIX, a//b",
        "S3_RAW_PREFIX, a/../b",
        "S3_TRANSFORMED_PREFIX, s3://x",
        "S3_TRANSFORMED_PREFIX, a․․b"
    })
    @Fault(22)
    void what_is_no_prefix_is_refused_with_the_rule(String setting, String prefix) {
        installation.with(setting, prefix);

        assertRefused(setting);
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "raw/hevy", "raw/hevy/workouts", "raw/hevy/workouts/marts"})
    @Fault(41)
    void transformed_tables_in_a_raw_tables_folder_are_refused(String prefix) {
        installation.with("S3_TRANSFORMED_PREFIX", prefix);

        assertRefused("S3_TRANSFORMED_PREFIX and S3_RAW_PREFIX lie in each other");
    }

    @Test
    @Fault(41)
    void raw_tables_in_the_folder_of_the_transformed_ones_are_refused() {
        installation.with("S3_RAW_PREFIX", "lake/raw").with("S3_TRANSFORMED_PREFIX", "lake");

        assertRefused("S3_TRANSFORMED_PREFIX and S3_RAW_PREFIX lie in each other");
    }

    @Test
    @Fault(41)
    void an_underscore_in_the_name_of_the_servers_host_was_called_no_address() {
        installation.with("S3_ENDPOINT_URL", "http://my_minio:9000");

        assertRefused("S3_ENDPOINT_URL has an underscore in its host name");
    }

    @ParameterizedTest
    @CsvSource({
        "http://api.hevyapp.com, must begin with https://",
        "http://127.0.0.1.example.org, must begin with https://",
        "http://localhost.example.org, must begin with https://",
        "http://2130706433.example, must begin with https://",
        "http://0.0.0.0:80, must begin with https://",
        "ftp://127.0.0.1, is not an address",
        "file:///etc/passwd, is not an address",
        "api.hevyapp.com, is not an address",
        "https://user:word@api.hevyapp.com, is not an address",
        "https://api.hevyapp.com?x=1, is not an address",
        "https://api.hevyapp.com#x, is not an address",
        "https://, is not an address",
        "https://a b, is not an address"
    })
    @Fault(23)
    void an_address_is_refused_before_the_key_could_travel_in_clear(String url, String rule) {
        installation.with("HEVY_BASE_URL", url);

        assertRefused("HEVY_BASE_URL " + rule);
    }

    @Test
    @Fault(23)
    void a_redirect_is_not_followed_and_the_key_is_not_sent_elsewhere() {
        try (SimulatedHevy elsewhere = SimulatedHevy.serve(Account.empty())) {
            installation.hevy().meetWith((request, truth) -> SimulatedResponse.of(302)
                    .withHeader("Location", elsewhere.baseUri() + "/v1/workouts?page=1&pageSize=10"));

            CapturedRun run = extract();

            assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
            assertThat(run.lastLine())
                    .isEqualTo(installation.hevy().baseUri() + " responded with a redirect (status 302), which is never"
                            + " followed. Next: Check HEVY_BASE_URL; if it is right, please report this.");
            assertThat(installation.hevy().log()).hasSize(1);
            assertThat(elsewhere.log()).isEmpty();
            assertThat(installation.bucket()).isEmptyDirectory();
        }
    }

    @Test
    @Fault(23)
    void headers_of_a_response_cannot_steer_the_routes() {
        installation.hevy().meetWith((request, truth) -> truth.get()
                .withHeader("CamelAwsS3Key", "evil")
                .withHeader("CamelAwsS3BucketName", "evil")
                .withHeader("CamelHttpUri", "http://127.0.0.1:1/")
                .withHeader("CamelHttpPath", "/evil")
                .withHeader("CamelRedeliveryDelay", "86400000"));

        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);

        assertThat(installation.hevy().log())
                .extracting(SimulatedHevy.Exchange::status)
                .hasSize(5)
                .containsOnly(200);
        assertThat(installation.lake().query("select count(*) from {workouts}")).containsExactly(List.of("12"));
        assertThat(installation.lake().faults()).isEmpty();
        assertThat(installation.bucket().resolve("evil")).doesNotExist();
        assertThat(installation.bucket().resolveSibling("evil")).doesNotExist();
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"\"", "'"})
    @Fault(50)
    void quotes_that_a_container_tool_kept_around_every_value_are_no_part_of_it(String quote) {
        installation.settings().forEach((name, value) -> installation.with(name, quote + value + quote));
        installation.with("AWS_PROFILE", quote + quote);

        CapturedRun run = extract();

        assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.DONE);
        assertThat(installation.lake().query("select count(*) from {workouts}")).containsExactly(List.of("12"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"LOG_LEVEL, \"DEBUG", "PIPELINE_SELECT, x'", "LOG_LEVEL, \"DEBUG\"", "AWS_CONFIG_FILE, '/x'"})
    @Fault(50)
    void a_quote_without_another_and_quotes_that_somebody_else_would_read_are_named(String setting, String value) {
        installation.with(setting, value);

        assertRefused(setting + " has a quote at its beginning or end; ", "Next: Remove it.");
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"+02:00", "GMT+2", "UTC-11:00"})
    @Fault(51)
    void an_offset_in_whole_hours_is_a_time_zone_to_all_that_read_it(String zone) {
        installation.with("PIPELINE_TIMEZONE", zone);

        CapturedRun run = CapturedRun.of(() -> installation.run("run"));

        assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.DONE);
        assertThat(Sql.value(
                        installation.warehouse(),
                        "select bool_and(workout_date = cast(started_at + interval '" + hours(zone)
                                + " hours' as date)) from main_staging.stg_hevy__workouts"))
                .isEqualTo("true");
    }

    private static int hours(String zone) {
        return ZoneId.of(zone).getRules().getOffset(Instant.EPOCH).getTotalSeconds() / 3600;
    }

    @ParameterizedTest
    @ValueSource(strings = {"+05:30", "UTC+05:30", "GMT+18", "+00:01", "Mars/Olympus", "utc+2"})
    @Fault(51)
    void a_time_zone_that_not_all_parts_read_alike_is_refused_by_name(String zone) {
        installation.with("PIPELINE_TIMEZONE", zone);

        assertRefused("PIPELINE_TIMEZONE is not a time zone such as Australia/Sydney, UTC or +02:00", zone);
    }

    @Test
    @Fault(52)
    void every_wrong_setting_is_named_at_once() {
        installation
                .with("S3_BUCKET_NAME", "No Bucket")
                .with("S3_RAW_PREFIX", "/raw")
                .with("S3_TRANSFORMED_PREFIX", "../marts")
                .with("S3_ENDPOINT_URL", "s3.example.org")
                .with("HEVY_BASE_URL", "ftp://hevy")
                .with("HEVY_RESOURCES", "workuots")
                .with("HEVY_RETRIES", "many")
                .with("PIPELINE_TIMEZONE", "Mars/Olympus")
                .with("PIPELINE_PERIOD", "60 * * * *")
                .with("REPORT_PATH", "report.pdf");

        assertRefused(
                "- S3_BUCKET_NAME is not",
                "- S3_RAW_PREFIX is not",
                "- S3_TRANSFORMED_PREFIX is not",
                "- S3_ENDPOINT_URL is not",
                "- HEVY_BASE_URL is not",
                "- HEVY_RESOURCES names unknown resources: workuots",
                "- HEVY_RETRIES is not",
                "- PIPELINE_TIMEZONE is not",
                "- PIPELINE_PERIOD is",
                "- REPORT_PATH is neither",
                "10 settings are invalid");
    }

    @Test
    @Fault(52)
    void a_bucket_that_is_none_does_not_hide_a_prefix() {
        installation.with("S3_BUCKET_NAME", "My_Bucket").with("S3_RAW_PREFIX", "/raw");

        assertRefused("- S3_BUCKET_NAME is not", "- S3_RAW_PREFIX is not");
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1", "/v1/", "//"})
    @Fault(53)
    void the_version_at_the_end_of_the_address_is_taken(String end) {
        installation.with("HEVY_BASE_URL", installation.hevy().baseUri() + end);

        CapturedRun run = extract();

        assertThat(run.exitCode()).as(run.text()).isEqualTo(ExitCode.DONE);
        assertThat(installation.hevy().log())
                .allSatisfy(exchange -> assertThat(exchange.request().path()).matches("/v1/(workouts|user/info).*"));
        installation.hevy().forgetLog();
        installation.with("HEVY_BASE_URL", installation.hevy().baseUri().toString());

        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(installation.hevy().log())
                .as("the same account, so only what has changed is asked for")
                .noneMatch(exchange -> exchange.request().path().equals("/v1/workouts"));
    }
}

package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Answer;
import io.github.hevypipeline.demo.SimulatedAccount;
import io.github.hevypipeline.demo.SimulatedHevy;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.routes.Installation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
        assertThat(run.text()).contains(words).contains("nothing was contacted. Next: ");
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

        assertRefused("S3_ENDPOINT_URL has an underscore in the name of its host");
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
            installation.hevy().meetWith((request, truth) -> Answer.of(302)
                    .withHeader("Location", elsewhere.baseUri() + "/v1/workouts?page=1&pageSize=10"));

            CapturedRun run = extract();

            assertThat(run.exitCode()).isEqualTo(ExitCode.HEVY_API);
            assertThat(run.lastLine())
                    .isEqualTo(installation.hevy().baseUri() + " answered with a redirect (status 302), which is never"
                            + " followed. Next: Check HEVY_BASE_URL; if it is right, please report this.");
            assertThat(installation.hevy().log()).hasSize(1);
            assertThat(elsewhere.log()).isEmpty();
            assertThat(installation.bucket()).isEmptyDirectory();
        }
    }

    @Test
    @Fault(23)
    void headers_of_an_answer_cannot_steer_the_routes() {
        installation.hevy().meetWith((request, truth) -> truth.get()
                .withHeader("CamelAwsS3Key", "evil")
                .withHeader("CamelAwsS3BucketName", "evil")
                .withHeader("CamelHttpUri", "http://127.0.0.1:1/")
                .withHeader("CamelHttpPath", "/evil")
                .withHeader("CamelRedeliveryDelay", "86400000"));

        assertThat(extract().exitCode()).isEqualTo(ExitCode.DONE);

        assertThat(installation.hevy().log())
                .extracting(SimulatedHevy.Exchange::status)
                .hasSize(4)
                .containsOnly(200);
        assertThat(installation.lake().query("select count(*) from {workouts}")).containsExactly(List.of("12"));
        assertThat(installation.lake().faults()).isEmpty();
        assertThat(installation.bucket().resolve("evil")).doesNotExist();
        assertThat(installation.bucket().resolveSibling("evil")).doesNotExist();
    }
}

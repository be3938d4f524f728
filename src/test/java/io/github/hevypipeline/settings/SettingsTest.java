package io.github.hevypipeline.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.faults.Fault;
import io.github.hevypipeline.routes.KubernetesVolume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    private static final String SECRET = "0f9c1d-not-to-be-shown";

    @TempDir
    private Path folder;

    @Test
    void an_override_wins_over_the_environment_that_over_dotenv_and_that_over_the_properties() throws IOException {
        write("application.properties", "A=properties\nB=properties\nC=properties\nD=properties\n");
        write(".env", "A=dotenv\nB=dotenv\nC=dotenv\n");

        Settings settings = read(Map.of("A", "environment", "B", "environment"), Map.of("A", "override"));

        assertThat(settings.get("A")).isEqualTo("override");
        assertThat(settings.get("B")).isEqualTo("environment");
        assertThat(settings.get("C")).isEqualTo("dotenv");
        assertThat(settings.get("D")).isEqualTo("properties");
        assertThat(settings.get("E")).isEmpty();
        assertThat(settings.with(Map.of("C", "later")).get("C")).isEqualTo("later");
    }

    @Test
    void a_blank_value_counts_as_not_set() throws IOException {
        write("application.properties", "HEVY_CONCURRENCY=4\nPIPELINE_PERIOD=  \n");
        write(".env", "HEVY_CONCURRENCY=\n");

        Settings settings = read(Map.of("HEVY_CONCURRENCY", " \t"), Map.of("HEVY_CONCURRENCY", ""));

        assertThat(settings.get("HEVY_CONCURRENCY")).isEqualTo("4");
        assertThat(settings.has("PIPELINE_PERIOD")).isFalse();
    }

    @Test
    void blanks_around_a_value_are_dropped() {
        assertThat(read(Map.of("S3_BUCKET_NAME", " lake \n"), Map.of()).get("S3_BUCKET_NAME"))
                .isEqualTo("lake");
    }

    @Test
    @Fault(41)
    void the_aws_aliases_of_an_endpoint_are_read_the_specific_one_first() {
        Map<String, String> all = new HashMap<>(Map.of(
                "AWS_ENDPOINT_URL", "http://any",
                "AWS_ENDPOINT_URL_S3", "http://s3",
                "S3_ENDPOINT_URL", "http://own"));

        assertThat(read(all, Map.of()).get("S3_ENDPOINT_URL")).isEqualTo("http://own");
        all.put("S3_ENDPOINT_URL", "");
        assertThat(read(all, Map.of()).get("S3_ENDPOINT_URL")).isEqualTo("http://s3");
        assertThat(read(all, Map.of()).nameOf("S3_ENDPOINT_URL")).isEqualTo("AWS_ENDPOINT_URL_S3");
        all.remove("AWS_ENDPOINT_URL_S3");
        assertThat(read(all, Map.of()).get("S3_ENDPOINT_URL")).isEqualTo("http://any");
        all.put("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
        assertThat(read(all, Map.of()).has("S3_ENDPOINT_URL")).isFalse();
    }

    @Test
    void aws_region_is_read_if_aws_default_region_is_not_set() {
        assertThat(read(Map.of("AWS_REGION", "eu-west-1"), Map.of()).get("AWS_DEFAULT_REGION"))
                .isEqualTo("eu-west-1");
        assertThat(read(Map.of("AWS_REGION", "eu-west-1", "AWS_DEFAULT_REGION", "us-east-1"), Map.of())
                        .get("AWS_DEFAULT_REGION"))
                .isEqualTo("us-east-1");
        assertThat(read(Map.of(), Map.of()).get("AWS_DEFAULT_REGION")).isEqualTo("ap-southeast-2");
    }

    @Test
    void without_a_properties_file_the_programs_defaults_apply() {
        Settings settings = read(Map.of(), Map.of());

        assertThat(settings.get("HEVY_BASE_URL")).isEqualTo("https://api.hevyapp.com");
        assertThat(settings.get("PIPELINE_TIMEZONE")).isEqualTo("UTC");
        assertThat(settings.camelProperties())
                .containsEntry("camel.main.startupSummaryLevel", "Off")
                .allSatisfy((name, value) -> assertThat((String) name).startsWith("camel."));
    }

    @Test
    void a_secret_in_the_properties_file_is_not_read_but_named() throws IOException {
        write("application.properties", "HEVY_API_KEY=" + SECRET + "\nAWS_SECRET_ACCESS_KEY=" + SECRET + "\n");

        Settings settings = read(Map.of(), Map.of());

        assertThat(settings.get("HEVY_API_KEY")).isEmpty();
        assertThat(settings.misplacedSecrets()).containsExactly("AWS_SECRET_ACCESS_KEY", "HEVY_API_KEY");
    }

    @Test
    void a_session_token_is_read_from_the_source_of_its_keys() throws IOException {
        write(".env", "AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=secret\n");

        Settings settings = read(Map.of("AWS_SESSION_TOKEN", "of another session"), Map.of());

        assertThat(settings.get("AWS_SESSION_TOKEN")).isEmpty();
        assertThat(settings.with(Map.of("AWS_ACCESS_KEY_ID", "ASIA", "AWS_SESSION_TOKEN", "mine"))
                        .get("AWS_SESSION_TOKEN"))
                .isEqualTo("mine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEVY_API_KEY=" + SECRET + "\r\nS3_BUCKET_NAME=lake\r\n",
                "# my key\n\nHEVY_API_KEY = " + SECRET + "\nS3_BUCKET_NAME=\"lake\"\n",
                "HEVY_API_KEY=" + SECRET + " # mine\nS3_BUCKET_NAME=lake",
            })
    void common_forms_of_dotenv_are_read(String text) throws IOException {
        write(".env", text);

        Settings settings = read(Map.of(), Map.of());

        assertThat(settings.get("HEVY_API_KEY")).isEqualTo(SECRET);
        assertThat(settings.get("S3_BUCKET_NAME")).isEqualTo("lake");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ufeffHEVY_API_KEY=" + SECRET, "export HEVY_API_KEY=" + SECRET})
    void shell_syntax_or_a_byte_order_mark_in_dotenv_is_an_error_and_not_another_value(String text) throws IOException {
        write(".env", text);

        assertThatThrownBy(() -> read(Map.of(), Map.of()))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining(".env");
    }

    @Test
    void a_line_of_dotenv_that_is_not_a_setting_is_an_error_that_does_not_quote_it() throws IOException {
        write(".env", "S3_BUCKET_NAME=lake\nHEVY_API_KEY " + SECRET + "\n");

        assertThatThrownBy(() -> read(Map.of(), Map.of())).isInstanceOfSatisfying(ConfigError.class, e -> {
            assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(e).hasMessageContaining(".env").hasNoCause();
            assertThat(e.getMessage() + e.nextStep()).doesNotContain(SECRET);
        });
    }

    @Test
    void files_mounted_by_camel_k_are_read_with_lower_precedence_than_environment_and_dotenv() throws IOException {
        KubernetesVolume.mount(
                folder.resolve("conf.d/_configmaps/hevy-pipeline"),
                Map.of("S3_BUCKET_NAME", "mounted", "HEVY_RETRIES", "1", "S3_RETRIES", "1", "HEVY_TIMEOUT", "9s\n"));
        KubernetesVolume.mount(folder.resolve("conf.d/_secrets/hevy-pipeline"), Map.of("HEVY_API_KEY", SECRET));
        write("conf.d/user.properties", "PIPELINE_TIMEZONE = Australia/Sydney\n");
        write(".env", "HEVY_RETRIES=2\n");

        Settings settings =
                read(Map.of("CAMEL_K_CONF_D", folder.resolve("conf.d").toString(), "S3_RETRIES", "3"), Map.of());

        assertThat(List.of(
                        settings.get("S3_BUCKET_NAME"),
                        settings.get("HEVY_RETRIES"),
                        settings.get("S3_RETRIES"),
                        settings.get("HEVY_TIMEOUT"),
                        settings.get("HEVY_API_KEY"),
                        settings.get("PIPELINE_TIMEZONE")))
                .containsExactly("mounted", "2", "3", "9s", SECRET, "Australia/Sydney");
    }

    @Test
    void a_missing_folder_of_mounted_settings_is_empty() {
        Settings settings = read(Map.of("CAMEL_K_CONF_D", "/etc/no-such-folder"), Map.of());

        assertThat(settings.has("S3_BUCKET_NAME")).isFalse();
    }

    private Settings read(Map<String, String> environment, Map<String, String> overrides) {
        return Settings.read(environment, overrides, folder);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
    }
}

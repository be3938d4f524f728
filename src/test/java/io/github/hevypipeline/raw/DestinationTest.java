package io.github.hevypipeline.raw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ab",
                "../x",
                "/x",
                "a//b",
                "s3://bucket",
                "s3://x",
                "a..b",
                "Bucket",
                "my_bucket",
                "-bucket",
                "bucket-",
                ".bucket",
                "bucket.",
                "b\u2024\u2024cket",
                "b\u00fccket",
                "bucket\n",
                " bucket",
                "bucket/raw",
                "a123456789012345678901234567890123456789012345678901234567890123"
            })
    void what_is_no_bucket_is_refused_with_the_rule(String bucket) {
        assertThatThrownBy(() -> new Destination(bucket, "raw", "transformed", ""))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("S3_BUCKET_NAME")
                .asInstanceOf(InstanceOfAssertFactories.type(PipelineException.class))
                .satisfies(error -> assertThat(error.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .satisfies(error -> assertThat(error.nextStep()).contains("3 to 63"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/x",
                "x/",
                "a//b",
                "../x",
                "x/..",
                "a/../b",
                "..",
                ".",
                "./x",
                "a/./b",
                "x/.",
                "s3://x",
                "a b",
                "a\\b",
                "\uff0e\uff0e/x",
                "\u2024\u2024/x",
                "a\u0000",
                "a\n",
                "raw\n",
                "%2e%2e/x",
                "ünicode",
                "${x}"
            })
    void what_is_no_prefix_is_refused_with_the_rule(String prefix) {
        assertThatThrownBy(() -> new Destination("bucket", prefix, "transformed", ""))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("S3_RAW_PREFIX");
        assertThatThrownBy(() -> new Destination("bucket", "raw", prefix, ""))
                .isInstanceOf(ConfigError.class)
                .hasMessageContaining("S3_TRANSFORMED_PREFIX");
    }

    @ParameterizedTest
    @ValueSource(strings = {"raw", "a/b/c", "lake.v1/raw-2026_11", "...", "a...b", ".hidden/x"})
    void any_other_prefix_is_the_beginning_of_every_key(String prefix) {
        Destination destination = new Destination("my.bucket-1", prefix, "transformed", "");

        assertThat(destination.rawKey("workouts/f.parquet")).isEqualTo(prefix + "/hevy/workouts/f.parquet");
        assertThat(destination.rawUri()).isEqualTo("s3://my.bucket-1/" + prefix + "/hevy/");
    }

    @Test
    void a_transformed_table_has_its_own_folder() {
        Destination destination = new Destination("abc", "raw", "out", "");

        assertThat(destination.transformedKey("daily_exercises", "f.parquet"))
                .isEqualTo("out/daily_exercises/f.parquet");
        assertThat(destination.transformedUri("daily_exercises")).isEqualTo("s3://abc/out/daily_exercises/");
    }

    @Test
    void local_files_belong_to_a_bucket_and_prefix_whatever_port_its_server_has() {
        assertThat(new Destination("abc", "raw", "t", "").localName())
                .matches("abc-[0-9a-f]{12}")
                .isEqualTo(new Destination("abc", "raw", "other", "").localName())
                .isNotEqualTo(new Destination("abc", "raw2", "t", "").localName())
                .isEqualTo(new Destination("abc", "raw", "t", "http://127.0.0.1:9000").localName());
    }
}

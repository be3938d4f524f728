package io.github.hevypipeline.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.faults.Fault;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
                .hasMessageContaining("3 to 63")
                .asInstanceOf(InstanceOfAssertFactories.type(PipelineException.class))
                .satisfies(error -> assertThat(error.exitCode()).isEqualTo(ExitCode.CONFIGURATION));
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

        String path = "workouts/1.5.2026.parquet";
        assertThat(destination.rawKey(path)).isEqualTo(prefix + "/hevy/" + path);
        assertThat(destination.key(prefix + "/hevy/" + path)).isEqualTo(prefix + "/hevy/" + path);
        assertThat(destination.rawUri()).isEqualTo("s3://my.bucket-1/" + prefix + "/hevy/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "raw/hevy/",
                "raw/hevy/${env:CANARY}/1.5.2026.parquet",
                "raw/hevy/workouts/${env:CANARY}.parquet",
                "raw/hevy/workouts/x.parquet",
                "raw/other/workouts/1.5.2026.parquet",
                "elsewhere/hevy/workouts/1.5.2026.parquet",
                "transformed/${env:CANARY}/x.parquet",
                "transformed/x/$simple{env:CANARY}",
                "transformed/../x.parquet",
                "transformed/x/..",
                "transformed/x",
                "transformed/x/y/z.parquet",
                "transformed/x/y\n",
                "transformed/x\u0000/y"
            })
    @Fault(39)
    void nothing_but_a_key_of_this_lake_passes_the_door_to_the_s3_component(String key) {
        Destination destination = new Destination("bucket", "raw", "transformed", "");

        assertThatThrownBy(() -> destination.key(key))
                .isInstanceOf(SystemError.class)
                .hasMessageContaining("Not a key of this lake");
    }

    @ParameterizedTest
    @CsvSource({
        "raw, raw/hevy",
        "raw, raw/hevy/workouts",
        "raw, raw/hevy/marts",
        "raw, raw",
        "lake/raw, lake",
        "lake/raw, lake/raw/hevy/x",
        "a.b, a.b"
    })
    @Fault(41)
    void prefixes_that_lie_in_each_other_are_refused_with_both_folders(String raw, String transformed) {
        assertThatThrownBy(() -> new Destination("bucket", raw, transformed, ""))
                .isInstanceOf(ConfigError.class)
                .hasMessageContainingAll("S3_TRANSFORMED_PREFIX", "S3_RAW_PREFIX", raw + "/hevy/", transformed + "/");
    }

    @ParameterizedTest
    @CsvSource({"raw, raw2", "raw2, raw", "raw, raw/hevy2", "raw, raw/marts", "a/raw, a/marts", "raw, hevy"})
    @Fault(41)
    void prefixes_beside_each_other_are_taken(String raw, String transformed) {
        assertThat(new Destination("bucket", raw, transformed, "").transformedKey("täglich 1", "f.parquet"))
                .isEqualTo(transformed + "/täglich 1/f.parquet");
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

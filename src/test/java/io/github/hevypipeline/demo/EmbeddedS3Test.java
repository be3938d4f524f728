package io.github.hevypipeline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class EmbeddedS3Test {
    private static final String BUCKET = "lake";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(
            value = RequestChecksumCalculation.class,
            names = {"WHEN_SUPPORTED", "WHEN_REQUIRED"})
    void an_ordinary_client_can_put_get_list_and_delete(RequestChecksumCalculation checksums) throws Exception {
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder, BUCKET);
                S3Client client = client(s3, s3.secretKey(), checksums)) {
            for (String key : new String[] {"raw/a/1.txt", "raw/a/2.txt", "raw/b/3.txt"}) {
                client.putObject(put -> put.bucket(BUCKET).key(key), RequestBody.fromString("text of " + key));
            }

            assertThat(client.headBucket(head -> head.bucket(BUCKET))
                            .sdkHttpResponse()
                            .statusCode())
                    .isEqualTo(200);
            assertThat(text(client, "raw/a/1.txt")).isEqualTo("text of raw/a/1.txt");
            assertThat(client.headObject(head -> head.bucket(BUCKET).key("raw/a/1.txt"))
                            .contentLength())
                    .isEqualTo(19);
            assertThat(client.listObjectsV2(list -> list.bucket(BUCKET).prefix("raw/a/"))
                            .contents())
                    .extracting(S3Object::key)
                    .containsExactly("raw/a/1.txt", "raw/a/2.txt");
            client.deleteObject(delete -> delete.bucket(BUCKET).key("raw/a/1.txt"));
            client.deleteObjects(delete -> delete.bucket(BUCKET)
                    .delete(Delete.builder()
                            .objects(
                                    ObjectIdentifier.builder()
                                            .key("raw/a/2.txt")
                                            .build(),
                                    ObjectIdentifier.builder()
                                            .key("raw/none.txt")
                                            .build())
                            .build()));
            assertThat(client.listObjectsV2(list -> list.bucket(BUCKET)).contents())
                    .extracting(S3Object::key)
                    .containsExactly("raw/b/3.txt");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = RequestChecksumCalculation.class,
            names = {"WHEN_SUPPORTED", "WHEN_REQUIRED"})
    void a_second_put_that_wants_to_be_the_first_fails_with_412(RequestChecksumCalculation checksums) throws Exception {
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder, BUCKET);
                S3Client client = client(s3, s3.secretKey(), checksums)) {
            client.putObject(put -> put.bucket(BUCKET).key("commit").ifNoneMatch("*"), RequestBody.fromString("mine"));

            assertThatThrownBy(() -> client.putObject(
                            put -> put.bucket(BUCKET).key("commit").ifNoneMatch("*"), RequestBody.fromString("yours")))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
            assertThat(text(client, "commit")).isEqualTo("mine");
        }
    }

    @Test
    void of_many_puts_at_once_that_want_to_be_the_first_one_wins() throws Exception {
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder, BUCKET);
                S3Client client = client(s3, s3.secretKey(), RequestChecksumCalculation.WHEN_SUPPORTED)) {
            List<Integer> statuses = IntStream.range(0, 16)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> claim(client, "writer " + i)))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();

            assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
        }
    }

    @Test
    void what_is_not_there_is_not_found_and_a_wrong_secret_is_forbidden() throws Exception {
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder, BUCKET);
                S3Client client = client(s3, s3.secretKey(), RequestChecksumCalculation.WHEN_SUPPORTED);
                S3Client stranger = client(s3, "not-the-secret", RequestChecksumCalculation.WHEN_SUPPORTED)) {
            assertThatThrownBy(() -> text(client, "none")).isInstanceOf(NoSuchKeyException.class);
            assertThatThrownBy(() -> client.getObjectAsBytes(
                            get -> get.bucket("no-such-bucket").key("none")))
                    .isInstanceOf(NoSuchBucketException.class);
            assertThatThrownBy(() -> client.listObjectsV2(list -> list.bucket("no-such-bucket")))
                    .isInstanceOf(NoSuchBucketException.class);
            assertThatThrownBy(() -> client.headBucket(head -> head.bucket("no-such-bucket")))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(404));
            assertThatThrownBy(
                            () -> stranger.putObject(put -> put.bucket(BUCKET).key("x"), RequestBody.fromString("x")))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
            assertThat(folder.resolve(BUCKET).resolve("x")).doesNotExist();
        }
    }

    @Test
    void objects_are_ordinary_files_that_another_start_serves_again() throws Exception {
        String firstSecret;
        try (EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("new/lake"), BUCKET, "second");
                S3Client client = client(s3, s3.secretKey(), RequestChecksumCalculation.WHEN_SUPPORTED)) {
            firstSecret = s3.secretKey();
            client.putObject(put -> put.bucket(BUCKET).key("raw/workouts/1.parquet"), RequestBody.fromString("PAR1"));
        }
        assertThat(folder.resolve("new/lake/lake/raw/workouts/1.parquet")).hasContent("PAR1");
        Files.writeString(folder.resolve("new/lake/second/by-hand.txt"), "put there by hand");

        try (EmbeddedS3 s3 = EmbeddedS3.start(folder.resolve("new/lake"), BUCKET);
                S3Client client = client(s3, s3.secretKey(), RequestChecksumCalculation.WHEN_SUPPORTED)) {
            assertThat(s3.secretKey()).isNotEqualTo(firstSecret);
            assertThat(text(client, "raw/workouts/1.parquet")).isEqualTo("PAR1");
            assertThat(client.getObjectAsBytes(get -> get.bucket("second").key("by-hand.txt"))
                            .asUtf8String())
                    .isEqualTo("put there by hand");
        }
    }

    private static int claim(S3Client client, String writer) {
        try {
            return client.putObject(
                            put -> put.bucket(BUCKET).key("commit").ifNoneMatch("*"), RequestBody.fromString(writer))
                    .sdkHttpResponse()
                    .statusCode();
        } catch (S3Exception e) {
            return e.statusCode();
        }
    }

    private static String text(S3Client client, String key) {
        return client.getObjectAsBytes(get -> get.bucket(BUCKET).key(key)).asUtf8String();
    }

    private static S3Client client(EmbeddedS3 s3, String secret, RequestChecksumCalculation checksums) {
        return S3Client.builder()
                .endpointOverride(s3.endpoint())
                .region(Region.of("ap-southeast-2"))
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(s3.accessKey(), secret)))
                .requestChecksumCalculation(checksums)
                .responseChecksumValidation(
                        checksums == RequestChecksumCalculation.WHEN_SUPPORTED
                                ? ResponseChecksumValidation.WHEN_SUPPORTED
                                : ResponseChecksumValidation.WHEN_REQUIRED)
                .build();
    }
}

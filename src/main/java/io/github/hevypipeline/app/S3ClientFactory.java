package io.github.hevypipeline.app;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Makes the S3 client that all routes share.
 *
 * <p>Credentials: the keys given, else the profile given, else the SDK's default chain. The SDK's standard mode is the
 * one authority that retries S3 requests. Thread-safe: it holds nothing.
 */
public final class S3ClientFactory {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(60);

    private S3ClientFactory() {}

    /** Every argument may be empty but the region; an endpoint other than AWS is addressed by path. */
    public static S3Client create(
            String region, String endpoint, String profile, String accessKey, String secretKey, String sessionToken) {
        S3ClientBuilder client = S3Client.builder()
                .region(Region.of(region))
                .credentialsProvider(credentials(profile, accessKey, secretKey, sessionToken))
                .httpClientBuilder(ApacheHttpClient.builder()
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .socketTimeout(SOCKET_TIMEOUT))
                .overrideConfiguration(overrides -> overrides
                        .retryStrategy(RetryMode.STANDARD)
                        .addExecutionInterceptor(new S3Failures(region, endpoint)));
        if (!endpoint.isEmpty()) {
            // Servers other than AWS need not know the newer checksums.
            client.endpointOverride(URI.create(endpoint))
                    .forcePathStyle(true)
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        }
        return client.build();
    }

    private static AwsCredentialsProvider credentials(
            String profile, String accessKey, String secretKey, String sessionToken) {
        if (!accessKey.isEmpty()) {
            AwsCredentials keys = sessionToken.isEmpty()
                    ? AwsBasicCredentials.create(accessKey, secretKey)
                    : AwsSessionCredentials.create(accessKey, secretKey, sessionToken);
            return StaticCredentialsProvider.create(keys);
        }
        return profile.isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : ProfileCredentialsProvider.create(profile);
    }
}

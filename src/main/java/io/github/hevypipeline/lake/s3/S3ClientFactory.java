package io.github.hevypipeline.lake.s3;

import io.github.hevypipeline.http.HttpProxy;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.apache.camel.util.TimeUtils;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.apache.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Makes the S3 client that all routes share.
 *
 * <p>Thread-safe: it holds nothing.
 *
 * <p>The SDK's standard mode is the one authority that retries S3 requests. It waits a random time of at most 0.1 s,
 * then 0.2 s, 0.4 s and so on, of at most 1 s, 2 s, 4 s and so on when S3 says that it is too busy; never more than 20 s.
 */
// Camel 4.18 brings Apache's HTTP client 4, which the SDK still keeps up; client 5 would want another one than
// camel-http.
@SuppressWarnings("deprecation")
public final class S3ClientFactory {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    /** What S3 says (409) of a write that met another one at the same moment, and may be tried again. */
    private static final Set<String> CONFLICTS = Set.of("ConditionalRequestConflict", "OperationAborted");

    /**
     * How many timeouts one request may take from its first byte to the response. The timeout itself bounds the silence
     * of the server, but not how long a large file takes on a slow line, nor a server that stops reading.
     */
    private static final int TIMEOUTS_PER_ATTEMPT = 15;

    /** How many timeouts a request may take with all its retries. */
    private static final int TIMEOUTS_PER_CALL = 30;

    private S3ClientFactory() {}

    /**
     * An endpoint other than AWS is addressed by path; it may be empty, as may what tells the credentials.
     *
     * @param timeout how long S3 may be silent, such as {@code 60s}
     * @param retries how often a request that failed is sent again
     * @param responses counts every request and response
     * @param proxy the address of the proxy on the way, with name and password; may be empty
     */
    public static S3Client create(
            String region,
            String endpoint,
            String profile,
            String accessKey,
            String secretKey,
            String sessionToken,
            String timeout,
            int retries,
            S3Responses responses,
            String proxy) {
        Duration silence = Duration.ofMillis(TimeUtils.toMilliSeconds(timeout));
        S3Client client = CredentialsFinder.explained(profile, () -> client(
                        region,
                        endpoint,
                        CredentialsFinder.by(profile, accessKey, secretKey, sessionToken),
                        silence,
                        retries,
                        responses,
                        proxy)
                .build());
        return new S3StoreClient(client);
    }

    private static S3ClientBuilder client(
            String region,
            String endpoint,
            CredentialsFinder access,
            Duration silence,
            int retries,
            S3Responses responses,
            String proxy) {
        S3Failures failures = new S3Failures(region, endpoint, proxy);
        S3ClientBuilder client = S3Client.builder()
                .region(Region.of(region))
                .credentialsProvider(access)
                .httpClientBuilder(new S3HttpClient.Builder(
                        ApacheHttpClient.builder()
                                .connectionTimeout(CONNECT_TIMEOUT)
                                .socketTimeout(silence)
                                .proxyConfiguration(proxy(proxy)),
                        failures.server()))
                .overrideConfiguration(overrides -> overrides
                        .retryStrategy(retryStrategy(retries))
                        .apiCallAttemptTimeout(silence.multipliedBy(TIMEOUTS_PER_ATTEMPT))
                        .apiCallTimeout(silence.multipliedBy(TIMEOUTS_PER_CALL))
                        .addExecutionInterceptor(failures)
                        .addExecutionInterceptor(responses));
        if (!endpoint.isEmpty()) {
            // Servers other than AWS need not know the newer checksums.
            client.endpointOverride(URI.create(endpoint))
                    .forcePathStyle(true)
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        }
        return client;
    }

    /** The SDK has rules of its own for the environment, which are not asked. */
    private static ProxyConfiguration proxy(String proxy) {
        ProxyConfiguration.Builder configuration =
                ProxyConfiguration.builder().useSystemPropertyValues(false).useEnvironmentVariableValues(false);
        if (!proxy.isEmpty()) {
            HttpProxy named = HttpProxy.of(proxy);
            configuration.endpoint(named.address());
            if (!named.user().isEmpty()) {
                configuration.username(named.user()).password(named.password());
            }
        }
        return configuration.build();
    }

    /**
     * As S3 asks, a conditional write that met another one at the same moment is tried again too; not one that a server
     * refuses with 409 where S3 says 412, since the object is there.
     */
    private static RetryStrategy retryStrategy(int retries) {
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(retries + 1)
                .retryOnException(e -> e instanceof S3Exception refused && CONFLICTS.contains(S3Failures.code(refused)))
                .build();
    }
}

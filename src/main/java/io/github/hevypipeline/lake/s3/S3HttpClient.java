package io.github.hevypipeline.lake.s3;

import io.github.hevypipeline.failure.Certificates;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.io.IOException;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The SDK's HTTP client, but that a certificate that is not trusted is an error at once: the SDK would take it for a broken
 * connection and try again.
 *
 * <p>As thread-safe as the client in it, which it closes.
 */
final class S3HttpClient implements SdkHttpClient {
    private final SdkHttpClient client;
    private final String server;

    private S3HttpClient(SdkHttpClient client, String server) {
        this.client = client;
        this.server = server;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = client.prepareRequest(request);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                try {
                    return prepared.call();
                } catch (SSLException e) {
                    if (Certificates.areRefused(e)) {
                        throw untrusted(e);
                    }
                    throw e;
                }
            }

            @Override
            public void abort() {
                prepared.abort();
            }
        };
    }

    private ConfigError untrusted(SSLException refused) {
        return Certificates.refused(ExitCode.S3, server, refused);
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }

    /**
     * Makes it when the SDK knows its defaults.
     *
     * @param client makes the client within
     * @param server for the message
     */
    record Builder(SdkHttpClient.Builder<?> client, String server) implements SdkHttpClient.Builder<Builder> {
        @Override
        public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
            return new S3HttpClient(client.buildWithDefaults(defaults), server);
        }
    }
}

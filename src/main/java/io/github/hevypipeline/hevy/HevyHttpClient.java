package io.github.hevypipeline.hevy;

import io.github.hevypipeline.http.LastResponse;
import io.github.hevypipeline.http.ResponseMetrics;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpActivityListener;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpRequestInterceptor;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;

/**
 * Configures the HTTP client for the Hevy API: adds the key to each request, limits each response, and disables
 * retries, redirects and cookies.
 *
 * <p>Thread-safe; its creator closes it. The key is added inside the client and is in no message of a route, so it
 * cannot be logged, traced or sent elsewhere. {@code errors.camel.yaml} retries.
 */
public final class HevyHttpClient implements HttpClientConfigurer, HttpActivityListener, AutoCloseable {
    private static final String USER_AGENT = "hevy-pipeline";
    private static final String API_KEY = "api-key";

    private final String host;
    private final String apiKey;
    private final ResponseLimits limits;
    /** Null for none. */
    private final URI proxy;

    private final LastResponse lastResponse = new LastResponse();
    private final LongAdder requests = new LongAdder();
    private final ResponseMetrics responses = new ResponseMetrics();

    /**
     * Configures the client; sends nothing.
     *
     * @param apiKey sent to the host of {@code baseUrl} only, unless the exchange has an account with a key of its own
     * @param timeout of a whole request, from the connection to the last byte
     * @param proxy a URL, with user and password if needed; empty for none
     */
    public HevyHttpClient(String baseUrl, String apiKey, Duration timeout, String proxy) {
        this.host = URI.create(baseUrl).getHost();
        this.apiKey = apiKey;
        this.limits = new ResponseLimits(timeout);
        this.proxy = proxy.isEmpty() ? null : URI.create(proxy);
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                .setUserAgent(USER_AGENT)
                .addExecInterceptorFirst("limits", limits)
                .addExecInterceptorFirst("counts", this::count)
                .addRequestInterceptorLast(new ApiKey())
                .addResponseInterceptorLast(lastResponse);
        if (proxy != null) {
            goThroughProxy(client);
        }
    }

    /** The proxy sees an encrypted tunnel, neither the key nor a response. */
    private void goThroughProxy(HttpClientBuilder client) {
        HttpHost host = new HttpHost(proxy.getHost(), proxy.getPort());
        client.setProxy(host);
        if (proxy.getUserInfo() != null) {
            String[] login = proxy.getUserInfo().split(":", 2);
            BasicCredentialsProvider logins = new BasicCredentialsProvider();
            logins.setCredentials(
                    new AuthScope(host), new UsernamePasswordCredentials(login[0], login[1].toCharArray()));
            client.setDefaultCredentialsProvider(logins);
        }
    }

    /** The number of requests sent, retries included. */
    public long requests() {
        return requests.sum();
    }

    /** The number of responses by status. */
    public ResponseMetrics metrics() {
        return responses;
    }

    private ClassicHttpResponse count(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        try {
            ClassicHttpResponse response = chain.proceed(request, scope);
            responses.received(response.getCode());
            return response;
        } catch (IOException | HttpException | RuntimeException e) {
            responses.missing();
            throw e;
        }
    }

    /** The headers of the last response. */
    public LastResponse lastResponse() {
        return lastResponse;
    }

    /** Adds the key of the account that the exchange is about, if it is one of many. */
    @Override
    public void onRequestSubmitted(
            Object source, Exchange exchange, HttpHost target, HttpRequest request, HttpEntity entity) {
        HevyAccount account = exchange.getVariable("account", HevyAccount.class);
        if (account != null && isToHevy(request)) {
            request.setHeader(API_KEY, account.key());
        }
    }

    @Override
    public void onResponseReceived(
            Object source, Exchange exchange, HttpHost target, HttpResponse response, HttpEntity entity, long millis) {
        // The status is counted with those of requests that no route has sent.
    }

    private boolean isToHevy(HttpRequest request) {
        return request.getAuthority() != null
                && host.equalsIgnoreCase(request.getAuthority().getHostName());
    }

    @Override
    public void close() {
        limits.close();
    }

    private final class ApiKey implements HttpRequestInterceptor {
        @Override
        public void process(HttpRequest request, EntityDetails entity, HttpContext context) {
            requests.increment();
            if (isToHevy(request) && !request.containsHeader(API_KEY)) {
                request.setHeader(API_KEY, apiKey);
            }
        }
    }
}

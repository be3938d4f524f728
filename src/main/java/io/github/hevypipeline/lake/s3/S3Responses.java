package io.github.hevypipeline.lake.s3;

import io.github.hevypipeline.http.ResponseMetrics;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.apache.hc.client5.http.utils.DateUtils;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Counts the requests to S3 and their responses, and keeps the headers of the last one, which the SDK's exceptions lack.
 *
 * <p>Thread-safe.
 */
public final class S3Responses implements ExecutionInterceptor {
    /** Whether the last request of an execution has no response yet; absent before the first one. */
    private static final ExecutionAttribute<Boolean> PENDING = new ExecutionAttribute<>("hevyPipelinePending");

    private final LongAdder requests = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final ResponseMetrics responses = new ResponseMetrics();
    private volatile SdkHttpRequest asked;
    private volatile SdkHttpResponse last;

    @Override
    public void beforeTransmission(Context.BeforeTransmission request, ExecutionAttributes attributes) {
        requests.increment();
        asked = request.httpRequest();
        if (attributes.getAttribute(PENDING) != null) {
            retries.increment();
            countMissing(attributes);
        }
        attributes.putAttribute(PENDING, true);
    }

    @Override
    public void afterTransmission(Context.AfterTransmission transmission, ExecutionAttributes attributes) {
        last = transmission.httpResponse();
        responses.received(last.statusCode());
        attributes.putAttribute(PENDING, false);
    }

    @Override
    public void onExecutionFailure(Context.FailedExecution failure, ExecutionAttributes attributes) {
        countMissing(attributes);
    }

    private void countMissing(ExecutionAttributes attributes) {
        if (Boolean.TRUE.equals(attributes.getAttribute(PENDING))) {
            responses.missing();
        }
    }

    /** The responses so far. */
    public ResponseMetrics metrics() {
        return responses;
    }

    /** How many requests so far were retries. */
    public long retries() {
        return retries.sum();
    }

    /** How many requests there were so far. */
    public long getRequests() {
        return requests.sum();
    }

    /** The server of the last request, as the AWS SDK has found it. */
    public String server() {
        return asked == null ? S3Failures.AWS : S3Failures.server(asked);
    }

    /** The server's time, in whole seconds, if it sends one. */
    public Optional<Instant> date() {
        return header("Date").map(date -> DateUtils.parseDate(date, DateUtils.FORMATTER_RFC1123));
    }

    /** The bucket's region, if the server sends it; AWS does so also when it refuses a request. */
    public Optional<String> bucketRegion() {
        return header("x-amz-bucket-region");
    }

    private Optional<String> header(String name) {
        return Optional.ofNullable(last).flatMap(response -> response.firstMatchingHeader(name));
    }
}

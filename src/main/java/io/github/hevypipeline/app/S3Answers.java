package io.github.hevypipeline.app;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.apache.hc.client5.http.utils.DateUtils;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Counts the requests to S3, repetitions too, and keeps the headers of the last answer, which the SDK's exceptions lack.
 *
 * <p>Thread-safe.
 */
public final class S3Answers implements ExecutionInterceptor {
    private final LongAdder requests = new LongAdder();
    private volatile SdkHttpResponse last;

    @Override
    public void beforeTransmission(Context.BeforeTransmission request, ExecutionAttributes attributes) {
        requests.increment();
    }

    @Override
    public void afterTransmission(Context.AfterTransmission answer, ExecutionAttributes attributes) {
        last = answer.httpResponse();
    }

    /** How many requests there were so far. */
    public long getRequests() {
        return requests.sum();
    }

    /** The server's time, in whole seconds, if it tells. */
    Optional<Instant> date() {
        return header("Date").map(date -> DateUtils.parseDate(date, DateUtils.FORMATTER_RFC1123));
    }

    /** Where the bucket is, if the server tells; AWS does so also when it refuses a request. */
    Optional<String> bucketRegion() {
        return header("x-amz-bucket-region");
    }

    private Optional<String> header(String name) {
        return Optional.ofNullable(last).flatMap(answer -> answer.firstMatchingHeader(name));
    }
}

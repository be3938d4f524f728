package io.github.hevypipeline.lake.s3;

import io.github.hevypipeline.lake.StoreException;
import io.github.hevypipeline.lake.StoreException.Kind;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Request;

/**
 * An S3 client whose failures are {@link StoreException}s, so that no route names an exception of the SDK.
 *
 * <p>Thread-safe. The explanation that {@link S3Failures} has added goes along.
 */
final class S3StoreClient extends DelegatingS3Client {
    private static final int NOT_FOUND = 404;

    /** Some servers refuse a conditional PUT with 409 in place of 412, or a DELETE with 405 or 501 in place of 403. */
    private static final Map<Integer, Kind> KINDS = Map.of(
            409, Kind.TAKEN, 412, Kind.TAKEN, 401, Kind.DENIED, 403, Kind.DENIED, 405, Kind.DENIED, 501, Kind.DENIED);

    S3StoreClient(S3Client client) {
        super(client);
    }

    @Override
    protected <T extends S3Request, R> R invokeOperation(T request, Function<T, R> operation) {
        try {
            return super.invokeOperation(request, operation);
        } catch (SdkException e) {
            StoreException failure = new StoreException(kind(e, request), e);
            for (Throwable explanation : e.getSuppressed()) {
                failure.addSuppressed(explanation);
            }
            throw failure;
        }
    }

    /** The response to HEAD has no body, so its status alone says that the object is missing. */
    private static Kind kind(SdkException failure, S3Request request) {
        if (failure instanceof NoSuchKeyException) {
            return Kind.MISSING;
        }
        if (!(failure instanceof S3Exception refused)) {
            return Kind.FAILED;
        }
        return refused.statusCode() == NOT_FOUND && request instanceof HeadObjectRequest
                ? Kind.MISSING
                : KINDS.getOrDefault(refused.statusCode(), Kind.FAILED);
    }
}

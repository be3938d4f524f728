package io.github.hevypipeline.lake.s3;

import java.util.Optional;
import org.apache.camel.util.ObjectHelper;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * A failed S3 call, for those who handle it without the AWS SDK.
 *
 * <p>Immutable.
 *
 * @param status the HTTP status; 0 if there was no response
 * @param isClockSkew whether S3 refused the time of the request
 */
public record S3Failure(int status, boolean isClockSkew) {
    /** Finds the S3 call that caused a failure; empty if none did. */
    public static Optional<S3Failure> in(Throwable failure) {
        S3Exception refused = ObjectHelper.getException(S3Exception.class, failure);
        if (refused != null) {
            return Optional.of(new S3Failure(refused.statusCode(), S3Failures.isClockSkew(refused)));
        }
        return Optional.ofNullable(ObjectHelper.getException(SdkException.class, failure))
                .map(unreachable -> new S3Failure(0, false));
    }
}

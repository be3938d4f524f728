package io.github.hevypipeline.lake.s3;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.http.HttpProxy;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Explains a failed S3 call: names bucket, region, endpoint and permission, which the exception alone does not.
 *
 * <p>Immutable and thread-safe. The SDK wants its own exception back, so the explanation travels in it as a suppressed
 * {@link PipelineException}, from which a run that fails takes its outcome.
 */
final class S3Failures implements ExecutionInterceptor {
    private static final Map<String, String> PERMISSIONS = Map.of(
            "ListObjectsV2", "s3:ListBucket",
            "HeadBucket", "s3:ListBucket",
            "GetObject", "s3:GetObject",
            "HeadObject", "s3:GetObject",
            "PutObject", "s3:PutObject",
            "DeleteObject", "s3:DeleteObject",
            "DeleteObjects", "s3:DeleteObject");
    private static final Set<String> CREDENTIALS = Set.of(
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "ExpiredToken",
            "InvalidToken",
            "InvalidSecurity",
            "TokenRefreshRequired");
    private static final Set<String> CLOCK = Set.of("RequestTimeTooSkewed", "RequestExpired");

    static final String AWS = "AWS";
    private static final int NOT_IMPLEMENTED = 501;

    /** Whether a proxy may have responded: S3 itself gives each response an id. */
    private final boolean proxied;

    private final String region;
    private final String endpoint;
    private final String through;

    S3Failures(String region, String endpoint, String proxy) {
        this.region = region;
        this.endpoint = endpoint;
        this.proxied = !proxy.isEmpty();
        this.through = proxied ? " through the proxy " + HttpProxy.of(proxy).shown() : "";
    }

    /** The server, for messages. */
    String server() {
        return "S3 (region " + region + ", endpoint " + (endpoint.isEmpty() ? AWS : endpoint) + through + ")";
    }

    @Override
    public Throwable modifyException(Context.FailedExecution failed, ExecutionAttributes attributes) {
        String operation = attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
        String permission = PERMISSIONS.getOrDefault(operation, "s3:" + operation);
        String where = permission + " on " + where(failed.request(), failed.httpRequest());
        if (failed.exception() instanceof S3Exception response) {
            AwsServiceException refused = response.toBuilder().build();
            refused.addSuppressed(
                    proxied && response.requestId() == null
                            ? ofProxy(response, where)
                            : isMissingAbility(response)
                                    ? ofMissingAbility(failed.request(), operation, where)
                                    : ofResponse(response, permission, where));
            return refused;
        }
        if (failed.exception() instanceof SdkException broken) {
            SdkException unreachable = SdkClientException.create(broken.getMessage(), broken.getCause());
            unreachable.addSuppressed(ofClient(broken, where));
            return unreachable;
        }
        return failed.exception();
    }

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse response, ExecutionAttributes attributes) {
        return response.responseBody()
                .map(body -> new Body(body, where(response.request(), Optional.of(response.httpRequest()))));
    }

    private String where(SdkRequest request, Optional<SdkHttpRequest> sent) {
        String bucket = request.getValueForField("Bucket", String.class).orElse("?");
        String server = endpoint.isEmpty() ? sent.map(S3Failures::server).orElse(AWS) : endpoint;
        return "bucket " + bucket + ", region " + region + ", endpoint " + server + through;
    }

    /** AWS, or the server that the AWS SDK has found in a profile. */
    static String server(SdkHttpRequest sent) {
        String host = sent.host();
        boolean isAws = host.endsWith(".amazonaws.com") || host.endsWith(".amazonaws.com.cn");
        return isAws ? AWS : sent.protocol() + "://" + host + ":" + sent.port();
    }

    /** Whether the server lacks the operation, so that a retry is of no use. */
    private static boolean isMissingAbility(S3Exception refused) {
        return refused.statusCode() == NOT_IMPLEMENTED || code(refused).equals("NotImplemented");
    }

    private static PipelineException ofMissingAbility(SdkRequest request, String operation, String where) {
        boolean conditional = request instanceof PutObjectRequest put && put.ifNoneMatch() != null;
        return new ConfigError(
                ExitCode.S3,
                "The S3 server cannot do " + (conditional ? "conditional writes (If-None-Match)" : operation) + " ("
                        + where + ").",
                conditional
                        ? "Update the S3 server, or use one that can: without them two runs could destroy each other's"
                                + " commit."
                        : "Update the S3 server, or use one that can.");
    }

    /** Whether S3 refused the time of a request. */
    static boolean isClockSkew(S3Exception refused) {
        return CLOCK.contains(code(refused));
    }

    static String code(S3Exception refused) {
        AwsErrorDetails details = refused.awsErrorDetails();
        return details == null || details.errorCode() == null ? "status " + refused.statusCode() : details.errorCode();
    }

    private static PipelineException ofProxy(S3Exception refused, String where) {
        return new TransientError(
                ExitCode.S3,
                "The proxy, not S3, responds with status " + refused.statusCode() + " (" + where + ").",
                "Check the proxy and HTTPS_PROXY, or name the host of S3 in NO_PROXY.");
    }

    private static PipelineException ofResponse(S3Exception refused, String permission, String where) {
        String code = code(refused);
        if (CREDENTIALS.contains(code)) {
            return new ConfigError(
                    ExitCode.CONFIGURATION,
                    "S3 does not accept the AWS credentials: " + code + " (" + where + ").",
                    "Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or renew the session of AWS_PROFILE.");
        }
        if (CLOCK.contains(code)) {
            return new ConfigError(
                    ExitCode.S3,
                    "S3 refuses the time of the request: " + code + " (" + where + ").",
                    "Set the clock of this machine, and run again.");
        }
        return switch (refused.statusCode()) {
            case 404 ->
                code.equals("NoSuchKey")
                        ? new ConfigError(
                                ExitCode.S3,
                                "An object of the lake is missing (" + where + ").",
                                "Restore it from a backup, or run extract: it writes lost objects again.")
                        : new ConfigError(
                                ExitCode.S3,
                                "The bucket does not exist (" + where + ").",
                                "Create it, or correct S3_BUCKET_NAME, AWS_DEFAULT_REGION or S3_ENDPOINT_URL.");
            case 301, 307, 400 ->
                new ConfigError(
                        ExitCode.S3,
                        "S3 refuses the request: " + code + " (" + where + ").",
                        "Set AWS_DEFAULT_REGION to the bucket's region, and check S3_ENDPOINT_URL.");
            case 401, 403 ->
                new ConfigError(
                        ExitCode.S3,
                        "S3 denies access: " + code + " (" + where + ").",
                        "Allow the AWS credentials " + permission + " on the bucket; README.md has the policy.");
            case 409, 412 ->
                new TransientError(
                        ExitCode.ANOTHER_RUN_WON,
                        "Another run writes the same object: " + code + " (" + where + ").",
                        "Schedule one run at a time, and run again.");
            default ->
                new TransientError(
                        ExitCode.S3,
                        "S3 failed with " + code + " (" + where + ").",
                        "Run again later; what was committed is intact.");
        };
    }

    private static PipelineException ofClient(SdkException unreachable, String where) {
        return new TransientError(
                ExitCode.S3,
                "S3 cannot be reached: " + unreachable.getMessage() + " (" + where + ").",
                "Check the network, the proxy if there is one, S3_ENDPOINT_URL and AWS_DEFAULT_REGION, and run again.");
    }

    /** The body of a response; if the connection breaks, that is a failure of S3, not of the reader. */
    private static final class Body extends FilterInputStream {
        private final String where;

        Body(InputStream in, String where) {
            super(in);
            this.where = where;
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                throw explained(e);
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (IOException e) {
                throw explained(e);
            }
        }

        /** Without the cause, by which the routes would take it for a connection to Hevy. */
        private IOException explained(IOException broken) {
            String cause = "The connection to S3 broke: " + broken.getMessage() + " (" + where + ").";
            IOException explained = new IOException(cause);
            explained.addSuppressed(
                    new TransientError(ExitCode.S3, cause, "Run again; what was committed is intact.", broken));
            return explained;
        }
    }
}

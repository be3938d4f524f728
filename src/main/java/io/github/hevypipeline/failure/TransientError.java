package io.github.hevypipeline.failure;

/** A failure that the same call may not meet again later; the run may be repeated as it is. Immutable. */
public final class TransientError extends PipelineException {
    /** As the other constructor, with no exception behind it. */
    public TransientError(ExitCode exitCode, String cause, String nextStep) {
        this(exitCode, cause, nextStep, null);
    }

    /** {@code cause} is one sentence without a secret; {@code origin} may be null. */
    public TransientError(ExitCode exitCode, String cause, String nextStep, Throwable origin) {
        super(exitCode, cause, nextStep, origin);
    }
}

package io.github.hevypipeline.failure;

/** A failure that a later run may not meet again. Immutable. */
public final class TransientError extends PipelineException {
    /** Without an origin. */
    public TransientError(ExitCode exitCode, String cause, String nextStep) {
        this(exitCode, cause, nextStep, null);
    }

    /** {@code cause} is one sentence; {@code origin} may be null. */
    public TransientError(ExitCode exitCode, String cause, String nextStep, Throwable origin) {
        super(exitCode, cause, nextStep, origin);
    }
}

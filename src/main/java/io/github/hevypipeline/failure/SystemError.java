package io.github.hevypipeline.failure;

/** A failure of another system or of this program: a response that breaks its contract, or a bug. Immutable. */
public final class SystemError extends PipelineException {
    /** Without an origin. */
    public SystemError(ExitCode exitCode, String cause, String nextStep) {
        this(exitCode, cause, nextStep, null);
    }

    /** {@code cause} is one sentence; {@code origin} may be null. */
    public SystemError(ExitCode exitCode, String cause, String nextStep, Throwable origin) {
        super(exitCode, cause, nextStep, origin);
    }
}

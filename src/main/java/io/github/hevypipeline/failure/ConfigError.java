package io.github.hevypipeline.failure;

/** A failure that needs a changed setting, file or permission; a retry cannot help. Immutable. */
public final class ConfigError extends PipelineException {
    /** Without an origin. */
    public ConfigError(ExitCode exitCode, String cause, String nextStep) {
        this(exitCode, cause, nextStep, null);
    }

    /** {@code cause} is one sentence; {@code origin} may be null. */
    public ConfigError(ExitCode exitCode, String cause, String nextStep, Throwable origin) {
        super(exitCode, cause, nextStep, origin);
    }
}

package io.github.hevypipeline.failure;

/** A failure that only a changed setting, file or permission can mend; a retry cannot. Immutable. */
public final class ConfigError extends PipelineException {
    /** As the other constructor, with no exception behind it. */
    public ConfigError(ExitCode exitCode, String cause, String nextStep) {
        this(exitCode, cause, nextStep, null);
    }

    /** {@code cause} is one sentence without a secret; {@code origin} may be null. */
    public ConfigError(ExitCode exitCode, String cause, String nextStep, Throwable origin) {
        super(exitCode, cause, nextStep, origin);
    }
}

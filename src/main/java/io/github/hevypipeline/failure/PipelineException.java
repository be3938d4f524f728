package io.github.hevypipeline.failure;

import java.util.Objects;

/**
 * A failure that a person can act on: its message is the cause, {@link #nextStep()} what to do about it.
 *
 * <p>Immutable. The three kinds are those of Airbyte's protocol: {@link ConfigError}, {@link TransientError},
 * {@link SystemError}. Known secrets are struck out of both texts.
 */
public abstract sealed class PipelineException extends RuntimeException
        permits ConfigError, TransientError, SystemError {
    private final ExitCode exitCode;
    private final String nextStep;

    PipelineException(ExitCode exitCode, String cause, String nextStep, Throwable origin) {
        super(Secrets.strike(Objects.requireNonNull(cause)), origin);
        this.exitCode = Objects.requireNonNull(exitCode);
        this.nextStep = Secrets.strike(Objects.requireNonNull(nextStep));
    }

    /** What the process exits with when this ends the run. */
    public ExitCode exitCode() {
        return exitCode;
    }

    /** One sentence that says what to do. */
    public String nextStep() {
        return nextStep;
    }
}

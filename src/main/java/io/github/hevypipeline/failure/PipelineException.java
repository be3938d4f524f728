package io.github.hevypipeline.failure;

import java.util.Objects;

/**
 * A failure that a user can act on: the message is the cause, {@link #nextStep()} the way to fix it.
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

    /** The exit code if this ends the run. */
    public ExitCode exitCode() {
        return exitCode;
    }

    /** One sentence. */
    public String nextStep() {
        return nextStep;
    }
}

package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.Secrets;

/**
 * How a run ended: its exit code, and for a failure the cause and the next step.
 *
 * <p>Immutable.
 *
 * @param cause one sentence, or null after a success
 * @param nextStep one sentence, or null after a success
 */
public record Outcome(ExitCode exitCode, String cause, String nextStep) {
    static final Outcome DONE = new Outcome(ExitCode.DONE, null, null);

    /** Known secrets are struck out: a server may have echoed one. */
    public Outcome {
        cause = Secrets.strike(cause);
        nextStep = Secrets.strike(nextStep);
    }

    public static Outcome of(PipelineException e) {
        return new Outcome(e.exitCode(), e.getMessage(), e.nextStep());
    }

    /** The same with another exit code. */
    Outcome with(ExitCode other) {
        return new Outcome(other, cause, nextStep);
    }

    /** The line that ends the output of a failed run. */
    public String describe() {
        return cause + " Next: " + nextStep;
    }
}

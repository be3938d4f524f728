package io.github.hevypipeline.runtime;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.Secrets;

/**
 * The outcome of a run: its exit code, and the cause and next step of a failure.
 *
 * @param cause a sentence; null after a success
 * @param nextStep a sentence; null after a success
 */
public record Outcome(ExitCode exitCode, String cause, String nextStep) {
    static final Outcome DONE = new Outcome(ExitCode.DONE, null, null);

    /** Redacts known secrets, which a server may have echoed. */
    public Outcome {
        cause = Secrets.strike(cause);
        nextStep = Secrets.strike(nextStep);
    }

    public static Outcome of(PipelineException e) {
        return new Outcome(e.exitCode(), e.getMessage(), e.nextStep());
    }

    Outcome with(ExitCode other) {
        return new Outcome(other, cause, nextStep);
    }

    /** The last line of a failed run's output. */
    public String describe() {
        return cause + " Next: " + nextStep;
    }
}

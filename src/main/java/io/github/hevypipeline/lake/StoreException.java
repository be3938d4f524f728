package io.github.hevypipeline.lake;

import io.github.hevypipeline.failure.PipelineException;

/**
 * A failed operation on an object of the lake, on S3 or in a folder. The routes decide by its kind alone.
 *
 * <p>Immutable. The explanation for the user is a suppressed {@link PipelineException}, or else the cause.
 */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** What a route can decide by. */
    public enum Kind {
        MISSING,
        TAKEN,
        DENIED,
        FAILED
    }

    public StoreException(Kind kind, Throwable cause) {
        super(cause.getMessage(), cause);
        this.kind = kind;
    }

    /** Whether there is no object under the key. */
    public boolean isMissing() {
        return kind == Kind.MISSING;
    }

    /** Whether an object was to be created, and there is one under the key. */
    public boolean isTaken() {
        return kind == Kind.TAKEN;
    }

    /** Whether the store does not allow the operation. */
    public boolean isDenied() {
        return kind == Kind.DENIED;
    }
}

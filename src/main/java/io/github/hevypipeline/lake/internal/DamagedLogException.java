package io.github.hevypipeline.lake.internal;

import java.io.IOException;

/** An object of the load log, a commit or a state, is not what a load has written. */
public final class DamagedLogException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedLogException(String reason, Exception origin) {
        super(reason, origin);
    }
}

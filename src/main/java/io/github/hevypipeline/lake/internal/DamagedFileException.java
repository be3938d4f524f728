package io.github.hevypipeline.lake.internal;

import io.github.hevypipeline.lake.CommittedFile;
import java.io.IOException;

/** A downloaded file is not the one that was committed. */
public final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedFileException(CommittedFile file) {
        super("the checksum of " + file.path() + " is not that of the manifest");
    }
}

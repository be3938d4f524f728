package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;

/** A file system in memory, mounted on a folder until {@link #remove}. Skips the test where mounting is not allowed. */
final class Mount {
    private final Path folder;

    /** {@code options} of tmpfs, such as {@code size=2m}. */
    Mount(Path folder, String options) throws IOException, InterruptedException {
        this.folder = folder;
        assumeThat(status("mount", "-t", "tmpfs", "-o", options, "none", folder.toString()))
                .as("may mount a file system")
                .isZero();
    }

    /** Mounts it again with another option, such as {@code ro}. */
    void remount(String option) throws IOException, InterruptedException {
        assertThat(status("mount", "-o", "remount," + option, folder.toString()))
                .isZero();
    }

    void remove() throws IOException, InterruptedException {
        assertThat(status("umount", folder.toString())).isZero();
    }

    private static int status(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}

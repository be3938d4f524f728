package io.github.hevypipeline.files;

import java.nio.file.Path;

/** A path as a user writes it in a setting. Thread-safe. */
public final class UserPath {
    private static final String HOME = "~";

    private UserPath() {}

    /** The path, in which a leading {@code ~} is the user's home; a shell does not expand it in a file. */
    public static Path of(String written) {
        boolean isAtHome = written.equals(HOME) || written.startsWith(HOME + "/");
        return Path.of(isAtHome ? System.getProperty("user.home") + written.substring(1) : written);
    }
}

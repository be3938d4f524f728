package io.github.hevypipeline.report;

import io.github.hevypipeline.failure.Secrets;
import java.util.Locale;

/**
 * Makes foreign text safe to print: redacts known secrets, then escapes all but printable ASCII, so that it cannot control
 * a terminal, then cuts.
 */
public final class TerminalText {
    private TerminalText() {}

    /** The first characters of a text. */
    public static String of(String text, int maxCharacters) {
        StringBuilder shown = new StringBuilder();
        Secrets.strike(text)
                .chars()
                .limit(maxCharacters)
                .forEach(c -> shown.append(
                        c >= ' ' && c <= '~' ? Character.toString(c) : String.format(Locale.ROOT, "\\u%04x", c)));
        return shown.toString();
    }
}

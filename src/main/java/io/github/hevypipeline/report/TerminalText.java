package io.github.hevypipeline.report;

import io.github.hevypipeline.failure.Secrets;
import java.util.Locale;

/**
 * Text from outside, made safe to show: all but printable ASCII is escaped, so that it cannot steer a terminal, and known
 * secrets are struck out, before a part of one could be all that is shown.
 */
public final class TerminalText {
    private TerminalText() {}

    /** At most the first characters of a text. */
    public static String of(String text, int mostCharacters) {
        StringBuilder shown = new StringBuilder();
        Secrets.strike(text)
                .chars()
                .limit(mostCharacters)
                .forEach(c -> shown.append(
                        c >= ' ' && c <= '~' ? Character.toString(c) : String.format(Locale.ROOT, "\\u%04x", c)));
        return shown.toString();
    }
}

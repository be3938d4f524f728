package io.github.hevypipeline.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Says which standard streams are terminals, and whether they show colours.
 *
 * <p>Immutable. Java knows only about standard input and output together, so the launcher passes it on; without the
 * launcher, /proc decides. Elsewhere nothing counts as a terminal.
 *
 * @param out whether standard output is a terminal that can move its cursor
 * @param err the same for standard error
 * @param coloured false if {@code NO_COLOR} has a value
 */
public record Terminal(boolean out, boolean err, boolean coloured) {
    /** Set by {@code bin/hevy-pipeline} to the numbers of the streams that are terminals. */
    private static final String TOLD = "hevy-pipeline.terminals";

    private static final Pattern DEVICE = Pattern.compile("/dev/(pts/\\d+|tty.*|console)");
    private static final int OUT = 1;
    private static final int ERR = 2;

    /** The terminal of this process, with the variables {@code TERM} and {@code NO_COLOR} of its environment. */
    public static Terminal of(Map<String, String> environment) {
        boolean capable = !environment.getOrDefault("TERM", "dumb").equals("dumb");
        return new Terminal(
                capable && isTerminal(OUT),
                capable && isTerminal(ERR),
                environment.getOrDefault("NO_COLOR", "").isEmpty());
    }

    /** Whether what goes to standard output may be coloured. */
    public boolean colours() {
        return out && coloured;
    }

    private static boolean isTerminal(int stream) {
        String told = System.getProperty(TOLD);
        if (told != null) {
            return told.contains(Integer.toString(stream));
        }
        try {
            Path device = Files.readSymbolicLink(Path.of("/proc/self/fd", Integer.toString(stream)));
            return DEVICE.matcher(device.toString()).matches();
        } catch (IOException | UnsupportedOperationException e) {
            // Not Linux, so unknown.
            return false;
        }
    }
}

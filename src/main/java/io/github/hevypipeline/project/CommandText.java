package io.github.hevypipeline.project;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A command of this program as a person would type it, to be pasted into a shell. Thread-safe. */
public final class CommandText {
    /** Set by the launcher, and by the entry point for Maven, to what the program was called by. */
    public static final String PROPERTY = "hevy-pipeline.command";
    /** The value of {@link #PROPERTY} under Maven. */
    public static final String MAVEN = "mvn compile camel:run";

    private static final String NAME = "hevy-pipeline";
    private static final Pattern PLAIN = Pattern.compile("[\\w./:=,+@%-]+");

    private CommandText() {}

    /** The program as it was called, with these arguments. */
    public static String of(String... arguments) {
        String called = System.getProperty(PROPERTY, "");
        if (called.equals(MAVEN)) {
            return arguments.length == 0
                    ? MAVEN
                    : MAVEN + " " + quoted("-Dcamel.arguments=" + String.join(",", arguments));
        }
        List<String> program = called.isEmpty() ? jar(System.getProperty("sun.java.command", "")) : List.of(called);
        return Stream.concat(program.stream(), Stream.of(arguments))
                .map(CommandText::quoted)
                .collect(Collectors.joining(" "));
    }

    /** Java's own record of its command line does not tell where the name of a jar ends if it has a blank. */
    private static List<String> jar(String command) {
        int end = command.indexOf(".jar");
        return end < 0 ? List.of(NAME) : List.of("java", "-jar", command.substring(0, end) + ".jar");
    }

    /** A word of a shell command, quoted if it needs to be. */
    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : literal(word);
    }

    /** A word of a shell command, in quotes. */
    public static String literal(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}

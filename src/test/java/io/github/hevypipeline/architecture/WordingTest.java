package io.github.hevypipeline.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Code and documents use the words of the field: a response, a maximum, a minimum. */
class WordingTest {
    private static final List<Path> CODE =
            List.of(Path.of("src/main/java"), Path.of("src/demo/java"), Path.of("routes"));
    private static final List<Path> TEXT = List.of(Path.of("docs"), Path.of("README.md"));

    private static final Pattern NOWHERE =
            Pattern.compile("\\b(MOST|LEAST)_|(?i:\\b(such as it|makes good|is told)\\b)");
    private static final Pattern NOT_IN_CODE = Pattern.compile("(?i:answer|\\bwhat is\\b)");
    /** A question has an answer, a request has a response. */
    private static final Pattern NOT_IN_TEXT = Pattern.compile("(?i:\\b(an|its|each) answer\\b)");

    static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path root : Stream.concat(CODE.stream(), TEXT.stream()).toList()) {
            try (Stream<Path> below = Files.walk(root)) {
                below.filter(file -> file.toString().matches(".*\\.(java|yaml|md)"))
                        .forEach(files::add);
            }
        }
        return files;
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_file_uses_the_words_of_the_field(Path file) throws IOException {
        Pattern notHere = TEXT.stream().anyMatch(file::startsWith) ? NOT_IN_TEXT : NOT_IN_CODE;

        assertThat(Files.readAllLines(file))
                .filteredOn(line ->
                        NOWHERE.matcher(line).find() || notHere.matcher(line).find())
                .isEmpty();
    }
}

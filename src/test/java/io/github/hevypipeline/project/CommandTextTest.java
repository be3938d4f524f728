package io.github.hevypipeline.project;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A suggested command names the program as it was called. */
class CommandTextTest {
    private final String before = System.getProperty(CommandText.PROPERTY);

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(CommandText.PROPERTY);
        } else {
            System.setProperty(CommandText.PROPERTY, before);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "./hevy-pipeline | ./hevy-pipeline show main.t",
                "/opt/my tools/hevy-pipeline | '/opt/my tools/hevy-pipeline' show main.t",
                "mvn compile camel:run | mvn compile camel:run -Dcamel.arguments=show,main.t"
            })
    void it_begins_with_what_was_typed(String called, String command) {
        System.setProperty(CommandText.PROPERTY, called);

        assertThat(CommandText.of("show", "main.t")).isEqualTo(command);
    }

    @Test
    void a_shell_reads_back_any_word() throws Exception {
        String word = "it's $HOME \"and\" `so` on\n*";

        Process shell = new ProcessBuilder("sh", "-c", "printf %s " + CommandText.literal(word)).start();

        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(word);
    }
}

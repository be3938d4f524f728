package io.github.hevypipeline.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The text of the launcher for Windows, where no test runs. */
class WindowsLauncherTest {
    private final String text = read("bin/hevy-pipeline.cmd");
    private final List<String> lines = text.lines().toList();

    @Test
    void each_line_ends_as_Windows_expects_it() {
        assertThat(text.replace("\r\n", "")).doesNotContain("\r", "\n");
    }

    @Test
    void a_path_with_blanks_is_quoted_wherever_it_is_used() {
        assertThat(lines)
                .filteredOn(line -> line.contains("%JAR%") || line.contains("%JAVA%"))
                .filteredOn(line -> !line.strip().startsWith("echo "))
                .isNotEmpty()
                .allMatch(line -> line.contains("\"%JAR%\"") || line.contains("\"%JAVA%\""));
        assertThat(text).contains("set \"JAR=%~dp0hevy-pipeline.jar\"", "set \"JAVA=%JAVA_HOME%\\bin\\java\"");
    }

    @Test
    void it_passes_on_every_argument_and_the_exit_code_of_the_program() {
        assertThat(lines.get(lines.size() - 2)).endsWith("%JAVA_OPTS% -jar \"%JAR%\" %*");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("exit /b %ERRORLEVEL%");
    }

    @Test
    void without_jar_or_java_it_ends_with_2_and_says_so_as_the_other_launcher_does() {
        assertThat(text).containsSubsequence("if not exist \"%JAR%\" (", "exit /b 2", "if errorlevel 1 (", "exit /b 2");
        for (String message : List.of("hevy-pipeline: there is no ", "Install Java 17 or later, or set JAVA_HOME.")) {
            assertThat(text).contains(message);
            assertThat(read("bin/hevy-pipeline")).contains(message);
        }
    }

    @Test
    void every_option_of_Java_is_one_that_Java_17_knows() {
        assertThat(lines.get(lines.size() - 2).split(" "))
                .filteredOn(word -> word.startsWith("-"))
                .allMatch(option ->
                        option.matches("-Xms60m|-Xmx256m|-XX:\\+UseSerialGC|-XX:TieredStopAtLevel=1|-Xlog:disable"
                                + "|-Dhevy-pipeline.command=hevy-pipeline|-jar"));
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

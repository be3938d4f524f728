package io.github.hevypipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.hevypipeline.Main;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.settings.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Help, version and completion. */
class CommandLineTest {
    private static final String ESCAPE = "\u001b";

    @TempDir
    private Path folder;

    @Test
    void help_has_one_line_for_each_command_and_one_for_each_exit_code() {
        CapturedOutput help = ask("--help");

        assertThat(help.exitCode()).isEqualTo(ExitCode.DONE);
        List<String> commands = help.out()
                .lines()
                .dropWhile(line -> !line.equals("Commands:"))
                .skip(1)
                .takeWhile(line -> !line.isEmpty())
                .toList();
        assertThat(commands).isNotEmpty().allSatisfy(line -> assertThat(line).matches("  [a-z]+ +[A-Z].*\\."));
        assertThat(commands)
                .extracting(line -> line.strip().split(" ", 2)[0])
                .startsWith("run", "extract", "transform", "validate", "show", "sql", "report", "docs", "doctor")
                .containsAll(Arrays.stream(Command.values()).map(Command::word).toList())
                .endsWith("completion");
        String codes = help.out().substring(help.out().indexOf("Exit codes:"));
        assertThat(Arrays.stream(ExitCode.values()).map(code -> Integer.toString(code.number())))
                .allSatisfy(code -> assertThat(codes).containsPattern("(?m)^ .*\\b" + code + "\\b"));
    }

    @Test
    void each_command_explains_itself() {
        for (Command command : Command.values()) {
            CapturedOutput help = ask(command.word(), "--help");

            assertThat(help.exitCode()).isEqualTo(ExitCode.DONE);
            assertThat(help.out())
                    .startsWith("Usage: hevy-pipeline " + command.word())
                    .contains("Exit codes:");
        }
    }

    @Test
    void the_version_is_that_of_the_build() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String version = Pattern.compile("<revision>(.+?)</revision>")
                .matcher(pom)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);

        assertThat(ask("--version").out()).startsWith("hevy-pipeline " + version + System.lineSeparator() + "Java ");
    }

    @Test
    void output_that_is_no_terminal_gets_no_colours() {
        assertThat(ask("--help").out()).doesNotContain(ESCAPE);
        CapturedOutput wrong = ask("bogus");
        assertThat(wrong.err()).contains("bogus").doesNotContain(ESCAPE);
        assertThat(wrong.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
    }

    @ParameterizedTest
    @CsvSource({
        "--select +daily_exercises validate, go after the command",
        "--exclude tag:x extract, go after the command",
        "-s a b show, go after the command",
        "--export workouts.csv extract, go after the command",
        "--full-refresh extract, go after the command",
        "--select, Missing required parameter for option '--select'"
    })
    void a_selection_before_the_command_is_an_error(String typed, String problem) {
        CapturedOutput refused = ask(typed.split(" "));

        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(refused.err()).contains(problem);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 'run,extract,transform,validate,show,sql,completion'",
        "va, validate",
        "--sel, --select",
        "--exp, --export",
        "extract --f, --full-refresh",
        "doctor --exp, --export",
        "'sql --format ', 'table,csv,json,parquet'",
        "show --l, --limit",
        "show daily, daily_exercises",
        "show workouts__exercises__, workouts__exercises__sets",
        "'show --format ', 'table,csv,json,parquet'",
        "'docs --format ', 'html,markdown'",
        "do, 'docs,doctor'",
        "show --limit 3 --vers, --version"
    })
    void bash_completes_commands_and_options(String typed, String expected) throws Exception {
        assertThat(completions(typed)).contains(expected.split(","));
    }

    @ParameterizedTest
    @CsvSource({
        "va, validate",
        "show --lim, show --limit",
        "show daily, show daily_exercises",
        "show workouts__exercises__, show workouts__exercises__sets",
        "show --format c, show --format csv"
    })
    @Timeout(600)
    void zsh_completes_commands_and_options(String typed, String expected) throws Exception {
        assumeThat(Path.of("/bin/zsh")).as(".ci/run installs it").exists();

        assertThat(completedByZsh(typed)).contains("<hevy-pipeline " + expected + " >");
    }

    /** The line of an interactive zsh after the tab key, in angle brackets. */
    private String completedByZsh(String typed) throws IOException, InterruptedException {
        Path script = Files.writeString(
                folder.resolve("completion.zsh"), ask("completion").out());
        Process zsh = new ProcessBuilder("/bin/zsh", "-f", "-c", """
                        zmodload zsh/zpty
                        zpty typed zsh -f -i
                        zpty -w typed 'show-line() { print -r -- "<$BUFFER>" }; zle -N show-line; bindkey "^X" show-line'
                        zpty -w typed ". $0"
                        zpty -n -w typed "hevy-pipeline $1"$'\\t\\x18'
                        zpty -r typed line '*<hevy-pipeline*>*'
                        print -r -- $line
                        """, script.toString(), typed)
                .redirectErrorStream(true)
                .start();
        String line = new String(zsh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(zsh.waitFor()).as(line).isZero();
        return line;
    }

    private static CapturedOutput ask(String... args) {
        return CapturedOutput.of(() -> Main.run(args, Map.of()));
    }

    /** The completions that bash offers for the last word typed after the program's name. */
    private List<String> completions(String typed) throws IOException, InterruptedException {
        Path script = Files.writeString(
                folder.resolve("completion.bash"), ask("completion").out());
        Process bash = new ProcessBuilder("bash", "-eu", "-c", """
                        compopt() { :; }  # allowed in a shell that waits for a key only
                        . "$0"
                        read -ra COMP_WORDS <<< "hevy-pipeline $1"
                        case "$1" in '' | *' ') COMP_WORDS+=("") ;; esac
                        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                        COMP_LINE="hevy-pipeline $1"
                        COMP_POINT=${#COMP_LINE}
                        function=$(complete -p hevy-pipeline | sed 's/.*-F \\([^ ]*\\).*/\\1/')
                        "$function" hevy-pipeline "${COMP_WORDS[COMP_CWORD]}" ""
                        printf '%s\\n' "${COMPREPLY[@]}"
                        """, script.toString(), typed)
                .redirectErrorStream(true)
                .start();
        String offered = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(offered).isZero();
        return offered.lines().map(String::strip).toList();
    }
}

package io.github.hevypipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The live line stays below what others write, and nothing of it is left in what they wrote. */
class LiveLineTest {
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @BeforeEach
    void lookAtTheTerminal() {
        PrintStream terminal = new PrintStream(written, true, StandardCharsets.UTF_8);
        System.setOut(terminal);
        System.setErr(terminal);
    }

    @AfterEach
    void lookAway() {
        System.setOut(out);
        System.setErr(err);
    }

    @Test
    void it_is_written_over_and_disappears_in_the_end() {
        try (LiveLine live = install(true)) {
            live.show("page 1");
            live.show("p 2");
            assertThat(screen()).containsExactly("p 2");
        }

        assertThat(screen()).containsExactly("");
    }

    @Test
    void lines_of_others_stand_above_it_whole() {
        try (LiveLine live = install(true)) {
            live.show("page 1 of 100");
            System.err.println("a line of the log");
            System.out.println("a result");
            live.show("page 2 of 100");
            assertThat(screen()).containsExactly("a line of the log", "a result", "page 2 of 100");
        }

        assertThat(screen()).containsExactly("a line of the log", "a result", "");
    }

    @Test
    void a_line_that_comes_in_pieces_is_not_torn() {
        try (LiveLine live = install(true)) {
            live.show("page 1");
            System.err.print("half a li");
            live.show("page 2");
            System.err.print("ne\n");
            assertThat(screen()).containsExactly("half a line", "page 2");
        }
    }

    @Test
    void standard_output_that_goes_elsewhere_is_left_alone() {
        try (LiveLine live = install(false)) {
            live.show("page 1");
            assertThat(System.out).isNotSameAs(System.err);
            System.out.println("rows");
        }

        assertThat(written.toString(StandardCharsets.UTF_8)).contains("rows");
    }

    @Test
    void what_many_threads_write_comes_out_line_by_line() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        try (LiveLine live = install(true)) {
            for (int t = 0; t < 4; t++) {
                int number = t;
                threads.add(new Thread(() -> {
                    for (int i = 0; i < 200; i++) {
                        live.show("page " + i);
                        System.err.print("thread " + number + " line " + i + "\n");
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }

        List<String> lines = screen();
        assertThat(lines).hasSize(801).last().isEqualTo("");
        assertThat(lines.subList(0, 800))
                .allMatch(line -> line.matches("thread \\d line \\d+"))
                .doesNotHaveDuplicates();
    }

    private static LiveLine install(boolean outToo) {
        return LiveLine.install(new Terminal(outToo, true, true));
    }

    /** The lines that a terminal shows after all that was written. */
    private List<String> screen() {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int cursor = 0;
        String text = written.toString(StandardCharsets.UTF_8).replaceAll("\u001b\\[\\?7[lh]", "");
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith("\u001b[2K", i)) {
                line.setLength(0);
                line.append(" ".repeat(cursor));
                i += 3;
            } else if (text.charAt(i) == '\r') {
                cursor = 0;
            } else if (text.charAt(i) == '\n') {
                lines.add(line.toString());
                line.setLength(0);
                cursor = 0;
            } else {
                line.replace(cursor, Math.min(cursor + 1, line.length()), text.substring(i, i + 1));
                cursor++;
            }
        }
        lines.add(line.toString());
        return lines;
    }
}

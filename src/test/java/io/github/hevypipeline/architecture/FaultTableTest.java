package io.github.hevypipeline.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of faults in docs/operations.md names the tests that prove each row, and they are there. */
class FaultTableTest {
    private static final int ROWS = 61;
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d+) \\|.*\\| ([^|]+) \\|$");
    private static final Pattern COVERED = Pattern.compile("@Fault\\(\\{?([\\d, ]+)}?\\)");

    private static Map<Integer, Set<String>> documented() throws IOException {
        Map<Integer, Set<String>> rows = new TreeMap<>();
        String text = Files.readString(Path.of("docs/operations.md"));
        int begin = text.indexOf("## What happens on each fault");
        Matcher row = ROW.matcher(text.substring(begin, text.indexOf("\n## ", begin)));
        while (row.find()) {
            Set<String> tests = Arrays.stream(row.group(2).split(",", -1))
                    .map(name -> name.replace("`", "").strip())
                    .collect(Collectors.toCollection(TreeSet::new));
            rows.put(Integer.valueOf(row.group(1)), tests);
        }
        return rows;
    }

    private static Map<Integer, Set<String>> covered() throws IOException {
        Map<Integer, Set<String>> rows = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                String name = file.getFileName().toString().replace(".java", "");
                Matcher covered = COVERED.matcher(Files.readString(file));
                while (covered.find()) {
                    for (String row : covered.group(1).split(",", -1)) {
                        rows.computeIfAbsent(Integer.valueOf(row.strip()), r -> new TreeSet<>())
                                .add(name);
                    }
                }
            }
        }
        return rows;
    }

    @Test
    void every_fault_has_a_row_and_its_tests_and_every_test_of_a_fault_is_named() throws IOException {
        assertThat(documented().keySet())
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, ROWS).boxed().toList());
        assertThat(documented()).isEqualTo(covered());
    }
}

package io.github.hevypipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How far a list is, in one line. */
class FetchProgressTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            320 | 1000 | 320 | 76032 | 11600000 | 2000  | workouts: page 320 of 1000, 76032 rows landed, 11.6 MB, 160.0 pages/s, 4 s left
            320 | 1000 | 20  | 4752  | 725000   | 40000 | workouts: page 320 of 1000, 4752 rows landed, 0.7 MB, 0.5 pages/s, 22 min 40 s left
            999 | 1000 | 999 | 0     | 36000000 | 5000  | workouts: page 999 of 1000, 36.0 MB, 199.8 pages/s, 1 s left
            20  | 20   | 20  | 4752  | 725000   | 800   | workouts: page 20 of 20, 4752 rows landed, 0.7 MB, 25.0 pages/s
            3   | 20   | 3   | 0     | 108000   | 40    | workouts: page 3 of 20, 0.1 MB
            1   | 1    | 1   | 0     | 3600     | 40    | workouts: page 1 of 1
            0   | 1    | 0   | 0     | 0        | 9000  | workouts: page 0 of 1
            """)
    void it_tells_pages_rows_size_rate_and_the_time_left(
            int page, int pages, int arrived, long rows, long bytes, long millis, String text) {
        assertThat(new FetchProgress("workouts", page, pages, arrived, rows, bytes, Duration.ofMillis(millis)).text())
                .isEqualTo(text);
    }
}

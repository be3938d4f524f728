package io.github.hevypipeline.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LoadIdsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:15:23.596945512Z");

    @Test
    void the_first_id_is_the_time_in_seconds() {
        assertThat(LoadIds.next(NOW, null)).isEqualTo("1795428923.5969455");
        assertThat(LoadIds.next(Instant.EPOCH, null)).isEqualTo("0.0000000");
    }

    @Test
    void a_clock_that_goes_back_two_hours_or_to_1970_or_stands_still_gives_a_greater_id() {
        String last = LoadIds.next(NOW, null);

        assertThat(LoadIds.next(NOW, last)).isEqualTo("1795428923.5969456");
        assertThat(LoadIds.next(NOW.minus(Duration.ofHours(2)), last)).isEqualTo("1795428923.5969456");
        assertThat(LoadIds.next(Instant.EPOCH, last)).isEqualTo("1795428923.5969456");
        assertThat(LoadIds.next(Instant.EPOCH, "1795428923.9999999")).isEqualTo("1795428924.0000000");
        assertThat(LoadIds.next(NOW.plus(Duration.ofDays(9)), last)).isEqualTo("1796206523.5969455");
    }

    @Property
    void whatever_the_clock_does_ids_grow_and_name_files(
            @ForAll List<@LongRange(min = 0, max = 4_000_000_000_000L) Long> clockInMillis) {
        String last = null;
        for (long millis : clockInMillis) {
            String next = LoadIds.next(Instant.ofEpochMilli(millis), last);
            if (last != null) {
                assertThat(new BigDecimal(next)).isGreaterThan(new BigDecimal(last));
            }
            String path = CommittedFile.path("workouts", next, "2026", 1);
            assertThat(new CommittedFile(path, 0, 0, "").part()).isEqualTo("2026");
            last = next;
        }
    }
}

package io.github.hevypipeline.hevy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.schema.ResourceCatalog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PageCursorTest {
    private static final Feed WORKOUTS = Feed.list(
            ResourceCatalog.read(Path.of("schemas")).select("workouts").get(0));

    private final PageCursor pages = new PageCursor(WORKOUTS, 32);

    /** Plays the loop; {@code pageCount} gives each page a count, or -1 for a 404. */
    private static List<List<Integer>> windows(PageCursor pages, IntUnaryOperator pageCount) {
        List<List<Integer>> windows = new ArrayList<>();
        while (pages.isUnfinished()) {
            List<Integer> window = pages.nextWindow();
            windows.add(window);
            for (int page : window) {
                int count = pageCount.applyAsInt(page);
                if (count < 0) {
                    pages.endBefore(page);
                } else {
                    pages.countIs(count);
                }
            }
        }
        return windows;
    }

    private static List<Integer> range(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void the_first_page_is_asked_for_alone_and_then_window_by_window() {
        assertThat(windows(pages, page -> 70)).containsExactly(List.of(1), range(2, 33), range(34, 65), range(66, 70));
        assertThat(pages.getPassed()).isEqualTo(70);
        assertThat(pages.getCount()).isEqualTo(70);
    }

    @Test
    void an_empty_account_is_one_page_whether_its_count_is_0_or_1() {
        assertThat(windows(new PageCursor(WORKOUTS, 32), page -> 0)).containsExactly(List.of(1));
        assertThat(windows(new PageCursor(WORKOUTS, 32), page -> 1)).containsExactly(List.of(1));
    }

    @Test
    void a_list_that_grows_or_shrinks_while_it_is_read_is_read_to_its_new_end() {
        assertThat(windows(new PageCursor(WORKOUTS, 16), page -> page < 3 ? 4 : 6))
                .containsExactly(List.of(1), range(2, 4), range(5, 6));
        assertThat(windows(new PageCursor(WORKOUTS, 16), page -> page < 17 ? 90 : 25))
                .containsExactly(List.of(1), range(2, 17), range(18, 25));
    }

    @Test
    void a_page_that_is_not_there_is_the_end_also_when_another_response_still_counts_it() {
        assertThat(windows(new PageCursor(WORKOUTS, 32), page -> page > 3 ? -1 : 9))
                .containsExactly(List.of(1), range(2, 9));

        windows(pages, page -> page == 4 ? -1 : 9);
        assertThat(pages.isUnfinished()).isFalse();
    }

    @Test
    void a_count_that_cannot_be_is_refused() {
        assertThatThrownBy(() -> pages.countIs(1_000_001))
                .isInstanceOf(SystemError.class)
                .hasMessageContaining("/v1/workouts")
                .hasMessageContaining("1000001");
        assertThatThrownBy(() -> pages.countIs(Integer.MAX_VALUE)).isInstanceOf(SystemError.class);
    }

    @Test
    void an_api_whose_list_never_ends_is_stopped() {
        assertThatThrownBy(() -> windows(pages, page -> page + 5)).isInstanceOf(SystemError.class);
        assertThat(pages.getPassed()).isLessThanOrEqualTo(1_000_000);
    }

    @Property(tries = 200)
    void every_page_is_asked_for_once_in_order(
            @ForAll @IntRange(min = 0, max = 200) int count, @ForAll @IntRange(min = 1, max = 9) int window) {
        List<Integer> asked = windows(new PageCursor(WORKOUTS, window), page -> count).stream()
                .flatMap(List::stream)
                .toList();

        assertThat(asked).hasSize(Math.max(1, count)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void progress_is_worth_a_line_at_every_tenth_and_at_the_end() {
        PageCursor many = new PageCursor(WORKOUTS, 32);
        List<Integer> milestones = new ArrayList<>();
        while (many.isUnfinished()) {
            many.nextWindow();
            many.countIs(2_000);
            if (many.isMilestone()) {
                milestones.add(many.getPassed());
            }
        }

        assertThat(milestones).hasSizeBetween(10, 12).endsWith(2_000);
    }
}

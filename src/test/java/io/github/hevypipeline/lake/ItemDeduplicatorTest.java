package io.github.hevypipeline.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ItemDeduplicatorTest {
    private final ItemDeduplicator roster = new ItemDeduplicator();

    private static ItemDeduplicator.Item item(String id, long updatedAt) {
        return new ItemDeduplicator.Item(id, updatedAt);
    }

    private static ItemDeduplicator.Item gone(String id) {
        return new ItemDeduplicator.Item(id, Long.MIN_VALUE, true);
    }

    @Test
    void of_two_copies_the_newer_counts_and_of_equals_the_first_met() {
        roster.add(0, 2, List.of(item("a", 5), item("b", 5)));
        roster.add(0, 1, List.of(item("a", 5), item("c", 1)));
        roster.add(1, 1, List.of(item("b", 6)));

        assertThat(roster.lands("a", 0, 1, 0)).isTrue();
        assertThat(roster.lands("a", 0, 2, 0)).isFalse();
        assertThat(roster.lands("b", 1, 1, 0)).isTrue();
        assertThat(roster.size()).isEqualTo(3);
    }

    @Test
    void an_older_copy_in_a_later_pass_does_not_win() {
        roster.add(1, 1, List.of(item("a", 9)));
        roster.add(2, 1, List.of(item("a", 8)));

        assertThat(roster.lands("a", 1, 1, 0)).isTrue();
    }

    @Test
    void what_a_later_pass_says_is_gone_is_gone() {
        roster.add(0, 1, List.of(item("a", 9), item("b", 9)));
        assertThat(roster.add(1, 1, List.of(gone("a")))).isEqualTo(1);

        assertThat(roster.lands("a", 0, 1, 0)).isFalse();
        assertThat(roster.existing()).containsExactly("b");
        assertThat(roster.deleted()).containsExactly("a");
        assertThat(roster.size()).isEqualTo(1);
    }

    @Test
    void within_one_pass_the_first_mention_is_the_newest() {
        roster.add(1, 1, List.of(gone("a"), item("b", 1)));
        roster.add(1, 2, List.of(item("a", 3), gone("b")));

        assertThat(roster.deleted()).containsExactly("a");
        assertThat(roster.existing()).containsExactly("b");
    }

    @Test
    void pages_that_come_in_another_order_give_the_same_answer() {
        roster.add(1, 2, List.of(item("a", 3), gone("b")));
        roster.add(1, 1, List.of(gone("a"), item("b", 1)));

        assertThat(roster.deleted()).containsExactly("a");
        assertThat(roster.existing()).containsExactly("b");
        assertThat(roster.size()).isEqualTo(1);
    }

    @Test
    void what_exists_again_after_it_was_gone_exists() {
        roster.add(1, 1, List.of(gone("a")));
        roster.add(2, 1, List.of(item("a", 3)));

        assertThat(roster.existing()).containsExactly("a");
        assertThat(roster.lands("a", 2, 1, 0)).isTrue();
    }

    @Test
    void a_repetition_is_no_news() {
        assertThat(roster.add(1, 1, List.of(item("a", 3), gone("b")))).isEqualTo(2);
        assertThat(roster.add(2, 1, List.of(item("a", 3), gone("b")))).isZero();
        assertThat(roster.add(3, 1, List.of(item("a", 4)))).isEqualTo(1);
        assertThat(roster.add(4, 1, List.of(gone("a")))).isEqualTo(1);
    }

    @Test
    void forgetting_everything_leaves_nothing() {
        roster.add(0, 1, List.of(item("a", 9)));
        roster.clear();

        assertThat(roster.isEmpty()).isTrue();
        assertThat(roster.size()).isZero();
    }

    @Test
    void what_was_landed_before_a_newer_copy_came_is_not_right_until_it_is_landed_again() {
        ItemDeduplicator roster = new ItemDeduplicator();
        roster.add(0, 1, List.of(new ItemDeduplicator.Item("a", 1), new ItemDeduplicator.Item("b", 1)));
        assertThat(roster.lands("a", 0, 1, 0)).isTrue();
        assertThat(roster.isLandedRight()).as("b is missing").isFalse();
        assertThat(roster.lands("b", 0, 1, 1)).isTrue();
        assertThat(roster.isLandedRight()).isTrue();

        roster.add(1, 1, List.of(new ItemDeduplicator.Item("a", 2)));
        assertThat(roster.isLandedRight()).as("the old copy of a").isFalse();
        assertThat(roster.lands("a", 1, 1, 0)).isTrue();
        assertThat(roster.isLandedRight()).as("both copies of a").isFalse();

        roster.forgetLanded();
        assertThat(roster.lands("a", 0, 1, 0)).isFalse();
        assertThat(roster.lands("b", 0, 1, 1)).isTrue();
        assertThat(roster.lands("a", 1, 1, 0)).isTrue();
        assertThat(roster.isLandedRight()).isTrue();
    }

    @Test
    void what_was_landed_before_it_was_deleted_is_not_right() {
        ItemDeduplicator roster = new ItemDeduplicator();
        roster.add(0, 1, List.of(new ItemDeduplicator.Item("a", 1)));
        assertThat(roster.lands("a", 0, 1, 0)).isTrue();
        roster.add(1, 1, List.of(new ItemDeduplicator.Item("a", Long.MIN_VALUE, true)));

        assertThat(roster.isLandedRight()).isFalse();
        roster.forgetLanded();
        assertThat(roster.lands("a", 0, 1, 0)).isFalse();
        assertThat(roster.isLandedRight()).isTrue();
    }
}

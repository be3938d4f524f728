package io.github.hevypipeline.lake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ItemDeduplicatorTest {
    private final ItemDeduplicator items = new ItemDeduplicator();

    private static ItemDeduplicator.Item item(String id, long updatedAt) {
        return new ItemDeduplicator.Item(id, updatedAt);
    }

    private static ItemDeduplicator.Item gone(String id) {
        return new ItemDeduplicator.Item(id, Long.MIN_VALUE, true);
    }

    @Test
    void of_two_copies_the_newer_counts_and_of_equals_the_first_met() {
        items.add(0, 2, List.of(item("a", 5), item("b", 5)));
        items.add(0, 1, List.of(item("a", 5), item("c", 1)));
        items.add(1, 1, List.of(item("b", 6)));

        assertThat(items.lands("a", 0, 1, 0)).isTrue();
        assertThat(items.lands("a", 0, 2, 0)).isFalse();
        assertThat(items.lands("b", 1, 1, 0)).isTrue();
        assertThat(items.size()).isEqualTo(3);
    }

    @Test
    void an_older_copy_in_a_later_pass_does_not_win() {
        items.add(1, 1, List.of(item("a", 9)));
        items.add(2, 1, List.of(item("a", 8)));

        assertThat(items.lands("a", 1, 1, 0)).isTrue();
    }

    @Test
    void what_a_later_pass_says_is_gone_is_gone() {
        items.add(0, 1, List.of(item("a", 9), item("b", 9)));
        assertThat(items.add(1, 1, List.of(gone("a")))).isEqualTo(1);

        assertThat(items.lands("a", 0, 1, 0)).isFalse();
        assertThat(items.existing()).containsExactly("b");
        assertThat(items.deleted()).containsExactly("a");
        assertThat(items.size()).isEqualTo(1);
    }

    @Test
    void within_one_pass_the_first_mention_is_the_newest() {
        items.add(1, 1, List.of(gone("a"), item("b", 1)));
        items.add(1, 2, List.of(item("a", 3), gone("b")));

        assertThat(items.deleted()).containsExactly("a");
        assertThat(items.existing()).containsExactly("b");
    }

    @Test
    void pages_that_come_in_another_order_give_the_same_answer() {
        items.add(1, 2, List.of(item("a", 3), gone("b")));
        items.add(1, 1, List.of(gone("a"), item("b", 1)));

        assertThat(items.deleted()).containsExactly("a");
        assertThat(items.existing()).containsExactly("b");
        assertThat(items.size()).isEqualTo(1);
    }

    @Test
    void what_exists_again_after_it_was_gone_exists() {
        items.add(1, 1, List.of(gone("a")));
        items.add(2, 1, List.of(item("a", 3)));

        assertThat(items.existing()).containsExactly("a");
        assertThat(items.lands("a", 2, 1, 0)).isTrue();
    }

    @Test
    void a_repetition_is_no_news() {
        assertThat(items.add(1, 1, List.of(item("a", 3), gone("b")))).isEqualTo(2);
        assertThat(items.add(2, 1, List.of(item("a", 3), gone("b")))).isZero();
        assertThat(items.add(3, 1, List.of(item("a", 4)))).isEqualTo(1);
        assertThat(items.add(4, 1, List.of(gone("a")))).isEqualTo(1);
    }

    @Test
    void forgetting_everything_leaves_nothing() {
        items.add(0, 1, List.of(item("a", 9)));
        items.clear();

        assertThat(items.isEmpty()).isTrue();
        assertThat(items.size()).isZero();
    }

    @Test
    void what_was_landed_before_a_newer_copy_came_is_not_right_until_it_is_landed_again() {
        ItemDeduplicator items = new ItemDeduplicator();
        items.add(0, 1, List.of(new ItemDeduplicator.Item("a", 1), new ItemDeduplicator.Item("b", 1)));
        assertThat(items.lands("a", 0, 1, 0)).isTrue();
        assertThat(items.isLandedRight()).as("b is missing").isFalse();
        assertThat(items.lands("b", 0, 1, 1)).isTrue();
        assertThat(items.isLandedRight()).isTrue();

        items.add(1, 1, List.of(new ItemDeduplicator.Item("a", 2)));
        assertThat(items.isLandedRight()).as("the old copy of a").isFalse();
        assertThat(items.lands("a", 1, 1, 0)).isTrue();
        assertThat(items.isLandedRight()).as("both copies of a").isFalse();

        items.forgetLanded();
        assertThat(items.lands("a", 0, 1, 0)).isFalse();
        assertThat(items.lands("b", 0, 1, 1)).isTrue();
        assertThat(items.lands("a", 1, 1, 0)).isTrue();
        assertThat(items.isLandedRight()).isTrue();
    }

    @Test
    void what_was_landed_before_it_was_deleted_is_not_right() {
        ItemDeduplicator items = new ItemDeduplicator();
        items.add(0, 1, List.of(new ItemDeduplicator.Item("a", 1)));
        assertThat(items.lands("a", 0, 1, 0)).isTrue();
        items.add(1, 1, List.of(new ItemDeduplicator.Item("a", Long.MIN_VALUE, true)));

        assertThat(items.isLandedRight()).isFalse();
        items.forgetLanded();
        assertThat(items.lands("a", 0, 1, 0)).isFalse();
        assertThat(items.isLandedRight()).isTrue();
    }
}

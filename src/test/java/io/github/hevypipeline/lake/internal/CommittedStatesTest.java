package io.github.hevypipeline.lake.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CommittedStatesTest {
    private static String loadId(int number) {
        return number + ".5";
    }

    /** Tells the strays among states when only some loads were committed; gives how many commits were read. */
    private static int read(CommittedStates states, List<Integer> committed) {
        int reads = 0;
        while (states.isUnexplained()) {
            int sequence = Integer.parseInt(states.getNextKey());
            states.read(loadId(committed.get(sequence - 1)));
            reads++;
        }
        return reads;
    }

    private static CommittedStates states(Set<Integer> loads, List<Integer> committed) {
        List<String> older =
                IntStream.range(1, committed.size()).mapToObj(Integer::toString).toList();
        int newest = committed.get(committed.size() - 1);
        return new CommittedStates(
                loads.stream()
                        .filter(load -> load <= newest)
                        .map(CommittedStatesTest::loadId)
                        .toList(),
                older,
                loadId(newest));
    }

    @Test
    void where_every_state_has_its_commit_nothing_is_read() {
        CommittedStates states = states(Set.of(1, 2, 3), List.of(1, 2, 3));

        assertThat(states.isUnexplained()).isFalse();
        assertThat(states.strays()).isEmpty();
    }

    @Test
    void a_state_too_many_is_found_by_reading_no_further_than_it() {
        List<Integer> committed = List.of(1, 2, 3, 5, 9);
        CommittedStates states = states(Set.of(1, 2, 3, 4, 5, 9), committed);

        assertThat(read(states, committed)).isEqualTo(2);
        assertThat(states.strays()).containsExactly("_dlt_pipeline_state/4.5.parquet");
    }

    @Property(tries = 300)
    void exactly_the_states_without_a_commit_are_strays(
            @ForAll @Size(min = 1, max = 12) Set<@IntRange(min = 1, max = 40) Integer> loads,
            @ForAll @Size(max = 6) Set<@IntRange(min = 1, max = 40) Integer> killed) {
        List<Integer> committed = new ArrayList<>(new TreeSet<>(loads));
        Set<Integer> all = new TreeSet<>(loads);
        all.addAll(killed);
        CommittedStates states = states(all, committed);

        read(states, committed);

        int newest = committed.get(committed.size() - 1);
        assertThat(states.strays())
                .containsExactlyInAnyOrderElementsOf(killed.stream()
                        .filter(load -> load <= newest && !loads.contains(load))
                        .map(load -> CommitLog.statePath(loadId(load)))
                        .toList());
    }
}

package io.github.hevypipeline.lake.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RowKeysTest {
    private final RowKeys keys = new RowKeys();

    /** Downstream tables refer to these: another value here breaks them, so no change may need one. */
    @Test
    void the_keys_that_were_once_given_stay_for_ever() {
        String workout = keys.root("workouts", "6f0c2a51-93be-4d1e-8a77-2b1d5c9e4f10");
        String exercise = keys.child(workout, "workouts__exercises", 0);
        String set = keys.child(exercise, "workouts__exercises__sets", 3);

        assertThat(workout).isEqualTo("82T6PhrRmqg1Ew");
        assertThat(exercise).isEqualTo("N+axPs5zfS/4Sw");
        assertThat(set).isEqualTo("ENXHjARnigvUPA");
        assertThat(keys.root("exercise_templates", "D04AC939")).isEqualTo("oPOVhk5vBHex6g");
        assertThat(keys.root("workouts", "é🔥")).isEqualTo("OPvQNRXU0Q6Etw");
    }

    @Property
    void a_key_has_14_characters_and_depends_on_nothing_but_its_text(@ForAll String id, @ForAll long index) {
        String root = keys.root("workouts", id);

        assertThat(root).matches("[A-Za-z0-9+/]{14}").isEqualTo(new RowKeys().root("workouts", id));
        assertThat(keys.child(root, "t", index))
                .matches("[A-Za-z0-9+/]{14}")
                .isEqualTo(new RowKeys().child(root, "t", index))
                .isNotEqualTo(keys.child(root, "u", index))
                .isNotEqualTo(keys.child(root, "t", index + 1));
    }

    @Test
    void half_a_million_keys_are_all_different() {
        Set<String> seen = new HashSet<>();
        for (int workout = 0; workout < 500; workout++) {
            String root = keys.root("workouts", "w" + workout);
            seen.add(root);
            for (int child = 0; child < 1_000; child++) {
                seen.add(keys.child(root, "workouts__exercises", child));
            }
        }

        assertThat(seen).hasSize(500_500);
    }
}

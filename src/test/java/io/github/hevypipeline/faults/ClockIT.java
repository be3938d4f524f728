package io.github.hevypipeline.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.demo.Account;
import io.github.hevypipeline.demo.Listing;
import io.github.hevypipeline.faults.JarProcess.Ended;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A machine whose clock is wrong still loads in order: ids increase and the newest load wins. */
@Timeout(600)
class ClockIT {
    @TempDir
    private Path root;

    @Test
    @Tag("slow")
    @Fault(14)
    void load_ids_increase_and_the_newest_load_wins_whatever_the_clock_says() throws Exception {
        Account account = JarInstallation.account(12);
        try (JarInstallation installation = new JarInstallation(root, account)) {
            String id = account.items(Listing.WORKOUTS)
                    .findFirst()
                    .orElseThrow()
                    .path("id")
                    .asText();
            String gone = account.items(Listing.WORKOUTS)
                    .skip(3)
                    .findFirst()
                    .orElseThrow()
                    .path("id")
                    .asText();
            JarProcess jar = installation.jar();
            List<String> expected = new ArrayList<>();

            for (String offset : List.of("PT0S", "PT-2H", "PT-495000H", "PT48H")) {
                installation.setClockOff(offset);
                account.edit(id, workout -> workout.put("title", "at " + offset));
                if (offset.equals("PT-495000H")) {
                    account.delete(gone);
                }
                expected.add(offset);

                Ended ended = jar.run("extract");

                assertThat(ended.exitCode()).as(offset + ": " + ended.err()).isZero();
                assertThat(installation.lake().faults()).isEmpty();
                assertThat(installation.lake().commits()).isEqualTo(expected.size());
                assertThat(installation
                                .lake()
                                .query("select title, _dlt_load_id from {workouts} where id = '" + id + "'"))
                        .isEqualTo(List.of(List.of("at " + offset, newest(installation))));
            }

            List<BigDecimal> ids =
                    installation.lake().query("select load_id from {_dlt_loads} order by sequence").stream()
                            .map(row -> new BigDecimal(row.get(0)))
                            .toList();
            assertThat(ids).isSorted().doesNotHaveDuplicates().hasSize(4);
            assertThat(ids.get(3).subtract(ids.get(0)))
                    .as("the clock was in use")
                    .isGreaterThan(new BigDecimal(170_000));
            assertThat(installation.lake().query("select count(*) from {workouts}"))
                    .isEqualTo(List.of(List.of("11")));
        }
    }

    private static String newest(JarInstallation installation) {
        return installation
                .lake()
                .query("select load_id from {_dlt_loads} order by sequence desc limit 1")
                .get(0)
                .get(0);
    }
}

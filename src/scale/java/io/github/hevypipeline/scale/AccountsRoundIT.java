package io.github.hevypipeline.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hevypipeline.faults.JarProcess;
import io.github.hevypipeline.faults.JarProcess.Ended;
import io.github.hevypipeline.scale.ManyAccounts.Mood;
import io.github.hevypipeline.scale.ManyAccounts.Tenant;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rounds over many accounts in one process, without Kafka and without Spark. */
@Timeout(600)
class AccountsRoundIT {
    private static final int SOME_ACCOUNTS_FAILED = 7;

    @TempDir
    Path root;

    @Test
    void each_account_becomes_its_truth_and_a_bad_one_holds_up_no_other() throws Exception {
        try (ManyAccounts hevy = new ManyAccounts();
                ScaleJar jar = new ScaleJar(root, hevy)) {
            List<Tenant> well = new ArrayList<>(hevy.addUneven(30));
            Tenant drifted = hevy.add("drifted", 9);
            drifted.drift();
            Tenant expressions = hevy.add("expressions", 8);
            expressions.useExpressions();
            Tenant colliding = hevy.addColliding("colliding", hevy.tenant("lifter-001"));
            well.addAll(List.of(drifted, expressions, colliding));
            List<Tenant> bad = new ArrayList<>();
            for (Mood mood : List.of(Mood.REVOKED, Mood.BROKEN_JSON, Mood.HTML, Mood.ENDLESS, Mood.HUGE_TEXT)) {
                bad.add(hevy.add("bad-" + mood.name().toLowerCase(Locale.ROOT), 4)
                        .in(mood));
            }
            JarProcess worker = jar.process("worker").with("HEVY_MAX_WAIT", "1s");

            Ended first = worker.run("accounts");

            assertThat(first.exitCode()).as(first.err()).isEqualTo(SOME_ACCOUNTS_FAILED);
            bad.forEach(tenant -> assertThat(first.err()).contains(tenant.id()));
            requireTruth(jar, well);

            well.get(3).editNewest("Edited");
            well.get(7).deleteOldest();
            well.get(4).logWorkout(LocalDate.of(2026, 1, 20), 1);
            bad.forEach(tenant -> tenant.in(Mood.HONEST));
            well.get(1).in(Mood.EMPTY);
            Ended second = worker.run("accounts");

            assertThat(second.err()).contains(well.get(1).id());
            well.addAll(bad);
            requireTruth(jar, well);

            well.get(1).in(Mood.HONEST);
            Ended third = worker.run("accounts");
            assertThat(third.exitCode()).as(third.err()).isZero();
            requireTruth(jar, well);
            requireUnchangedRoundIsCheap(hevy, jar, worker);
        }
    }

    private static void requireUnchangedRoundIsCheap(ManyAccounts hevy, ScaleJar jar, JarProcess worker)
            throws Exception {
        long objects = jar.packages().objects();
        long requests = hevy.requests();

        Ended unchanged = worker.run("accounts");

        assertThat(unchanged.exitCode()).as(unchanged.err()).isZero();
        assertThat(jar.packages().objects()).isEqualTo(objects);
        assertThat(hevy.requests() - requests)
                .isLessThanOrEqualTo(2L * hevy.tenants().size());
    }

    private static void requireTruth(ScaleJar jar, List<Tenant> tenants) throws Exception {
        List<String> differences = new ArrayList<>();
        for (Tenant tenant : tenants) {
            for (String difference : jar.packages().tables(tenant.id()).differences(tenant.truth())) {
                differences.add(tenant.id() + ": " + difference);
            }
        }
        assertThat(differences).isEmpty();
    }
}

package io.github.hevypipeline.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.github.hevypipeline.faults.Await;
import java.util.Set;

/** The rules of the tests: what they wait for is a state. */
@AnalyzeClasses(packages = "io.github.hevypipeline", importOptions = ImportOption.OnlyIncludeTests.class)
class TestRulesTest {
    private static final Set<String> SPENDING_TIME =
            Set.of("sleep", "parkNanos", "parkUntil", "onSpinWait", "yield", "delayedExecutor");

    @ArchTest
    static final ArchRule a_test_waits_for_a_state_and_never_for_a_time = noClasses()
            .that()
            .doNotBelongToAnyOf(Await.class)
            .should()
            .accessTargetWhere(describe("spends time by itself", TestRulesTest::spendsTime))
            .because("a busy machine needs longer than any time that was guessed: wait with Await.until");

    private static boolean spendsTime(JavaAccess<?> access) {
        return access.getTargetOwner().getPackageName().matches("java\\.(lang|util\\.concurrent)(\\..*)?")
                && SPENDING_TIME.contains(access.getName());
    }
}

package io.github.hevypipeline.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures;
import io.github.hevypipeline.demo.MavenMain;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.Format;
import java.text.MessageFormat;
import java.text.SimpleDateFormat;
import java.time.Clock;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Scanner;
import java.util.Set;
import java.util.stream.Stream;

/** The rules of the Java code: which package calls which, and who may use the environment, the clock and the console. */
@AnalyzeClasses(packages = "io.github.hevypipeline", importOptions = ImportOption.DoNotIncludeTests.class)
class JavaRulesTest {
    private static final String ROOT = "io.github.hevypipeline.";

    /** From the top to the bottom: a package may call those after it. */
    private static final List<String> ROOMS = List.of(
            "cli", "doctor", "runtime", "ops", "settings", "accounts", "hevy", "lake", "mart", "dbt", "http", "report");

    @ArchTest
    static final ArchRule rooms_only_call_downward = rooms();

    private static ArchRule rooms() {
        Architectures.LayeredArchitecture rooms = layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("Main")
                .definedBy(describe("Main", type -> type.getName().equals(ROOT + "Main")));
        for (String room : ROOMS) {
            rooms = rooms.layer(room).definedBy(ROOT + room + "..");
        }
        rooms = rooms.whereLayer("Main").mayNotBeAccessedByAnyLayer();
        for (int i = 0; i < ROOMS.size(); i++) {
            String[] above = Stream.concat(Stream.of("Main"), ROOMS.subList(0, i).stream())
                    .toArray(String[]::new);
            rooms = rooms.whereLayer(ROOMS.get(i)).mayOnlyBeAccessedByLayers(above);
        }
        return rooms;
    }

    @ArchTest
    static final ArchRule what_is_internal_is_called_from_its_own_parent_only =
            classes().that().resideInAPackage(ROOT + "(*).internal..").should(beCalledFromTheirOwnRoom());

    private static ArchCondition<JavaClass> beCalledFromTheirOwnRoom() {
        return new ArchCondition<>("be called from their own parent only") {
            @Override
            public void check(JavaClass internal, ConditionEvents events) {
                String parent = internal.getPackageName().replaceFirst("\\.internal.*", "");
                internal.getDirectDependenciesToSelf().stream()
                        .filter(call -> !isWithin(call.getOriginClass(), parent))
                        .forEach(call -> events.add(SimpleConditionEvent.violated(call, call.getDescription())));
            }
        };
    }

    private static boolean isWithin(JavaClass type, String parent) {
        return type.getPackageName().equals(parent) || type.getPackageName().startsWith(parent + ".");
    }

    @ArchTest
    static final ArchRule only_the_s3_package_knows_the_aws_sdk = noClasses()
            .that()
            .resideInAPackage("io.github.hevypipeline..")
            .and()
            .resideOutsideOfPackages(ROOT + "lake.s3..", ROOT + "demo..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon.awssdk..");

    @ArchTest
    static final ArchRule a_dbt_project_knows_no_duckdb_no_s3_and_no_hevy = noClasses()
            .that()
            .resideInAPackage(ROOT + "dbt..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.duckdb..", "software.amazon.awssdk..", ROOT + "mart..", ROOT + "lake..", ROOT + "hevy..");

    @ArchTest
    static final ArchRule failure_files_and_project_call_nothing_above_them = noClasses()
            .that()
            .resideInAnyPackage(ROOT + "failure..", ROOT + "files..", ROOT + "project..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.github.hevypipeline..")
                    .and(DescribedPredicate.not(resideInAPackage(ROOT + "failure..")))
                    .and(DescribedPredicate.not(resideInAPackage(ROOT + "files..")))
                    .and(DescribedPredicate.not(resideInAPackage(ROOT + "project.."))));

    @ArchTest
    static final ArchRule the_export_of_the_app_calls_only_what_is_below_it = classes()
            .that()
            .resideInAPackage(ROOT + "hevy.export..")
            .should()
            .onlyDependOnClassesThat(DescribedPredicate.not(resideInAPackage("io.github.hevypipeline.."))
                    .or(resideInAnyPackage(
                            ROOT + "hevy..",
                            ROOT + "lake.schema..",
                            ROOT + "report..",
                            ROOT + "failure..",
                            ROOT + "files..",
                            ROOT + "project..")));

    @ArchTest
    static final ArchRule of_the_simulated_servers_only_the_maven_entry_point_calls_the_program = noClasses()
            .that()
            .resideInAPackage(ROOT + "demo..")
            .and()
            .doNotBelongToAnyOf(MavenMain.class)
            .should()
            .dependOnClassesThat(resideInAPackage("io.github.hevypipeline..")
                    .and(DescribedPredicate.not(resideInAPackage(ROOT + "demo.."))));

    @ArchTest
    static final ArchRule only_the_settings_read_the_environment = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + "settings..")
            .and()
            .doNotBelongToAnyOf(MavenMain.class)
            .should()
            .callMethodWhere(describe(
                    "reads the environment",
                    call -> call.getTargetOwner().isEquivalentTo(System.class)
                            && call.getName().equals("getenv")));

    @ArchTest
    static final ArchRule nobody_but_the_clock_asks_the_time = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + "cli..", ROOT + "runtime..", ROOT + "doctor..", ROOT + "demo..")
            .should()
            .callMethodWhere(describe("asks the time", JavaRulesTest::asksTheTime));

    @ArchTest
    static final ArchRule logs_go_through_slf4j_alone = noClasses()
            .should()
            .callMethodWhere(describe(
                    "logs with java.util.logging",
                    call -> call.getTargetOwner().getPackageName().equals("java.util.logging")));

    /** Where digits, months and letters are the user's own, ids, names, SQL and JSON would be what no other run reads. */
    @ArchTest
    static final ArchRule no_text_is_made_in_the_language_of_the_machine = noClasses()
            .should()
            .callMethodWhere(describe("takes the default locale", JavaRulesTest::takesTheDefaultLocale))
            .orShould()
            .callConstructorWhere(describe("takes the default locale", JavaRulesTest::takesTheDefaultLocale));

    @ArchTest
    static final ArchRule only_what_talks_to_people_writes_to_the_console = noClasses()
            .that()
            .resideOutsideOfPackages(
                    ROOT + "cli..", ROOT + "runtime..", ROOT + "doctor..", ROOT + "report..", ROOT + "demo..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");

    @ArchTest
    static final ArchRule names_say_what_a_class_is =
            classes().should().haveNameNotMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)(\\$.*)?");

    @ArchTest
    static void every_package_says_its_one_job(JavaClasses classes) {
        assertThat(classes.stream().map(JavaClass::getPackageName).distinct())
                .isNotEmpty()
                .allSatisfy(name -> assertThat(Path.of(
                                "src",
                                name.startsWith(ROOT + "demo") ? "demo" : "main",
                                "java",
                                name.replace('.', '/'),
                                "package-info.java"))
                        .content()
                        .startsWith("/**"));
    }

    private static boolean takesTheDefaultLocale(JavaCall<?> call) {
        JavaClass owner = call.getTargetOwner();
        List<JavaClass> parameters = call.getTarget().getRawParameterTypes();
        if (parameters.stream().anyMatch(type -> type.isEquivalentTo(Locale.class))) {
            return false;
        }
        String name = call.getName();
        boolean formats = Set.of("format", "formatted", "printf").contains(name)
                && (owner.isEquivalentTo(String.class)
                        || owner.isAssignableTo(PrintStream.class)
                        || owner.isAssignableTo(PrintWriter.class)
                        || owner.isEquivalentTo(Formatter.class)
                        || owner.isEquivalentTo(MessageFormat.class));
        boolean changesCase = owner.isEquivalentTo(String.class)
                && Set.of("toLowerCase", "toUpperCase").contains(name);
        boolean ofTime = owner.isEquivalentTo(DateTimeFormatter.class)
                && (name.equals("ofPattern") || name.startsWith("ofLocalized"));
        boolean built = owner.isEquivalentTo(DateTimeFormatterBuilder.class) && name.equals("toFormatter");
        boolean given = owner.isAssignableTo(Format.class) && name.matches("get.*Instance");
        boolean made = Set.of(
                                DecimalFormat.class.getName(),
                                SimpleDateFormat.class.getName(),
                                MessageFormat.class.getName(),
                                Formatter.class.getName(),
                                Scanner.class.getName())
                        .contains(owner.getName())
                && name.equals("<init>");
        return formats || changesCase || ofTime || built || given || made;
    }

    private static boolean asksTheTime(JavaMethodCall call) {
        JavaClass owner = call.getTargetOwner();
        boolean javaTime = owner.getPackageName().equals("java.time")
                && call.getName().equals("now")
                && call.getTarget().getRawParameterTypes().isEmpty();
        boolean clock =
                Set.of(Clock.class.getName(), InstantSource.class.getName()).contains(owner.getName())
                        && call.getName().startsWith("system");
        boolean system = owner.isEquivalentTo(System.class) && call.getName().equals("currentTimeMillis");
        boolean date = owner.getName().equals("java.util.Date");
        return javaTime || clock || system || date;
    }
}

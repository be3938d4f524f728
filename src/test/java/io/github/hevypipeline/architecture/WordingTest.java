package io.github.hevypipeline.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Code and documents use the words of the field: a response, a maximum, a minimum. */
class WordingTest {
    private static final List<Path> CODE =
            List.of(Path.of("src/main/java"), Path.of("src/demo/java"), Path.of("routes"));
    private static final List<Path> TEXT = List.of(Path.of("docs"), Path.of("README.md"));

    private static final Pattern NOWHERE =
            Pattern.compile("\\b(MOST|LEAST)_|(?i:\\b(such as it|makes good|is told)\\b)");
    private static final Pattern NOT_IN_CODE = Pattern.compile("(?i:answer|\\bwhat is\\b)");
    /** A question has an answer, a request has a response. */
    private static final Pattern NOT_IN_TEXT = Pattern.compile("(?i:\\b(an|its|each) answer\\b)");

    /** Files that still have such words; to be emptied. */
    private static final Set<Path> PENDING = """
            src/main/java/io/github/hevypipeline/dbt/BuildScope.java
            src/main/java/io/github/hevypipeline/dbt/DbtProject.java
            src/main/java/io/github/hevypipeline/dbt/ProjectSnapshot.java
            src/main/java/io/github/hevypipeline/dbt/internal/DataTestConfig.java
            src/main/java/io/github/hevypipeline/dbt/internal/DataTestFactory.java
            src/main/java/io/github/hevypipeline/dbt/internal/GenericTest.java
            src/main/java/io/github/hevypipeline/dbt/internal/Jinja.java
            src/main/java/io/github/hevypipeline/dbt/internal/RangeFunction.java
            src/main/java/io/github/hevypipeline/dbt/internal/SelectionMethod.java
            src/main/java/io/github/hevypipeline/dbt/internal/Selector.java
            src/main/java/io/github/hevypipeline/dbt/internal/SingularTestProperties.java
            src/main/java/io/github/hevypipeline/lake/CommitAttempt.java
            src/main/java/io/github/hevypipeline/lake/Committer.java
            src/main/java/io/github/hevypipeline/lake/DeletionGuard.java
            src/main/java/io/github/hevypipeline/lake/Destination.java
            src/main/java/io/github/hevypipeline/lake/ItemDeduplicator.java
            src/main/java/io/github/hevypipeline/lake/Lake.java
            src/main/java/io/github/hevypipeline/lake/LoadSteps.java
            src/main/java/io/github/hevypipeline/lake/LoadTransaction.java
            src/main/java/io/github/hevypipeline/lake/Staging.java
            src/main/java/io/github/hevypipeline/lake/SyncMode.java
            src/main/java/io/github/hevypipeline/lake/SyncPlan.java
            src/main/java/io/github/hevypipeline/lake/internal/UnchangedPageCache.java
            src/main/java/io/github/hevypipeline/lake/internal/VerifiedObjects.java
            src/main/java/io/github/hevypipeline/lake/rows/JsonValues.java
            src/main/java/io/github/hevypipeline/lake/rows/Merge.java
            src/main/java/io/github/hevypipeline/lake/rows/StagedParquetWriter.java
            src/main/java/io/github/hevypipeline/lake/rows/WriteBehind.java
            src/main/java/io/github/hevypipeline/lake/s3/DatasetListing.java
            src/main/java/io/github/hevypipeline/lake/s3/S3ClientFactory.java
            src/main/java/io/github/hevypipeline/lake/s3/S3Failures.java
            src/main/java/io/github/hevypipeline/lake/s3/S3Responses.java
            src/main/java/io/github/hevypipeline/lake/s3/StoredObjects.java
            src/main/java/io/github/hevypipeline/lake/schema/Resource.java
            src/main/java/io/github/hevypipeline/lake/schema/UnknownValues.java
            src/main/java/io/github/hevypipeline/lake/schema/UtcTimes.java
            src/main/java/io/github/hevypipeline/lake/schema/package-info.java
            src/main/java/io/github/hevypipeline/mart/BuildFingerprint.java
            src/main/java/io/github/hevypipeline/mart/BuildMetadata.java
            src/main/java/io/github/hevypipeline/mart/BuildStats.java
            src/main/java/io/github/hevypipeline/mart/Comments.java
            src/main/java/io/github/hevypipeline/mart/CurrentProject.java
            src/main/java/io/github/hevypipeline/mart/DuckDbDataSource.java
            src/main/java/io/github/hevypipeline/mart/MartBuild.java
            src/main/java/io/github/hevypipeline/mart/MartDatabase.java
            src/main/java/io/github/hevypipeline/mart/MartFiles.java
            src/main/java/io/github/hevypipeline/mart/Relations.java
            src/main/java/io/github/hevypipeline/mart/SourceFreshness.java
            routes/commit.camel.yaml
            routes/docs.camel.yaml
            routes/duckdb.camel.yaml
            routes/errors.camel.yaml
            routes/lake.camel.yaml
            routes/land.camel.yaml
            routes/pipeline.camel.yaml
            routes/publish.camel.yaml
            routes/transform.camel.yaml
            routes/validate.camel.yaml
            docs/decisions.md
            docs/operations.md
            docs/security.md
            """.lines().map(Path::of).collect(Collectors.toUnmodifiableSet());

    static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path root : Stream.concat(CODE.stream(), TEXT.stream()).toList()) {
            try (Stream<Path> below = Files.walk(root)) {
                below.filter(file -> file.toString().matches(".*\\.(java|yaml|md)"))
                        .filter(file -> !PENDING.contains(file))
                        .forEach(files::add);
            }
        }
        return files;
    }

    @ParameterizedTest
    @MethodSource("files")
    void a_file_uses_the_words_of_the_field(Path file) throws IOException {
        Pattern notHere = TEXT.stream().anyMatch(file::startsWith) ? NOT_IN_TEXT : NOT_IN_CODE;

        assertThat(Files.readAllLines(file))
                .filteredOn(line ->
                        NOWHERE.matcher(line).find() || notHere.matcher(line).find())
                .isEmpty();
    }
}

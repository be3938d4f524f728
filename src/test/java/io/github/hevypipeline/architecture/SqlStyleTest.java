package io.github.hevypipeline.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.github.hevypipeline.dbt.DbtProject;
import io.github.hevypipeline.mart.EmptyBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules of the SQL in the dbt project, as jaffle-shop has them. */
class SqlStyleTest {
    private static final Path ROOT = Path.of("transform");
    private static final Pattern KEYWORD = Pattern.compile(
            "\\b(select|from|where|with|as|and|or|not|null|is|in|on|join|left|right|inner|outer|full|union|all|group|"
                    + "order|by|having|case|when|then|else|end|cast|try_cast|coalesce|count|distinct|asc|desc|nulls|"
                    + "first|last|limit|timestamp|date|bigint|double|varchar|boolean|create|table|schema|if|exists)\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern NOT_SQL = Pattern.compile("(?s)\\{#.*?#}|--[^\n]*|'(?:[^']|'')*'|\"[^\"]*\"");

    static List<Path> sql() throws IOException {
        return files(ROOT, ".sql");
    }

    static List<Path> models() throws IOException {
        return files(ROOT.resolve("models"), ".sql");
    }

    static List<Path> staging() throws IOException {
        return files(ROOT.resolve("models/staging"), ".sql");
    }

    static List<Path> marts() throws IOException {
        return files(ROOT.resolve("models/marts"), ".sql");
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !file.startsWith(ROOT.resolve("target")))
                    .sorted()
                    .toList();
            assertThat(found).as("files in %s", folder).isNotEmpty();
            return found;
        }
    }

    @ParameterizedTest
    @MethodSource("sql")
    void keywords_are_lower_case(Path file) throws IOException {
        Matcher words = KEYWORD.matcher(NOT_SQL.matcher(Files.readString(file)).replaceAll(""));
        while (words.find()) {
            assertThat(words.group()).isEqualTo(words.group().toLowerCase(Locale.ROOT));
        }
    }

    @ParameterizedTest
    @MethodSource("sql")
    void lines_are_short_without_tabs_trailing_blanks_or_leading_commas(Path file) throws IOException {
        assertThat(Files.readString(file).lines()).allSatisfy(line -> assertThat(line)
                .hasSizeLessThanOrEqualTo(100)
                .doesNotContain("\t")
                .doesNotMatch(".*\\s$")
                .doesNotMatch("\\s*,.*"));
    }

    @ParameterizedTest
    @MethodSource("sql")
    void indents_are_four_spaces(Path file) throws IOException {
        assertThat(Files.readString(file).lines()).allSatisfy(line -> assertThat(
                        (line.length() - line.stripLeading().length()) % 4)
                .as(line)
                .isZero());
    }

    @ParameterizedTest
    @MethodSource("sql")
    void a_file_ends_in_one_newline(Path file) throws IOException {
        assertThat(Files.readString(file)).endsWith("\n").doesNotEndWith("\n\n");
    }

    @ParameterizedTest
    @MethodSource("staging")
    void staging_only_renames_its_source(Path file) throws IOException {
        assertThat(Files.readString(file))
                .startsWith("with source as (\n    select * from {{ source(")
                .contains("\nrenamed as (\n")
                .endsWith("\n)\n\nselect * from renamed\n");
    }

    @ParameterizedTest
    @MethodSource("marts")
    void a_mart_imports_first_and_ends_in_its_last_cte(Path file) throws IOException {
        String text = Files.readString(file);
        List<String> names = Pattern.compile("(?m)^(?:with )?(\\w+) as \\($")
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(text)
                .startsWith("{{ per_bucket('marts') -}}\nwith " + names.get(0) + " as (\n    select * from {{ ref(");
        assertThat(text.substring(text.lastIndexOf("\n)\n")))
                .contains("\nselect * from " + names.get(names.size() - 1) + "\n");
        assertThat(Pattern.compile("\\{\\{ (ref|source)\\(").matcher(text).results())
                .allSatisfy(
                        match -> assertThat(text.substring(0, match.start())).endsWith("(\n    select * from "));
    }

    @ParameterizedTest
    @MethodSource("models")
    void a_yml_beside_a_model_describes_it(Path file) throws IOException {
        String name = file.getFileName().toString().replace(".sql", "");
        Path beside = file.resolveSibling(name + ".yml");
        assertThat(beside).exists();
        JsonNode model = new ObjectMapper(new YAMLFactory())
                .readTree(Files.readString(beside))
                .path("models")
                .path(0);

        assertThat(model.path("name").asText()).isEqualTo(name);
        assertThat(model.path("description").asText()).startsWith("One row per ");
    }

    @Test
    void each_column_that_a_model_has_is_described_and_no_other() {
        assertThat(EmptyBuild.docs(DbtProject.load(ROOT, Map.of())).models())
                .isNotEmpty()
                .allSatisfy(model -> assertThat(model.columns()).isNotEmpty().allSatisfy(column -> {
                    assertThat(column.type()).as("is there").isNotNull();
                    assertThat(column.description()).as(column.name()).endsWith(".");
                }));
    }

    @Test
    void every_raw_column_is_described_and_has_a_type() throws IOException {
        JsonNode sources =
                new ObjectMapper(new YAMLFactory()).readTree(Files.readString(ROOT.resolve("models/sources.yml")));
        assertThat(sources.findValues("columns")).hasSize(10).allSatisfy(columns -> assertThat(columns)
                .allSatisfy(column -> {
                    assertThat(column.path("data_type").asText()).isNotBlank();
                    assertThat(column.path("description").asText()).endsWith(".");
                }));
    }
}

package io.github.hevypipeline.hevy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.lake.ItemDeduplicator;
import io.github.hevypipeline.lake.schema.ResourceCatalog;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageReaderTest {
    private static final Feed WORKOUTS = Feed.list(
            ResourceCatalog.read(Path.of("schemas")).select("workouts").get(0));

    @TempDir
    Path folder;

    private static final Feed PERSON = Feed.list(
            ResourceCatalog.read(Path.of("schemas")).select("user_info").get(0));

    private Page read(String response) throws IOException {
        return read(response, WORKOUTS);
    }

    private Page read(String response, Feed feed) throws IOException {
        Path file = folder.resolve("page.part");
        Files.writeString(file, response);
        return new PageReader(feed).read(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "<html><body>502 Bad Gateway</body></html>",
                "null",
                "7",
                "\"workouts\"",
                "[]",
                "[{\"page_count\":1,\"workouts\":[]}]",
                "{}",
                "{\"error\":\"no\"}",
                "{\"page_count\":1}",
                "{\"page_count\":1,\"workouts\":null}",
                "{\"page_count\":1,\"workouts\":{}}",
                "{\"page_count\":1,\"workouts\":\"none\"}",
                "{\"page_count\":1,\"workouts\":[null]}",
                "{\"page_count\":1,\"workouts\":[\"w1\"]}",
                "{\"page_count\":1,\"workouts\":[[]]}",
                "{\"page_count\":1,\"workouts\":[{}]}",
                "{\"page_count\":1,\"workouts\":[{\"id\":null}]}",
                "{\"page_count\":1,\"workouts\":[{\"id\":{}}]}",
                "{\"page_count\":1,\"workouts\":[{\"id\":[1]}]}",
                "{\"page_count\":1,\"workouts\":[{\"title\":\"a\",\"exercises\":[{\"id\":\"x\"}]}]}",
                "{\"page_count\":1,\"workouts\":[{\"id\":\"w1\"}",
                "{\"page_count\":1,\"workouts\":[{\"id\":\"w1\",\"ti",
                "{\"page_count\":1,\"workouts\":[]",
                "{\"page_count\":1,\"workouts\":[],}",
                "{\"page_count\":1 \"workouts\":[]}",
                "{'page_count':1,'workouts':[]}",
                "{\"workouts\":[]}",
                "{\"workouts\":[],\"page_count\":null}",
                "{\"workouts\":[],\"page_count\":\"3\"}",
                "{\"workouts\":[],\"page_count\":1.5}",
                "{\"workouts\":[],\"page_count\":-1}",
                "{\"workouts\":[],\"page_count\":99999999999}",
                "{\"workouts\":[],\"page_count\":1e3}"
            })
    void a_response_that_is_no_page_is_refused_with_its_path_and_beginning(String response) {
        assertThatThrownBy(() -> read(response))
                .isInstanceOfSatisfying(
                        SystemError.class, error -> assertThat(error.exitCode()).isEqualTo(ExitCode.HEVY_API))
                .hasMessageContaining("/v1/workouts")
                .hasMessageEndingWith("It begins: \"" + response.substring(0, Math.min(120, response.length())) + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"page_count\":1,\"workouts\":[{\"id\":\"\"}]}",
                "{\"page_count\":1,\"workouts\":[{\"id\":1.0}]}"
            })
    void items_whose_id_is_empty_or_a_fraction_were_taken_for_one_another_and_lost(String response) {
        assertThatThrownBy(() -> read(response)).isInstanceOf(SystemError.class).hasMessageContaining("has no id");
    }

    @Test
    void at_most_120_bytes_of_a_bad_response_are_shown_and_only_as_printable_ascii() {
        String hostile = "\u001b[2J\u0000\r\n</script>é🔥\u202e" + "x".repeat(10_000);

        assertThatThrownBy(() -> read(hostile))
                .hasMessageContaining("\\u001b[2J\\u0000\\u000d\\u000a</script>\\u00e9\\ud83d\\udd25\\u202e")
                .satisfies(error ->
                        assertThat(error.getMessage()).matches("[ -~]*").hasSizeLessThan(120 * 6 + 120));
    }

    @Test
    void a_response_that_is_not_utf_8_is_refused() throws IOException {
        Path file = folder.resolve("latin1.part");
        Files.write(file, "{\"page_count\":1,\"workouts\":[{\"id\":\"é\"}]}".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> new PageReader(WORKOUTS).read(file)).isInstanceOf(SystemError.class);
    }

    @Test
    void json_nested_beyond_any_sense_is_refused_and_not_a_stack_overflow() {
        String deep = "{\"page_count\":1,\"workouts\":[{\"id\":\"w\",\"x\":" + "[".repeat(100_000);

        assertThatThrownBy(() -> read(deep)).isInstanceOf(SystemError.class);
    }

    @Test
    void a_page_gives_its_count_and_the_key_and_version_of_each_item() throws IOException {
        Page page = read("""
                {"extra":{"workouts":[1]},"page":2,"page_count":7,"workouts":[
                  {"exercises":[{"id":"not this","updated_at":"2030-01-01T00:00:00Z"}],"id":"w1",
                   "updated_at":"2026-10-07T05:20:03.118Z"},
                  {"updated_at":"2026-10-07T07:20:03+02:00","id":"w2"},
                  {"id":12345678901234567890,"updated_at":null},
                  {"id":"w4","updated_at":"yesterday"},
                  {"id":"w5","updated_at":1795440923},
                  {"id":"w6"}]}""");

        assertThat(page.pageCount()).isEqualTo(7);
        assertThat(page.items())
                .containsExactly(
                        new ItemDeduplicator.Item("w1", 1_791_350_403_118_000L),
                        new ItemDeduplicator.Item("w2", 1_791_350_403_000_000L),
                        new ItemDeduplicator.Item("12345678901234567890", Long.MIN_VALUE),
                        new ItemDeduplicator.Item("w4", Long.MIN_VALUE),
                        new ItemDeduplicator.Item("w5", Long.MIN_VALUE),
                        new ItemDeduplicator.Item("w6", Long.MIN_VALUE));
    }

    @Test
    void an_object_in_place_of_a_list_is_the_only_page_with_the_only_item() throws IOException {
        Page page = read("""
                {"page_count":9,"more":{"data":{"id":"not this"}},"data":{"name":"sample","id":"u1","url":null}}""", PERSON);

        assertThat(page.pageCount()).isEqualTo(1);
        assertThat(page.items()).containsExactly(new ItemDeduplicator.Item("u1", Long.MIN_VALUE));
        assertThat(PERSON.request(1)).isEqualTo("/v1/user/info");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"id\":\"u1\"}",
                "{\"data\":null}",
                "{\"data\":[]}",
                "{\"data\":[{\"id\":\"u1\"}]}",
                "{\"data\":\"u1\"}",
                "{\"data\":{}}",
                "{\"data\":{\"id\":null}}",
                "{\"data\":{\"id\":\"\"}}"
            })
    void a_response_without_the_object_is_refused_as_such(String response) {
        assertThatThrownBy(() -> read(response, PERSON))
                .isInstanceOf(SystemError.class)
                .hasMessageStartingWith("The response of /v1/user/info is not as it should be: ")
                .hasMessageContaining("data");
    }

    @ParameterizedTest
    @CsvSource({"9999-12-31T23:59:59.999999Z, 253402300799999999", "0001-01-01T00:00:00Z, -62135596800000000"})
    void an_edit_of_a_far_year_counted_as_older_than_all_others(String updatedAt, long micros) throws IOException {
        String response = "{\"page_count\":1,\"workouts\":[{\"id\":\"w\",\"updated_at\":\"" + updatedAt + "\"}]}";

        assertThat(read(response).items()).containsExactly(new ItemDeduplicator.Item("w", micros));
    }

    @Test
    void an_empty_list_is_a_page() throws IOException {
        assertThat(read("{\"page\":1,\"page_count\":0,\"workouts\":[]}"))
                .isEqualTo(new Page(0, List.of(), Set.of(), 0));
    }

    @Test
    void a_page_of_40_megabytes_is_read_as_a_stream() throws IOException {
        Path file = folder.resolve("big.part");
        String notes = "x".repeat(1 << 20);
        try (Writer out = Files.newBufferedWriter(file)) {
            out.write("{\"page_count\":1,\"workouts\":[");
            for (int i = 0; i < 40; i++) {
                out.write((i == 0 ? "" : ",") + "{\"description\":\"" + notes + "\",\"id\":\"w" + i + "\"}");
            }
            out.write("]}");
        }

        assertThat(new PageReader(WORKOUTS).read(file).items()).hasSize(40);
    }
}

package io.github.hevypipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {
    private static final String HOSTILE = "</script><!--<script>alert(1)</script> @data@ @script@ $1 \\";

    @TempDir
    Path folder;

    private String page(String json) throws IOException {
        ReportPage report = new ReportPage(folder.resolve("hevy.duckdb").toString(), "report.html");
        Map<String, String> data = report.newData();
        report.add(data, List.of(Map.of("name", "found", "json", json)));
        report.write(data);
        report.publish();
        return Files.readString(folder.resolve("report.html"));
    }

    private static String inside(String page, String opening, String closing) {
        Matcher found = Pattern.compile(Pattern.quote(opening) + "(.*?)" + closing, Pattern.DOTALL)
                .matcher(page);
        assertThat(found.find()).as(opening).isTrue();
        return found.group(1);
    }

    @Test
    void text_cannot_end_the_element_that_holds_it_and_is_read_as_it_was() throws IOException {
        String json = new ObjectMapper().writeValueAsString(List.of(HOSTILE));

        String held = inside(page(json), "<script type=\"application/json\" id=\"report-data\">", "</script>");

        assertThat(held).doesNotContain("<");
        assertThat(new ObjectMapper().readTree(held).at("/found/0").asText()).isEqualTo(HOSTILE);
    }

    @Test
    void the_policy_allows_its_own_script_and_style_by_their_hashes_and_nothing_else()
            throws IOException, GeneralSecurityException {
        String page = page("[]");

        assertThat(page)
                .contains("default-src 'none'; script-src 'sha256-" + hash(inside(page, "<script>", "</script>"))
                        + "'; style-src 'sha256-" + hash(inside(page, "<style>", "</style>")) + "';")
                .doesNotContain("unsafe-");
    }

    private static String hash(String text) throws GeneralSecurityException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(digest);
    }
}

package io.github.hevypipeline.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.filter.Filter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The documentation of the project as a web page or as Markdown. Immutable.
 *
 * <p>In Markdown each text stays within its cell and is never markup.
 *
 * @param data one object, as the templates in {@code docs/} of the resources expect it
 */
public record DocsText(JsonNode data) {
    /** One self-contained HTML file that makes no network request. */
    public String html() throws IOException {
        try {
            return new PageTemplate(
                            PageTemplate.text("/docs/docs.html"),
                            PageTemplate.style("/docs/docs.css"),
                            PageTemplate.script("/docs/docs.js"))
                    .filledWith(new ObjectMapper().writeValueAsString(data));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    /** The tables, their places and their columns. */
    public String markdown() throws IOException {
        Jinjava jinjava = new Jinjava(JinjavaConfig.newBuilder()
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withNestedInterpretationEnabled(false)
                .build());
        jinjava.getGlobalContext().registerFilter(new Cell());
        Map<String, Object> bindings =
                new ObjectMapper().convertValue(data, new TypeReference<LinkedHashMap<String, Object>>() {});
        return jinjava.render(PageTemplate.text("/docs/layout.md"), bindings);
    }

    /** Escapes a text as one cell of a table: one line, with code as the only markup. */
    private static final class Cell implements Filter {
        private static final Pattern CODE_OR_MARKUP =
                Pattern.compile("`[^`|]+`|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|[&<\\\\|*`\\[\\]]");

        @Override
        public String getName() {
            return "cell";
        }

        @Override
        public Object filter(Object text, JinjavaInterpreter interpreter, String... arguments) {
            String line = text == null ? "" : text.toString().replaceAll("\\s+", " ");
            return CODE_OR_MARKUP.matcher(line).replaceAll(found -> Matcher.quoteReplacement(escaped(found.group())));
        }

        private static String escaped(String found) {
            return switch (found) {
                case "&" -> "&amp;";
                case "<" -> "&lt;";
                default -> found.length() > 1 ? found : "\\" + found;
            };
        }
    }
}

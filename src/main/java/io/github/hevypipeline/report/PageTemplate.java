package io.github.hevypipeline.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/**
 * The template of a self-contained web page, which makes no network request and runs only its own script.
 *
 * <p>Immutable.
 *
 * @param html with placeholders for policy, style, script and data
 */
record PageTemplate(String html, String style, String script) {
    /** The script, after the elements and the lineage graph that all pages share. */
    static String script(String... resources) throws IOException {
        return texts("/page/elements.js", "/page/lineage.js") + texts(resources);
    }

    /** The style, after that of the lineage graph. */
    static String style(String... resources) throws IOException {
        return text("/page/lineage.css") + texts(resources);
    }

    private static String texts(String... resources) throws IOException {
        StringBuilder texts = new StringBuilder();
        for (String resource : resources) {
            texts.append(text(resource));
        }
        return texts.toString();
    }

    /** A resource as text. */
    static String text(String resource) throws IOException {
        try (InputStream in = PageTemplate.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the program lacks its file " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The page with its data, escaped so that no text can end its script element. */
    String filledWith(String json) {
        // The data comes last, so that nothing in it is taken for a placeholder.
        return html.replace(
                        "@policy@",
                        String.format(
                                Locale.ROOT,
                                "default-src 'none'; script-src 'sha256-%s'; style-src 'sha256-%s';"
                                        + " img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'",
                                hash(script),
                                hash(style)))
                .replace("@style@", style)
                .replace("@script@", script)
                .replace("@data@", json.replace("<", "\\u003c"));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

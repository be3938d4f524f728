package io.github.hevypipeline.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/**
 * A web page that lacks only its data: one file that asks the network for nothing and runs no script but its own.
 *
 * <p>Immutable.
 *
 * @param html with places for the policy, the style, the script and the data
 */
record PageTemplate(String html, String style, String script) {
    /** The script with what all pages share before it: elements and the drawing of what depends on what. */
    static String script(String... resources) throws IOException {
        return texts("/page/elements.js", "/page/lineage.js") + texts(resources);
    }

    /** The style with that of the drawing before it. */
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

    /** A file of the program. */
    static String text(String resource) throws IOException {
        try (InputStream in = PageTemplate.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the program lacks its file " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The page with its data, of which no text can end the element that holds it. */
    String filledWith(String json) {
        // The data comes last, so that nothing in it is taken for a place to be filled.
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

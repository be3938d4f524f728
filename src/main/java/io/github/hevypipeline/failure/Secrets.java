package io.github.hevypipeline.failure;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Redacts the secrets of this process from text.
 *
 * <p>Thread-safe. A server may echo a key in any form, so a secret is found in any case, escaped as in URLs, JSON, HTML
 * or source code, in Base64 anywhere in a longer text, in hexadecimal, and cut off at the end of a text.
 */
public final class Secrets {
    private static final String STRUCK = "***";
    /** Shorter texts occur in ordinary words. */
    private static final int SHORTEST = 8;

    private static final int BASE64_BITS = 6;
    private static final int BASE64_GROUP = 3;

    private static volatile Set<String> known = Set.of();
    private static volatile Pattern forms;
    /** Where there are too many for a pattern, in lower case. */
    private static final Set<String> MANY = ConcurrentHashMap.newKeySet();

    private static final Pattern WORD = Pattern.compile("[\\w.~+/=-]{" + SHORTEST + ",}");

    private Secrets() {}

    /** Replaces all secrets; ignores blank and very short ones. */
    public static synchronized void set(Collection<String> secrets) {
        Set<String> kept = secrets.stream()
                .map(String::strip)
                .filter(secret -> secret.length() >= SHORTEST)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (kept.equals(known)) {
            return;
        }
        List<String> alternatives = new ArrayList<>();
        kept.forEach(secret -> addForms(secret, alternatives));
        known = kept;
        forms = alternatives.isEmpty() ? null : Pattern.compile(String.join("|", alternatives));
    }

    /** Adds secrets. */
    public static synchronized void add(Collection<String> secrets) {
        Set<String> all = new LinkedHashSet<>(known);
        all.addAll(secrets);
        set(all);
    }

    /** Adds one of thousands of secrets: it is found where it stands as it is, in any case. */
    public static void addOneOfMany(String secret) {
        if (secret.length() >= SHORTEST) {
            MANY.add(secret.toLowerCase(Locale.ROOT));
        }
    }

    /** Replaces each secret with three asterisks; null for null. */
    public static String strike(String text) {
        if (text == null || text.length() < SHORTEST) {
            return text;
        }
        Pattern searched = forms;
        String struck = searched == null ? text : searched.matcher(text).replaceAll(STRUCK);
        return MANY.isEmpty()
                ? struck
                : WORD.matcher(struck)
                        .replaceAll(word -> MANY.contains(word.group().toLowerCase(Locale.ROOT))
                                ? STRUCK
                                : Matcher.quoteReplacement(word.group()));
    }

    /** Replaces all secrets, and this one in any form; null for null. */
    public static String strike(String text, String secret) {
        String struck = strike(text);
        if (struck == null || secret.length() < SHORTEST) {
            return struck;
        }
        List<String> alternatives = new ArrayList<>();
        addForms(secret, alternatives);
        return Pattern.compile(String.join("|", alternatives)).matcher(struck).replaceAll(STRUCK);
    }

    private static void addForms(String secret, List<String> alternatives) {
        alternatives.add(
                "(?i:" + secret.codePoints().mapToObj(Secrets::anyEscape).collect(Collectors.joining()) + ")");
        // A text that was cut inside a secret ends with a part of it.
        alternatives.add("(?i:"
                + secret.codePoints()
                        .limit(SHORTEST)
                        .mapToObj(Secrets::anyEscape)
                        .collect(Collectors.joining())
                + ")\\S*\\z");
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        for (int before = 0; before < BASE64_GROUP; before++) {
            alternatives.add(base64(bytes, before));
            alternatives.add(base64(Arrays.copyOf(bytes, SHORTEST), before) + "\\S*\\z");
        }
        StringBuilder hex = new StringBuilder("(?i:");
        for (byte one : bytes) {
            hex.append(String.format(Locale.ROOT, "%02x", one));
        }
        alternatives.add(hex.append(')').toString());
    }

    /** One character: plain, escaped, or escaped twice. */
    private static String anyEscape(int character) {
        StringBuilder pattern = new StringBuilder("(?:\\\\{0,8}")
                .append(Pattern.quote(Character.toString(character)))
                .append("|\\\\{1,8}u0{0,4}")
                .append(Integer.toHexString(character))
                .append("|\\\\{1,8}x")
                .append(Integer.toHexString(character))
                .append("|&(?:amp;)?#(?:x0{0,6}")
                .append(Integer.toHexString(character))
                .append("|0{0,6}")
                .append(character)
                .append(");|");
        for (byte one : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
            pattern.append(String.format(Locale.ROOT, "%%(?:25){0,4}%02x", one));
        }
        String entity =
                switch (character) {
                    case '&' -> "amp";
                    case '<' -> "lt";
                    case '>' -> "gt";
                    case '"' -> "quot";
                    case '\'' -> "apos";
                    case '+' -> "plus";
                    case '/' -> "sol";
                    case '=' -> "equals";
                    default -> "";
                };
        if (!entity.isEmpty()) {
            pattern.append("|&(?:amp;)?").append(entity).append(';');
        }
        return pattern.append(')').toString();
    }

    /** The Base64 characters that depend only on the secret, with so many bytes before it in its group of three. */
    private static String base64(byte[] secret, int before) {
        byte[] placed = new byte[before + secret.length];
        System.arraycopy(secret, 0, placed, before, secret.length);
        String text = Base64.getEncoder().withoutPadding().encodeToString(placed);
        int from = (before * Byte.SIZE + BASE64_BITS - 1) / BASE64_BITS;
        int to = placed.length * Byte.SIZE / BASE64_BITS;
        return text.substring(from, to).replace("+", "(?:[+-]|%2[Bb])").replace("/", "(?:[/_]|\\\\/|%2[Ff])");
    }
}

package io.github.hevypipeline.dbt.internal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** dbt's selection methods: the word in front of the colon. */
enum SelectionMethod {
    /** By name, with or without its folders; the default. */
    FQN,
    TAG,
    PATH,
    FILE,
    SOURCE,
    TEST_NAME,
    TEST_TYPE,
    RESOURCE_TYPE;

    private static final Pattern WILDCARD = Pattern.compile("[*?\\[\\]]");

    static Optional<SelectionMethod> of(String word) {
        return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst();
    }

    /** The method of a value without a word: a path if it has a slash, a file if it ends in .sql, else a name. */
    static SelectionMethod ofBare(String value) {
        return value.contains("/") ? PATH : value.toLowerCase(Locale.ROOT).endsWith(".sql") ? FILE : FQN;
    }

    static String words() {
        return Arrays.stream(values()).map(SelectionMethod::word).collect(Collectors.joining(", "));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean means(Node node, String value) {
        return switch (this) {
            case FQN -> node.kind() != Node.Kind.SOURCE && isName(node.path(), value);
            case TAG -> node.tags().stream().anyMatch(tag -> matches(tag, value));
            case PATH ->
                isAtOrBelow(parts(node.file()), parts(value)) || isPath(parts(node.description()), parts(value));
            case FILE -> matches(fileName(node), value) || matches(new ProjectFile(node.file(), "").stem(), value);
            case SOURCE -> node.kind() == Node.Kind.SOURCE && isSource(node, List.of(value.split("\\.", -1)));
            case TEST_NAME -> matches(node.kind() == Node.Kind.UNIT ? node.name() : node.test(), value);
            case TEST_TYPE -> isTest(node.kind(), value);
            case RESOURCE_TYPE -> node.kind().word().equals(value);
        };
    }

    private static boolean isTest(Node.Kind kind, String type) {
        return switch (type) {
            case "generic" -> kind == Node.Kind.GENERIC;
            case "singular" -> kind == Node.Kind.SINGULAR;
            case "unit" -> kind == Node.Kind.UNIT;
            case "data" -> kind == Node.Kind.GENERIC || kind == Node.Kind.SINGULAR;
            default -> false;
        };
    }

    /** The project's name may be left out. */
    private static boolean isName(List<String> path, String value) {
        return isFullName(path, value) || isFullName(path.subList(1, path.size()), value);
    }

    private static boolean isFullName(List<String> name, String value) {
        String last = name.get(name.size() - 1);
        if (last.equals(value)) {
            return true;
        }
        List<String> parts = List.of(String.join(".", name).split("\\."));
        List<String> wanted = List.of(value.split("\\.", -1));
        for (int i = 0; i < wanted.size(); i++) {
            if (i >= parts.size()) {
                return false;
            }
            if (WILDCARD.matcher(wanted.get(i)).find()) {
                return wanted.size() <= parts.size()
                        && (matches(rest(parts, i), rest(wanted, i)) || (wanted.size() == 1 && matches(last, value)));
            }
            if (!parts.get(i).equals(wanted.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static String rest(List<String> parts, int from) {
        return String.join(".", parts.subList(from, parts.size()));
    }

    private static boolean isAtOrBelow(List<String> file, List<String> pattern) {
        return IntStream.rangeClosed(1, file.size()).anyMatch(parts -> isPath(file.subList(0, parts), pattern));
    }

    private static boolean isPath(List<String> path, List<String> pattern) {
        if (pattern.isEmpty() || path.isEmpty()) {
            return pattern.isEmpty() && path.isEmpty();
        }
        List<String> below = path.subList(1, path.size());
        List<String> rest = pattern.subList(1, pattern.size());
        return pattern.get(0).equals("**")
                ? isPath(path, rest) || isPath(below, pattern)
                : matches(path.get(0), pattern.get(0)) && isPath(below, rest);
    }

    private static List<String> parts(String path) {
        return Arrays.stream(path.split("/"))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
    }

    private static boolean isSource(Node node, List<String> value) {
        String table = value.size() > 1 ? value.get(value.size() - 1) : "*";
        String source = value.get(Math.max(0, value.size() - 2));
        String project = value.size() > 2 ? value.get(0) : "*";
        return value.size() <= node.path().size()
                && matches(node.path().get(0), project)
                && matches(node.path().get(1), source)
                && matches(node.name(), table);
    }

    private static String fileName(Node node) {
        return node.file().substring(node.file().lastIndexOf('/') + 1);
    }

    /** Matches a glob: {@code *}, {@code ?}, {@code [abc]} and {@code [!abc]}. */
    private static boolean matches(String text, String pattern) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            // The first character in brackets stands for itself, even a bracket.
            int end = c == '[' ? pattern.indexOf(']', i + (pattern.startsWith("!", i + 1) ? 3 : 2)) : -1;
            if (end > 0) {
                String set = pattern.substring(i + 1, end).replaceAll("[\\\\\\[\\]&^]", "\\\\$0");
                regex.append('[')
                        .append(set.startsWith("!") ? "^" + set.substring(1) : set)
                        .append(']');
                i = end;
            } else {
                regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        try {
            return Pattern.compile(regex.toString(), Pattern.DOTALL)
                    .matcher(text)
                    .matches();
        } catch (PatternSyntaxException e) {
            // A range from z to a is empty.
            return false;
        }
    }
}

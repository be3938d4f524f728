package io.github.hevypipeline.settings;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.Secrets;
import io.github.hevypipeline.http.HttpProxy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings of a run, each by its one name: that of the environment variable, of the line in {@code .env} and of
 * the property.
 *
 * <p>Immutable and thread-safe. Read once, in this order: overrides, environment, {@code .env}, what Camel K has mounted,
 * {@code application.properties} of the working directory or, if there is none, of the program. A blank value counts as
 * not set, and a pair of quotes around one is no part of it: container tools keep what a shell takes off. Secrets are read
 * from all but the last, and never shown.
 */
public final class Settings {
    static final String HEVY_API_KEY = "HEVY_API_KEY";
    public static final String S3_BUCKET_NAME = "S3_BUCKET_NAME";
    public static final String S3_ENDPOINT_URL = "S3_ENDPOINT_URL";

    private static final String AWS_SESSION_TOKEN = "AWS_SESSION_TOKEN";
    /** A variable of the environment: the folder below which Camel K mounts settings and secrets. */
    private static final String MOUNTED = "CAMEL_K_CONF_D";

    private static final int MARK_BYTES = 4;
    private static final String FILE = "application.properties";
    static final Set<String> SECRETS =
            Set.of(HEVY_API_KEY, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", AWS_SESSION_TOKEN);
    /** What else the AWS tools call a setting, the stronger name first. */
    private static final Map<String, List<String>> OTHER_NAMES = Map.of(
            "AWS_DEFAULT_REGION",
            List.of("AWS_REGION"),
            S3_ENDPOINT_URL,
            List.of("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"));
    /** With {@code true} the AWS tools do not look at the other names of an endpoint. */
    private static final String NO_OTHER_ENDPOINT = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

    /** What is taken in more than one form is made into the one that everything behind the settings understands. */
    private static final Map<String, UnaryOperator<String>> FORMS = Map.of(
            "HEVY_BASE_URL", Settings::withoutVersion,
            "PIPELINE_TIMEZONE", TimeZoneName::canonical);

    /** Hevy's own documentation writes the version as a part of the address; the paths of the resources begin with it. */
    private static final Pattern VERSION = Pattern.compile("/+(v1/*)?$");

    private final List<Map<String, String>> given;
    private final Map<String, String> properties;

    private Settings(List<Map<String, String>> given, Map<String, String> properties) {
        this.given = given;
        this.properties = properties;
    }

    /**
     * Reads the settings from the environment of this process and the working directory.
     *
     * @throws ConfigError if a file cannot be read
     */
    public static Settings read(Map<String, String> overrides) {
        return read(environment(), overrides, Path.of(""));
    }

    /** The environment of this process. */
    public static Map<String, String> environment() {
        return System.getenv();
    }

    /** As the other, with the files of a folder. */
    public static Settings read(Map<String, String> environment, Map<String, String> overrides, Path folder) {
        String mounted = environment.getOrDefault(MOUNTED, "");
        Settings settings = new Settings(
                List.of(
                        Map.copyOf(overrides),
                        environment,
                        DotenvFile.read(folder),
                        mounted.isBlank() ? Map.of() : MountedFiles.read(Path.of(mounted))),
                readProperties(folder.resolve(FILE)));
        Secrets.set(settings.secrets());
        return settings;
    }

    /** Just these settings: nothing else is read, and there are no defaults. */
    public static Settings of(Map<String, String> values) {
        Settings settings = new Settings(List.of(Map.copyOf(values)), Map.of());
        Secrets.set(settings.secrets());
        return settings;
    }

    /** Wherever they stand, also where they must not and where a setting of the same name is preferred. */
    private List<String> secrets() {
        return Stream.concat(given.stream(), Stream.of(properties))
                .flatMap(source -> Stream.concat(
                        SECRETS.stream().map(name -> unquoted(source.getOrDefault(name, ""))),
                        HttpProxy.passwords(source).stream()))
                .toList();
    }

    private static Map<String, String> readProperties(Path local) {
        Properties properties = new Properties();
        try (InputStream in = open(local)) {
            properties.load(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The file " + FILE + " cannot be read: " + e.getMessage() + ".",
                    "Correct it, or restore it from the project.",
                    e);
        }
        return asMap(properties);
    }

    /** The properties by name, those of their defaults too. */
    public static Map<String, String> asMap(Properties properties) {
        Map<String, String> values = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> values.put(name, properties.getProperty(name)));
        return values;
    }

    private static InputStream open(Path local) throws IOException {
        if (Files.isRegularFile(local)) {
            return Files.newInputStream(local);
        }
        InputStream bundled = Settings.class.getResourceAsStream("/" + FILE);
        if (bundled == null) {
            throw new IOException("it is neither here nor inside the program");
        }
        return bundled;
    }

    private static String withoutVersion(String address) {
        return VERSION.matcher(address).replaceFirst("");
    }

    /** Without blanks, a pair of quotes and blanks within it around the value. */
    private static String unquoted(String value) {
        String bare = value.strip();
        boolean quoted = bare.length() > 1
                && (bare.charAt(0) == '"' || bare.charAt(0) == '\'')
                && bare.charAt(bare.length() - 1) == bare.charAt(0);
        return quoted ? bare.substring(1, bare.length() - 1).strip() : bare;
    }

    /** The value of a setting, without blanks and quotes around it; empty if it is not set. */
    public String get(String name) {
        String value = given(nameOf(name));
        if (value.isEmpty() && !SECRETS.contains(name)) {
            value = unquoted(properties.getOrDefault(name, ""));
        }
        return FORMS.getOrDefault(name, UnaryOperator.identity()).apply(value);
    }

    /** The name under which a setting is given: its own, or another that the AWS tools know it by. */
    String nameOf(String name) {
        boolean byItself = !given(name).isEmpty()
                || (name.equals(S3_ENDPOINT_URL) && given(NO_OTHER_ENDPOINT).equalsIgnoreCase("true"));
        return byItself
                ? name
                : OTHER_NAMES.getOrDefault(name, List.of()).stream()
                        .filter(other -> !given(other).isEmpty())
                        .findFirst()
                        .orElse(name);
    }

    /** Whether a setting has a value. */
    public boolean has(String name) {
        return !get(name).isEmpty();
    }

    private String given(String name) {
        for (Map<String, String> source : sources(name)) {
            String value = unquoted(source.getOrDefault(name, ""));
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    /** A session token is of no use but with the keys it was made for, so it is read from where they are. */
    private List<Map<String, String>> sources(String name) {
        if (!name.equals(AWS_SESSION_TOKEN)) {
            return given;
        }
        return given.stream()
                .filter(source -> !source.getOrDefault("AWS_ACCESS_KEY_ID", "").isBlank())
                .limit(1)
                .toList();
    }

    /** The value as it was given, line breaks within it and all, to be checked; only {@link #get} gives it out. */
    String raw(String name) {
        for (Map<String, String> source : given) {
            String value = source.getOrDefault(name, "");
            if (!unquoted(value).isEmpty()) {
                return unquoted(value);
            }
        }
        return "";
    }

    /**
     * The names of values that begin or end with a quote that has no other, and of those with a pair that the AWS SDK or the
     * log would read themselves, quotes and all.
     */
    List<String> misquoted() {
        return Stream.concat(given.stream(), Stream.of(properties))
                .flatMap(source -> source.entrySet().stream()
                        .filter(setting ->
                                isMisquoted(setting.getKey(), setting.getValue().strip()))
                        .map(Map.Entry::getKey))
                .distinct()
                .sorted()
                .toList();
    }

    private boolean isMisquoted(String name, String value) {
        boolean ours = properties.containsKey(name)
                || SECRETS.contains(name)
                || OTHER_NAMES.values().stream().anyMatch(names -> names.contains(name));
        if (ours) {
            return isHalfQuoted(unquoted(value));
        }
        boolean othersRead = name.startsWith("AWS_") || name.equals("LOG_LEVEL");
        return othersRead && (isHalfQuoted(value) || !unquoted(value).equals(value));
    }

    private static boolean isHalfQuoted(String value) {
        return value.startsWith("\"") || value.startsWith("'") || value.endsWith("\"") || value.endsWith("'");
    }

    /** These settings with some values that win over all others. */
    public Settings with(Map<String, String> overrides) {
        Map<String, String> merged = new HashMap<>(given.get(0));
        merged.putAll(overrides);
        List<Map<String, String>> sources = new ArrayList<>(given);
        sources.set(0, merged);
        return new Settings(List.copyOf(sources), properties);
    }

    /** A short text that tells one account of Hevy from another, from which neither key nor address can be told. */
    public String sourceMark() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((get("HEVY_BASE_URL") + '\n' + get(HEVY_API_KEY)).getBytes(StandardCharsets.UTF_8));
            // With a letter in front, since Camel takes a placeholder of digits alone for a number.
            return "account-" + HexFormat.of().formatHex(hash, 0, MARK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Secrets that stand in the properties file, where they must not. */
    List<String> misplacedSecrets() {
        return SECRETS.stream()
                .filter(secret -> !properties.getOrDefault(secret, "").isBlank())
                .sorted()
                .toList();
    }

    /** The properties of Camel itself. */
    public Properties camelProperties() {
        Properties camel = new Properties();
        properties.forEach((name, value) -> {
            if (name.startsWith("camel.")) {
                camel.setProperty(name, value);
            }
        });
        return camel;
    }
}

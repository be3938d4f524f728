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
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a run. A setting has the same name as environment variable, in {@code .env} and as property.
 *
 * <p>Immutable and thread-safe. The first source that has a value wins: overrides, environment, {@code .env}, files
 * mounted by Camel K, {@code application.properties} of the working directory or else of the program. A blank value
 * counts as not set. A pair of quotes around a value is removed, since container tools pass on quotes that a shell
 * removes. Secrets are never read from {@code application.properties}, and never shown.
 */
public final class Settings {
    public static final String HEVY_API_KEY = "HEVY_API_KEY";
    public static final String HEVY_EXPORT = "HEVY_EXPORT";
    public static final String S3_BUCKET_NAME = "S3_BUCKET_NAME";
    public static final String LAKE_PATH = "LAKE_PATH";
    public static final String S3_ENDPOINT_URL = "S3_ENDPOINT_URL";

    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);
    /** The prefix of Camel's own properties. */
    private static final String CAMEL = "camel.";

    private static final String PIPELINE_TIMEZONE = "PIPELINE_TIMEZONE";
    private static final String AWS_SESSION_TOKEN = "AWS_SESSION_TOKEN";
    /** The environment variable with the folder below which Camel K mounts settings and secrets. */
    private static final String MOUNTED = "CAMEL_K_CONF_D";

    /** Where the lake is kept without a bucket. */
    private static final String DEFAULT_LAKE = "lake";

    private static final int HASH_BYTES = 4;
    private static final String FILE = "application.properties";
    static final Set<String> SECRETS =
            Set.of(HEVY_API_KEY, "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", AWS_SESSION_TOKEN);
    /** The names that the AWS tools have for a setting, by descending precedence. */
    private static final Map<String, List<String>> ALIASES = Map.of(
            "AWS_DEFAULT_REGION",
            List.of("AWS_REGION"),
            S3_ENDPOINT_URL,
            List.of("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"));
    /** If {@code true}, the AWS tools ignore the aliases of an endpoint. */
    private static final String IGNORE_ENDPOINT_ALIASES = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

    /** Settings with several notations, which are rewritten to the one that the rest of the program reads. */
    private static final Map<String, UnaryOperator<String>> NORMALIZERS =
            Map.of("HEVY_BASE_URL", Settings::withoutVersion, PIPELINE_TIMEZONE, TimeZoneName::canonical);

    /** Hevy's documentation has the version in its base URL; here each resource's path begins with it. */
    private static final Pattern VERSION = Pattern.compile("/+(v1/*)?$");

    private final List<Map<String, String>> given;
    private final Map<String, String> properties;
    private final Path folder;

    private Settings(List<Map<String, String>> given, Map<String, String> properties, Path folder) {
        this.given = given;
        this.properties = properties;
        this.folder = folder;
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

    /** Reads the settings from an environment and a folder's files. */
    public static Settings read(Map<String, String> environment, Map<String, String> overrides, Path folder) {
        String mounted = environment.getOrDefault(MOUNTED, "");
        Settings settings = new Settings(
                List.of(
                        Map.copyOf(overrides),
                        environment,
                        DotenvFile.read(folder),
                        mounted.isBlank() ? Map.of() : MountedFiles.read(Path.of(mounted))),
                readProperties(folder.resolve(FILE)),
                folder);
        Secrets.set(settings.secrets());
        UnknownNames.describe(settings.names(), settings.known()).forEach(problem -> LOG.warn("settings  {}", problem));
        return settings;
    }

    /** A name that is set, is no setting, and probably means this one. */
    Optional<String> misspelling(String setting) {
        return UnknownNames.misspelling(setting, names(), known());
    }

    private Set<String> known() {
        return Stream.of(
                        properties.keySet().stream().filter(name -> !name.startsWith(CAMEL)),
                        SECRETS.stream(),
                        ALIASES.values().stream().flatMap(List::stream))
                .flatMap(names -> names)
                .collect(Collectors.toSet());
    }

    /** The names that have a value, of settings and of anything else. */
    private List<String> names() {
        return given.stream()
                .flatMap(source -> source.entrySet().stream())
                .filter(setting -> !setting.getValue().isBlank())
                .map(Map.Entry::getKey)
                .distinct()
                .toList();
    }

    /** Exactly these settings, without defaults. */
    public static Settings of(Map<String, String> values) {
        Settings settings = new Settings(List.of(Map.copyOf(values)), Map.of(), Path.of(""));
        Secrets.set(settings.secrets());
        return settings;
    }

    /** The values of all sources, even where a secret must not be set or another source wins. */
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

    /** The properties as a map, including their defaults. */
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
            throw new IOException("it is neither in the working directory nor in the jar");
        }
        return bundled;
    }

    private static String withoutVersion(String address) {
        return VERSION.matcher(address).replaceFirst("");
    }

    /** Strips blanks, one pair of quotes, and blanks inside it. */
    private static String unquoted(String value) {
        String bare = value.strip();
        boolean quoted = bare.length() > 1
                && (bare.charAt(0) == '"' || bare.charAt(0) == '\'')
                && bare.charAt(bare.length() - 1) == bare.charAt(0);
        return quoted ? bare.substring(1, bare.length() - 1).strip() : bare;
    }

    /** The value of a setting, without surrounding blanks and quotes; empty if it is not set. */
    public String get(String name) {
        String value = given(nameOf(name));
        if (value.isEmpty() && !SECRETS.contains(name)) {
            value = unquoted(properties.getOrDefault(name, ""));
        }
        return NORMALIZERS.getOrDefault(name, UnaryOperator.identity()).apply(value);
    }

    /** The name under which a setting is set: its own, or an alias of the AWS tools. */
    String nameOf(String name) {
        boolean byItself = !given(name).isEmpty()
                || (name.equals(S3_ENDPOINT_URL)
                        && given(IGNORE_ENDPOINT_ALIASES).equalsIgnoreCase("true"));
        return byItself
                ? name
                : ALIASES.getOrDefault(name, List.of()).stream()
                        .filter(other -> !given(other).isEmpty())
                        .findFirst()
                        .orElse(name);
    }

    /** Whether a setting has a value. */
    public boolean has(String name) {
        return !get(name).isEmpty();
    }

    /** Whether days and an export's times are of UTC only because nobody has set a time zone. */
    public boolean hasDefaultZone() {
        return given(PIPELINE_TIMEZONE).isEmpty() && get(PIPELINE_TIMEZONE).equals("UTC");
    }

    /** The folder of the lake, {@code lake} if neither it nor a bucket is set; empty for a bucket. */
    public String lakePath() {
        if (has(LAKE_PATH) || has(S3_BUCKET_NAME)) {
            return get(LAKE_PATH);
        }
        return folder.resolve(DEFAULT_LAKE).toString();
    }

    /** Whether the lake is kept in a folder, not on S3. */
    public boolean keepsLakeInFolder() {
        return !lakePath().isEmpty();
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

    /** A session token belongs to one pair of keys, so it is read only from the source that has them. */
    private List<Map<String, String>> sources(String name) {
        if (!name.equals(AWS_SESSION_TOKEN)) {
            return given;
        }
        return given.stream()
                .filter(source -> !source.getOrDefault("AWS_ACCESS_KEY_ID", "").isBlank())
                .limit(1)
                .toList();
    }

    /** The value with any line breaks inside it, for validation only. */
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
     * The names of values with an unpaired quote at either end, and of quoted values that the AWS SDK or the log read
     * from the environment by themselves.
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
                || ALIASES.values().stream().anyMatch(names -> names.contains(name));
        if (ours) {
            return isHalfQuoted(unquoted(value));
        }
        boolean othersRead = name.startsWith("AWS_") || name.equals("LOG_LEVEL");
        return othersRead && (isHalfQuoted(value) || !unquoted(value).equals(value));
    }

    private static boolean isHalfQuoted(String value) {
        return value.startsWith("\"") || value.startsWith("'") || value.endsWith("\"") || value.endsWith("'");
    }

    /** A copy in which these values win over every source. */
    public Settings with(Map<String, String> overrides) {
        Map<String, String> merged = new HashMap<>(given.get(0));
        merged.putAll(overrides);
        List<Map<String, String>> sources = new ArrayList<>(given);
        sources.set(0, merged);
        return new Settings(List.copyOf(sources), properties, folder);
    }

    /** A short hash that identifies the Hevy account, without revealing key or address. */
    public String sourceMark() {
        if (!has(HEVY_API_KEY)) {
            return "export";
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((get("HEVY_BASE_URL") + '\n' + get(HEVY_API_KEY)).getBytes(StandardCharsets.UTF_8));
            // The prefix keeps Camel from reading a hash of digits as a number.
            return "account-" + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The secrets that are set in {@code application.properties}, where they are not allowed. */
    List<String> misplacedSecrets() {
        return SECRETS.stream()
                .filter(secret -> !properties.getOrDefault(secret, "").isBlank())
                .sorted()
                .toList();
    }

    /** Camel's own properties of {@code application.properties}. */
    public Properties camelProperties() {
        Properties camel = new Properties();
        properties.forEach((name, value) -> {
            if (name.startsWith(CAMEL)) {
                camel.setProperty(name, value);
            }
        });
        return camel;
    }
}

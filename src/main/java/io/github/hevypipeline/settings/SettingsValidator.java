package io.github.hevypipeline.settings;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.files.OutputFile;
import io.github.hevypipeline.http.HttpProxy;
import io.github.hevypipeline.http.ServerAddress;
import io.github.hevypipeline.http.TrustStore;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.ResourceCatalog;
import io.github.hevypipeline.lake.schema.TableSchema;
import io.github.hevypipeline.project.ProjectFolder;
import io.github.hevypipeline.report.ReportPage;
import io.github.hevypipeline.report.TerminalText;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.util.TimeUtils;

/**
 * Checks all settings that a command needs before anything is contacted, and lists every problem at once.
 *
 * <p>Not thread-safe; made for one command. No problem shows the value of a secret.
 */
public final class SettingsValidator {
    /** Where Camel expects an argument of a bean, it takes these for something else than a text. */
    public static final Pattern NO_TEXT = Pattern.compile("[-+]?[0-9.]+|(?i:true|false|null)|#.*");
    /** In the place of {@code PIPELINE_STALE_AFTER}: derived from the schedule. */
    public static final String AUTO = "auto";

    /** In the place of a port: nothing is served. */
    public static final String NO_PORT = "none";

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e&&[^\"'`]]+");
    private static final Pattern DIGITS = Pattern.compile("\\d{1,6}");
    private static final Pattern MEMORY = Pattern.compile("auto|\\d+(\\.\\d+)?\\s?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)");
    private static final Pattern REGION = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern ANY_REGION = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final String UNDERSCORE =
            "has an underscore in the name of its host, which no such name may have. Use the host's address, such as"
                    + " http://10.0.0.5:9000, or a name without one: ";
    private static final int MOST_CONCURRENCY = 16;
    private static final int MOST_RETRIES = 20;
    private static final int MOST_THREADS = 256;
    private static final int LONGEST_PATH_SHOWN = 400;
    private static final String LOCALE_STEP = "Set LC_ALL=C.UTF-8, or start with bin/hevy-pipeline, which does.";
    public static final int MOST_ROWS_SHOWN = 100_000;
    private static final int LAST_PORT = 65_535;
    /** A name, or an address of four numbers or of version 6. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]+");

    private static final String RESOURCES = "resources.yaml";
    private static final String ROUTES = "pipeline.camel.yaml";
    /** So that prefixes are checked without a bucket too. */
    private static final String ANY_BUCKET = "any-bucket";

    private static final Pattern TWO_SENTENCES = Pattern.compile("(?s)(.*?)\\. ([A-Z].*\\.)");

    private final Settings settings;
    private final List<String> problems = new ArrayList<>();

    private SettingsValidator(Settings settings) {
        this.settings = settings;
    }

    /** What settings are about. */
    public enum Part {
        MACHINE,
        SECRETS,
        HEVY,
        LAKE,
        ROUTES,
        RUN
    }

    /**
     * Checks the settings of a command.
     *
     * @throws ConfigError with a line for each problem, if there is one, and a last line that counts them
     */
    public static void check(Settings settings, Command command) {
        check(settings, command, problems(settings, Part.ROUTES));
    }

    /**
     * Checks the settings of a run whose routes are the host's, not files of this program.
     *
     * @throws ConfigError as {@link #check}
     */
    public static void checkHosted(Settings settings) {
        check(settings, Command.RUN, List.of());
    }

    private static void check(Settings settings, Command command, List<String> ofRoutes) {
        List<String> problems = new ArrayList<>(problems(settings, Part.MACHINE));
        if (!problems.isEmpty()) {
            // Nothing of this folder can be read, .env neither.
            throw new ConfigError(ExitCode.CONFIGURATION, problems.get(0), LOCALE_STEP);
        }
        problems.addAll(problems(settings, Part.SECRETS));
        if (command.needsHevy()) {
            problems.addAll(problems(settings, Part.HEVY));
        }
        if (command.needsLake()) {
            problems.addAll(problems(settings, Part.LAKE));
        }
        problems.addAll(ofRoutes);
        problems.addAll(problems(settings, Part.RUN));
        if (command == Command.REPORT && settings.get("REPORT_PATH").equals(ReportPage.NONE)) {
            problems.add("REPORT_PATH is none, so there is no place for the report. Name a file that ends in .html.");
        }
        if (problems.size() == 1) {
            throw single(problems.get(0));
        }
        if (!problems.isEmpty()) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "- " + String.join("\n- ", problems) + "\n" + problems.size()
                            + " settings are missing or wrong; nothing was contacted.",
                    "Set them in .env (see .env.example) or in the environment, and run again.");
        }
    }

    /** A problem that is told in two sentences has its next step in the second one. */
    private static ConfigError single(String problem) {
        Matcher twoSentences = TWO_SENTENCES.matcher(problem);
        return twoSentences.matches()
                ? new ConfigError(
                        ExitCode.CONFIGURATION,
                        twoSentences.group(1) + "; nothing was contacted.",
                        twoSentences.group(2))
                : new ConfigError(
                        ExitCode.CONFIGURATION,
                        problem + "; nothing was contacted.",
                        "Set it in .env (see .env.example) or in the environment, and run again.");
    }

    /** What is wrong with the settings of one part, each with what to do. */
    public static List<String> problems(Settings settings, Part part) {
        SettingsValidator check = new SettingsValidator(settings);
        switch (part) {
            case SECRETS -> {
                check.checkSecretsPlace();
                check.checkQuotes();
            }
            case MACHINE -> check.checkLocale();
            case HEVY -> check.checkHevy();
            case LAKE -> check.checkLake();
            case ROUTES -> check.checkRoutes();
            case RUN -> check.checkRun();
        }
        return check.problems;
    }

    /** In a locale of ASCII, as cron has it, Java cannot name a file with any other letter. */
    private void checkLocale() {
        String folder = System.getProperty("user.dir");
        if (!isNameable(folder)) {
            problems.add("The working folder has letters that Java cannot write in this locale ("
                    + System.getProperty("sun.jnu.encoding") + "): " + TerminalText.of(folder, LONGEST_PATH_SHOWN)
                    + ".");
        }
    }

    private static boolean isNameable(String path) {
        try {
            return Path.of(path) != null;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** Of a text that the routes take as it is. */
    private void checkText(String name) {
        String value = settings.get(name);
        if (value.contains("{{") || value.contains("}}") || value.indexOf('"') >= 0) {
            problems.add(name + " holds {{, }} or a double quote, which the routes would take for their own: "
                    + TerminalText.of(value, LONGEST_PATH_SHOWN));
        } else if (value.codePoints().anyMatch(Character::isISOControl)) {
            problems.add(name + " holds a control character: " + TerminalText.of(value, LONGEST_PATH_SHOWN));
        }
    }

    /** As {@link #checkText}, of one that must not look like a number or a truth value to Camel. */
    private void checkName(String name) {
        checkText(name);
        if (NO_TEXT.matcher(settings.get(name)).matches()) {
            problems.add(
                    name + " is a number, true, false or null, or begins with #, which Camel does not take for a name: "
                            + settings.get(name));
        }
    }

    private void checkPath(String name) {
        checkText(name);
        if (!isNameable(settings.get(name))) {
            problems.add(name + " is no path in this locale (" + System.getProperty("sun.jnu.encoding") + "): "
                    + TerminalText.of(settings.get(name), LONGEST_PATH_SHOWN) + ". " + LOCALE_STEP);
        }
    }

    /** DuckDB takes what follows for options: it would write its log to another file. */
    private void checkDuckDbFile() {
        checkPath("DBT_DUCKDB_PATH");
        String file = new File(settings.get("DBT_DUCKDB_PATH")).getAbsolutePath();
        if (file.indexOf(';') >= 0 || file.indexOf('?') >= 0) {
            problems.add("DBT_DUCKDB_PATH has a ; or a ? in its whole path, where DuckDB would end it: " + file
                    + ". Name a file in a folder without.");
        }
        checkPlace("DBT_DUCKDB_PATH", file);
    }

    private void checkPlace(String name, String file) {
        if (OutputFile.isSpecial(new File(file))) {
            problems.add(name + " is a named pipe or a device, which is never replaced: " + file + ". Name a file.");
        }
    }

    private void checkSecretsPlace() {
        settings.misplacedSecrets()
                .forEach(secret -> problems.add(
                        secret + " stands in application.properties. Secrets do not belong there: move it to .env."));
    }

    private void checkQuotes() {
        settings.misquoted().forEach(name -> problems.add(name + " has a quote at its beginning or end. Take it off."));
    }

    private void checkHevy() {
        String key = settings.raw(Settings.HEVY_API_KEY);
        if (key.isEmpty()) {
            problems.add("HEVY_API_KEY is missing. Make a key at https://hevy.com/settings?developer (needs Hevy"
                    + " Pro) and set it.");
        } else if (!KEY.matcher(key.strip()).matches()) {
            problems.add("HEVY_API_KEY holds blanks, quotes or line breaks, which no key has. Copy it again from"
                    + " https://hevy.com/settings?developer.");
        }
        checkBaseUrl(settings.get("HEVY_BASE_URL"));
        checkSwitch("PIPELINE_FULL_REFRESH");
        checkSwitch("PIPELINE_ALLOW_DELETIONS");
        checkProxy(settings.get("HEVY_BASE_URL"));
        checkNumber("HEVY_CONCURRENCY", 1, MOST_CONCURRENCY);
        checkNumber("HEVY_RETRIES", 0, MOST_RETRIES);
        checkTime("HEVY_RETRY_DELAY", "1ms", "60s");
        checkTime("HEVY_REQUEST_GAP", "0", "60s");
        checkTime("HEVY_MAX_WAIT", "0", "1d");
        checkTime("HEVY_TIMEOUT", "100ms", "1h");
        collect(() -> ResourceCatalog.read(
                        ProjectFolder.find("schemas", RESOURCES).path())
                .select(settings.get("HEVY_RESOURCES")));
    }

    private void checkProxy(String server) {
        HttpProxy.problem(server, settings::get, System.getProperties())
                .filter(problem -> !problems.contains(problem))
                .ifPresent(problems::add);
    }

    private void checkBaseUrl(String url) {
        ServerAddress address = new ServerAddress(url);
        if (address.hasUnderscoreInHost()) {
            problems.add("HEVY_BASE_URL " + UNDERSCORE + url);
        } else if (!address.isPlain()) {
            problems.add("HEVY_BASE_URL is not an address such as https://api.hevyapp.com: " + address.shown());
        } else if (!address.isEncrypted() && !address.isLoopback()) {
            problems.add("HEVY_BASE_URL must begin with https://, or the key would travel in clear: " + url);
        }
    }

    private void checkLake() {
        if (!settings.has(Settings.S3_BUCKET_NAME)) {
            problems.add("S3_BUCKET_NAME is missing. Set it to the name of a bucket that you own; README.md tells how"
                    + " to make one.");
        }
        problems.addAll(Destination.problems(
                settings.has(Settings.S3_BUCKET_NAME) ? settings.get(Settings.S3_BUCKET_NAME) : ANY_BUCKET,
                settings.get("S3_RAW_PREFIX"),
                settings.get("S3_TRANSFORMED_PREFIX")));
        checkName(Settings.S3_BUCKET_NAME);
        checkName("S3_RAW_PREFIX");
        checkName("S3_TRANSFORMED_PREFIX");
        checkEndpoint(settings.nameOf(Settings.S3_ENDPOINT_URL), settings.get(Settings.S3_ENDPOINT_URL));
        checkProxy(HttpProxy.s3(settings::get));
        checkRegion(settings.nameOf("AWS_DEFAULT_REGION"), settings.get("AWS_DEFAULT_REGION"));
        collect(this::checkSchemas);
        checkTime("S3_TIMEOUT", "100ms", "1h");
        checkNumber("S3_CONCURRENCY", 1, MOST_CONCURRENCY);
        checkNumber("S3_RETRIES", 0, MOST_RETRIES);
        if (settings.has("AWS_ACCESS_KEY_ID") != settings.has("AWS_SECRET_ACCESS_KEY")) {
            problems.add("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together: set both, or neither to use"
                    + " AWS_PROFILE or a role.");
        }
        if (!settings.has("DLT_PIPELINE_DIR")) {
            problems.add("DLT_PIPELINE_DIR is empty. Name a folder for load packages.");
        }
    }

    /** A resource's tables would otherwise lack columns, or have other types, without a word. */
    private void checkSchemas() {
        ProjectFolder folder = ProjectFolder.find("schemas", RESOURCES);
        List<String> resources = ResourceCatalog.read(folder.path()).names();
        folder.missing(RESOURCES).stream()
                .filter(file -> file.startsWith("_") || resources.contains(file.split("__|\\.", 2)[0]))
                .forEach(file ->
                        problems.add("The schema file schemas/" + file + " is missing. Restore it from the project."));
        SortedMap<String, TableSchema> tables =
                DatasetSchema.read(folder.path()).tables();
        resources.stream()
                .filter(resource -> !tables.containsKey(resource))
                .map(resource ->
                        "The schema file schemas/" + resource + ".avsc is missing, which resources.yaml asks for."
                                + " Write it; the files beside it show the form.")
                .forEach(problems::add);
    }

    private void checkEndpoint(String name, String url) {
        ServerAddress endpoint = new ServerAddress(url);
        if (endpoint.hasUnderscoreInHost()) {
            problems.add(name + " " + UNDERSCORE + url);
        } else if (!url.isEmpty() && !endpoint.isPlain()) {
            problems.add(name + " is not an address such as https://minio.example.org:9000: " + endpoint.shown());
        }
    }

    /** AWS has its own regions; another server may call its one region whatever fits into a signature. */
    private void checkRegion(String name, String region) {
        if (settings.has(Settings.S3_ENDPOINT_URL)) {
            if (!ANY_REGION.matcher(region).matches()) {
                problems.add(name + " may have 1 to 63 letters, digits and hyphens, none at its ends: " + region);
            }
        } else if (!REGION.matcher(region).matches()) {
            problems.add(name + " is not a region of AWS such as ap-southeast-2: " + region);
        }
    }

    private void checkRun() {
        TrustStore.problem(System.getProperties()).ifPresent(problems::add);
        checkSchedule();
        if (!TimeZoneName.isKnown(settings.get("PIPELINE_TIMEZONE"))) {
            problems.add(
                    "PIPELINE_TIMEZONE is not a time zone such as Australia/Sydney, UTC or +02:00, in whole hours: "
                            + settings.get("PIPELINE_TIMEZONE"));
        }
        if (!settings.has("DBT_DUCKDB_PATH")) {
            problems.add("DBT_DUCKDB_PATH is empty. Name the DuckDB file.");
        } else {
            checkDuckDbFile();
        }
        checkTime("TRANSFORM_TIMEOUT", "0", "7d");
        checkText("PIPELINE_SELECT");
        checkText("PIPELINE_EXCLUDE");
        // Load packages are looked for by every command that builds.
        checkPath("DLT_PIPELINE_DIR");
        checkReport(settings.get("REPORT_PATH"));
        checkServer("PIPELINE_HTTP");
        checkServer("PIPELINE_OBSERVE");
        checkTime("PIPELINE_HTTP_TIMEOUT", "100ms", "1h");
        if (!MEMORY.matcher(settings.get("DUCKDB_MEMORY_LIMIT")).matches()) {
            problems.add("DUCKDB_MEMORY_LIMIT is neither auto nor a size such as 512MB: "
                    + settings.get("DUCKDB_MEMORY_LIMIT"));
        }
        checkNumber("DUCKDB_THREADS", 0, MOST_THREADS);
        checkNumber("PIPELINE_SHOW_LIMIT", 0, MOST_ROWS_SHOWN);
    }

    private void checkSchedule() {
        if (settings.has("PIPELINE_PERIOD")) {
            collect(() -> Schedule.of(settings.get("PIPELINE_PERIOD"), ZoneOffset.UTC));
        }
        checkTime("PIPELINE_RETRY_DELAY", "100ms", "1d");
        if (!settings.get("PIPELINE_STALE_AFTER").equals(AUTO)) {
            checkTime("PIPELINE_STALE_AFTER", "1s", "366d");
        }
    }

    /** Of the route files that Camel would not find, it names but the first. */
    private void checkRoutes() {
        collect(() -> ProjectFolder.find("routes", ROUTES)
                .missing(ROUTES)
                .forEach(file -> problems.add("The route file routes/" + file
                        + " is missing. Restore it from the project, or take the whole folder away.")));
    }

    private void checkServer(String name) {
        String host = name + "_HOST";
        String port = name + "_PORT";
        if (!settings.get(port).equals(NO_PORT)) {
            checkNumber(port, 1, LAST_PORT);
        }
        if (!HOST.matcher(settings.get(host)).matches()) {
            problems.add(host + " is not an address such as 127.0.0.1: " + settings.get(host));
        }
    }

    /** A page that took the place of the database would be hard to explain. */
    private void checkReport(String path) {
        if (!path.endsWith(".html") && !path.equals(ReportPage.NONE)) {
            problems.add("REPORT_PATH is neither none nor a file that ends in .html: " + path);
        }
        checkPath("REPORT_PATH");
        File database = new File(settings.get("DBT_DUCKDB_PATH")).getAbsoluteFile();
        checkPlace("REPORT_PATH", path.startsWith("/") ? path : new File(database.getParentFile(), path).getPath());
    }

    private void checkSwitch(String name) {
        String value = settings.get(name);
        if (!Set.of("true", "false").contains(value)) {
            problems.add(name + " is neither true nor false: " + value);
        }
    }

    private void checkNumber(String name, int least, int most) {
        String value = settings.get(name);
        boolean inRange =
                DIGITS.matcher(value).matches() && Integer.parseInt(value) >= least && Integer.parseInt(value) <= most;
        if (!inRange) {
            problems.add(name + " is not a whole number from " + least + " to " + most + ": " + value);
        }
    }

    private void checkTime(String name, String least, String most) {
        String value = settings.get(name);
        boolean inRange = Schedule.LENGTH.matcher(value).matches()
                && TimeUtils.toMilliSeconds(value) >= TimeUtils.toMilliSeconds(least)
                && TimeUtils.toMilliSeconds(value) <= TimeUtils.toMilliSeconds(most);
        if (!inRange) {
            problems.add(name + " is not a time from " + least + " to " + most + ", such as 250ms or 30s: " + value);
        }
    }

    private void collect(Runnable check) {
        try {
            check.run();
        } catch (PipelineException e) {
            problems.add((e.getMessage() + " " + e.nextStep()).strip());
        }
    }
}

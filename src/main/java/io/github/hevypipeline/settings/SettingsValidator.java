package io.github.hevypipeline.settings;

import io.github.hevypipeline.accounts.AccountEntry;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.files.OutputFile;
import io.github.hevypipeline.hevy.export.ExportFiles;
import io.github.hevypipeline.http.HttpProxy;
import io.github.hevypipeline.http.ServerAddress;
import io.github.hevypipeline.http.TrustStore;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.schema.DatasetSchema;
import io.github.hevypipeline.lake.schema.ResourceCatalog;
import io.github.hevypipeline.project.ProjectFolder;
import io.github.hevypipeline.report.ReportPage;
import io.github.hevypipeline.report.TerminalText;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.util.TimeUtils;

/**
 * Checks the settings of a command before it sends any request, and reports every problem at once.
 *
 * <p>Not thread-safe; used for one check. No message shows the value of a secret.
 */
public final class SettingsValidator {
    /** As the argument of a bean, Camel reads these as a number, a literal or a bean, not as text. */
    public static final Pattern NOT_TEXT = Pattern.compile("[-+]?[0-9.]+|(?i:true|false|null)|#.*");
    /** Value of {@code PIPELINE_STALE_AFTER}: derived from the schedule. */
    public static final String AUTO = "auto";
    /** Value of a port: no server is started. */
    public static final String NO_PORT = "none";

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e&&[^\"'`]]+");
    private static final Pattern DIGITS = Pattern.compile("\\d{1,6}");
    private static final Pattern MEMORY = Pattern.compile("auto|\\d+(\\.\\d+)?\\s?(KB|MB|GB|TB|KiB|MiB|GiB|TiB)");
    private static final Pattern REGION = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern ANY_REGION = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final String UNDERSCORE =
            "has an underscore in its host name, which is not allowed. Use another name, or the host's address, such as"
                    + " http://10.0.0.5:9000: ";
    private static final Pattern BROKERS = Pattern.compile("[A-Za-z0-9._-]+:\\d{1,5}(,[A-Za-z0-9._-]+:\\d{1,5})*");
    /** Where Camel finds the component. */
    private static final String KAFKA_COMPONENT = "/META-INF/services/org/apache/camel/component/kafka";

    private static final int MAX_CONCURRENCY = 16;
    private static final int MAX_ACCOUNTS_AT_A_TIME = 64;
    private static final int MAX_BATCH = 1_000;
    private static final int MAX_BUCKETS = 4_096;
    private static final Pattern DELTA_LOCATION = Pattern.compile("[A-Za-z0-9:/._-]*");
    private static final int MAX_REQUEST_RATE = 10_000;
    private static final int MAX_RETRIES = 20;
    private static final int MAX_THREADS = 256;
    private static final int MAX_PATH_SHOWN = 400;
    private static final String LOCALE_STEP = "Set LC_ALL=C.UTF-8, or start with bin/hevy-pipeline, which does.";
    public static final int MAX_ROWS_SHOWN = 100_000;
    private static final int MAX_PORT = 65_535;
    /** A name, an IPv4 or an IPv6 address. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]+");

    private static final String RESOURCES = "resources.yaml";
    private static final String SCHEMA = ".avsc";
    private static final String ROUTES = "pipeline.camel.yaml";
    private static final String HOSTED_ON_S3 =
            "S3_BUCKET_NAME is missing. Set it to a bucket that you own, and do not set LAKE_PATH: a pod keeps no folder.";
    /** Stands in for a missing bucket, so that the prefixes are checked as well. */
    private static final String ANY_BUCKET = "any-bucket";

    /** A problem of a setting begins with its name; other problems are of files or the machine. */
    private static final Pattern OF_SETTING = Pattern.compile("(?s)[A-Z][A-Z0-9_]+ .*");

    /** A cause and the next step. */
    private static final Pattern TWO_SENTENCES = Pattern.compile("(?s)(.*?)\\. ([A-Z].*\\.)");

    private final Settings settings;
    private final List<String> problems = new ArrayList<>();

    private SettingsValidator(Settings settings) {
        this.settings = settings;
    }

    /** The settings that one part of the program needs. */
    public enum Part {
        MACHINE,
        SECRETS,
        HEVY,
        LAKE,
        ACCOUNTS("HEVY_ACCOUNTS"),
        WORKER("KAFKA_BROKERS"),
        MERGE("TRANSFORM_JDBC_URL"),
        ROUTES,
        RUN;

        /** Empty for a part that is always used. */
        private final String usedWith;

        Part() {
            this("");
        }

        Part(String usedWith) {
            this.usedWith = usedWith;
        }

        /** Whether these settings use the part. */
        public boolean isUsed(Settings settings) {
            return usedWith.isEmpty() || settings.has(usedWith);
        }
    }

    /**
     * Checks the settings of a command.
     *
     * @throws ConfigError if a setting is invalid; lists all that are, one a line
     */
    public static void check(Settings settings, Command command) {
        check(settings, command, problems(settings, Part.ROUTES));
    }

    /**
     * Checks the settings of a run whose routes another runtime has loaded, so that no route files are needed.
     *
     * @throws ConfigError as {@link #check}
     */
    public static void checkHosted(Settings settings) {
        check(settings, Command.RUN, settings.keepsLakeInFolder() ? List.of(HOSTED_ON_S3) : List.of());
    }

    private static void check(Settings settings, Command command, List<String> ofRoutes) {
        List<String> problems = new ArrayList<>(problems(settings, Part.MACHINE));
        if (!problems.isEmpty()) {
            // No file of this folder can be opened, not even .env.
            throw new ConfigError(ExitCode.CONFIGURATION, problems.get(0), LOCALE_STEP);
        }
        problems.addAll(problems(settings, Part.SECRETS));
        if (command.needsHevy()) {
            problems.addAll(problems(settings, Part.HEVY));
        }
        if (command.needsLake()) {
            problems.addAll(problems(settings, Part.LAKE));
        }
        if (command.isOfAccounts()) {
            // Each account has a key of its own.
            problems.removeIf(problem -> problem.startsWith("HEVY_API_KEY is missing"));
            problems.addAll(problems(settings, Part.ACCOUNTS));
        }
        if (command == Command.WORKER) {
            problems.addAll(problems(settings, Part.WORKER));
        }
        if (command == Command.MERGE || (command.isOfAccounts() && settings.has("TRANSFORM_JDBC_URL"))) {
            problems.addAll(problems(settings, Part.MERGE));
        }
        problems.addAll(ofRoutes);
        problems.addAll(problems(settings, Part.RUN));
        if (command == Command.REPORT && settings.get("REPORT_PATH").equals(ReportPage.NONE)) {
            problems.add("REPORT_PATH is none, so the report has no file. Name one that ends in .html.");
        }
        if (problems.size() == 1) {
            throw single(problems.get(0));
        }
        if (!problems.isEmpty()) {
            throw several(problems);
        }
    }

    private static ConfigError single(String problem) {
        Matcher twoSentences = TWO_SENTENCES.matcher(problem);
        return twoSentences.matches()
                ? new ConfigError(
                        ExitCode.CONFIGURATION, twoSentences.group(1) + "; no request was sent.", twoSentences.group(2))
                : new ConfigError(
                        ExitCode.CONFIGURATION,
                        problem + "; no request was sent.",
                        "Fix it in .env (see .env.example) or the environment.");
    }

    private static ConfigError several(List<String> problems) {
        boolean ofSettings = problems.stream().allMatch(OF_SETTING.asMatchPredicate());
        return new ConfigError(
                ExitCode.CONFIGURATION,
                "- " + String.join("\n- ", problems) + "\n" + problems.size()
                        + (ofSettings ? " settings are" : " settings or files are")
                        + " invalid; no request was sent.",
                ofSettings ? "Fix them in .env (see .env.example) or the environment." : "Fix each as its line says.");
    }

    /** The problems of one part: each with its next step if it is not obvious. */
    public static List<String> problems(Settings settings, Part part) {
        SettingsValidator check = new SettingsValidator(settings);
        switch (part) {
            case SECRETS -> {
                check.checkNoSecretInProperties();
                check.checkQuotes();
            }
            case MACHINE -> check.checkLocale();
            case HEVY -> check.checkHevy();
            case LAKE -> check.checkLake();
            case ACCOUNTS -> check.checkAccounts();
            case WORKER -> check.checkWorker();
            case MERGE -> check.checkMerge();
            case ROUTES -> check.checkRoutes();
            case RUN -> check.checkRun();
        }
        return check.problems;
    }

    /** In an ASCII locale, which is cron's, Java cannot open a file whose name has other letters. */
    private void checkLocale() {
        String folder = System.getProperty("user.dir");
        if (!isEncodable(folder)) {
            problems.add("Java cannot encode the working folder's name in this locale ("
                    + System.getProperty("sun.jnu.encoding") + "): " + TerminalText.of(folder, MAX_PATH_SHOWN)
                    + ".");
        }
    }

    private static boolean isEncodable(String path) {
        try {
            return Path.of(path) != null;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** A value that the routes use as text: it must not contain what Camel would interpret. */
    private void checkText(String name) {
        String value = settings.get(name);
        if (value.contains("{{") || value.contains("}}") || value.indexOf('"') >= 0) {
            problems.add(name + " contains {{, }} or a double quote, which Camel would interpret: "
                    + TerminalText.of(value, MAX_PATH_SHOWN));
        } else if (value.codePoints().anyMatch(Character::isISOControl)) {
            problems.add(name + " contains a control character: " + TerminalText.of(value, MAX_PATH_SHOWN));
        }
    }

    /** As {@link #checkText}, and not {@link #NOT_TEXT} either. */
    private void checkName(String name) {
        checkText(name);
        if (NOT_TEXT.matcher(settings.get(name)).matches()) {
            problems.add(
                    name + " is a number, true, false or null, or begins with #, which Camel does not read as text: "
                            + settings.get(name));
        }
    }

    private void checkPath(String name) {
        checkText(name);
        if (!isEncodable(settings.get(name))) {
            problems.add(name + " is not a valid path in this locale (" + System.getProperty("sun.jnu.encoding") + "): "
                    + TerminalText.of(settings.get(name), MAX_PATH_SHOWN) + ". " + LOCALE_STEP);
        }
    }

    /** After a ; or ? DuckDB expects options, so its write-ahead log would get another name. */
    private void checkDuckDbFile() {
        checkPath("DBT_DUCKDB_PATH");
        String file = new File(settings.get("DBT_DUCKDB_PATH")).getAbsolutePath();
        if (file.indexOf(';') >= 0 || file.indexOf('?') >= 0) {
            problems.add("DBT_DUCKDB_PATH has a ; or ? in its absolute path, which DuckDB would cut off there: " + file
                    + ". Choose a path without them.");
        }
        checkReplaceable("DBT_DUCKDB_PATH", file);
    }

    private void checkReplaceable(String name, String file) {
        if (OutputFile.isSpecial(new File(file))) {
            problems.add(name + " is a named pipe or a device, which cannot be replaced: " + file + ". Name a file.");
        }
    }

    private void checkNoSecretInProperties() {
        settings.misplacedSecrets()
                .forEach(secret -> problems.add(secret
                        + " is set in application.properties, which is no place for a secret. Move it to .env."));
    }

    private void checkQuotes() {
        settings.misquoted().forEach(name -> problems.add(name + " has a quote at its beginning or end. Remove it."));
    }

    private void checkHevy() {
        String key = settings.raw(Settings.HEVY_API_KEY);
        boolean hasExport = settings.has(Settings.HEVY_EXPORT);
        if (hasExport) {
            checkText(Settings.HEVY_EXPORT);
            boolean mayArrive =
                    settings.has("PIPELINE_PERIOD") && ExportFiles.isFolder(settings.get(Settings.HEVY_EXPORT));
            if (!mayArrive) {
                collect(() -> ExportFiles.find(settings.get(Settings.HEVY_EXPORT)));
            }
        }
        if (key.isEmpty() && !hasExport) {
            problems.add("HEVY_API_KEY is missing. Make a key at https://hevy.com/settings?developer (needs Hevy"
                    + " Pro) and set it.");
        } else if (!key.isEmpty() && !KEY.matcher(key.strip()).matches()) {
            problems.add("HEVY_API_KEY contains blanks, quotes or line breaks, which no key has. Copy it again from"
                    + " https://hevy.com/settings?developer.");
        }
        checkBaseUrl(settings.get("HEVY_BASE_URL"));
        checkSwitch("PIPELINE_FULL_REFRESH");
        checkSwitch("PIPELINE_ALLOW_DELETIONS");
        checkProxy(settings.get("HEVY_BASE_URL"));
        checkNumber("HEVY_CONCURRENCY", 1, MAX_CONCURRENCY);
        checkNumber("HEVY_RETRIES", 0, MAX_RETRIES);
        checkTime("HEVY_RETRY_DELAY", "1ms", "60s");
        checkTime("HEVY_REQUEST_GAP", "0", "60s");
        checkTime("HEVY_MAX_WAIT", "0", "1d");
        checkTime("HEVY_TIMEOUT", "100ms", "1h");
        collect(() -> ResourceCatalog.read(
                        ProjectFolder.find("schemas", RESOURCES).path())
                .requireOfApi(settings.get("HEVY_RESOURCES")));
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
            problems.add("HEVY_BASE_URL must begin with https://, or the key would be sent unencrypted: " + url);
        }
    }

    private void checkLake() {
        if (settings.has(Settings.LAKE_PATH) && settings.has(Settings.S3_BUCKET_NAME)) {
            problems.add("LAKE_PATH and S3_BUCKET_NAME are both set. Unset one: a lake has one place.");
        } else if (settings.keepsLakeInFolder()) {
            checkPath(Settings.LAKE_PATH);
            if (!settings.has(Settings.LAKE_PATH)) {
                checkMeansFolder();
            }
        } else {
            checkS3();
        }
        problems.addAll(Destination.problems(
                settings.has(Settings.S3_BUCKET_NAME) ? settings.get(Settings.S3_BUCKET_NAME) : ANY_BUCKET,
                settings.get("S3_RAW_PREFIX"),
                settings.get("S3_TRANSFORMED_PREFIX")));
        checkName("S3_RAW_PREFIX");
        checkName("S3_TRANSFORMED_PREFIX");
        collect(this::checkSchemas);
        checkNumber("S3_CONCURRENCY", 1, MAX_CONCURRENCY);
        if (!settings.has("DLT_PIPELINE_DIR")) {
            problems.add("DLT_PIPELINE_DIR is empty. Name the work folder.");
        }
    }

    private void checkAccounts() {
        if (settings.has("HEVY_ACCOUNTS")) {
            checkPath("HEVY_ACCOUNTS");
            collect(() -> AccountEntry.list(settings.get("HEVY_ACCOUNTS")));
        } else {
            problems.add("HEVY_ACCOUNTS is missing. Name a file with one account a line, such as {\"account_id\":"
                    + " \"anna\", \"key_env\": \"ANNA_KEY\"}.");
        }
        problems.addAll(Destination.problemsOfAccounts(
                settings.get("ACCOUNTS_PREFIX"), settings.get("S3_RAW_PREFIX"), settings.get("S3_TRANSFORMED_PREFIX")));
        checkName("ACCOUNTS_PREFIX");
        checkNumber("ACCOUNTS_CONCURRENCY", 1, MAX_ACCOUNTS_AT_A_TIME);
        checkNumber("ACCOUNTS_BATCH", 1, MAX_BATCH);
        checkTime("ACCOUNTS_BATCH_WAIT", "100ms", "10m");
        checkNumber("ACCOUNTS_REQUEST_RATE", 0, MAX_REQUEST_RATE);
        checkTime("ACCOUNTS_LISTS_AFTER", "0", "7d");
    }

    private void checkMerge() {
        if (!settings.get("TRANSFORM_JDBC_URL").startsWith("jdbc:hive2://")) {
            problems.add("TRANSFORM_JDBC_URL is not the address of a Thrift Server. Name one, such as"
                    + " jdbc:hive2://127.0.0.1:10000.");
        }
        if (!DELTA_LOCATION.matcher(settings.get("DELTA_LOCATION")).matches()) {
            problems.add("DELTA_LOCATION has a character that SQL would not take as it is. Use letters, digits and"
                    + " :/._- alone.");
        }
        checkNumber("ACCOUNTS_BUCKETS", 1, MAX_BUCKETS);
    }

    private void checkWorker() {
        if (SettingsValidator.class.getResource(KAFKA_COMPONENT) == null) {
            problems.add(
                    "KAFKA_BROKERS needs hevy-pipeline-scale.jar, and this is the program for one account. Start that"
                            + " jar, or run accounts, which needs no Kafka.");
        }
        if (!BROKERS.matcher(settings.get("KAFKA_BROKERS")).matches()) {
            problems.add("KAFKA_BROKERS is not a list of brokers such as broker-1:9092,broker-2:9092: "
                    + settings.get("KAFKA_BROKERS") + ". Name them, or run accounts, which needs no Kafka.");
        }
        if (!settings.has("PIPELINE_PERIOD")) {
            problems.add("PIPELINE_PERIOD is missing. Say how often the accounts are loaded, for example 1h.");
        }
    }

    /** Otherwise a forgotten name would keep a bucket stale while every run ends well. */
    private void checkMeansFolder() {
        Optional<String> ofS3 = settings.has(Settings.S3_ENDPOINT_URL)
                ? Optional.of(settings.nameOf(Settings.S3_ENDPOINT_URL))
                : settings.misspelling(Settings.S3_BUCKET_NAME);
        ofS3.ifPresent(name -> problems.add(
                "S3_BUCKET_NAME is missing, but " + name + " is set. Set it, or LAKE_PATH for a lake in a folder."));
    }

    private void checkS3() {
        checkName(Settings.S3_BUCKET_NAME);
        checkEndpoint(settings.nameOf(Settings.S3_ENDPOINT_URL), settings.get(Settings.S3_ENDPOINT_URL));
        checkProxy(HttpProxy.s3(settings::get));
        checkRegion(settings.nameOf("AWS_DEFAULT_REGION"), settings.get("AWS_DEFAULT_REGION"));
        checkTime("S3_TIMEOUT", "100ms", "1h");
        checkNumber("S3_RETRIES", 0, MAX_RETRIES);
        if (settings.has("AWS_ACCESS_KEY_ID") != settings.has("AWS_SECRET_ACCESS_KEY")) {
            problems.add("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY go together: set both, or neither to use"
                    + " AWS_PROFILE or a role.");
        }
    }

    /** Without its schema file a table would silently lose columns, or infer other types. */
    private void checkSchemas() {
        ProjectFolder folder = ProjectFolder.find("schemas", RESOURCES);
        List<String> resources = ResourceCatalog.read(folder.path()).names();
        List<String> removed = folder.missing(RESOURCES).stream()
                .filter(file -> file.startsWith("_") || resources.contains(file.split("__|\\.", 2)[0]))
                .toList();
        removed.forEach(file -> problems.add("schemas/" + file + " is missing. Restore it from the project."));
        resources.stream()
                .filter(resource -> !removed.contains(resource + SCHEMA)
                        && !Files.exists(folder.path().resolve(resource + SCHEMA)))
                .forEach(resource -> problems.add("schemas/" + resource + SCHEMA + " is missing, but"
                        + " schemas/resources.yaml has the resource " + resource
                        + ". Write it like the other schemas, or remove the resource."));
        if (removed.isEmpty()) {
            DatasetSchema.read(folder.path());
        }
    }

    private void checkEndpoint(String name, String url) {
        ServerAddress endpoint = new ServerAddress(url);
        if (endpoint.hasUnderscoreInHost()) {
            problems.add(name + " " + UNDERSCORE + url);
        } else if (!url.isEmpty() && !endpoint.isPlain()) {
            problems.add(name + " is not an address such as https://minio.example.org:9000: " + endpoint.shown());
        }
    }

    /** The regions of AWS have fixed names; another server's region may have any name that fits into a signature. */
    private void checkRegion(String name, String region) {
        if (settings.has(Settings.S3_ENDPOINT_URL)) {
            if (!ANY_REGION.matcher(region).matches()) {
                problems.add(name + " must be 1 to 63 letters, digits and hyphens, without a hyphen at either end: "
                        + region);
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
        // Every command that builds looks for an unfinished load there.
        checkPath("DLT_PIPELINE_DIR");
        checkReport(settings.get("REPORT_PATH"));
        checkServer("PIPELINE_HTTP");
        checkServer("PIPELINE_OBSERVE");
        checkTime("PIPELINE_HTTP_TIMEOUT", "100ms", "1h");
        if (!MEMORY.matcher(settings.get("DUCKDB_MEMORY_LIMIT")).matches()) {
            problems.add("DUCKDB_MEMORY_LIMIT is neither auto nor a size such as 512MB: "
                    + settings.get("DUCKDB_MEMORY_LIMIT"));
        }
        checkNumber("DUCKDB_THREADS", 0, MAX_THREADS);
        checkNumber("PIPELINE_SHOW_LIMIT", 0, MAX_ROWS_SHOWN);
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

    /** Camel itself would name only the first missing file. */
    private void checkRoutes() {
        collect(() -> ProjectFolder.find("routes", ROUTES)
                .missing(ROUTES)
                .forEach(file -> problems.add(
                        "routes/" + file + " is missing. Restore it from the project, or remove the whole folder.")));
    }

    private void checkServer(String name) {
        String host = name + "_HOST";
        String port = name + "_PORT";
        if (!settings.get(port).equals(NO_PORT)) {
            checkNumber(port, 1, MAX_PORT);
        }
        if (!HOST.matcher(settings.get(host)).matches()) {
            problems.add(host + " is not an address such as 127.0.0.1: " + settings.get(host));
        }
    }

    /** The ending keeps the report from replacing the database. */
    private void checkReport(String path) {
        if (!path.endsWith(".html") && !path.equals(ReportPage.NONE)) {
            problems.add("REPORT_PATH is neither none nor a file that ends in .html: " + path);
        }
        checkPath("REPORT_PATH");
        File database = new File(settings.get("DBT_DUCKDB_PATH")).getAbsoluteFile();
        checkReplaceable(
                "REPORT_PATH", path.startsWith("/") ? path : new File(database.getParentFile(), path).getPath());
    }

    private void checkSwitch(String name) {
        String value = settings.get(name);
        if (!Set.of("true", "false").contains(value)) {
            problems.add(name + " is neither true nor false: " + value);
        }
    }

    private void checkNumber(String name, int min, int max) {
        String value = settings.get(name);
        boolean inRange =
                DIGITS.matcher(value).matches() && Integer.parseInt(value) >= min && Integer.parseInt(value) <= max;
        if (!inRange) {
            problems.add(name + " is not a whole number from " + min + " to " + max + ": " + value);
        }
    }

    private void checkTime(String name, String min, String max) {
        String value = settings.get(name);
        boolean inRange = Schedule.LENGTH.matcher(value).matches()
                && TimeUtils.toMilliSeconds(value) >= TimeUtils.toMilliSeconds(min)
                && TimeUtils.toMilliSeconds(value) <= TimeUtils.toMilliSeconds(max);
        if (!inRange) {
            problems.add(name + " is not a time from " + min + " to " + max + ", such as 250ms or 30s: " + value);
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

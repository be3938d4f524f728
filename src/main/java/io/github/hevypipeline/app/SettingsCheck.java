package io.github.hevypipeline.app;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.project.ProjectFolder;
import io.github.hevypipeline.raw.Destination;
import io.github.hevypipeline.raw.ResourceCatalog;
import io.github.hevypipeline.report.ReportPage;
import io.github.hevypipeline.schedule.Schedule;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.util.TimeUtils;

/**
 * Checks all settings that a command needs before anything is contacted, and lists every problem at once.
 *
 * <p>Not thread-safe; made for one command. No problem shows the value of a secret.
 */
final class SettingsCheck {
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
    static final int MOST_ROWS_SHOWN = 100_000;
    private static final int LAST_PORT = 65_535;
    /** A name, or an address of four numbers or of version 6. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]+");

    private final Settings settings;
    private final List<String> problems = new ArrayList<>();

    private SettingsCheck(Settings settings) {
        this.settings = settings;
    }

    /** What settings are about. */
    enum Part {
        SECRETS,
        HEVY,
        LAKE,
        RUN
    }

    /**
     * Checks the settings of a command.
     *
     * @throws ConfigError with a line for each problem, if there is one, and a last line that counts them
     */
    static void check(Settings settings, Command command) {
        List<String> problems = new ArrayList<>(problems(settings, Part.SECRETS));
        if (command.needsHevy()) {
            problems.addAll(problems(settings, Part.HEVY));
        }
        if (command.needsLake()) {
            problems.addAll(problems(settings, Part.LAKE));
        }
        problems.addAll(problems(settings, Part.RUN));
        if (command == Command.REPORT && settings.get("REPORT_PATH").equals(ReportPage.NONE)) {
            problems.add("REPORT_PATH is none, so there is no place for the report. Name a file that ends in .html.");
        }
        if (!problems.isEmpty()) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "- " + String.join("\n- ", problems) + "\n"
                            + (problems.size() == 1 ? "A setting is" : problems.size() + " settings are")
                            + " missing or wrong; nothing was contacted.",
                    "Set them in .env (see .env.example) or in the environment, and run again.");
        }
    }

    /** What is wrong with the settings of one part, each with what to do. */
    static List<String> problems(Settings settings, Part part) {
        SettingsCheck check = new SettingsCheck(settings);
        switch (part) {
            case SECRETS -> check.checkSecretsPlace();
            case HEVY -> check.checkHevy();
            case LAKE -> check.checkLake();
            case RUN -> check.checkRun();
        }
        return check.problems;
    }

    private void checkSecretsPlace() {
        settings.misplacedSecrets()
                .forEach(secret -> problems.add(
                        secret + " stands in application.properties. Secrets do not belong there: move it to .env."));
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
        checkNumber("HEVY_CONCURRENCY", 1, MOST_CONCURRENCY);
        checkNumber("HEVY_RETRIES", 0, MOST_RETRIES);
        checkTime("HEVY_RETRY_DELAY", "1ms", "60s");
        checkTime("HEVY_REQUEST_GAP", "0", "60s");
        checkTime("HEVY_MAX_WAIT", "0", "1d");
        checkTime("HEVY_TIMEOUT", "100ms", "1h");
        collect(() -> ResourceCatalog.read(
                        ProjectFolder.find("schemas", "resources.yaml").path())
                .select(settings.get("HEVY_RESOURCES")));
    }

    private void checkBaseUrl(String url) {
        Address address = new Address(url);
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
        } else {
            collect(() -> new Destination(
                    settings.get(Settings.S3_BUCKET_NAME),
                    settings.get("S3_RAW_PREFIX"),
                    settings.get("S3_TRANSFORMED_PREFIX"),
                    settings.get("S3_ENDPOINT_URL")));
        }
        checkEndpoint(settings.nameOf(Settings.S3_ENDPOINT_URL), settings.get(Settings.S3_ENDPOINT_URL));
        checkRegion(settings.nameOf("AWS_DEFAULT_REGION"), settings.get("AWS_DEFAULT_REGION"));
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

    private void checkEndpoint(String name, String url) {
        Address endpoint = new Address(url);
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
        checkSchedule();
        try {
            ZoneId.of(settings.get("PIPELINE_TIMEZONE"));
        } catch (DateTimeException e) {
            problems.add("PIPELINE_TIMEZONE is not a time zone such as Australia/Sydney or UTC: "
                    + settings.get("PIPELINE_TIMEZONE"));
        }
        if (!settings.has("DBT_DUCKDB_PATH")) {
            problems.add("DBT_DUCKDB_PATH is empty. Name the DuckDB file.");
        }
        checkReport(settings.get("REPORT_PATH"));
        checkServer("PIPELINE_HTTP");
        checkServer("PIPELINE_OBSERVE");
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
        if (!settings.get("PIPELINE_STALE_AFTER").equals(ScheduledProcess.AUTO)) {
            checkTime("PIPELINE_STALE_AFTER", "1s", "366d");
        }
    }

    private void checkServer(String name) {
        String host = name + "_HOST";
        String port = name + "_PORT";
        if (!settings.get(port).equals(WebServer.NONE)) {
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

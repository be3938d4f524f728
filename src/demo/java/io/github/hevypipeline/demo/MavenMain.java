package io.github.hevypipeline.demo;

import io.github.hevypipeline.Main;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.project.CommandText;
import io.github.hevypipeline.settings.Command;
import io.github.hevypipeline.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The entry point of {@code mvn camel:run}: runs the pipeline, and embeds the servers that are not configured.
 *
 * <p>Neither key, export, bucket nor folder: the demo, a simulated Hevy account and an S3 server in this process. A key or
 * an export alone: the real account, into the folder {@code ./lake}. A bucket and no key is an error, so that simulated
 * data never reaches a real bucket.
 */
public final class MavenMain {
    private static final String BUCKET = "hevy";
    private static final String DEMO = "target/demo";
    /** The commands that need no lake, only the DuckDB file. */
    private static final Set<String> READERS = Stream.of(Command.values())
            .filter(command -> !command.routeFiles().contains("lake"))
            .map(Command::word)
            .collect(Collectors.toUnmodifiableSet());

    /** What {@code mvn} starts, and this class itself. */
    private static final Pattern OWN_PROCESS =
            Pattern.compile("org\\.codehaus\\.plexus\\.classworlds\\.launcher\\.Launcher\\b|"
                    + Pattern.quote(MavenMain.class.getName()));

    private final Settings settings;
    private final Path folder;

    private MavenMain(Settings settings, Path folder) {
        this.settings = settings;
        this.folder = folder;
    }

    /**
     * Runs one command. After a failure it exits with the command's code, so that its own last line is the last one; a
     * build daemon or an IDE, whose process is not ours to end, gets an exception.
     */
    public static void main(String[] args) {
        boolean isOurs =
                OWN_PROCESS.matcher(System.getProperty("sun.java.command", "")).lookingAt();
        if (isOurs) {
            System.setProperty(CommandText.PROPERTY, CommandText.MAVEN);
        }
        ExitCode ended = run(args, System.getenv(), Path.of(""));
        if (ended == ExitCode.DONE) {
            return;
        }
        if (isOurs) {
            // Maven would go on with a stack trace and a link to its wiki.
            System.exit(ended.number());
        }
        throw new Failed(ended);
    }

    /** Runs one command with the files of a folder, which is the working directory but in tests. */
    static ExitCode run(String[] args, Map<String, String> environment, Path folder) {
        try {
            return new MavenMain(Settings.read(environment, Map.of(), folder), folder).run(args);
        } catch (PipelineException e) {
            System.err.println(e.getMessage() + " Next: " + e.nextStep());
            return e.exitCode();
        } catch (IOException e) {
            System.err.println("The embedded servers cannot start in " + folder.toAbsolutePath() + ": " + e
                    + ". Next: Make room there or allow writing to it, and run again.");
            return ExitCode.LOCAL_DISK;
        }
    }

    private ExitCode run(String[] args) throws IOException {
        boolean isConfigured = Stream.of("HEVY_API_KEY", "HEVY_EXPORT", "S3_BUCKET_NAME", "LAKE_PATH")
                .anyMatch(settings::has);
        return isConfigured || namesExport(args) || readsOwnTables(args) ? Main.run(args, settings) : runDemo(args);
    }

    /** After a run with settings on the command line alone, a command without them reads what that run made. */
    private boolean readsOwnTables(String[] args) {
        return Stream.of(args).anyMatch(READERS::contains)
                && Files.exists(folder.resolve(settings.get("DBT_DUCKDB_PATH")));
    }

    private static boolean namesExport(String[] args) {
        return Stream.of(args).anyMatch(arg -> arg.equals("--export") || arg.startsWith("--export="));
    }

    private ExitCode runDemo(String[] args) throws IOException {
        Path demo = folder.resolve(DEMO);
        try (SimulatedHevy hevy = SimulatedHevy.serve(SimulatedAccount.demo(Clock.systemUTC()));
                EmbeddedS3 s3 = EmbeddedS3.start(demo.resolve("lake"), BUCKET)) {
            String dotenv = Files.exists(folder.resolve(".env"))
                    ? "The file .env of this folder was read, and sets neither."
                    : "There is no .env in this folder.";
            System.err.println(String.format(Locale.ROOT, """
                    ================================ DEMO ================================
                    Neither HEVY_API_KEY nor S3_BUCKET_NAME is set, so this run loads a
                    simulated Hevy account into an S3 server, both inside this process.
                    %s
                    Everything it makes is under target/demo/. Your own account: README.md
                    ======================================================================""", dotenv));
            Map<String, String> overrides = new HashMap<>(bucketOf(s3));
            overrides.put("HEVY_API_KEY", hevy.apiKey());
            overrides.put("HEVY_BASE_URL", hevy.baseUri().toString());
            overrides.put("DLT_PIPELINE_DIR", demo.resolve("dlt_pipelines").toString());
            overrides.put("DBT_DUCKDB_PATH", demo.resolve("hevy.duckdb").toString());
            return Main.run(args, settings.with(overrides));
        }
    }

    private static Map<String, String> bucketOf(EmbeddedS3 s3) {
        return Map.of(
                "S3_BUCKET_NAME", BUCKET,
                "S3_ENDPOINT_URL", s3.endpoint().toString(),
                "AWS_ACCESS_KEY_ID", s3.accessKey(),
                "AWS_SECRET_ACCESS_KEY", s3.secretKey(),
                "AWS_DEFAULT_REGION", "us-east-1");
    }

    /** Fails the build without a stack trace: the cause and the next step were printed. */
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failed(ExitCode ended) {
            super("hevy-pipeline ended with exit code " + ended.number(), null, false, false);
        }
    }
}

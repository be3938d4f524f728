package io.github.hevypipeline.doctor;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.PipelineException;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.hevy.PaceMemory;
import io.github.hevypipeline.hevy.export.ExerciseLibrary;
import io.github.hevypipeline.hevy.export.ExportFiles;
import io.github.hevypipeline.hevy.export.ExportOptions;
import io.github.hevypipeline.hevy.export.MeasurementExport;
import io.github.hevypipeline.hevy.export.WorkoutExport;
import io.github.hevypipeline.http.HttpProxy;
import io.github.hevypipeline.http.TrustStore;
import io.github.hevypipeline.report.Terminal;
import io.github.hevypipeline.runtime.Diagnosis;
import io.github.hevypipeline.runtime.Outcome;
import io.github.hevypipeline.runtime.PipelineRunner;
import io.github.hevypipeline.runtime.Signals;
import io.github.hevypipeline.runtime.TemporaryFolder;
import io.github.hevypipeline.settings.Command;
import io.github.hevypipeline.settings.Settings;
import io.github.hevypipeline.settings.SettingsValidator;
import io.github.hevypipeline.settings.SettingsValidator.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The command {@code doctor}: checks the settings, then runs the checks of the routes whose settings are valid.
 *
 * <p>Not thread-safe; made for one command. The routes use a temporary work folder, so the real one does not change.
 */
public final class Doctor {
    private static final Map<Part, String> NEEDED_BY =
            new EnumMap<>(Map.of(Part.HEVY, "hevy", Part.LAKE, "lake", Part.RUN, "duckdb"));

    private final Settings settings;
    private final Signals signals;
    private final TemporaryFolder temporary;
    private final Diagnostics checklist;

    public Doctor(Settings settings, Signals signals, Terminal terminal, TemporaryFolder temporary) {
        this.temporary = temporary;
        this.settings = settings;
        this.signals = signals;
        this.checklist = new Diagnostics(terminal, Diagnosis.of(settings));
    }

    /** Runs every check, and goes on after a failure. */
    public Outcome run() {
        Set<String> skipped = checkSettings();
        checkTemporaryFolder(skipped);
        Path scratch = null;
        try {
            scratch = Files.createTempDirectory(
                    Path.of(System.getProperty(TemporaryFolder.PROPERTY)), "hevy-pipeline-doctor-");
            return new PipelineRunner(
                            settings.with(overrides(scratch)),
                            Command.DOCTOR,
                            beans(checklist, settings, scratch),
                            signals)
                    .without(skipped)
                    .run();
        } catch (IOException e) {
            throw new ConfigError(
                    ExitCode.LOCAL_DISK,
                    "The folder for temporary files cannot be written: " + e.getMessage() + ".",
                    "Make room there, or name another with JAVA_OPTS=-D" + TemporaryFolder.PROPERTY + "=/var/tmp.",
                    e);
        } finally {
            delete(scratch);
        }
    }

    private Set<String> checkSettings() {
        Set<String> skipped = new HashSet<>();
        int problems = 0;
        for (Part part : Part.values()) {
            List<String> found = part.isUsed(settings) ? SettingsValidator.problems(settings, part) : List.of();
            problems += found.size();
            found.forEach(problem -> checklist.red(
                    "settings", new Outcome(ExitCode.CONFIGURATION, problem, "Set it in .env or in the environment.")));
            if (!found.isEmpty() && NEEDED_BY.containsKey(part)) {
                skipped.add(NEEDED_BY.get(part));
            }
        }
        if (settings.has(Settings.HEVY_EXPORT) && !settings.has(Settings.HEVY_API_KEY)) {
            // Its own check has read the file's header; there is no API to check.
            skipped.add("hevy");
        }
        if (problems == 0) {
            checklist.green("settings", "all right");
            if (settings.has(Settings.HEVY_EXPORT)) {
                checkExport();
            }
        }
        if (skipped.contains("lake")) {
            skipped.add("s3");
        }
        describeConnection();
        return skipped;
    }

    /** Reads the export as a run would, to its end. */
    private void checkExport() {
        ExportOptions options =
                new ExportOptions(ZoneId.of(settings.get("PIPELINE_TIMEZONE")), settings.get("HEVY_EXPORT_LANGUAGE"));
        try {
            ExportFiles files = ExportFiles.find(settings.get(Settings.HEVY_EXPORT));
            WorkoutExport.Summary workouts = WorkoutExport.read(files.workouts(), options, ExerciseLibrary.read())
                    .summary();
            String newest = workouts.newestStart() == null
                    ? ""
                    : ", the newest of "
                            + workouts.newestStart().atZone(options.zone()).toLocalDate();
            checklist.green(
                    "export",
                    files.workouts().getFileName() + ": " + workouts.workouts() + " workouts" + newest + ", dates in "
                            + workouts.language());
            files.measurements().ifPresent(file -> {
                MeasurementExport.Summary measurements =
                        MeasurementExport.read(file, options).summary();
                checklist.green("export", file.getFileName() + ": " + measurements.measurements() + " measurements");
            });
            files.unreadable().forEach(problem -> checklist.open("export", "a newer file is passed over: " + problem));
        } catch (PipelineException e) {
            checklist.red("export", Outcome.of(e));
        }
    }

    /** The proxy and the truststore; whether requests pass them, the checks of the servers show. */
    private void describeConnection() {
        checklist.green(
                "proxy",
                "Hevy: " + way(settings.get("HEVY_BASE_URL"))
                        + (settings.keepsLakeInFolder() ? "" : "; S3: " + way(HttpProxy.s3(settings::get))));
        try {
            checklist.green("truststore", TrustStore.describe(System.getProperties()));
        } catch (GeneralSecurityException e) {
            checklist.red(
                    "truststore",
                    new Outcome(
                            ExitCode.CONFIGURATION,
                            "It cannot be opened: " + e.getMessage() + ".",
                            "Correct -Djavax.net.ssl.trustStore and -Djavax.net.ssl.trustStorePassword in JAVA_OPTS."));
        }
    }

    private String way(String server) {
        return HttpProxy.to(server, settings::get, System.getProperties())
                .map(HttpProxy::shown)
                .orElse("none");
    }

    /** Raw files and the DuckDB file need native libraries, which need a usable temporary folder. */
    private void checkTemporaryFolder(Set<String> skipped) {
        String workFolder = skipped.contains("lake") ? "" : settings.get("DLT_PIPELINE_DIR");
        try {
            temporary.prepare(Path.of(workFolder), true);
            checklist.green("temporary files", temporary.description());
        } catch (SystemError e) {
            checklist.red("temporary files", Outcome.of(e));
            skipped.addAll(Set.of("s3", "lake", "duckdb"));
        }
    }

    /** The retry policy is read even if the checks of Hevy are skipped. */
    private static Map<String, String> overrides(Path scratch) {
        return Map.of(
                "DLT_PIPELINE_DIR",
                scratch.toString(),
                "HEVY_RETRIES",
                "0",
                "HEVY_RETRY_DELAY",
                "1ms",
                "HEVY_MAX_WAIT",
                "0");
    }

    /** The beans that the routes need, by name. */
    public static Map<String, Object> beans(Diagnostics checklist, Settings settings, Path scratch) {
        ClockCheck clock = new ClockCheck(checklist);
        Map<String, Object> beans = new HashMap<>();
        beans.put("checklist", checklist);
        beans.put("clockCheck", clock);
        beans.put(
                "hevyCheck",
                new HevyCheck(
                        checklist,
                        clock,
                        new PaceMemory(Path.of(settings.get("DLT_PIPELINE_DIR")), settings.sourceMark())));
        beans.put("bucketCheck", new BucketCheck(checklist, clock, settings));
        beans.put("probeCheck", new ProbeCheck(checklist, scratch, settings));
        beans.put("transformedCheck", new TransformedCheck(checklist, scratch));
        beans.put("diskCheck", new DiskCheck(checklist, settings));
        beans.put("accountCheck", new AccountCheck(checklist));
        beans.put("loadCheck", new LoadCheck(checklist, settings));
        return beans;
    }

    private static void delete(Path scratch) {
        if (scratch == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(scratch)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new ConfigError(
                    ExitCode.LOCAL_DISK,
                    "The temporary folder " + scratch + " cannot be removed: " + e.getMessage() + ".",
                    "Remove it by hand.",
                    e);
        }
    }
}

package io.github.hevypipeline.cli;

import io.github.hevypipeline.accounts.AccountRound;
import io.github.hevypipeline.accounts.merge.MergePlan;
import io.github.hevypipeline.dbt.Verdict;
import io.github.hevypipeline.hevy.Pace;
import io.github.hevypipeline.lake.Changes;
import io.github.hevypipeline.lake.Destination;
import io.github.hevypipeline.lake.LoadTransaction;
import io.github.hevypipeline.lake.Snapshot;
import io.github.hevypipeline.lake.Sweep;
import io.github.hevypipeline.mart.DataTestResults;
import io.github.hevypipeline.mart.FreshnessResults;
import io.github.hevypipeline.mart.SparkBuild;
import io.github.hevypipeline.report.ReportPage;
import io.github.hevypipeline.report.TextTable;
import io.github.hevypipeline.report.WordedDuration;
import io.github.hevypipeline.runtime.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Variable;

/** Prints the results of a run to standard output. Thread-safe. */
public final class Summary {
    private static final String RULE = "=".repeat(60);

    private final PrintStream out = System.out;

    /** Prints the tables, data tests, requests and times of a run. What the run did not reach is null, and left out. */
    public void print(
            CamelContext camel,
            @Variable("load") LoadTransaction load,
            @Variable("committed") Snapshot committed,
            @Variable("results") DataTestResults results) {
        Progress progress = camel.getRegistry().lookupByNameAndType("progress", Progress.class);
        progress.finish();
        if (committed != null) {
            out.println(RULE);
            out.println("Pipeline Complete");
            out.println(RULE);
            Destination destination = camel.getRegistry().lookupByNameAndType("destination", Destination.class);
            printTables(destination, load, committed);
            printNotDeleted(sweeping(camel));
            out.println();
        }
        if (results != null) {
            printTests(results);
        }
        if (committed != null || results != null) {
            printCost(camel, progress);
            out.println();
        }
    }

    /** Prints how a round over many accounts has ended. */
    public void printAccounts(CamelContext camel, @Variable("round") AccountRound round) {
        Progress progress = camel.getRegistry().lookupByNameAndType("progress", Progress.class);
        progress.finish();
        out.println("Accounts:    " + round.getAccounts() + ": " + round.getChanged() + " changed, "
                + round.getUnchanged() + " unchanged, " + round.getFailures().size() + " failed");
        round.getFailures()
                .forEach(failure -> out.println("  failed: " + failure.accountId() + ": " + failure.reason()));
        out.println("Requests:    " + progress.requestsToHevy(camel) + " to Hevy, " + progress.requestsToS3(camel)
                + " to S3");
        out.println("Time:        " + seconds(progress.total()));
    }

    /**
     * Prints what a merge has changed, and the marts that were built from it.
     *
     * @param merge null if nothing is merged; then nothing is printed
     * @param results null if no mart was built
     */
    public void printMerge(
            CamelContext camel, @Variable("merge") MergePlan merge, @Variable("results") DataTestResults results) {
        if (merge == null) {
            return;
        }
        Progress progress = camel.getRegistry().lookupByNameAndType("progress", Progress.class);
        progress.finish();
        out.println("Merged:      " + merge.getAccounts() + " accounts, " + seconds(merge.getTime()));
        merge.getRows().forEach((table, rows) -> out.println("  hevy_raw." + table + ": " + rows + " rows"));
        if (results == null) {
            out.println("Marts:       up to date");
        } else {
            SparkBuild build = camel.getRegistry().lookupByNameAndType("sparkBuild", SparkBuild.class);
            out.println("Marts:       " + build.describe());
            printTests(results);
        }
    }

    /** Prints one line for a run of a scheduled process that changed nothing. */
    public void printUnchanged(CamelContext camel, @Variable("committed") Snapshot committed) {
        Progress progress = camel.getRegistry().lookupByNameAndType("progress", Progress.class);
        progress.finish();
        out.println("Unchanged:   load " + committed.loadId() + ", " + progress.requestsToHevy(camel)
                + " requests to Hevy, " + progress.requestsToS3(camel) + " to S3, " + seconds(progress.total()));
        printNotDeleted(sweeping(camel));
    }

    /** Prints the URL of the published report, if there is one, below the rows unless they are hidden. */
    public void printReport(CamelContext camel, boolean rowsHidden) {
        ReportPage report = camel.getRegistry().lookupByNameAndType("report", ReportPage.class);
        if (report.isWanted() && !report.isMissing()) {
            if (!rowsHidden) {
                out.println();
            }
            out.println("Report: open " + report.address());
        }
    }

    private static Sweep sweeping(CamelContext camel) {
        return camel.getRegistry().lookupByNameAndType("sweeping", Sweep.class);
    }

    private void printNotDeleted(Sweep sweeping) {
        if (sweeping != null && sweeping.denied() > 0) {
            out.println();
            out.println("Not deleted: " + sweeping.denied() + " unreferenced objects: " + sweeping.denial()
                    + ". Allow it, and the next run deletes them.");
        }
    }

    private void printCost(CamelContext camel, Progress progress) {
        out.println("Requests:    " + progress.requestsToHevy(camel) + " to Hevy, " + progress.requestsToS3(camel)
                + " to S3");
        Pace pace = camel.getRegistry().lookupByNameAndType("pace", Pace.class);
        if (pace != null && pace.getRefusals() > 0) {
            out.println("Pace:        Hevy refused " + pace.getRefusals() + " of them (429); waited "
                    + WordedDuration.of(pace.getWaited()) + ", now at " + pace.describe());
        } else if (pace != null && pace.rate().isPresent()) {
            out.println("Pace:        limited as in earlier runs; now at " + pace.describe());
        }
        String steps = progress.steps().entrySet().stream()
                .map(step -> step.getKey() + " " + seconds(step.getValue()))
                .collect(Collectors.joining(", "));
        out.println("Time:        " + seconds(progress.total()) + " (" + steps + ")");
    }

    private static String seconds(Duration time) {
        long tenths = (time.toMillis() + 50) / 100;
        return tenths / 10 + "." + tenths % 10 + " s";
    }

    private void printTables(Destination destination, LoadTransaction load, Snapshot committed) {
        out.println("Load:        " + committed.loadId() + (load == null || load.isChanged() ? "" : " (no changes)"));
        String at = destination.endpoint().isEmpty() ? "" : " at " + destination.endpoint();
        out.println((destination.isFolder() ? "Lake:        " : "Destination: ") + destination.rawUri() + at);
        out.println();
        List<Map<String, Object>> rows = new ArrayList<>();
        committed.manifest().tables().keySet().forEach(table -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("table", table);
            row.put("rows", committed.manifest().rows(table));
            Changes changes = load == null ? null : load.getChanges().get(table);
            row.put("new", changes == null ? null : changes.added());
            row.put("changed", changes == null ? null : changes.changed());
            row.put("deleted", changes == null ? null : changes.deleted());
            rows.add(row);
        });
        out.print(TextTable.of(List.of("table", "rows", "new", "changed", "deleted"), rows)
                .render());
        if (load != null) {
            load.getExportedItems().forEach(this::printExported);
        }
    }

    private void printExported(LoadTransaction.ExportedItems items) {
        String things = items.table().equals("workouts") ? " workouts" : " measurements";
        out.println("Export:      " + items.taken() + things + " taken"
                + (items.passedOver() == 0
                        ? ""
                        : "; " + items.passedOver() + " passed over, since Hevy's API has their time"));
    }

    private void printTests(DataTestResults results) {
        int skipped = results.leftOut().size();
        out.println("Data tests:  " + results.with(Verdict.PASS).size() + " passed, "
                + results.with(Verdict.WARN).size() + " warned, "
                + results.with(Verdict.ERROR).size() + " failed"
                + (skipped == 0 ? "" : ", " + skipped + " skipped: they read tables that are not up to date"));
        results.with(Verdict.WARN)
                .forEach(result -> out.println("  warning: " + result.test().name() + ": " + result.failures() + " rows"
                        + (result.test().keepsRows() ? " in " + result.test().table() : "")));
    }

    /** Prints the freshness of each source. */
    public void printFreshness(@Variable("freshness") FreshnessResults results) {
        List<Map<String, Object>> rows = results.all().stream()
                .map(result -> {
                    Map<String, Object> row = new LinkedHashMap<>();
                    row.put("source", result.source());
                    row.put("newest row (UTC)", result.loadedAt());
                    row.put("age", result.age() == null ? null : WordedDuration.of(result.age()));
                    row.put("freshness", result.verdict().name().toLowerCase(Locale.ROOT));
                    return row;
                })
                .toList();
        out.print(TextTable.of(List.of("source", "newest row (UTC)", "age", "freshness"), rows)
                .render());
    }
}

package io.github.hevypipeline.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that choose which models are built and tested. Not thread-safe; filled by the command line. */
final class NodeSelection {
    @Option(
            names = {"-s", "--select"},
            paramLabel = "NODES",
            arity = "1..*",
            description =
                    "Build and test only these, as dbt selects: +daily_exercises, tag:x (setting PIPELINE_SELECT).")
    private List<String> select = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "NODES",
            arity = "1..*",
            description = "But not these (setting PIPELINE_EXCLUDE).")
    private List<String> exclude = List.of();

    /** The settings that are given by options, which win over all others. */
    Map<String, String> settings() {
        Map<String, String> given = new HashMap<>();
        if (!select.isEmpty()) {
            given.put("PIPELINE_SELECT", String.join(" ", select));
        }
        if (!exclude.isEmpty()) {
            given.put("PIPELINE_EXCLUDE", String.join(" ", exclude));
        }
        return given;
    }
}

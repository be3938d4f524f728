package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Relation;
import io.github.hevypipeline.dbt.Target;
import io.github.hevypipeline.dbt.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The config of a data test, merged as dbt does: its folders, then its own. Immutable. */
final class DataTestConfig {
    private static final Set<String> WITHOUT_EFFECT = Set.of("meta", "group", "docs", "description");

    /** The keys that may also stand beside the arguments of a generic test. */
    static final Set<String> KEYS = Set.of(
            "severity",
            "tags",
            "enabled",
            "where",
            "limit",
            "warn_if",
            "error_if",
            "fail_calc",
            "store_failures",
            "store_failures_as",
            "schema",
            "alias",
            "meta");

    private final String file;
    private final Map<String, JsonNode> entries = new LinkedHashMap<>();

    /** {@code layers} begins with dbt_project.yml and ends with the nearest; an unknown key is a ConfigError. */
    DataTestConfig(String file, List<Map<String, JsonNode>> layers) {
        this.file = file;
        layers.forEach(layer -> layer.forEach((key, value) -> {
            if (key.equals("tags")) {
                entries.merge(key, value, Tags::both);
            } else {
                entries.put(key, value);
            }
        }));
        entries.keySet().forEach(key -> {
            if (!KEYS.contains(key) && !WITHOUT_EFFECT.contains(key)) {
                throw ProjectError.in(file, "the config " + key + " of a test is not supported here.");
            }
        });
    }

    boolean enabled() {
        return truth("enabled", true);
    }

    Verdict severity() {
        String text = text("severity", "error");
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "error" -> Verdict.ERROR;
            case "warn" -> Verdict.WARN;
            default -> throw ProjectError.in(file, "the severity " + text + " is neither error nor warn.");
        };
    }

    Set<String> tags() {
        return Tags.of(entries.get("tags"));
    }

    String failCalc() {
        return text("fail_calc", "count(*)");
    }

    String warnIf() {
        return text("warn_if", "!= 0");
    }

    String errorIf() {
        return text("error_if", "!= 0");
    }

    /** A condition on the rows to test, not rendered yet; null for all rows. */
    String where() {
        return text("where", null);
    }

    /** The limit clause of the select; empty for all rows. */
    String limit() {
        JsonNode limit = entry("limit");
        if (limit.isMissingNode()) {
            return "";
        }
        if (!limit.asText().matches("\\d{1,18}")) {
            throw ProjectError.in(file, "the limit " + limit.asText() + " of a test is no number of rows.");
        }
        return " limit " + limit.asText();
    }

    /** {@code table} or {@code view}; empty if failing rows are not stored. As in dbt, the newer key wins. */
    String storedAs() {
        String otherwise = truth("store_failures", false) ? "table" : "ephemeral";
        String kind = text("store_failures_as", otherwise);
        return switch (kind) {
            case "table", "view" -> kind;
            case "ephemeral" -> "";
            default ->
                throw ProjectError.in(
                        file, "store_failures_as is " + kind + ", and neither table, view nor ephemeral.");
        };
    }

    /** Where the failing rows of the test of this name are stored. */
    Relation place(String name, Target target) {
        String schema = text("schema", null);
        return new Relation(target.schema() + "_" + (schema == null ? "dbt_test__audit" : schema), text("alias", name));
    }

    private boolean truth(String key, boolean otherwise) {
        String text = text(key, String.valueOf(otherwise));
        if (!Set.of("true", "false").contains(text.toLowerCase(Locale.ROOT))) {
            throw ProjectError.in(file, "the config " + key + " of a test is neither true nor false: " + text + ".");
        }
        return text.equalsIgnoreCase("true");
    }

    private String text(String key, String otherwise) {
        JsonNode value = entry(key);
        if (value.isContainerNode()) {
            throw ProjectError.in(file, "the config " + key + " of a test is no single value.");
        }
        if (!key.equals("where") && value.asText("").contains("{{")) {
            throw ProjectError.in(file, "the config " + key + " of a test is a template, which only SQL files may be.");
        }
        return value.isMissingNode() ? otherwise : value.asText();
    }

    private JsonNode entry(String key) {
        JsonNode value = entries.get(key);
        return value == null || value.isNull() ? MissingNode.getInstance() : value;
    }
}

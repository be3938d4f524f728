package io.github.hevypipeline.dbt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.hevypipeline.dbt.internal.YamlFile;
import io.github.hevypipeline.report.WordedDuration;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * How old the newest row of a raw table may be. Immutable.
 *
 * @param source the table, as {@code source.table}
 * @param warnAfter the age from which it warns; null for none
 * @param errorAfter the age from which it fails; null for none
 * @param step asks for the newest row: the columns {@code loaded_at}, as text in UTC, and {@code age} in seconds, both
 *     null for a table without rows
 */
public record FreshnessCheck(String source, Duration warnAfter, Duration errorAfter, SqlStep step) {
    private static final String THIS = "\\{\\{\\s*this\\s*\\}\\}";

    /** The limits may be null. */
    public FreshnessCheck {
        Objects.requireNonNull(source);
        Objects.requireNonNull(step);
    }

    /** Empty if neither the source nor its table says how fresh it has to be; the table's word wins. */
    public static Optional<FreshnessCheck> of(
            YamlFile yaml, String name, JsonNode source, JsonNode table, Relation relation) {
        JsonNode inherited = setting(source, "freshness");
        JsonNode own = setting(table, "freshness");
        if (own.isNull()) {
            return Optional.empty();
        }
        Duration warnAfter = limit(yaml, name, "warn_after", inherited, own);
        Duration errorAfter = limit(yaml, name, "error_after", inherited, own);
        if (warnAfter == null && errorAfter == null) {
            return Optional.empty();
        }
        String newest = newest(
                yaml,
                name,
                source,
                table,
                relation,
                own.path("filter").asText(inherited.path("filter").asText(null)));
        String sql = "select strftime(loaded at time zone 'UTC', '%Y-%m-%d %H:%M:%S') as loaded_at,"
                + " epoch(current_timestamp) - epoch(loaded) as age from (select cast((" + newest
                + "\n) as timestamp with time zone) as loaded)";
        return Optional.of(
                new FreshnessCheck(name, warnAfter, errorAfter, new SqlStep("freshness of " + name, yaml.path(), sql)));
    }

    private static String newest(
            YamlFile yaml, String name, JsonNode source, JsonNode table, Relation relation, String filter) {
        boolean isOwn = !text(table, "loaded_at_field").isEmpty()
                || !text(table, "loaded_at_query").isEmpty();
        String field = text(isOwn ? table : source, "loaded_at_field");
        String query = text(isOwn ? table : source, "loaded_at_query").replaceAll(THIS, relation.quoted());
        if (field.isEmpty() == query.isEmpty()) {
            throw ProjectError.in(
                    yaml.path(), "the freshness of " + name + " needs either a loaded_at_field or a loaded_at_query.");
        }
        if ((field + query + filter).contains("{{")) {
            throw ProjectError.in(
                    yaml.path(),
                    "the freshness of " + name + " has a template; only {{ this }} in its query may be one.");
        }
        return query.isEmpty()
                ? "select max(" + field + ") from " + relation.quoted() + (filter == null ? "" : " where " + filter)
                : query;
    }

    private static Duration limit(YamlFile yaml, String name, String key, JsonNode inherited, JsonNode own) {
        JsonNode without = MissingNode.getInstance();
        JsonNode base = own.path(key).isNull() ? without : inherited.path(key);
        JsonNode count = own.path(key).has("count") ? own.path(key).path("count") : base.path("count");
        String period = own.path(key).path("period").asText(base.path("period").asText(""));
        if (count.isMissingNode() && period.isEmpty()) {
            return null;
        }
        if (!count.canConvertToInt() || count.asInt() < 0) {
            throw ProjectError.in(yaml.path(), key + " of " + name + " has no count that is a whole number.");
        }
        return switch (period) {
            case "minute" -> Duration.ofMinutes(count.asInt());
            case "hour" -> Duration.ofHours(count.asInt());
            case "day" -> Duration.ofDays(count.asInt());
            default -> throw ProjectError.in(yaml.path(), key + " of " + name + " has no period minute, hour or day.");
        };
    }

    /** Of {@code config} first, where newer dbt wants it, or beside it. */
    private static JsonNode setting(JsonNode owner, String key) {
        return owner.path("config").has(key) ? owner.path("config").path(key) : owner.path(key);
    }

    private static String text(JsonNode owner, String key) {
        return setting(owner, key).asText("");
    }

    /** The limits in words. */
    public String limits() {
        StringJoiner words = new StringJoiner(", ");
        if (warnAfter != null) {
            words.add("a warning after " + WordedDuration.of(warnAfter));
        }
        if (errorAfter != null) {
            words.add("an error after " + WordedDuration.of(errorAfter));
        }
        return words.toString();
    }

    /** What the row that the step returns means. */
    public FreshnessResult result(Map<String, Object> row) {
        if (!(row.get("age") instanceof Number age)) {
            return new FreshnessResult(source, null, null, worst());
        }
        Duration old = Duration.ofMillis((long) (age.doubleValue() * 1000));
        Verdict verdict =
                isBeyond(old, errorAfter) ? Verdict.ERROR : isBeyond(old, warnAfter) ? Verdict.WARN : Verdict.PASS;
        return new FreshnessResult(source, (String) row.get("loaded_at"), old, verdict);
    }

    /** A table without rows is older than any limit, as in dbt. */
    private Verdict worst() {
        return errorAfter != null ? Verdict.ERROR : Verdict.WARN;
    }

    private static boolean isBeyond(Duration age, Duration limit) {
        return limit != null && age.compareTo(limit) > 0;
    }
}

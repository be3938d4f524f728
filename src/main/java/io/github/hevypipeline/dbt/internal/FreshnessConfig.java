package io.github.hevypipeline.dbt.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.hevypipeline.dbt.FreshnessCheck;
import io.github.hevypipeline.dbt.ProjectError;
import io.github.hevypipeline.dbt.Relation;
import java.time.Duration;

/**
 * Reads how fresh a raw table must be: dbt's {@code freshness}, {@code loaded_at_field} and {@code loaded_at_query} of a
 * source and its table. The table's own values win. Immutable.
 *
 * @param name of the table, as {@code source.table}
 */
record FreshnessConfig(YamlFile yaml, String name, JsonNode source, JsonNode table) {
    private static final String THIS = "\\{\\{\\s*this\\s*\\}\\}";

    /** Null if the table has no limits. */
    FreshnessCheck check(Relation relation) {
        JsonNode inherited = setting(source, "freshness");
        JsonNode own = setting(table, "freshness");
        if (own.isNull()) {
            return null;
        }
        Duration warnAfter = limit("warn_after", inherited, own);
        Duration errorAfter = limit("error_after", inherited, own);
        if (warnAfter == null && errorAfter == null) {
            return null;
        }
        String filter = own.path("filter").asText(inherited.path("filter").asText(null));
        return new FreshnessCheck(name, warnAfter, errorAfter, yaml.path(), newest(relation, filter));
    }

    private String newest(Relation relation, String filter) {
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

    private Duration limit(String key, JsonNode inherited, JsonNode own) {
        JsonNode base = own.path(key).isNull() ? MissingNode.getInstance() : inherited.path(key);
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

    private static String text(JsonNode owner, String key) {
        return setting(owner, key).asText("");
    }

    /** Newer versions of dbt expect these keys below {@code config}. */
    private static JsonNode setting(JsonNode owner, String key) {
        return owner.path("config").has(key) ? owner.path("config").path(key) : owner.path(key);
    }
}

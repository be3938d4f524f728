package io.github.hevypipeline.accounts.merge;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import io.github.hevypipeline.lake.schema.Column;
import io.github.hevypipeline.lake.schema.ColumnType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Renders the SQL files of the merge, and says how Spark reads a text as a column's type. Thread-safe. */
final class MergeSql {
    private static final Jinjava JINJAVA = new Jinjava(JinjavaConfig.newBuilder()
            .withFailOnUnknownTokens(true)
            .withNestedInterpretationEnabled(false)
            .build());
    private static final String NUMBER = "^ *-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)? *$";

    private MergeSql() {}

    static String render(String file, Map<String, Object> variables) {
        try (InputStream in = MergeSql.class.getResourceAsStream(file + ".sql")) {
            return JINJAVA.render(new String(in.readAllBytes(), StandardCharsets.UTF_8), variables)
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String identifier(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    static String type(ColumnType type) {
        if (type.isList()) {
            return "array<" + type(type.element()) + ">";
        }
        return type == ColumnType.VARCHAR ? "string" : type.sqlName();
    }

    /** The text of a package's column as the type; null where it cannot be read. */
    static String typed(String column, ColumnType type) {
        String number = "case when " + column + " rlike '" + NUMBER + "' then ";
        return switch (type) {
            case VARCHAR -> column;
            case BIGINT ->
                number + "coalesce(try_cast(" + column + " as bigint), case when try_cast(" + column
                        + " as double) = try_cast(try_cast(" + column + " as double) as bigint) then try_cast(try_cast("
                        + column + " as double) as bigint) end) end";
            case DOUBLE ->
                "nullif(nullif(" + number + "try_cast(" + column
                        + " as double) end, double('Infinity')), double('-Infinity'))";
            case BOOLEAN -> "case " + column + " when 'true' then true when 'false' then false end";
            case TIMESTAMP ->
                "case when " + column + " rlike '^[0-9]{4}-' then try_cast(" + column + " as timestamp) end";
            default -> "from_json(" + column + ", '" + type(type) + "')";
        };
    }

    /** The columns of a target, each with the expression that reads it from a package with these columns. */
    static List<Map<String, Object>> columns(
            Collection<String> target, Map<String, Column> declared, Set<String> there) {
        return target.stream()
                .map(name -> {
                    Column column = declared.get(name);
                    String value = name.equals("_rescued")
                            ? rescued(target, declared, there)
                            : !there.contains(name)
                                    ? "cast(null as " + (column == null ? "string" : type(column.type())) + ")"
                                    : column == null ? identifier(name) : typed(identifier(name), column.type());
                    return Map.<String, Object>of(
                            "name", identifier(name), "value", value, "isId", name.equals("_dlt_id"));
                })
                .toList();
    }

    private static String rescued(Collection<String> target, Map<String, Column> declared, Set<String> there) {
        String unreadable = target.stream()
                .filter(name -> there.contains(name)
                        && declared.containsKey(name)
                        && declared.get(name).type() != ColumnType.VARCHAR)
                .map(name -> "case when "
                        + typed(identifier(name), declared.get(name).type()) + " is null then " + identifier(name)
                        + " end as " + identifier(name))
                .collect(Collectors.joining(", "));
        return unreadable.isEmpty() ? "cast(null as string)" : "nullif(to_json(struct(" + unreadable + ")), '{}')";
    }
}

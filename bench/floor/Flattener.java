package floor;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/**
 * Turns nested items into the rows of the raw tables, with the columns that the schemas name and the pipeline's row keys.
 *
 * <p>Not thread-safe. A field that no schema names is left out.
 */
final class Flattener {
    private static final int KEY_BYTES = 10;

    private final TableFiles tables;
    private final Instant extractedAt = Instant.now();
    private final String loadId = extractedAt.getEpochSecond() + ".0";
    private final long extractedAtMicros = ChronoUnit.MICROS.between(Instant.EPOCH, extractedAt);
    private final MessageDigest sha256;
    private final Base64.Encoder base64 = Base64.getEncoder().withoutPadding();

    Flattener(TableFiles tables) {
        this.tables = tables;
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    void flatten(String rootTable, JsonNode items) throws IOException {
        TableFiles.Table table = tables.table(rootTable);
        for (JsonNode item : items) {
            String key = key(rootTable + '\0' + item.get("id").textValue());
            GenericData.Record row = new GenericData.Record(table.schema());
            row.put("_dlt_load_id", loadId);
            row.put("_dlt_id", key);
            row.put("_dlt_extracted_at", extractedAtMicros);
            fill(table, row, "", item, key, key);
            table.write(row);
        }
    }

    private void children(String name, JsonNode list, String parentKey, String rootKey) throws IOException {
        TableFiles.Table table = tables.table(name);
        for (int index = 0; index < list.size(); index++) {
            String key = key(parentKey + '\0' + name + '\0' + index);
            GenericData.Record row = new GenericData.Record(table.schema());
            row.put("_dlt_id", key);
            row.put("_dlt_parent_id", parentKey);
            row.put("_dlt_root_id", rootKey);
            row.put("_dlt_list_idx", (long) index);
            fill(table, row, "", list.get(index), key, rootKey);
            table.write(row);
        }
    }

    private void fill(
            TableFiles.Table table, GenericData.Record row, String prefix, JsonNode object, String key, String rootKey)
            throws IOException {
        for (Map.Entry<String, JsonNode> property : object.properties()) {
            JsonNode value = property.getValue();
            if (value.isNull()) {
                continue;
            }
            String column = prefix + property.getKey();
            Schema.Field field = table.schema().getField(column);
            if (field != null) {
                row.put(field.pos(), convert(value, field.schema()));
            } else if (value.isObject()) {
                fill(table, row, column + "__", value, key, rootKey);
            } else if (value.isArray() && tables.has(table.name() + "__" + column)) {
                children(table.name() + "__" + column, value, key, rootKey);
            }
        }
    }

    private static Object convert(JsonNode value, Schema nullable) {
        Schema type = nullable.getTypes().get(1);
        return switch (type.getType()) {
            case STRING -> value.textValue();
            case DOUBLE -> value.doubleValue();
            case BOOLEAN -> value.booleanValue();
            case LONG -> type.getLogicalType() == null ? value.longValue() : micros(value.textValue());
            case ARRAY -> texts(value);
            default -> throw new IllegalStateException("no raw column has the type " + type);
        };
    }

    private static long micros(String text) {
        OffsetDateTime time = OffsetDateTime.parse(text);
        return time.toEpochSecond() * 1_000_000 + time.get(ChronoField.MICRO_OF_SECOND);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>(list.size());
        list.forEach(element -> texts.add(element.textValue()));
        return texts;
    }

    private String key(String text) {
        byte[] hash = sha256.digest(text.getBytes(StandardCharsets.UTF_8));
        return base64.encodeToString(Arrays.copyOf(hash, KEY_BYTES));
    }
}

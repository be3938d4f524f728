package io.github.hevypipeline.lake.rows;

import io.github.hevypipeline.files.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * A root row with all rows that hang on it: one workout, one template or one routine.
 *
 * @param row the row of the root table
 * @param children the rows of each child table, in file order
 */
record Root(GenericRecord row, SortedMap<String, List<GenericRecord>> children) {
    private static final String LOAD_ID = "_dlt_load_id";
    private static final String EXTRACTED_AT = "_dlt_extracted_at";

    /** The row key, which stands for the primary key. */
    String key() {
        return key(row);
    }

    static String key(GenericRecord rootRow) {
        return rootRow.get("_dlt_id").toString();
    }

    /** A hash of everything that the API sent: equal for equal content, whenever it was loaded. */
    String fingerprint() {
        MessageDigest digest = Sha256.digest();
        update(digest, row);
        for (Map.Entry<String, List<GenericRecord>> table : children.entrySet()) {
            update(digest, table.getKey());
            table.getValue().forEach(child -> update(digest, child));
        }
        return new String(digest.digest(), StandardCharsets.ISO_8859_1);
    }

    private static void update(MessageDigest digest, GenericRecord record) {
        for (Schema.Field field : record.getSchema().getFields()) {
            Object value = record.get(field.pos());
            boolean metadata = field.name().equals(LOAD_ID) || field.name().equals(EXTRACTED_AT);
            if (value != null && !metadata) {
                update(digest, field.name());
                updateValue(digest, value);
            }
        }
    }

    private static void updateValue(MessageDigest digest, Object value) {
        if (value instanceof Long number) {
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
        } else if (value instanceof Double number) {
            digest.update(ByteBuffer.allocate(Double.BYTES).putDouble(number).flip());
        } else if (value instanceof List<?> list) {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(list.size()).flip());
            list.forEach(element -> update(digest, element == null ? "null" : "=" + element));
        } else {
            update(digest, value.toString());
        }
    }

    /** The length goes first, so that no two sequences of texts give the same bytes. */
    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
        digest.update(bytes);
    }
}

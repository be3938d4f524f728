package io.github.hevypipeline.raw;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * The type of a raw column, as the raw contract names it, and the order in which types widen.
 *
 * <p>Immutable. In a row a value is null, a {@link Long} ({@code bigint}; microseconds since 1970 for
 * {@code timestamp}), a {@link Double}, a {@link Boolean}, a {@link String} or a list of strings.
 */
public enum ColumnType {
    BIGINT(Schema.create(Schema.Type.LONG)),
    DOUBLE(Schema.create(Schema.Type.DOUBLE)),
    BOOLEAN(Schema.create(Schema.Type.BOOLEAN)),
    TIMESTAMP(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG))),
    VARCHAR(Schema.create(Schema.Type.STRING)),
    VARCHAR_LIST(Schema.createArray(
            Schema.createUnion(List.of(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING)))));

    // A schema is never changed after it was made.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Schema avro;

    ColumnType(Schema avro) {
        this.avro = avro;
    }

    /** The Avro type of a value that is not null. */
    Schema avro() {
        return avro;
    }

    /** The SQL name, for messages and the stored schema. */
    public String sqlName() {
        return this == VARCHAR_LIST ? "list<varchar>" : name().toLowerCase(Locale.ROOT);
    }

    /** The narrowest type that holds every value of both; anything but a number beside a number is text. */
    ColumnType widenedTo(ColumnType other) {
        if (this == other) {
            return this;
        }
        boolean numbers = (this == BIGINT || this == DOUBLE) && (other == BIGINT || other == DOUBLE);
        return numbers ? DOUBLE : VARCHAR;
    }

    /** Whether a type is called so. */
    static boolean isSqlName(String name) {
        return Arrays.stream(values()).anyMatch(type -> type.sqlName().equals(name));
    }

    static ColumnType ofSqlName(String name) {
        for (ColumnType type : values()) {
            if (type.sqlName().equals(name)) {
                return type;
            }
        }
        throw new IllegalArgumentException("no column type is called " + name);
    }

    /** Reads the type back from a schema file; a nullable type is a union with null. */
    static ColumnType of(Schema schema) {
        if (schema.getType() == Schema.Type.UNION) {
            return schema.getTypes().stream()
                    .filter(branch -> branch.getType() != Schema.Type.NULL)
                    .map(ColumnType::of)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("a column of nulls only: " + schema));
        }
        return switch (schema.getType()) {
            case LONG -> schema.getLogicalType() == null ? BIGINT : TIMESTAMP;
            case DOUBLE -> DOUBLE;
            case BOOLEAN -> BOOLEAN;
            case STRING -> VARCHAR;
            case ARRAY -> VARCHAR_LIST;
            default -> throw new IllegalArgumentException("no raw column has the type " + schema);
        };
    }
}

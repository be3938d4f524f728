package io.github.hevypipeline.lake.schema;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * The type of a raw column, as the raw contract names it, and the order in which types widen.
 *
 * <p>Immutable. In a row a value is null, a {@link Long} ({@code bigint}; microseconds since 1970 for
 * {@code timestamp}), a {@link Double}, a {@link Boolean}, a {@link String} or a list of one kind of them.
 */
public enum ColumnType {
    BIGINT(Schema.create(Schema.Type.LONG)),
    DOUBLE(Schema.create(Schema.Type.DOUBLE)),
    BOOLEAN(Schema.create(Schema.Type.BOOLEAN)),
    TIMESTAMP(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG))),
    VARCHAR(Schema.create(Schema.Type.STRING)),
    BIGINT_LIST(BIGINT),
    DOUBLE_LIST(DOUBLE),
    VARCHAR_LIST(VARCHAR);

    // A schema is never changed after it was made.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Schema avro;
    /** Null for a type that is no list's. */
    private final ColumnType element;

    ColumnType(Schema avro) {
        this.avro = avro;
        this.element = null;
    }

    /** The type of lists, whose elements may be null. */
    ColumnType(ColumnType element) {
        this.avro = Schema.createArray(Schema.createUnion(List.of(Schema.create(Schema.Type.NULL), element.avro)));
        this.element = element;
    }

    /** The Avro type of a value that is not null. */
    Schema avro() {
        return avro;
    }

    /** The SQL name, for messages and the stored schema. */
    public String sqlName() {
        return isList() ? "list<" + element.sqlName() + ">" : name().toLowerCase(Locale.ROOT);
    }

    public boolean isList() {
        return element != null;
    }

    /** The type of a list's elements. */
    public ColumnType element() {
        return element;
    }

    /** The type of lists with elements of this one. */
    private ColumnType list() {
        return switch (this) {
            case BIGINT -> BIGINT_LIST;
            case DOUBLE -> DOUBLE_LIST;
            default -> VARCHAR_LIST;
        };
    }

    /** The type that holds every value of both as text: lists stay lists. */
    public ColumnType asTextBeside(ColumnType other) {
        return isList() && other.isList() ? VARCHAR_LIST : VARCHAR;
    }

    /**
     * The narrowest type that holds every value of both; anything but a number beside a number is text, and so it is for
     * the elements of two lists.
     */
    public ColumnType widenedTo(ColumnType other) {
        if (this == other) {
            return this;
        }
        if (isList() && other.isList()) {
            return element.widenedTo(other.element).list();
        }
        boolean numbers = (this == BIGINT || this == DOUBLE) && (other == BIGINT || other == DOUBLE);
        return numbers ? DOUBLE : VARCHAR;
    }

    /** Whether a type is called so. */
    public static boolean isSqlName(String name) {
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
    public static ColumnType of(Schema schema) {
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
            case ARRAY -> of(schema.getElementType()).list();
            default -> throw new IllegalArgumentException("no raw column has the type " + schema);
        };
    }
}

package io.github.hevypipeline.lake;

/**
 * How many rows of a root table a load changed.
 *
 * @param added rows whose primary key is new
 * @param changed rows whose content, or that of a child, differs
 * @param deleted rows that Hevy does not have any more
 * @param unchanged rows that were carried over
 */
public record Changes(long added, long changed, long deleted, long unchanged) {
    public static final Changes NONE = new Changes(0, 0, 0, 0);

    public Changes plus(Changes other) {
        return new Changes(
                added + other.added, changed + other.changed, deleted + other.deleted, unchanged + other.unchanged);
    }

    /** Whether the load changed nothing. */
    public boolean isEmpty() {
        return added == 0 && changed == 0 && deleted == 0;
    }
}

package io.github.hevypipeline.dbt;

import java.util.List;
import java.util.Set;

/**
 * A raw table, as a yml file declares it among its sources. Immutable.
 *
 * @param source the name of the source
 * @param columns in the declared order
 * @param file the yml file, relative to the project
 * @param description empty if it has none
 * @param tags its own and those of the source
 * @param freshness null if the table has no limits
 */
public record SourceTable(
        String source,
        Relation relation,
        List<Column> columns,
        String file,
        String description,
        Set<String> tags,
        FreshnessCheck freshness) {
    public SourceTable {
        columns = List.copyOf(columns);
        tags = Set.copyOf(tags);
    }
}

package io.github.hevypipeline.lake;

import java.util.List;
import org.apache.avro.generic.GenericRecord;

/**
 * The rows that one page gives to one partition of one table: the child message of the splitter.
 *
 * @param table the raw table
 * @param part the partition, for example {@code 2026}
 * @param rows in the order of the page
 */
public record PageBatch(String table, String part, List<GenericRecord> rows) {}

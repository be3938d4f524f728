package io.github.hevypipeline.lake.rows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;

/** Opens local Parquet files as the raw contract wants them: ZSTD, dictionaries, three-level lists, no Hadoop. */
public final class ParquetFiles {
    /** Bounds what an open writer holds in memory. */
    private static final long ROW_GROUP_BYTES = 8L << 20;

    private static final int PAGE_BYTES = 256 << 10;

    private ParquetFiles() {}

    /** A writer of a new file; the caller closes it, and the file is not readable before. */
    public static ParquetWriter<GenericRecord> write(Path file, Schema schema) throws IOException {
        ParquetConfiguration configuration = new PlainParquetConfiguration();
        configuration.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
        return AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
                .withConf(configuration)
                .withCodecFactory(ZstdCodecs.INSTANCE)
                .withSchema(schema)
                .withDataModel(GenericData.get())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withDictionaryEncoding(true)
                // No two rows have the same key, and few the same parent's.
                .withDictionaryEncoding("_dlt_id", false)
                .withDictionaryEncoding("_dlt_parent_id", false)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withPageSize(PAGE_BYTES)
                .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
                .build();
    }

    /** A reader of one of our files, in the file's own schema; the caller closes it. */
    public static ParquetRows read(Path file) throws IOException {
        return new ParquetRows(file, null);
    }

    /** A reader of some columns of one of our files; the caller closes it. */
    static ParquetRows readColumns(Path file, List<String> columns) throws IOException {
        return new ParquetRows(file, columns);
    }
}

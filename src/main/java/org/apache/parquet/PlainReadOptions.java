package org.apache.parquet;

import java.util.Map;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.format.converter.ParquetMetadataConverter;

/**
 * Read options without Hadoop: whole files, no filter.
 *
 * <p>It is in Parquet's package for one reason: the builder of {@link ParquetReadOptions} loads Hadoop's MapReduce
 * classes whatever configuration it is given, and the constructor that does not is visible here only.
 */
public final class PlainReadOptions {
    private static final int ALLOCATION_BYTES = 8 << 20;

    private PlainReadOptions() {}

    /** Options with this codec factory and configuration. */
    public static ParquetReadOptions of(CompressionCodecFactory codecs, ParquetConfiguration configuration) {
        return new ParquetReadOptions(
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                false,
                FilterCompat.NOOP,
                ParquetMetadataConverter.NO_FILTER,
                codecs,
                new HeapByteBufferAllocator(),
                ALLOCATION_BYTES,
                Map.of(),
                null,
                null,
                configuration);
    }
}

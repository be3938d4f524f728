package io.github.hevypipeline.lake.rows;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.PlainReadOptions;
import org.apache.parquet.avro.AvroReadSupport;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.io.api.RecordMaterializer;

/**
 * The rows of one local Parquet file that we have written, in the file's own schema.
 *
 * <p>Not thread-safe. It holds one row group at a time. Parquet's ready-made reader would do the same, but needs Hadoop.
 */
public final class ParquetRows implements Closeable {
    private static final String AVRO_SCHEMA = "parquet.avro.schema";

    private final ParquetFileReader file;
    private final MessageColumnIO columns;
    private final RecordMaterializer<GenericRecord> materializer;
    private RecordReader<GenericRecord> group;
    private long leftInGroup;

    /** {@code names} are the columns to read, in the file's order; null means all. */
    ParquetRows(Path path, List<String> names) throws IOException {
        ParquetConfiguration configuration = new PlainParquetConfiguration();
        configuration.setBoolean("parquet.avro.add-list-element-records", false);
        ParquetReadOptions options = PlainReadOptions.of(ZstdCodecs.INSTANCE, configuration);
        this.file = new ParquetFileReader(new LocalInputFile(path), options);
        FileMetaData metadata = file.getFooter().getFileMetaData();
        Map<String, String> keyValues = metadata.getKeyValueMetaData();
        if (names != null) {
            Schema all = new Schema.Parser().parse(keyValues.get(AVRO_SCHEMA));
            String projection = projection(all, names).toString();
            configuration.set(AvroReadSupport.AVRO_REQUESTED_PROJECTION, projection);
            configuration.set("parquet.avro.read.schema", projection);
        }
        AvroReadSupport<GenericRecord> support = new AvroReadSupport<>(GenericData.get());
        ReadSupport.ReadContext context = support.init(configuration, keyValues, metadata.getSchema());
        file.setRequestedSchema(context.getRequestedSchema());
        this.materializer = support.prepareForRead(configuration, keyValues, metadata.getSchema(), context);
        this.columns = new ColumnIOFactory(metadata.getCreatedBy())
                .getColumnIO(context.getRequestedSchema(), metadata.getSchema());
    }

    private static Schema projection(Schema all, List<String> names) {
        List<Schema.Field> fields = all.getFields().stream()
                .filter(field -> names.contains(field.name()))
                .map(field -> new Schema.Field(field, field.schema()))
                .toList();
        return Schema.createRecord(all.getName(), null, all.getNamespace(), false, fields);
    }

    /** The next row; null at the end. */
    public GenericRecord read() throws IOException {
        while (leftInGroup == 0) {
            PageReadStore pages = file.readNextRowGroup();
            if (pages == null) {
                return null;
            }
            group = columns.getRecordReader(pages, materializer);
            leftInGroup = pages.getRowCount();
        }
        leftInGroup--;
        return group.read();
    }

    /** What the footer says of each row group. */
    List<BlockMetaData> rowGroups() {
        return file.getFooter().getBlocks();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

package floor;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;

/** One Parquet file for each raw table, open until all rows are written. Not thread-safe. */
final class TableFiles implements AutoCloseable {
    private static final String[] NAMES = {
        "workouts",
        "workouts__exercises",
        "workouts__exercises__sets",
        "exercise_templates",
        "routines",
        "routines__exercises",
        "routines__exercises__sets",
    };
    private static final long ROW_GROUP_BYTES = 8L << 20;
    private static final int PAGE_BYTES = 256 << 10;

    private final Map<String, Table> tables = new LinkedHashMap<>();

    TableFiles(Path folder) throws IOException {
        for (String name : NAMES) {
            Schema schema = schema(name);
            Path file = folder.resolve(name + ".parquet");
            tables.put(name, new Table(name, schema, file, writer(file, schema)));
        }
    }

    /** A table and the writer of its file. */
    record Table(String name, Schema schema, Path file, ParquetWriter<GenericRecord> writer) {
        void write(GenericRecord row) throws IOException {
            writer.write(row);
        }
    }

    Table table(String name) {
        return tables.get(name);
    }

    boolean has(String name) {
        return tables.containsKey(name);
    }

    /** Closes all files, which are readable from then on. */
    List<TableFile> finish() throws IOException {
        List<TableFile> files = new ArrayList<>();
        for (Table table : tables.values()) {
            table.writer().close();
            files.add(new TableFile(table.name(), table.file()));
        }
        return files;
    }

    private static Schema schema(String name) throws IOException {
        String resource = "/schemas/" + name + ".avsc";
        try (InputStream in = TableFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException(resource + " is not on the class path");
            }
            return new Schema.Parser().parse(in);
        }
    }

    private static ParquetWriter<GenericRecord> writer(Path file, Schema schema) throws IOException {
        Files.createDirectories(file.getParent());
        ParquetConfiguration configuration = new PlainParquetConfiguration();
        configuration.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
        return AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
                .withConf(configuration)
                .withCodecFactory(new ZstdCodecs())
                .withSchema(schema)
                .withDataModel(GenericData.get())
                .withCompressionCodec(CompressionCodecName.ZSTD)
                .withRowGroupSize(ROW_GROUP_BYTES)
                .withPageSize(PAGE_BYTES)
                .build();
    }

    /** Closing twice does no harm: the writer knows. */
    @Override
    public void close() throws IOException {
        for (Table table : tables.values()) {
            table.writer().close();
        }
    }
}

package io.github.hevypipeline.lake.rows;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Zstandard for Parquet pages, on zstd-jni alone; Parquet's own factory would need Hadoop.
 *
 * <p>Immutable and thread-safe; the codecs it gives hold no state either.
 */
public final class ZstdCodecs implements CompressionCodecFactory {
    public static final ZstdCodecs INSTANCE = new ZstdCodecs();

    private ZstdCodecs() {}

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        requireZstd(codec);
        return Compressor.INSTANCE;
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        requireZstd(codec);
        return Decompressor.INSTANCE;
    }

    @Override
    public void release() {
        // Nothing is held.
    }

    private static void requireZstd(CompressionCodecName codec) {
        if (codec != CompressionCodecName.ZSTD) {
            throw new IllegalArgumentException("raw files are compressed with ZSTD, not " + codec);
        }
    }

    private static final class Compressor implements BytesInputCompressor {
        static final Compressor INSTANCE = new Compressor();

        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            return BytesInput.from(Zstd.compress(bytes.toInputStream().readAllBytes()));
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.ZSTD;
        }

        @Override
        public void release() {
            // Nothing is held.
        }
    }

    private static final class Decompressor implements BytesInputDecompressor {
        static final Decompressor INSTANCE = new Decompressor();

        @Override
        public BytesInput decompress(BytesInput bytes, int decompressedSize) throws IOException {
            return BytesInput.from(decompressed(bytes.toInputStream().readAllBytes(), decompressedSize));
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int decompressedSize) {
            byte[] compressed = new byte[compressedSize];
            input.get(compressed);
            output.put(decompressed(compressed, decompressedSize));
        }

        private static byte[] decompressed(byte[] compressed, int decompressedSize) {
            byte[] bytes = new byte[decompressedSize];
            long size = Zstd.decompress(bytes, compressed);
            if (Zstd.isError(size)) {
                throw new IllegalStateException("a Parquet page is damaged: " + Zstd.getErrorName(size));
            }
            return size == decompressedSize ? bytes : Arrays.copyOf(bytes, (int) size);
        }

        @Override
        public void release() {
            // Nothing is held.
        }
    }
}

package io.github.hevypipeline.hevy.export;

import io.github.hevypipeline.failure.ConfigError;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The characters of an export: strict UTF-8, without a byte order mark.
 *
 * <p>Not thread-safe. Throws a {@link ConfigError} that names the line, if the file is in another encoding, holds a NUL
 * byte, or has a record so long that it would fill the memory.
 */
final class ExportText extends Reader {
    /** In characters. An API string may have a million; more than this is a quote that is never closed. */
    static final int MAX_RECORD = 4 << 20;

    private static final int BUFFER = 1 << 14;
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final int UTF_16_LITTLE = 0xFFFE;
    private static final int UTF_16_BIG = 0xFEFF;
    private static final int ZIP = 'P' << Byte.SIZE | 'K';
    private static final int BYTE = 0xFF;

    private final ExportFile file;
    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
    private final CharBuffer chars = CharBuffer.allocate(BUFFER).flip();
    private boolean started;
    private boolean atEnd;
    private char previous;
    private long line = 1;
    private long recordLine = 1;
    private long recordLength;

    ExportText(ExportFile file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    /** Begins to count the characters of a record. */
    void beginRecord(long atLine) {
        recordLine = atLine;
        recordLength = 0;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!chars.hasRemaining()) {
            if (!decode()) {
                return -1;
            }
        }
        int count = Math.min(length, chars.remaining());
        chars.get(target, offset, count);
        recordLength += count;
        if (recordLength > MAX_RECORD) {
            throw file.damaged(
                    recordLine, "begins a record of more than " + MAX_RECORD + " characters, so a quote is not closed");
        }
        return count;
    }

    /** Decodes the next characters, perhaps none; false at the end of the file. */
    private boolean decode() throws IOException {
        chars.clear();
        CoderResult result = decoder.decode(bytes, chars, atEnd);
        chars.flip();
        if (chars.hasRemaining()) {
            check();
            return true;
        }
        if (result.isError()) {
            throw file.damaged(line, "is not UTF-8 text, as the app writes it");
        }
        if (atEnd) {
            return false;
        }
        bytes.compact();
        int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
        atEnd = count < 0;
        bytes.position(bytes.position() + Math.max(count, 0)).flip();
        return true;
    }

    private void check() {
        if (!started) {
            started = true;
            if (chars.get(chars.position()) == BYTE_ORDER_MARK) {
                chars.get();
            }
        }
        for (int i = chars.position(); i < chars.limit(); i++) {
            char c = chars.get(i);
            if (c == '\0') {
                throw file.damaged(line, "holds a NUL byte, so it is damaged or no UTF-8 text");
            }
            if (c == '\r' || (c == '\n' && previous != '\r')) {
                line++;
            }
            previous = c;
        }
    }

    /** What a file is instead, if its first bytes tell; null if they do not. */
    static String otherFormat(byte[] start) {
        if (start.length < 2) {
            return null;
        }
        return switch ((start[0] & BYTE) << Byte.SIZE | (start[1] & BYTE)) {
            case UTF_16_LITTLE, UTF_16_BIG -> "is UTF-16, as a spreadsheet saves \"Unicode text\"";
            case ZIP -> "is a workbook or an archive, not CSV text";
            default -> null;
        };
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

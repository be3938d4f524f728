package io.github.hevypipeline.faults;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * One HTTP/1.1 message off the wire, byte for byte: the start line with its headers, and a body that is read apart.
 *
 * <p>Immutable.
 *
 * @param head everything up to and with the empty line
 */
record HttpMessage(String head) {
    private static final int LONGEST_HEAD = 64 * 1024;

    /** The next message's head, or nothing if the other side has closed the connection before one began. */
    static Optional<HttpMessage> readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream(512);
        int last = 0;
        while (last != 0x0D0A0D0A) {
            int next = in.read();
            if (next < 0 && head.size() == 0) {
                return Optional.empty();
            }
            if (next < 0 || head.size() > LONGEST_HEAD) {
                throw new EOFException("the head of a message is cut");
            }
            head.write(next);
            last = last << 8 | next;
        }
        return Optional.of(new HttpMessage(head.toString(StandardCharsets.ISO_8859_1)));
    }

    byte[] bytes() {
        return head.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The three words of the start line, or fewer. */
    String[] startLine() {
        return head.substring(0, head.indexOf("\r\n")).split(" ", 3);
    }

    /** Whether a header has this value, in any case. */
    boolean has(String header, String value) {
        return header(header)
                .map(v -> v.toLowerCase(Locale.ROOT).contains(value))
                .orElse(false);
    }

    private Optional<String> header(String name) {
        return head.lines()
                .skip(1)
                .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    /** Whether the end of the body is the end of the connection, unless it has none. */
    boolean endsWithConnection() {
        return !has("Transfer-Encoding", "chunked") && header("Content-Length").isEmpty();
    }

    /** The body as it came, chunks and trailers too; without a length, nothing. */
    byte[] readBody(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (has("Transfer-Encoding", "chunked")) {
            int size;
            do {
                String line = copyLine(in, body);
                size = Integer.parseInt(line.split(";", 2)[0].strip(), 16);
                copy(in, size, body);
                if (size > 0) {
                    copyLine(in, body);
                }
            } while (size > 0);
            while (!copyLine(in, body).isEmpty()) {
                // Trailers belong to the body.
            }
        } else {
            copy(in, Integer.parseInt(header("Content-Length").orElse("0")), body);
        }
        return body.toByteArray();
    }

    private static void copy(InputStream in, int size, ByteArrayOutputStream body) throws IOException {
        byte[] bytes = in.readNBytes(size);
        if (bytes.length < size) {
            throw new EOFException("the body of a message is cut");
        }
        body.write(bytes);
    }

    private static String copyLine(InputStream in, ByteArrayOutputStream body) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the body of a message is cut");
            }
            line.write(next);
        }
        body.write(line.toByteArray());
        body.write('\n');
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }
}

package io.github.hevypipeline.hevy.export;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.TransientError;
import io.github.hevypipeline.files.Sha256;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * One CSV file of the app, read record by record and column by name. A mistake in it is a {@link ConfigError} with the
 * file, the line, the column and what was expected.
 *
 * <p>Immutable and thread-safe. The file is read several times; a {@link TransientError} says that it changed in between.
 */
final class ExportFile {
    static final String EXPORT_AGAIN = "Export it again from the Hevy app, and use the file as the app made it.";
    static final String SPREADSHEET =
            "Do not open and save an export with a spreadsheet: it changes dates and numbers. " + EXPORT_AGAIN;
    /** A decimal point, and an exponent where JavaScript would write one. */
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,30}(\\.\\d{1,30})?([eE][+-]?\\d{1,3})?");

    private static final Pattern DECIMAL_COMMA = Pattern.compile("-?\\d+,\\d+");
    private static final Pattern INDEX = Pattern.compile("\\d{1,6}");
    private static final int MAX_SHOWN = 60;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int MAX_HEADER = 1 << 12;
    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setIgnoreEmptyLines(false).get();

    private final Path path;

    ExportFile(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    /** The names in the header. */
    List<String> header() {
        try (Records records = open(null)) {
            return List.copyOf(records.columns.keySet());
        }
    }

    /**
     * Opens the file at its first record.
     *
     * @param sha256 of the file as it was read before, which it must still have at its end; null if it was not read before
     */
    Records open(String sha256) {
        try {
            return new Records(sha256);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** A failure of one line: {@code reason} follows the name of the file and the number of the line. */
    ConfigError damaged(long line, String reason) {
        return new ConfigError(
                ExitCode.CONFIGURATION, path.getFileName() + ", line " + line + " " + reason + ".", EXPORT_AGAIN);
    }

    ConfigError refused(String reason, String nextStep) {
        return new ConfigError(ExitCode.CONFIGURATION, path.getFileName() + " " + reason + ".", nextStep);
    }

    private ConfigError unreadable(IOException e) {
        boolean missing = e instanceof NoSuchFileException;
        return new ConfigError(
                ExitCode.CONFIGURATION,
                "The export " + path + (missing ? " does not exist." : " cannot be read: " + e.getMessage() + "."),
                missing
                        ? "Correct HEVY_EXPORT, or save the export of the Hevy app there."
                        : "Make it a file that this user may read.",
                e);
    }

    /** Text of a file as a message shows it: letters and signs as they are, all that could steer a terminal escaped. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder("\"");
        text.codePoints().limit(MAX_SHOWN).forEach(c -> {
            boolean plain = (c >= ' ' && c <= '~') || Character.isLetterOrDigit(c);
            shown.append(plain ? Character.toString(c) : "\\u{" + Integer.toHexString(c) + "}");
        });
        return shown.append(text.codePointCount(0, text.length()) > MAX_SHOWN ? "…\"" : "\"")
                .toString();
    }

    /**
     * The records of one reading, in order, after the header.
     *
     * <p>Not thread-safe. Blank lines are passed over. At its end the file's checksum is known.
     */
    final class Records implements Iterator<Row>, Closeable {
        private final String expectedSha256;
        private final MessageDigest digest = Sha256.digest();
        private final ExportText text;
        private final CSVParser parser;
        private final Iterator<CSVRecord> records;
        private final Map<String, Integer> columns = new LinkedHashMap<>();
        private final int width;
        private Row next;
        private String sha256;

        private Records(String expectedSha256) throws IOException {
            this.expectedSha256 = expectedSha256;
            InputStream in =
                    new BufferedInputStream(new DigestInputStream(Files.newInputStream(path), digest), BUFFER_BYTES);
            try {
                refuseOtherFormats(in);
                text = new ExportText(ExportFile.this, in);
                parser = CSVParser.builder().setReader(text).setFormat(FORMAT).get();
                records = parser.iterator();
                Row header = read();
                if (header == null) {
                    throw refused("is empty", EXPORT_AGAIN);
                }
                width = header.record.size();
                readHeader(header);
            } catch (IOException | RuntimeException e) {
                in.close();
                throw e;
            }
        }

        /** By the first line, as bytes: with another separator it may be no CSV that can be read. */
        private void refuseOtherFormats(InputStream in) throws IOException {
            in.mark(MAX_HEADER);
            byte[] start = in.readNBytes(MAX_HEADER);
            in.reset();
            String other = ExportText.otherFormat(start);
            if (other != null) {
                throw refused(other, SPREADSHEET);
            }
            String line = new String(start, StandardCharsets.ISO_8859_1).split("[\r\n]", 2)[0];
            boolean semicolons = line.indexOf(';') >= 0;
            if (line.indexOf(',') < 0 && (semicolons || line.indexOf('\t') >= 0)) {
                throw refused(
                        "has its columns separated by " + (semicolons ? "\";\"" : "tabs")
                                + " in place of \",\": a spreadsheet has saved it",
                        SPREADSHEET);
            }
        }

        private void readHeader(Row header) {
            for (String cell : header.record) {
                String name = cell.strip();
                if (columns.putIfAbsent(name, columns.size()) != null) {
                    throw damaged(1, "has the column " + shown(name) + " twice");
                }
            }
        }

        private Path path() {
            return path;
        }

        List<String> columns() {
            return List.copyOf(columns.keySet());
        }

        ConfigError refused(String reason, String nextStep) {
            return ExportFile.this.refused(reason, nextStep);
        }

        /**
         * Refuses a file that lacks one of these columns; others may come in any order.
         *
         * @param reason what the file then is, after its name
         */
        void require(List<String> names, String reason, String nextStep) {
            names.stream().filter(name -> !has(name)).findFirst().ifPresent(missing -> {
                throw refused(
                        reason + ": it has no column " + missing + " among " + shown(String.join(",", columns())),
                        nextStep);
            });
        }

        boolean has(String column) {
            return columns.containsKey(column);
        }

        /** The checksum of the whole file, once its last record was read. */
        String sha256() {
            return sha256;
        }

        @Override
        public boolean hasNext() {
            if (next == null && sha256 == null) {
                next = read();
                if (next != null && next.record.size() != width) {
                    throw damaged(
                            next.line,
                            "has " + next.record.size() + " columns and the header " + width
                                    + ", so the file is cut or damaged");
                }
                if (next == null) {
                    atEnd();
                }
            }
            return next != null;
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Row row = next;
            next = null;
            return row;
        }

        private void atEnd() {
            sha256 = HexFormat.of().formatHex(digest.digest());
            if (expectedSha256 != null && !expectedSha256.equals(sha256)) {
                throw new TransientError(
                        ExitCode.CONFIGURATION,
                        "The export " + path + " changed while it was read.",
                        "Run again once it is complete.");
            }
        }

        private Row read() {
            long line = 1;
            try {
                while (true) {
                    line = parser.getCurrentLineNumber() + 1;
                    text.beginRecord(line);
                    if (!records.hasNext()) {
                        return null;
                    }
                    CSVRecord one = records.next();
                    if (one.size() > 1 || !one.get(0).isBlank()) {
                        return new Row(this, one, line);
                    }
                }
            } catch (UncheckedIOException e) {
                if (e.getCause() instanceof CSVException) {
                    throw damaged(line, "begins a record that is not CSV: a quote is not closed, or stands in a text");
                }
                throw unreadable(e.getCause());
            }
        }

        @Override
        public void close() {
            try {
                parser.close();
            } catch (IOException e) {
                throw unreadable(e);
            }
        }
    }

    /** One record. Immutable. */
    static final class Row {
        private final Records records;
        private final CSVRecord record;
        private final long line;

        private Row(Records records, CSVRecord record, long line) {
            this.records = records;
            this.record = record;
            this.line = line;
        }

        /** The line of the file on which the record begins, from 1. */
        long line() {
            return line;
        }

        /** The cell as it is; empty for no value. */
        String text(String column) {
            return record.get(records.columns.get(column));
        }

        /** The cell, which must have a value. */
        String required(String column) {
            String text = text(column);
            if (text.isEmpty()) {
                throw wrong(column, "a value", "");
            }
            return text;
        }

        /** The number in the cell, or empty. */
        Optional<BigDecimal> number(String column) {
            String text = text(column).strip();
            if (text.isEmpty()) {
                return Optional.empty();
            }
            if (!NUMBER.matcher(text).matches()) {
                throw wrong(column, "a number with a decimal point", text);
            }
            return Optional.of(new BigDecimal(text));
        }

        /** The whole number from 0 in the cell, or empty. */
        OptionalInt index(String column) {
            String text = text(column).strip();
            if (text.isEmpty()) {
                return OptionalInt.empty();
            }
            if (!INDEX.matcher(text).matches()) {
                throw wrong(column, "a whole number", text);
            }
            return OptionalInt.of(Integer.parseInt(text));
        }

        /** A failure of one cell. */
        ConfigError wrong(String column, String expected, String found) {
            return wrong(column, expected, found, DECIMAL_COMMA.matcher(found).matches() ? SPREADSHEET : EXPORT_AGAIN);
        }

        ConfigError wrong(String column, String expected, String found, String nextStep) {
            return new ConfigError(
                    ExitCode.CONFIGURATION,
                    records.path().getFileName() + ", line " + line + ", column " + column + ": expected " + expected
                            + ", found " + (found.isEmpty() ? "nothing" : shown(found)) + ".",
                    nextStep);
        }
    }
}

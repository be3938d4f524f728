package io.github.hevypipeline.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Timestamp;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Formats rows as an aligned text table.
 *
 * <p>Immutable and thread-safe. Control characters are escaped, so that no value can control a terminal; long values are
 * cut.
 */
public final class TextTable {
    private static final int WIDEST_COLUMN = 36;
    /** Above any column width, as an emoji has several code points. */
    private static final int MAX_CODE_POINTS = 256;

    private static final int SHOWN_DECIMALS = 3;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final String GAP = "  ";

    private final List<String> columns;
    private final List<List<String>> rows;
    private final List<Boolean> numeric;

    private TextTable(List<String> columns, List<List<String>> rows, List<Boolean> numeric) {
        this.columns = columns;
        this.rows = rows;
        this.numeric = numeric;
    }

    /** All rows have the same columns in the same order; null is shown as an empty cell. */
    public static TextTable of(List<String> columns, List<? extends Map<String, Object>> rows) {
        List<List<String>> cells = new ArrayList<>();
        List<Boolean> numeric = new ArrayList<>();
        for (String column : columns) {
            numeric.add(rows.stream().map(row -> row.get(column)).allMatch(v -> v == null || v instanceof Number));
        }
        for (Map<String, Object> row : rows) {
            cells.add(columns.stream().map(column -> shown(row.get(column))).toList());
        }
        return new TextTable(columns, cells, numeric);
    }

    private static String shown(Object value) {
        if (value == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        plain(value).codePoints().limit(MAX_CODE_POINTS).forEach(point -> {
            if (point == '\n') {
                text.append("\\n");
            } else if (isInvisible(point)) {
                text.append(String.format(Locale.ROOT, "\\u%04x", point));
            } else {
                text.appendCodePoint(point);
            }
        });
        return cut(text.toString());
    }

    /** Of the invisible characters, only the zero-width joiner of emoji is allowed. */
    private static boolean isInvisible(int point) {
        int type = Character.getType(point);
        return Character.isISOControl(point)
                || (type == Character.FORMAT && point != TerminalWidth.JOINER)
                || type == Character.SURROGATE
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    private static String cut(String text) {
        if (TerminalWidth.of(text) <= WIDEST_COLUMN) {
            return text;
        }
        int end = text.length();
        while (TerminalWidth.of(text.substring(0, end)) >= WIDEST_COLUMN) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end) + "…";
    }

    /** Rounds fractions to three places and times to the second. */
    private static String plain(Object value) {
        if (value instanceof Double number && Double.isFinite(number)) {
            return BigDecimal.valueOf(number)
                    .setScale(SHOWN_DECIMALS, RoundingMode.HALF_UP)
                    .stripTrailingZeros()
                    .toPlainString();
        }
        if (value instanceof Timestamp time) {
            return TIME.format(time.toLocalDateTime());
        }
        if (value instanceof OffsetDateTime time) {
            return TIME.format(time.withOffsetSameInstant(ZoneOffset.UTC));
        }
        return value.toString();
    }

    /** Header, rule and rows. */
    public String render() {
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            int width = TerminalWidth.of(columns.get(i));
            for (List<String> row : rows) {
                width = Math.max(width, TerminalWidth.of(row.get(i)));
            }
            widths.add(width);
        }
        StringBuilder out = new StringBuilder();
        line(out, columns, widths);
        line(out, widths.stream().map("-"::repeat).toList(), widths);
        rows.forEach(row -> line(out, row, widths));
        return out.toString();
    }

    private void line(StringBuilder out, List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String padding = " ".repeat(widths.get(i) - TerminalWidth.of(cells.get(i)));
            line.append(i == 0 ? "" : GAP);
            line.append(numeric.get(i) ? padding + cells.get(i) : cells.get(i) + padding);
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }
}

package io.github.hevypipeline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Lays out rows as an aligned table of text.
 *
 * <p>Immutable and thread-safe. Values come from outside: control characters are shown escaped, so none can steer a
 * terminal, and long values are cut.
 */
public final class TextTable {
    private static final int WIDEST_COLUMN = 36;
    private static final String GAP = "  ";

    private final List<String> columns;
    private final List<List<String>> rows;
    private final List<Boolean> numeric;

    private TextTable(List<String> columns, List<List<String>> rows, List<Boolean> numeric) {
        this.columns = columns;
        this.rows = rows;
        this.numeric = numeric;
    }

    /** The table of some rows, each with the same columns in the same order; null is shown as nothing. */
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
        value.toString().codePoints().forEach(point -> {
            int type = Character.getType(point);
            boolean invisible = Character.isISOControl(point)
                    || type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            if (point == '\n') {
                text.append("\\n");
            } else if (invisible) {
                text.append("\\u%04x".formatted(point));
            } else {
                text.appendCodePoint(point);
            }
        });
        int length = text.codePointCount(0, text.length());
        return length <= WIDEST_COLUMN
                ? text.toString()
                : text.substring(0, text.offsetByCodePoints(0, WIDEST_COLUMN - 1)) + "…";
    }

    /** The lines of the table: header, rule, rows. */
    public String render() {
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            int width = width(columns.get(i));
            for (List<String> row : rows) {
                width = Math.max(width, width(row.get(i)));
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
            String padding = " ".repeat(widths.get(i) - width(cells.get(i)));
            line.append(i == 0 ? "" : GAP);
            line.append(numeric.get(i) ? padding + cells.get(i) : cells.get(i) + padding);
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }

    /** Emoji and East Asian characters take two cells of a terminal. */
    private static int width(String text) {
        return text.codePoints()
                .map(point -> isWide(point) ? 2 : Character.getType(point) == Character.NON_SPACING_MARK ? 0 : 1)
                .sum();
    }

    private static boolean isWide(int point) {
        return point >= 0x1100
                && (point <= 0x115f
                        || (point >= 0x2e80 && point <= 0xa4cf)
                        || (point >= 0xac00 && point <= 0xd7a3)
                        || (point >= 0xf900 && point <= 0xfaff)
                        || (point >= 0xfe30 && point <= 0xfe4f)
                        || (point >= 0xff00 && point <= 0xff60)
                        || (point >= 0x1f300 && point <= 0x1faff));
    }
}

package io.github.hevypipeline.lake.internal;

import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.failure.SystemError;
import io.github.hevypipeline.report.TerminalText;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The path of an object in the dataset's folder: the one allow-list for every key that S3 lists, and for every path that
 * a commit or a journal names, before it becomes a key, a file or SQL.
 *
 * <p>Immutable; {@link #of} alone makes one. Letters, digits, {@code _}, {@code -} and dots between digits are all that
 * a path holds, so none is an expression, climbs out of a folder or ends a line.
 *
 * @param text the whole path
 * @param kind what the object is
 * @param table the folder
 * @param name of a commit its sequence, of a state its load id, of a data file its load id, of a probe its id
 * @param part of a data file its partition, else empty
 */
public record DatasetPath(String text, Kind kind, String table, String name, String part) {
    private static final int LONGEST_TABLE = 255;
    private static final int MAX_SHOWN = 120;
    private static final String LOAD_ID = "\\d{1,12}\\.\\d{1,9}";
    private static final Pattern LOAD = Pattern.compile(LOAD_ID);
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /** What an object of the dataset is. */
    public enum Kind {
        COMMIT("(" + CommitLog.LOADS + ")/(\\d{10,18})\\.parquet"),
        STATE("(" + CommitLog.STATE + ")/(" + LOAD_ID + ")\\.parquet"),
        DATA("(?!_dlt_)(" + NAME + ")/(" + LOAD_ID
                + ")\\.((?:export_)?(?:-?\\d{1,10}|unknown))(?:-\\d{1,9})?\\.parquet"),
        PROBE("(_doctor)/([0-9a-f-]{36})\\.txt");

        private final Pattern pattern;

        Kind(String pattern) {
            this.pattern = Pattern.compile(pattern);
        }
    }

    /** The path, if this program writes objects of that name. */
    public static Optional<DatasetPath> of(String text) {
        for (Kind kind : Kind.values()) {
            Matcher path = kind.pattern.matcher(text);
            if (path.matches()) {
                return isTable(path.group(1)) && (kind != Kind.COMMIT || isSequence(path.group(2)))
                        ? Optional.of(new DatasetPath(
                                text, kind, path.group(1), path.group(2), kind == Kind.DATA ? path.group(3) : ""))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /**
     * The path as it is.
     *
     * @throws SystemError if this program writes no object of that name, which is a bug: it was to be checked before
     */
    public static String require(String text) {
        if (of(text).isEmpty()) {
            throw new SystemError(
                    ExitCode.BUG,
                    "There is no object of that name in a lake: " + TerminalText.of(text, MAX_SHOWN),
                    "Please report this; nothing was done with it.");
        }
        return text;
    }

    public static boolean isData(String text) {
        return of(text).filter(path -> path.kind == Kind.DATA).isPresent();
    }

    public static boolean isLoadId(String text) {
        return LOAD.matcher(text).matches();
    }

    /** Whether a table can have this name; whether there is one, the schema says. */
    public static boolean isTable(String text) {
        return text.length() <= LONGEST_TABLE && NAME.matcher(text).matches();
    }

    /** Whether a column can have this name. */
    public static boolean isColumn(String text) {
        return NAME.matcher(text).matches();
    }

    /** The number of a commit; 0 for anything else. */
    public long sequence() {
        return kind == Kind.COMMIT ? Long.parseLong(name) : 0;
    }

    /** Whether it is written as this program writes it, so that one number has one name. */
    private static boolean isSequence(String digits) {
        long sequence = Long.parseLong(digits);
        return sequence > 0 && CommitLog.digits(sequence).equals(digits);
    }
}

package io.github.hevypipeline.lake;

import io.github.hevypipeline.lake.internal.DatasetPath;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the objects of many accounts, below their prefix: the one allow-list for every key that the store lists, and
 * for every name that a commit has, before it becomes a key, a file or SQL.
 *
 * <p>Letters, digits, {@code .}, {@code _} and {@code -} are all that a name holds, so none is an expression, climbs out of a
 * folder or ends a text in SQL.
 */
public final class AccountPath {
    private static final String ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

    private static final Pattern ACCOUNT_ID = Pattern.compile(ID);
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PACKAGE_FILE = Pattern.compile("packages/([0-9.]+)-[0-9a-f]{8}/([^/]+)\\.parquet");

    /** Below the folder of one account's commits. */
    public static final Pattern NUMBERED = Pattern.compile("\\d{20}\\.json");
    /** Below the folder of the commits of all accounts. */
    public static final Pattern COMMIT = Pattern.compile(ID + "/" + NUMBERED);
    /** Below the folder of dead letters. */
    public static final Pattern LETTER = Pattern.compile(ID + "\\.json");

    private static final Pattern WRITTEN = Pattern.compile("commits/" + COMMIT + "|failed/" + LETTER);

    private AccountPath() {}

    /** Whether an account can have this id. */
    public static boolean isAccountId(String text) {
        return text != null && ACCOUNT_ID.matcher(text).matches();
    }

    /** Whether a load can have this id. */
    public static boolean isLoadId(String text) {
        return text != null && DatasetPath.isLoadId(text);
    }

    /** Whether it is a checksum in hexadecimal. */
    public static boolean isSha256(String text) {
        return text != null && SHA256.matcher(text).matches();
    }

    /** Whether the key is that of a package's file of the table. */
    public static boolean isPackageFile(String key, String table) {
        int path = key == null ? -1 : key.lastIndexOf("packages/");
        return path >= 0 && table.equals(tableOf(key.substring(path)));
    }

    /** Whether this program writes an object of that path. */
    static boolean isObject(String path) {
        return WRITTEN.matcher(path).matches() || tableOf(path) != null;
    }

    /** The table of a package's file; null if the path is none. */
    private static String tableOf(String path) {
        Matcher file = PACKAGE_FILE.matcher(path);
        return file.matches() && DatasetPath.isLoadId(file.group(1)) && DatasetPath.isTable(file.group(2))
                ? file.group(2)
                : null;
    }
}

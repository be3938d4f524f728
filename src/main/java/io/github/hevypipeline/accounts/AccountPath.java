package io.github.hevypipeline.accounts;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the objects of many accounts: the one allow-list for every key that the store lists, and for every name that
 * a commit has, before it becomes a key, a file or SQL.
 *
 * <p>Letters, digits, {@code .}, {@code _} and {@code -} are all that a name holds, so none is an expression, climbs out of a
 * folder or ends a text in SQL.
 */
public final class AccountPath {
    private static final String ID = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";
    private static final String LOAD = "\\d{1,12}\\.\\d{1,9}";
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]{0,254}";

    private static final Pattern ACCOUNT_ID = Pattern.compile(ID);
    private static final Pattern LOAD_ID = Pattern.compile(LOAD);
    private static final Pattern TABLE = Pattern.compile(NAME);
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    /** Below the folder of one account's commits. */
    static final Pattern NUMBERED = Pattern.compile("\\d{20}\\.json");
    /** Below the folder of dead letters. */
    static final Pattern LETTER = Pattern.compile(ID + "\\.json");
    /** Below the folder of the commits of all accounts. */
    public static final Pattern COMMIT = Pattern.compile("(" + ID + ")/(\\d{20})\\.json");
    /** Below the folder of packages. */
    public static final Pattern PACKAGE_FILE = Pattern.compile("(" + LOAD + "-[0-9a-f]{8})/(" + NAME + ")\\.parquet");

    private AccountPath() {}

    /** Whether an account can have this id. */
    public static boolean isAccountId(String text) {
        return text != null && ACCOUNT_ID.matcher(text).matches();
    }

    static boolean isLoadId(String text) {
        return text != null && LOAD_ID.matcher(text).matches();
    }

    /** Whether the key is that of a package's file of the table. */
    static boolean isPackageFile(String key, String table) {
        int folder = key == null ? -1 : key.lastIndexOf("packages/");
        if (folder < 0) {
            return false;
        }
        Matcher file = PACKAGE_FILE.matcher(key.substring(folder + "packages/".length()));
        return file.matches() && TABLE.matcher(table).matches() && file.group(2).equals(table);
    }

    static boolean isSha256(String text) {
        return text != null && SHA256.matcher(text).matches();
    }

    /** Whether the key is that of this commit. */
    static boolean isCommit(String key, String accountId, long sequence) {
        return isAccountId(accountId)
                && sequence > 0
                && key.endsWith("/" + accountId + "/" + String.format(Locale.ROOT, "%020d", sequence) + ".json");
    }
}

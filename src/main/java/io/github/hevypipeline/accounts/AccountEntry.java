package io.github.hevypipeline.accounts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import io.github.hevypipeline.files.UserPath;
import io.github.hevypipeline.lake.AccountPath;
import io.github.hevypipeline.report.TerminalText;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A line of the list of accounts: an id, and where the key is.
 *
 * <p>Immutable; without a secret, so it may travel in a message.
 *
 * @param accountId names the account's objects in the lake and its rows
 * @param keyEnv the environment variable with the key; null if a file has it
 * @param keyFile the file with the key; null if the environment has it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccountEntry(
        @JsonProperty("account_id") String accountId,
        @JsonProperty("key_env") String keyEnv,
        @JsonProperty("key_file") String keyFile) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e&&[^\"'`]]+");
    private static final int MAX_SHOWN = 60;
    private static final int MAX_PROBLEMS_SHOWN = 5;
    private static final String FORM =
            "Write one object a line, such as {\"account_id\": \"anna\", \"key_env\": \"ANNA_KEY\"}.";

    /**
     * Reads a list of accounts; blank lines and those that begin with # are skipped.
     *
     * @throws ConfigError that names the wrong lines, if there are any, or if the list is empty
     */
    public static List<AccountEntry> list(String file) {
        List<AccountEntry> entries = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                AccountEntry entry = read(line);
                if (!ids.add(entry.accountId())) {
                    problems.add("line " + number + " names " + entry.accountId() + " again");
                }
                entries.add(entry);
            } catch (ConfigError e) {
                problems.add("line " + number + ": " + e.getMessage());
            }
        }
        if (problems.isEmpty() && entries.isEmpty()) {
            problems.add("it has no account");
        }
        if (!problems.isEmpty()) {
            String more = problems.size() > MAX_PROBLEMS_SHOWN
                    ? " and " + (problems.size() - MAX_PROBLEMS_SHOWN) + " more"
                    : "";
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "HEVY_ACCOUNTS (" + file + ") is not a list of accounts: "
                            + String.join(
                                    "; ",
                                    problems.stream().limit(MAX_PROBLEMS_SHOWN).toList()) + more + ".",
                    FORM);
        }
        return entries;
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(UserPath.of(file));
        } catch (IOException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "HEVY_ACCOUNTS (" + file + ") cannot be read: " + e.getMessage() + ".",
                    "Name a file with one account a line.",
                    e);
        }
    }

    /**
     * Reads one line.
     *
     * @throws ConfigError if it is no entry; the message shows no value but that of the id
     */
    public static AccountEntry read(String line) {
        AccountEntry entry;
        try {
            entry = JSON.readValue(line, AccountEntry.class);
        } catch (JsonProcessingException e) {
            throw new ConfigError(ExitCode.CONFIGURATION, "it is not a JSON object", FORM);
        }
        if (entry == null || entry.accountId() == null || !AccountPath.isAccountId(entry.accountId())) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "account_id is not 1 to 100 letters, digits, dots, hyphens and underscores, with a letter or digit"
                            + " first: "
                            + (entry == null ? "null" : TerminalText.of(String.valueOf(entry.accountId()), MAX_SHOWN)),
                    FORM);
        }
        if ((entry.keyEnv() == null) == (entry.keyFile() == null)) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION, entry.accountId() + " needs either key_env or key_file", FORM);
        }
        return entry;
    }

    /** The entry as one line of JSON. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an entry is always JSON", e);
        }
    }

    /**
     * Reads the key.
     *
     * @param environment gives the value of a variable, empty if it is not set
     * @throws ConfigError if there is none, or it cannot be one
     */
    String key(UnaryOperator<String> environment) {
        String key = keyEnv == null ? inFile() : environment.apply(keyEnv);
        String place = keyEnv == null ? "The key file " + keyFile : "The variable " + keyEnv;
        if (key.isBlank()) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION, place + " of " + accountId + " is empty.", "Put the account's key there.");
        }
        if (!KEY.matcher(key.strip()).matches()) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    place + " of " + accountId + " contains blanks, quotes or line breaks, which no key has.",
                    "Copy the key again from https://hevy.com/settings?developer.");
        }
        return key.strip();
    }

    private String inFile() {
        try {
            return Files.readString(UserPath.of(keyFile));
        } catch (IOException e) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    "The key file " + keyFile + " of " + accountId + " cannot be read: "
                            + e.getClass().getSimpleName() + ".",
                    "Put the account's key there, and allow reading it.",
                    e);
        }
    }
}

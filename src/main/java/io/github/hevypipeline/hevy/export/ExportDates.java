package io.github.hevypipeline.hevy.export;

import io.github.hevypipeline.failure.ConfigError;
import io.github.hevypipeline.failure.ExitCode;
import java.text.DateFormatSymbols;
import java.text.Normalizer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads dates such as {@code 28 Mar 2025, 17:29} in one language: the language of the phone that made the export.
 *
 * <p>Immutable and thread-safe. The names of months and halves of the day are those of the JDK's CLDR data. Case, dots and
 * the kind of blanks make no difference. A date with a month as a number is none: it could be read in two ways.
 */
final class ExportDates {
    /** The setting that says the language. */
    static final String SETTING = "HEVY_EXPORT_LANGUAGE";

    /** The languages that Hevy's app has first, then others that a phone can be set to. */
    private static final List<String> LANGUAGES = List.of(
            "en", "de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh", //
            "ar", "bg", "bn", "ca", "cs", "da", "el", "et", "fa", "fi", "fil", "gu", "he", "hi", "hr", "hu", "id", "kk",
            "kn", "lt", "lv", "ml", "mr", "ms", "no", "pa", "ro", "sk", "sl", "sr", "sv", "ta", "te", "th", "uk", "ur",
            "vi");

    /** Regions that name months otherwise than their language does elsewhere. */
    private static final Map<String, List<String>> REGIONS = Map.of(
            "ar", List.of("ar-DZ", "ar-IQ", "ar-MA"),
            "de", List.of("de-AT"),
            "en", List.of("en-AU", "en-GB"),
            "es", List.of("es-419", "es-MX", "es-PE"),
            "fr", List.of("fr-CA"),
            "pt", List.of("pt-PT"),
            "sr", List.of("sr-Latn-RS", "sr-Latn-BA"));

    private static final List<TextStyle> STYLES =
            List.of(TextStyle.FULL, TextStyle.FULL_STANDALONE, TextStyle.SHORT, TextStyle.SHORT_STANDALONE);
    private static final int FIRST_YEAR = 1900;
    private static final int LAST_YEAR = 2199;
    private static final int HALF_DAY = 12;
    private static final int MAX_LENGTH = 80;

    /** A time of day at the end, with the half of the day before or after it. */
    private static final Pattern DATE_AND_TIME =
            Pattern.compile("(?<date>.+?)[,،]? (?:(?<before>[^\\d:,]+?) ?)?(?<hour>\\d{1,2})[:.](?<minute>\\d{2})"
                    + "(?:[:.](?<second>\\d{2}))? ?(?<after>[^\\d:,]+)?");

    private static final List<Pattern> ORDERS = List.of(
            Pattern.compile("(?<day>\\d{1,2})\\.? (?<month>.+?)[,،]? (?<year>\\d{4})"),
            Pattern.compile("(?<month>.+?) (?<day>\\d{1,2})[,،]? (?<year>\\d{4})"),
            Pattern.compile("(?<year>\\d{4})[年년.]? ?(?<month>\\d{1,2}[月월]|\\D+?) ?(?<day>\\d{1,2})[日일.]?"));
    /** 2025-03-28, 28/03/2025 and their like. */
    private static final Pattern NUMBERS_ALONE = Pattern.compile("\\d+[-./]\\d+[-./]\\d+\\b.*");

    private final String language;
    private final Map<String, Month> months;
    /** True for the second half of the day. */
    private final Map<String, Boolean> halves;

    private ExportDates(String language) {
        this.language = language;
        months = new HashMap<>();
        halves = new HashMap<>(Map.of("am", false, "pm", true));
        List<String> tags = new ArrayList<>(List.of(language));
        tags.addAll(REGIONS.getOrDefault(language, List.of()));
        for (Locale locale : tags.stream().map(Locale::forLanguageTag).toList()) {
            for (Month month : Month.values()) {
                STYLES.forEach(style -> months.putIfAbsent(word(plain(month.getDisplayName(style, locale))), month));
            }
            String[] half = DateFormatSymbols.getInstance(locale).getAmPmStrings();
            if (!half[0].equals(half[1])) {
                halves.putIfAbsent(word(plain(half[0])), false);
                halves.putIfAbsent(word(plain(half[1])), true);
            }
        }
    }

    private static final class Known {
        static final List<ExportDates> LANGUAGES =
                ExportDates.LANGUAGES.stream().map(ExportDates::new).toList();
    }

    /**
     * The dates of a language that the user names, for example {@code pl} or {@code pt-BR}.
     *
     * @throws ConfigError if the JDK knows no such language
     */
    static ExportDates of(String setting) {
        String language =
                Locale.forLanguageTag(setting.strip().replace('_', '-')).getLanguage();
        boolean known = Arrays.stream(Locale.getAvailableLocales())
                .anyMatch(locale -> locale.getLanguage().equals(language));
        if (language.isEmpty() || !known) {
            throw new ConfigError(
                    ExitCode.CONFIGURATION,
                    SETTING + " names no language: " + ExportFile.shown(setting) + ".",
                    "Set it to the language of the phone, for example en, de or pt; or leave it empty, to have it found.");
        }
        return new ExportDates(language);
    }

    /** The language's code, for example {@code pl}. */
    String language() {
        return language;
    }

    private String name() {
        return Locale.forLanguageTag(language).getDisplayLanguage(Locale.ENGLISH);
    }

    /** The date and time, or empty if it is none in this language. */
    Optional<LocalDateTime> read(String text) {
        return Parts.of(text).flatMap(this::read);
    }

    private Optional<LocalDateTime> read(Parts parts) {
        return time(parts).flatMap(time -> parts.days.stream()
                .map(this::date)
                .flatMap(Optional::stream)
                .findFirst()
                .map(date -> date.atTime(time)));
    }

    private Optional<LocalDate> date(Day day) {
        Month month = months.get(day.month);
        boolean exists = month != null
                && day.year >= FIRST_YEAR
                && day.year <= LAST_YEAR
                && day.day >= 1
                && day.day <= LocalDate.of(day.year, month, 1).lengthOfMonth();
        return exists ? Optional.of(LocalDate.of(day.year, month, day.day)) : Optional.empty();
    }

    private Optional<LocalTime> time(Parts parts) {
        int hour = parts.hour;
        if (parts.half != null) {
            Boolean secondHalf = halves.get(parts.half);
            if (secondHalf == null || hour > HALF_DAY) {
                return Optional.empty();
            }
            hour = hour % HALF_DAY + (secondHalf ? HALF_DAY : 0);
        }
        try {
            return Optional.of(LocalTime.of(hour, parts.minute, parts.second));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private record Day(int day, String month, int year) {}

    /**
     * A date taken apart, before a language says what its words mean.
     *
     * @param days the day in each order of its parts that its form allows
     * @param half the word for the half of the day; null if the hour is of 24
     */
    private record Parts(List<Day> days, int hour, int minute, int second, String half) {
        static Optional<Parts> of(String text) {
            Matcher time = DATE_AND_TIME.matcher(text.length() > MAX_LENGTH ? "" : plain(text));
            if (!time.matches() || (time.group("before") != null && time.group("after") != null)) {
                return Optional.empty();
            }
            String half = time.group("before") == null ? time.group("after") : time.group("before");
            List<Day> days = ORDERS.stream()
                    .map(order -> order.matcher(time.group("date")))
                    .filter(Matcher::matches)
                    .map(day -> new Day(
                            Integer.parseInt(day.group("day")),
                            word(day.group("month")),
                            Integer.parseInt(day.group("year"))))
                    .toList();
            String second = time.group("second");
            return Optional.of(new Parts(
                    days,
                    Integer.parseInt(time.group("hour")),
                    Integer.parseInt(time.group("minute")),
                    second == null ? 0 : Integer.parseInt(second),
                    half == null ? null : word(half)));
        }
    }

    /** One case, one kind of digit, single plain blanks. */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        Normalizer.normalize(text, Normalizer.Form.NFKC)
                .toLowerCase(Locale.ROOT)
                .codePoints()
                .forEach(c -> {
                    if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                        if (!plain.isEmpty() && plain.charAt(plain.length() - 1) != ' ') {
                            plain.append(' ');
                        }
                    } else if (Character.isDigit(c)) {
                        plain.append(Character.digit(c, 10));
                    } else if (c == 'ı') {
                        // Turkish capitals lose the difference.
                        plain.append('i');
                    } else if (Character.getType(c) != Character.FORMAT && c != '\u0307') {
                        plain.appendCodePoint(c);
                    }
                });
        return plain.toString().strip();
    }

    /** A name without dots and blanks. */
    private static String word(String plain) {
        return plain.replace(".", "").replace(" ", "");
    }

    /**
     * Finds the language in which all the dates of a file can be read.
     *
     * <p>Not thread-safe. Memory: one date for each month.
     */
    static final class Search {
        private final ExportFile file;
        private final boolean given;
        private final Map<String, Seen> seen = new LinkedHashMap<>();
        private final Map<String, String> lastOfColumn = new HashMap<>();
        private List<ExportDates> candidates;
        private Seen last;

        private record Seen(String text, long line) {}

        /** {@code setting} is the language that the user names, or blank. */
        Search(ExportFile file, String setting) {
            this.file = file;
            given = !setting.isBlank();
            candidates = given ? List.of(of(setting)) : Known.LANGUAGES;
        }

        /**
         * Takes one date of the file.
         *
         * @throws ConfigError if no language reads it and those before
         */
        void add(ExportFile.Row row, String column) {
            String text = row.required(column);
            // The sets of a workout all have the same two dates.
            if (text.equals(lastOfColumn.put(column, text))) {
                return;
            }
            Optional<Parts> parts = Parts.of(text);
            List<ExportDates> reading = candidates.stream()
                    .filter(language -> parts.flatMap(language::read).isPresent())
                    .toList();
            if (reading.isEmpty()) {
                throw unreadable(row, column, text);
            }
            candidates = reading;
            last = new Seen(text, row.line());
            LocalDateTime date = parts.flatMap(reading.get(0)::read).orElseThrow();
            seen.putIfAbsent(date.getMonth() + plain(text).replaceAll("\\d", ""), last);
        }

        private ConfigError unreadable(ExportFile.Row row, String column, String text) {
            if (NUMBERS_ALONE.matcher(plain(text)).matches()) {
                return row.wrong(column, "a month by its name", text, ExportFile.SPREADSHEET);
            }
            String expected = "a date such as \"28 Mar 2025, 17:29\"";
            if (given) {
                return row.wrong(
                        column,
                        expected + " in " + candidates.get(0).name(),
                        text,
                        "Correct " + SETTING + ", or leave it empty, to have the language found.");
            }
            boolean read = Known.LANGUAGES.stream()
                    .anyMatch(language -> language.read(text).isPresent());
            if (last == null || !read) {
                return row.wrong(
                        column,
                        expected + " in any of " + candidates.size() + " languages",
                        text,
                        "If the phone has another language, set " + SETTING + " to it; else export again.");
            }
            return row.wrong(
                    column,
                    expected + " in " + names(candidates) + ", as on line " + last.line,
                    text,
                    "An export has all its dates in one language: export again, and do not join two files.");
        }

        private static String names(List<ExportDates> languages) {
            return languages.stream().map(ExportDates::name).limit(3).collect(Collectors.joining(", "))
                    + (languages.size() > 3 ? " …" : "");
        }

        /**
         * The language found; English, if there was no date.
         *
         * @throws ConfigError if two languages read a date differently
         */
        ExportDates found() {
            ExportDates first = candidates.get(0);
            for (Seen one : seen.values()) {
                LocalDateTime reading = first.read(one.text).orElseThrow();
                for (ExportDates other : candidates) {
                    LocalDateTime otherwise = other.read(one.text).orElseThrow();
                    if (!otherwise.equals(reading)) {
                        throw new ConfigError(
                                ExitCode.CONFIGURATION,
                                file.path().getFileName() + ", line " + one.line + ": " + ExportFile.shown(one.text)
                                        + " is "
                                        + reading.toLocalDate() + " in " + first.name() + " and "
                                        + otherwise.toLocalDate() + " in " + other.name()
                                        + ", and both read every date of the file.",
                                "Set " + SETTING + " to the language of the phone: " + first.language + " or "
                                        + other.language + ".");
                    }
                }
            }
            return first;
        }
    }
}

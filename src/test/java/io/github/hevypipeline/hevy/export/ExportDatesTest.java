package io.github.hevypipeline.hevy.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportDatesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh", "uk", "sv", "vi"})
    void each_month_of_a_language_is_read_with_and_without_its_dot_and_in_any_case(String language) {
        ExportDates dates = ExportDates.of(language);
        Locale locale = Locale.forLanguageTag(language);
        for (Month month : Month.values()) {
            for (TextStyle style :
                    List.of(TextStyle.FULL, TextStyle.FULL_STANDALONE, TextStyle.SHORT, TextStyle.SHORT_STANDALONE)) {
                String name = month.getDisplayName(style, locale);
                for (String form : List.of(
                        name,
                        name.replace(".", ""),
                        name.toUpperCase(locale),
                        name.toUpperCase(Locale.ROOT),
                        name.toLowerCase(locale))) {
                    assertThat(dates.read("9 " + form + " 2025, 07:05"))
                            .as(form)
                            .contains(LocalDateTime.of(2025, month, 9, 7, 5));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pt|5 Mai 2026, 17:29|2026-05-05T17:29",
                "ru|26 апр. 2026, 17:29|2026-04-26T17:29",
                "it|4 giu 2026, 17:29|2026-06-04T17:29",
                "ja|24 8月 2026, 17:29|2026-08-24T17:29",
                "zh|24 8月 2026, 17:29|2026-08-24T17:29",
                "fr|1 févr. 2026, 00:00|2026-02-01T00:00",
                "en|28 Mar 2025, 5:29 PM|2025-03-28T17:29",
                "en|28 Mar 2025, 5:29\u202Fpm|2025-03-28T17:29",
                "en|28\u00A0Mar\u00A02025,\u00A012:29\u00A0a.m.|2025-03-28T00:29",
                "en|Mar 28, 2025, 12:29 PM|2025-03-28T12:29",
                "es|28 mar 2025, 5:29 p. m.|2025-03-28T17:29",
                "ko|28 3월 2025, 오후 5:29|2025-03-28T17:29",
                "ko|2025년 3월 28일 오전 5:29|2025-03-28T05:29",
                "ja|2025年3月28日 午後0:29|2025-03-28T12:29",
                "zh|2025年3月28日 下午5:29|2025-03-28T17:29",
                "tr|28 Mar 2025, ÖS 5:29|2025-03-28T17:29",
                "tr|28 KASIM 2025, 17:29|2025-11-28T17:29",
                "de|28. März 2025, 17:29|2025-03-28T17:29",
                "de|28 Jänner 2025, 17:29|2025-01-28T17:29",
                "ar|٢٨ مارس ٢٠٢٥، ١٧:٢٩|2025-03-28T17:29",
            })
    void the_forms_that_phones_write_are_read(String language, String text, LocalDateTime date) {
        assertThat(ExportDates.of(language).read(text)).contains(date);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "28 Mar 2025",
                "28 3 2025, 17:29",
                "30 Feb 2025, 17:29",
                "28 Mar 2025, 24:00",
                "28 Mar 2025, 17:60",
                "28 Mar 2025, 17:29 PM",
                "AM 28 Mar 2025, 5:29 PM",
                "0 Mar 2025, 17:29",
                "28 Mar 25, 17:29",
                "28 Mar 2568, 17:29",
                "28 Mar 2025, 17:29 Uhr",
                "28 Mars 2025, 17:29",
                "x 28 Mar 2025, 17:29"
            })
    void what_is_no_date_is_none(String text) {
        assertThat(ExportDates.of("en").read(text)).isEmpty();
    }

    @Test
    void no_language_has_one_name_for_two_months() {
        for (String language : List.of("de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh")) {
            ExportDates dates = ExportDates.of(language);
            Locale locale = Locale.forLanguageTag(language);
            for (Month month : Month.values()) {
                String text = "1 " + month.getDisplayName(TextStyle.SHORT, locale) + " 2025, 00:00";
                assertThat(dates.read(text))
                        .contains(LocalDate.of(2025, month, 1).atStartOfDay());
            }
        }
    }
}

package dev.rearview.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Dates that SiLK does not know, and windows made of any.
class TimeTextTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-11-28T10:17:36.789Z"));

    private static long ms(String iso) {
        return Instant.parse(iso).toEpochMilli();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-28, DAY, 2026-11-28T00:00:00Z",
        "2026-11-28T10, HOUR, 2026-11-28T10:00:00Z",
        "2026-11-28T10:05, MINUTE, 2026-11-28T10:05:00Z",
        "2026-11-28T10:05Z, MINUTE, 2026-11-28T10:05:00Z",
        "2026-11-28t10:05:06z, SECOND, 2026-11-28T10:05:06Z",
        "2026-11-28 10:05:06.789123, FRACTION, 2026-11-28T10:05:06.789Z",
        "2024-02-29, DAY, 2024-02-29T00:00:00Z",
        "now, SECOND, 2026-11-28T10:17:36Z",
        "Today, DAY, 2026-11-28T00:00:00Z",
        "yesterday, DAY, 2026-11-27T00:00:00Z",
        "Friday, DAY, 2026-11-27T00:00:00Z",
        "monday, DAY, 2026-11-23T00:00:00Z",
        "sunday, DAY, 2026-11-22T00:00:00Z",
        // Today is no day before today.
        "saturday, DAY, 2026-11-21T00:00:00Z",
        "-7d, DAY, 2026-11-21T00:00:00Z",
        "-0d, DAY, 2026-11-28T00:00:00Z",
        "-1W, DAY, 2026-11-21T00:00:00Z",
        "-11h, HOUR, 2026-11-27T23:00:00Z",
        "-18m, MINUTE, 2026-11-28T09:59:00Z",
        // SiLK's own mean what they always did.
        "2026/11/28, DAY, 2026-11-28T00:00:00Z",
        "2026/1/2:3, HOUR, 2026-01-02T03:00:00Z",
        "1700006400, HOUR, 2023-11-15T00:00:00Z"
    })
    void formsAndTheirPrecision(String text, TimeText.Precision precision, String iso) {
        TimeText.Moment moment = TimeText.parse(" " + text + " ", CLOCK);
        assertThat(moment.ms()).isEqualTo(ms(iso));
        if (!moment.epoch()) {
            assertThat(moment.precision()).isEqualTo(precision);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11",
                "2026-11-31",
                "2026-1-2",
                "1969-12-31",
                "2026-11-28Z",
                "2026-11-28T24:00",
                "2026-11-28T10:00:",
                "2026-11-28T10:00+01:00",
                "tomorrow",
                "7d",
                "-d",
                "-7y",
                "-7",
                "-9999999d",
                "-30000d",
                "- 7d"
            })
    void whatIsNoDateIsRefused(String text) {
        assertThatThrownBy(() -> TimeText.parse(text, CLOCK))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-27-2026-11-28, 2026-11-27T00:00:00Z, 2026-11-28T23:59:59.999Z",
        "2026-11-27, 2026-11-27T00:00:00Z, 2026-11-27T00:00:00Z",
        "2026-11-27-, 2026-11-27T00:00:00Z, 2026-11-27T00:00:00Z",
        "-7d-now, 2026-11-21T00:00:00Z, 2026-11-28T10:17:36.999Z",
        "-7d--1d, 2026-11-21T00:00:00Z, 2026-11-27T23:59:59.999Z",
        "-7d, 2026-11-21T00:00:00Z, 2026-11-21T00:00:00Z",
        "yesterday - today, 2026-11-27T00:00:00Z, 2026-11-28T23:59:59.999Z",
        "2026-11-27T10:00 - 2026/11/27:11, 2026-11-27T10:00:00Z, 2026-11-27T11:59:59.999Z",
        "2026/11/27-2026/11/28, 2026-11-27T00:00:00Z, 2026-11-28T23:59:59.999Z",
        "1700006400-1700006401, 2023-11-15T00:00:00Z, 2023-11-15T00:00:01.999Z"
    })
    void windows(String text, String from, String to) {
        assertThat(TimeText.window(text, CLOCK)).isEqualTo(new TimeText.Window(ms(from), ms(to)));
    }

    @ParameterizedTest
    @CsvSource({
        "yesterday, 2026-11-27T00:00:00Z, 2026-11-27T23:59:59.999Z",
        "2026/11/27:10, 2026-11-27T10:00:00Z, 2026-11-27T10:59:59.999Z",
        "-7d, 2026-11-21T00:00:00Z, 2026-11-21T23:59:59.999Z",
        "-7d..-6d, 2026-11-21T00:00:00Z, 2026-11-22T23:59:59.999Z",
        "monday..thursday, 2026-11-23T00:00:00Z, 2026-11-26T23:59:59.999Z",
        "2026/11/24:2026/11/25, 2026-11-24T00:00:00Z, 2026-11-25T23:59:59.999Z",
        "2026/11/24:10:2026/11/25:11:30, 2026-11-24T10:00:00Z, 2026-11-25T11:30:59.999Z",
        "2026-11-24T10:30..now, 2026-11-24T10:30:00Z, 2026-11-28T10:17:36.999Z",
        "-2h-now, 2026-11-28T08:00:00Z, 2026-11-28T10:17:36.999Z"
    })
    void spans(String text, String from, String to) {
        assertThat(TimeText.span(text, CLOCK)).isEqualTo(new TimeText.Window(ms(from), ms(to)));
    }

    @Test
    void whatIsWrongWithASpanIsTold() {
        assertThatThrownBy(() -> TimeText.span("today..yesterday", CLOCK))
                .hasMessageContaining("ends before it starts");
        assertThatThrownBy(() -> TimeText.span("today..", CLOCK))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TimeText.span("sometime", CLOCK))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsWrongWithAWindowIsTold() {
        assertThatThrownBy(() -> TimeText.window("today-yesterday", CLOCK))
                .hasMessageContaining("ends before it starts");
        assertThatThrownBy(() -> TimeText.window("2026/11/27-2026/13/01", CLOCK))
                .hasMessageContaining("month 13");
    }
}

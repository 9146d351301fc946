package dev.rearview.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PosixZoneTest {
    /// The rules of a place as POSIX spells them give the same offsets as the zone database since
    /// those rules hold.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "CET-1CEST,M3.5.0,M10.5.0/3; Europe/Paris",
                "EST5EDT,M3.2.0,M11.1.0; America/New_York",
                "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0; Australia/Lord_Howe",
                "NZST-12NZDT,M9.5.0,M4.1.0/3; Pacific/Auckland"
            })
    void agreesWithTheZoneDatabase(String posix, String place) {
        var rules = PosixZone.parse(posix).orElseThrow();
        var expected = ZoneId.of(place).getRules();
        Instant end = Instant.parse("2026-01-01T00:00:00Z");
        for (Instant t = Instant.parse("2010-01-01T00:00:00Z");
                t.isBefore(end);
                t = t.plusSeconds(1800)) {
            assertThat(rules.getOffset(t))
                    .as("%s at %s", place, t)
                    .isEqualTo(expected.getOffset(t));
        }
    }

    @Test
    void julianDaysSkipTheLeapDay() {
        var rules = PosixZone.parse("AAA0BBB,J60/0,J300/24").orElseThrow();
        assertThat(rules.getOffset(Instant.parse("2024-02-29T23:59:59Z")).getTotalSeconds())
                .isZero();
        assertThat(rules.getOffset(Instant.parse("2024-03-01T00:00:00Z")).getTotalSeconds())
                .isEqualTo(3600);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "UTC", "Europe/Paris", "EST5EDT", "CET-1CEST,M13.5.0,M10.5.0", "x,y,z"})
    void otherSpellingsHaveNoRulesOfTheirOwn(String tz) {
        assertThat(PosixZone.parse(tz)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "Europe/Paris; +02:00",
                ":Europe/Paris; +02:00",
                "/usr/share/zoneinfo/Europe/Paris; +02:00",
                "CET-1CEST,M3.5.0,M10.5.0/3; +02:00",
                // Rules that are left to the system are those of the United States.
                "CET-1CEST; +02:00",
                "EST5EDT; -04:00",
                "EST5; -05:00",
                "<+0530>-5:30; +05:30",
                "UTC; Z",
                "UTC0; Z",
                // West of Greenwich, whatever it is called.
                "GMT+3; -03:00",
                "Nowhere/Else; Z",
                "x,y,z; Z",
                "AAA99; Z"
            })
    void theVariableMeansWhatItMeansInC(String tz, String summer) {
        Instant july = Instant.parse("2026-07-01T12:00:00Z");
        assertThat(PosixZone.local(tz).getOffset(july)).isEqualTo(ZoneOffset.of(summer));
    }

    @Test
    void withoutTheVariableTheZoneIsTheMachines() {
        assertThat(PosixZone.local(null)).isEqualTo(ZoneId.systemDefault().getRules());
        assertThat(PosixZone.local("")).isEqualTo(ZoneId.systemDefault().getRules());
    }
}

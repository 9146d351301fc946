package dev.rearview.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeWindowTest {
    private static final long SECOND = 1_000_000;
    private static final long DAY = 86_400 * SECOND;

    /// 2026-01-01T00:00:00Z
    private static final long RECEIVED = 1_767_225_600L * SECOND;

    private static FlowRecord flow(long stime, long duration) {
        FlowRecord r = new FlowRecord();
        r.stime = stime;
        r.duration = duration;
        r.packets = 3;
        r.bytes = 120;
        return r;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-2592000, 0",
        "-2592000, 2592000",
        "86400, 0",
        "86399, 1",
    })
    void whatLiesInTheWindowStays(long startS, long durationS) {
        FlowRecord r = flow(RECEIVED + startS * SECOND, durationS * SECOND);
        assertThat(TimeWindow.DEFAULT.apply(r, RECEIVED)).isFalse();
        assertThat(r.stime).isEqualTo(RECEIVED + startS * SECOND);
        assertThat(r.duration).isEqualTo(durationS * SECOND);
        assertThat(r.attributes).isZero();
    }

    /// The third start is in the year -2210, which a duration of eight octets makes; the last two
    /// are in the years 9999 and 294247.
    @ParameterizedTest
    @ValueSource(
            longs = {
                RECEIVED - 30 * DAY - 1,
                RECEIVED + DAY + 1,
                -131_905_000_000_000_000L,
                Long.MIN_VALUE,
                0,
                -1,
                253_402_300_799L * SECOND,
                Long.MAX_VALUE
            })
    void anyOtherStartBecomesTheReceipt(long stime) {
        FlowRecord r = flow(stime, 5 * SECOND);
        assertThat(TimeWindow.DEFAULT.apply(r, RECEIVED)).isTrue();
        assertThat(r.stime).isEqualTo(RECEIVED);
        assertThat(r.duration).isEqualTo(5 * SECOND);
        assertThat(r.packets).isEqualTo(3);
        assertThat(r.bytes).isEqualTo(120);
        assertThat(r.attributes).isEqualTo(Attributes.TIME_REPLACED);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 32 * DAY})
    void aDurationThatLeavesTheWindowIsNotBelieved(long duration) {
        FlowRecord r = flow(RECEIVED - 30 * DAY, duration);
        assertThat(TimeWindow.DEFAULT.apply(r, RECEIVED)).isTrue();
        assertThat(r.stime).isEqualTo(RECEIVED);
        assertThat(r.duration).isZero();
    }

    @Test
    void aReplayTakesAnyDateSince1970() {
        TimeWindow replay = TimeWindow.DEFAULT.replay();
        assertThat(replay.apply(flow(0, 0), RECEIVED)).isFalse();
        assertThat(replay.apply(flow(RECEIVED + DAY, 0), RECEIVED)).isFalse();
        assertThat(replay.apply(flow(-1, 0), RECEIVED)).isTrue();
        assertThat(replay.apply(flow(RECEIVED + DAY + 1, 0), RECEIVED)).isTrue();
    }

    @Test
    void anyGoesTo2039() {
        // 2039-12-31T23:59:59.999999Z
        assertThat(TimeWindow.ANY.apply(flow(2_208_988_800L * SECOND - 1, 0), RECEIVED)).isFalse();
        assertThat(TimeWindow.ANY.apply(flow(2_208_988_800L * SECOND, 0), RECEIVED)).isTrue();
        assertThat(TimeWindow.ANY.apply(flow(253_402_300_799L * SECOND, 0), RECEIVED)).isTrue();
        assertThat(TimeWindow.ANY.apply(flow(-1, 0), RECEIVED)).isTrue();
    }

    @Test
    void windowsAreGivenAsTimes() {
        assertThat(TimeWindow.parse("30d,1d")).isEqualTo(TimeWindow.DEFAULT);
        assertThat(TimeWindow.parse("36h, 90m"))
                .isEqualTo(new TimeWindow(36 * 3600 * SECOND, 90 * 60 * SECOND));
        assertThat(TimeWindow.parse("7d")).isEqualTo(new TimeWindow(7 * DAY, DAY));
        assertThat(TimeWindow.parse("any")).isEqualTo(TimeWindow.ANY);
        for (String bad : new String[] {"", "30", "d", "-1d", "1d,", "1d,2d,3d", "99999999999d"}) {
            assertThatThrownBy(() -> TimeWindow.parse(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}

package dev.rearview.engine.expr;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfickerPortsTest {
    private static final int TEN = 0x0A0A_0A0A;
    private static final int PRIVATE = 0xC0A8_C0A8;

    private static List<Integer> ports(long seed, int ipv4) {
        return IntStream.range(0, 1 << 16)
                .filter(port -> ConfickerPorts.areOpen(seed, ipv4, port))
                .boxed()
                .toList();
    }

    /// The ports that SiLK's manual page shows for these two addresses are among them.
    @Test
    void twoPortsFollowFromTheAddressAndTwoFromTheWeekToo() {
        assertThat(ports(8888, TEN)).containsExactly(23332, 44781, 48924, 52798);
        assertThat(ports(8889, TEN)).hasSize(4).contains(44781, 48924).doesNotContain(23332, 52798);
        assertThat(ports(8888, PRIVATE)).containsExactly(5580, 16514, 56324, 60505);
    }

    @Test
    void aroundMidnightFromSundayToMondayThePortsOfBothWeeksAreOpen() {
        long monday = Instant.parse("2009-05-04T00:00:00Z").toEpochMilli();
        long week = (monday / 1000 - 345_600) / 604_800;
        List<Integer> before = ports(week - 1, TEN);
        List<Integer> after = ports(week, TEN);
        for (int minutes : new int[] {-6, -4, 0, 4, 6}) {
            long time = monday + minutes * 60_000L;
            for (int port : before) {
                assertThat(ConfickerPorts.areOpenAt(time, TEN, port))
                        .isEqualTo(minutes < 6 || after.contains(port));
            }
            for (int port : after) {
                assertThat(ConfickerPorts.areOpenAt(time, TEN, port))
                        .isEqualTo(minutes > -6 || before.contains(port));
            }
        }
    }
}

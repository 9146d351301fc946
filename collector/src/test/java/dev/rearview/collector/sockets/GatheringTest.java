package dev.rearview.collector.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GatheringTest {
    private static final long MS = 1_000_000;
    private static final int MIB = 1 << 20;

    private static Gathering of(int... granted) {
        Gathering gathering = new Gathering();
        for (int octets : granted) {
            gathering.grant(octets);
        }
        return gathering;
    }

    @Test
    void fewDatagramsGatherAsLongAsTheSmallestBufferAllows() {
        assertThat(of(64 * MIB).pauseNs(2_500, MS)).isEqualTo(20 * MS);
        assertThat(of(64 * MIB, 4 * MIB, 8 * MIB).pauseNs(2_500, MS)).isEqualTo(5 * MS);
        assertThat(of(200 << 10).pauseNs(2_500, MS)).isEqualTo(MS);
    }

    @Test
    void aSixteenthOfTheRoomIsUsedInAPause() {
        // 2 M flows of NetFlow v5 a second, thirty in a datagram of 1,464 octets.
        long perMs = 2_000_000 / 30 * (1464 + 1024) / 1000;
        long pause = of(4 * MIB).pauseNs(3 * perMs, 3 * MS);
        assertThat(perMs * pause / MS).isCloseTo(4 * MIB / 8, within(1000L));
        assertThat(of(4 * MIB).pauseNs(20 * perMs, MS)).isEqualTo(MS);
        assertThat(of(64 * MIB).pauseNs(20 * perMs, 10 * MS)).isEqualTo(20 * MS);
    }

    @Test
    void nothingThatCameIsNoRate() {
        assertThat(of(4 * MIB).pauseNs(0, 0)).isEqualTo(MS);
        assertThat(of(4 * MIB).pauseNs(0, MS)).isEqualTo(5 * MS);
        assertThat(new Gathering().pauseNs(0, Long.MAX_VALUE)).isEqualTo(20 * MS);
    }
}

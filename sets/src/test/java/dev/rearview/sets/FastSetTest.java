package dev.rearview.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Ip;
import dev.rearview.text.IpRange;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FastSetTest {
    private static final int[] EDGES = {
        0, 1, 0x0000_FFFF, 0x0001_0000, 0x09FF_FFFF, 0x0A00_0000, 0x0AFF_FFFF, 0x0B00_0000,
        0xC000_0200, 0xC000_02FF, 0xC000_0300, 0x7FFF_FFFF, 0x8000_0000, 0xFFFE_FFFF, 0xFFFF_0000,
                -1
    };

    private static void same(IpSet set) {
        FastSet fast = new FastSet(set);
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            int edge = EDGES[i % EDGES.length];
            int bits =
                    i < EDGES.length
                            ? edge
                            : i % 2 == 0 ? edge + random.nextInt(5) - 2 : random.nextInt();
            assertThat(fast.contains(0, Ip.mapped(bits)))
                    .as(Integer.toHexString(bits))
                    .isEqualTo(set.contains(0, Ip.mapped(bits)));
            long hi = random.nextLong();
            assertThat(fast.contains(hi, bits)).isEqualTo(set.contains(hi, bits));
            assertThat(fast.contains(0, bits)).isEqualTo(set.contains(0, bits));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0/8",
                "192.0.2.0/24",
                "64.0.0.0/2",
                "128.0.0.0/1",
                "255.255.255.255",
                "0.0.0.0",
                "0.0.0.0/16",
                "255.255.0.0/16",
                "4000::/2",
                "::/1",
                "8000::/1",
                "2001:db8::/32"
            })
    void aBlockHasWhatItHas(String block) {
        IpSet.Builder set = new IpSet.Builder();
        set.add(IpRange.parse(block));
        same(set.build());
    }

    @Test
    void rangesThatCrossNetworksAndFamilies() {
        IpSet.Builder set = new IpSet.Builder();
        set.addRange(0, Ip.mapped(0x0A00_8000), 0, Ip.mapped(0x0A03_0001));
        set.addRange(0, Ip.mapped(-3), 1, 5);
        set.addRange(0, 77, 0, Ip.mapped(0x0001_7FFF));
        same(set.build());
        same(IpSet.EMPTY);
        IpSet.Builder all = new IpSet.Builder();
        all.addRange(0, 0, -1, -1);
        same(all.build());
    }
}

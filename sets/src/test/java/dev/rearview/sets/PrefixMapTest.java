package dev.rearview.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Ip;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PrefixMapTest {
    /// Blocks of many sizes, in a map that is looked up by a table of its first bits.
    @ParameterizedTest
    @EnumSource(names = {"IPV4", "IPV6"})
    void leavesOfIpv4SayWhatLookingUpSays(PrefixMap.Kind kind) {
        Random random = new Random(4);
        PrefixMapBuilder builder = new PrefixMapBuilder(kind);
        for (int i = 0; i < 5000; i++) {
            long low = random.nextLong(1L << 32);
            long high = Math.min(0xFFFF_FFFFL, low + random.nextInt(1 << random.nextInt(20)));
            int value = builder.label("L" + random.nextInt(9));
            if (kind.isV6()) {
                builder.put(0, Ip.mapped((int) low), 0, Ip.mapped((int) high), value);
            } else {
                builder.put(low, high, value);
            }
        }
        PrefixMap map = builder.build("m");
        assertThat(map.nodeCount()).isGreaterThan(1 << 12);
        long[] next = {0};
        map.forEachIpv4Leaf((first, length, value) -> {
            assertThat(first & 0xFFFF_FFFFL).isEqualTo(next[0]);
            next[0] += 1L << 32 - length;
            for (long a : new long[] {first & 0xFFFF_FFFFL, next[0] - 1}) {
                assertThat(map.find(0, Ip.mapped((int) a))).as("%d", a).isEqualTo(value);
            }
        });
        assertThat(next[0]).isEqualTo(1L << 32);
    }

    @ParameterizedTest
    @EnumSource(names = {"IPV4", "IPV6"})
    void aMapOfOneValueIsOneOrTwoLeaves(PrefixMap.Kind kind) {
        PrefixMapBuilder builder = new PrefixMapBuilder(kind);
        builder.setDefault(builder.label("all"));
        long[] covered = {0};
        builder.build("m")
                .forEachIpv4Leaf((first, length, value) -> {
                    assertThat(value).isZero();
                    covered[0] += 1L << 32 - length;
                });
        assertThat(covered[0]).isEqualTo(1L << 32);
    }
}

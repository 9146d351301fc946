package dev.rearview.sets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Ip;
import java.math.BigInteger;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Sets against a twin of single bits, over 2048 addresses around the end of the IPv4 space.
class IpSetTest {
    private static final int SIZE = 2048;
    private static final long BASE = (Ip.MAPPED | 0xFFFF_FFFFL) - SIZE / 2;

    private final Random random = new Random(5);

    private IpSet random(BitSet twin) {
        IpSet.Builder b = new IpSet.Builder();
        for (int i = 0; i < 60; i++) {
            int low = random.nextInt(SIZE);
            int high = Math.min(SIZE - 1, low + (random.nextInt(3) == 0 ? random.nextInt(80) : 0));
            twin.set(low, high + 1);
            if (low == high) {
                b.add(0, BASE + low);
            } else {
                b.addRange(0, BASE + low, 0, BASE + high);
            }
        }
        return b.build();
    }

    private static void assertSame(IpSet set, BitSet twin) {
        for (int i = 0; i < SIZE; i++) {
            assertThat(set.contains(0, BASE + i)).as("address " + i).isEqualTo(twin.get(i));
        }
        assertThat(set.size()).isEqualTo(BigInteger.valueOf(twin.cardinality()));
    }

    @Test
    void unionIntersectionAndDifference() {
        for (int round = 0; round < 40; round++) {
            BitSet a = new BitSet();
            BitSet b = new BitSet();
            IpSet x = random(a);
            IpSet y = random(b);
            assertSame(x, a);
            BitSet or = (BitSet) a.clone();
            or.or(b);
            assertSame(x.union(y), or);
            BitSet and = (BitSet) a.clone();
            and.and(b);
            assertSame(x.intersect(y), and);
            BitSet not = (BitSet) a.clone();
            not.andNot(b);
            assertSame(x.subtract(y), not);
            BitSet xor = (BitSet) a.clone();
            xor.xor(b);
            assertSame(x.exclusiveOr(y), xor);
            assertThat(x.complement().complement()).isEqualTo(x);
            assertThat(x.complement().intersect(x).isEmpty()).isTrue();
        }
    }

    @Test
    void masksAndFilledBlocks() {
        BitSet twin = new BitSet();
        IpSet set = random(twin);
        for (int length : new int[] {119, 124, 127, 128}) {
            int size = 1 << 128 - length;
            long base = BASE & -size;
            BitSet filled = new BitSet();
            BitSet masked = new BitSet();
            twin.stream()
                    .forEach(i -> {
                        int start = (int) ((BASE + i & -size) - base);
                        masked.set(start);
                        filled.set(start, start + size);
                    });
            IpSet fill = set.fill(length);
            IpSet mask = set.mask(length);
            assertThat(fill.size()).isEqualTo(BigInteger.valueOf(filled.cardinality()));
            assertThat(mask.size()).isEqualTo(BigInteger.valueOf(masked.cardinality()));
            filled.stream().forEach(i -> assertThat(fill.contains(0, base + i)).isTrue());
            masked.stream().forEach(i -> assertThat(mask.contains(0, base + i)).isTrue());
        }
        IpSet.Builder wide = new IpSet.Builder();
        wide.addRange(0x2001_0db8_0000_0000L, 0, 0x2001_0db8_0003_ffffL, -1);
        assertThat(rangeCount(wide.build().mask(48))).isEqualTo(4);
        assertThat(wide.build().fill(32).size()).isEqualTo(BigInteger.ONE.shiftLeft(96));
    }

    @Test
    void blocksAreAlignedAscendingAndCoverTheSet() {
        BitSet twin = new BitSet();
        IpSet set = random(twin);
        BitSet covered = new BitSet();
        long[] last = {Long.MIN_VALUE};
        set.forEachBlock((hi, lo, length) -> {
            long size = 1L << 128 - length;
            assertThat(lo & size - 1).isZero();
            assertThat(lo).isGreaterThan(last[0]);
            last[0] = lo + size - 1;
            covered.set((int) (lo - BASE), (int) (lo - BASE + size));
        });
        assertThat(covered).isEqualTo(twin);
    }

    @Test
    void fewRangesAreCounted() {
        IpSet.Builder b = new IpSet.Builder();
        for (int i = 0; i < IpSet.MOST_FEW; i++) {
            b.add(0, Ip.mapped(i * 2));
        }
        IpSet few = b.build();
        assertThat(few.few(IpSet.MOST_FEW)).hasValueSatisfying(l -> assertThat(l).hasSize(64));
        assertThat(few.few(IpSet.MOST_FEW - 1)).isEmpty();
        IpSet.Builder one = new IpSet.Builder();
        one.add(0, Ip.mapped(IpSet.MOST_FEW * 2));
        assertThat(few.union(one.build()).few(IpSet.MOST_FEW)).isEmpty();
    }

    private static int rangeCount(IpSet set) {
        int[] count = {0};
        set.forEachRange((lowHi, lowLo, highHi, highLo) -> count[0]++);
        return count[0];
    }

    @Test
    void rangesMeetAcrossTheWordBoundary() {
        IpSet.Builder b = new IpSet.Builder();
        b.addRange(5, -10, 5, -1);
        b.addRange(6, 0, 6, 9);
        IpSet set = b.build();
        assertThat(rangeCount(set)).isEqualTo(1);
        assertThat(set.size()).isEqualTo(BigInteger.valueOf(20));
        assertThat(set.isV6()).isTrue();
        assertThat(set.contains(5, -11)).isFalse();
        assertThat(set.contains(6, 9)).isTrue();
    }

    @Test
    void prefixMapsGiveTheLastValueThatWasPut() {
        int[] twin = new int[SIZE];
        PrefixMapBuilder b = new PrefixMapBuilder(PrefixMap.Kind.IPV4);
        int[] labels = new int[8];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = b.label("label-" + i);
        }
        b.setDefault(labels[0]);
        java.util.Arrays.fill(twin, labels[0]);
        long low32 = BASE & 0xFFFF_FFFFL;
        for (int i = 0; i < 200; i++) {
            int low = random.nextInt(SIZE / 2);
            int high = Math.min(SIZE / 2 - 1, low + random.nextInt(40));
            int value = labels[1 + random.nextInt(7)];
            b.put(low32 + low, low32 + high, value);
            java.util.Arrays.fill(twin, low, high + 1, value);
        }
        PrefixMap map = b.build("test");
        for (int i = 0; i < SIZE / 2; i++) {
            assertThat(map.find(0, BASE + i)).as("address " + i).isEqualTo(twin[i]);
        }
        assertThat(map.find(0, Ip.MAPPED)).isEqualTo(labels[0]);
    }

    @Test
    void prefixMapsKnowValuesByLabelAndNumber() {
        PrefixMapBuilder b = new PrefixMapBuilder(PrefixMap.Kind.IPV4);
        b.label("zero");
        b.label("one");
        PrefixMap map = b.build("test");
        assertThat(map.valueOf("ONE")).contains(1);
        assertThat(map.valueOf("1")).contains(1);
        assertThat(map.valueOf("2")).isEmpty();
        // Digits of another script are no number.
        assertThat(map.valueOf("\u0661")).isEmpty();
    }

    /// Sets of a few thousand addresses and ranges all over both families.
    private IpSet scattered() {
        IpSet.Builder b = new IpSet.Builder();
        for (int i = 0; i < 300; i++) {
            long hi = random.nextInt(4) == 0 ? random.nextLong() : 0;
            long lo = hi == 0 ? Ip.mapped(random.nextInt()) : random.nextLong();
            int bits = random.nextInt(20);
            long end = lo | (1L << bits) - 1;
            if (bits < 4) {
                b.add(hi, lo);
            } else {
                b.addRange(hi, lo, hi, end);
            }
        }
        if (random.nextBoolean()) {
            // A range that starts below the IPv4 addresses and ends above them.
            b.addRange(0, random.nextInt(1000), 0, Ip.mapped(-1) + 5);
        }
        long[] page = {random.nextLong(), 0, -1L, random.nextLong()};
        b.addIpv4Page(random.nextInt() & ~0xFF, page);
        return b.build();
    }

    @Test
    void lawsHoldInBothFamilies() {
        for (int round = 0; round < 60; round++) {
            IpSet a = scattered();
            IpSet b = scattered();
            IpSet c = scattered();
            assertThat(a.union(b)).isEqualTo(b.union(a));
            assertThat(a.intersect(b)).isEqualTo(b.intersect(a));
            assertThat(a.union(b).complement()).isEqualTo(a.complement().intersect(b.complement()));
            assertThat(a.intersect(b.union(c))).isEqualTo(a.intersect(b).union(a.intersect(c)));
            assertThat(a.subtract(b)).isEqualTo(a.intersect(b.complement()));
            assertThat(a.exclusiveOr(b)).isEqualTo(a.union(b).subtract(a.intersect(b)));
            assertThat(a.subtract(b).union(a.intersect(b))).isEqualTo(a);
            assertThat(a.complement().complement()).isEqualTo(a);
            assertThat(a.size().add(b.size()))
                    .isEqualTo(a.union(b).size().add(a.intersect(b).size()));
        }
    }

    /// The ranges, blocks and pages that a set is handed out as make the same set again.
    @Test
    void rangesBlocksAndPagesAreTheSet() {
        for (int round = 0; round < 40; round++) {
            IpSet set = scattered();
            IpSet.Builder ranges = new IpSet.Builder();
            long[] before = {0, 0};
            int[] n = {0};
            set.forEachRange((loHi, loLo, hiHi, hiLo) -> {
                ranges.addRange(loHi, loLo, hiHi, hiLo);
                if (n[0]++ > 0) {
                    // Neither overlapping nor adjacent.
                    assertThat(Ip.compare(before[0], before[1] + 1, loHi, loLo)).isNegative();
                }
                before[0] = hiHi;
                before[1] = hiLo;
            });
            assertThat(ranges.build()).isEqualTo(set);
            assertThat(set.few(IpSet.MOST_FEW).isPresent()).isEqualTo(n[0] <= IpSet.MOST_FEW);
            assertThat(set.contains(set.span().loHi(), set.span().loLo())).isTrue();
            assertThat(set.contains(set.span().hiHi(), set.span().hiLo())).isTrue();
            IpSet.Builder blocks = new IpSet.Builder();
            set.forEachBlock((hi, lo, length) ->
                    blocks.addRange(hi, lo, hi | ~Ip.maskHi(length), lo | ~Ip.maskLo(length)));
            assertThat(blocks.build()).isEqualTo(set);
            IpSet.Builder all = new IpSet.Builder();
            all.addRange(0, Ip.MAPPED, 0, Ip.mapped(-1));
            IpSet v4 = set.intersect(all.build());
            if (v4.size().bitLength() < 30) {
                IpSet.Builder pages = new IpSet.Builder();
                v4.forEachIpv4Page((base, words, at) ->
                        pages.addIpv4Page(base, java.util.Arrays.copyOfRange(words, at, at + 4)));
                assertThat(pages.build()).isEqualTo(v4);
            }
            long[] touched = set.ipv4Blocks().bits();
            for (int i = 0; i < 1000; i++) {
                int bits = random.nextInt();
                boolean mayHold = (touched[bits >>> 18] >>> (bits >>> 12) & 1) != 0;
                assertThat(!set.contains(0, Ip.mapped(bits)) || mayHold).isTrue();
            }
        }
    }
}

package dev.rearview.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Rows keep their values whichever form they pass through.
class RowsTest {
    private final Random random = new Random(11);

    private FlowRecord anyFlow() {
        FlowRecord r = new FlowRecord();
        r.setIpv6(random.nextBoolean());
        if (r.isIpv6()) {
            r.sipHi = random.nextLong();
            r.sipLo = random.nextLong();
            r.dipHi = random.nextLong();
            r.dipLo = random.nextLong();
            r.nhipHi = random.nextLong();
            r.nhipLo = random.nextLong();
        } else {
            r.setSipV4(random.nextInt());
            r.setDipV4(random.nextInt());
            r.setNhipV4(random.nextInt());
        }
        r.sport = random.nextInt(0x10000);
        r.dport = random.nextInt(0x10000);
        r.protocol = random.nextInt(0x100);
        r.flags = random.nextInt(0x100);
        r.initialFlags = random.nextInt(0x100);
        r.sessionFlags = random.nextInt(0x100);
        r.attributes |= random.nextInt() & Attributes.VISIBLE;
        r.application = random.nextInt(0x10000);
        r.memo = random.nextInt(0x10000);
        r.packets = random.nextLong() >>> 1;
        r.bytes = random.nextLong() >>> 1;
        r.sampling = random.nextLong() & 0xFFFF_FFFFL;
        r.stime = random.nextLong() >> 10;
        r.duration = random.nextLong() >>> 12;
        r.input = random.nextLong() & 0xFFFF_FFFFL;
        r.output = random.nextLong() & 0xFFFF_FFFFL;
        r.sensor = random.nextInt(0x10000);
        r.flowtype = random.nextInt(0x100);
        return r;
    }

    /// All that a record holds, whatever that is.
    private static Map<String, Long> values(FlowRecord r) {
        Map<String, Long> out = new TreeMap<>();
        for (Field f : FlowRecord.class.getFields()) {
            if (!Modifier.isStatic(f.getModifiers())) {
                try {
                    out.put(f.getName(), f.getLong(r));
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
        assertThat(out).containsKeys("memo", "sipHi", "flowtype").hasSizeGreaterThan(23);
        return out;
    }

    @Test
    void wordsAndBatchesGiveBackWhatWentIn() {
        FlowBatch batch = FlowBatch.allocate(100);
        long[] words = new long[100 * RecordWords.COUNT];
        List<Map<String, Long>> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            FlowRecord r = anyFlow();
            expected.add(values(r));
            batch.add(r);
            RecordWords.pack(r, words, i * RecordWords.COUNT);
        }
        assertThat(batch.isFull()).isTrue();
        FlowRecord r = new FlowRecord();
        for (int i = 0; i < 100; i++) {
            r.clear();
            batch.get(i, r);
            assertThat(values(r)).as("batch row " + i).isEqualTo(expected.get(i));
            r.clear();
            RecordWords.unpack(words, i * RecordWords.COUNT, r);
            assertThat(values(r)).as("words of row " + i).isEqualTo(expected.get(i));
            FlowRecord copy = new FlowRecord();
            copy.copyFrom(r);
            assertThat(values(copy)).as("copy of row " + i).isEqualTo(expected.get(i));
        }
    }

    @Test
    void selectionsAreSetsOfRows() {
        int rows = 130;
        for (int round = 0; round < 50; round++) {
            BitSet a = new BitSet();
            BitSet b = new BitSet();
            Selection x = random(rows, a);
            Selection y = random(rows, b);
            switch (round % 3) {
                case 0 -> {
                    x.retain(y);
                    a.and(b);
                }
                case 1 -> {
                    x.removeAll(y);
                    a.andNot(b);
                }
                default -> {
                    x.addAll(y);
                    a.or(b);
                }
            }
            for (int row = 0; row < rows; row++) {
                assertThat(x.contains(row)).as("round %d row %d", round, row).isEqualTo(a.get(row));
            }
        }
    }

    private Selection random(int rows, BitSet twin) {
        Selection out = Selection.none(rows);
        for (int row = 0; row < rows; row++) {
            if (random.nextBoolean()) {
                out.add(row);
                twin.set(row);
            }
        }
        return out;
    }

    @Test
    void onlyRecordsWhoseAddressesAreAllMappedBecomeIpv4() {
        FlowRecord r = new FlowRecord();
        r.setIpv6(true);
        r.nhipLo = 0;
        assertThat(r.toIpv4()).isTrue();
        assertThat(r.isIpv6()).isFalse();
        assertThat(r.nhipLo).isEqualTo(Ip.MAPPED);
        r.setIpv6(true);
        r.dipHi = 1;
        assertThat(r.toIpv4()).isFalse();
        assertThat(r.isIpv6()).isTrue();
    }
}

package dev.rearview.store.hour;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.model.Selection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What goes into columns comes out again, whatever its width, whichever way, in any order.
class FlowColumnsTest {

    /// Three blocks, and the last is not full.
    private static final int MANY = 140_001;

    /// A flow as an exporter of IPv4 sends it.
    private static FlowRecord usual(Random random, int i) {
        FlowRecord r = new FlowRecord();
        r.setSipV4(0x0A000000 | random.nextInt(1 << 16));
        r.setDipV4(random.nextInt());
        r.stime = 1_700_000_000_000_000L + random.nextInt(3_600_000) * 1000L;
        r.duration = random.nextInt(60_000) * 1000L;
        r.packets = 1L + i % 7;
        r.bytes = 40L + random.nextInt(1 << 20);
        r.sport = random.nextInt(1 << 16);
        r.dport = 443;
        r.protocol = i % 2 == 0 ? 6 : 17;
        r.sensor = 65_535;
        r.flowtype = 255;
        return r;
    }

    /// A flow of which every field has all of its bits now and then.
    private static FlowRecord wide(Random random, int i) {
        FlowRecord r = usual(random, i);
        r.sipHi = random.nextLong();
        r.sipLo = random.nextLong();
        r.dipLo = random.nextLong();
        r.nhipHi = -1;
        r.stime = random.nextLong();
        r.duration = random.nextLong();
        r.packets = random.nextLong();
        r.bytes = -1;
        r.input = 0xFFFF_FFFFL;
        r.output = random.nextInt() & 0xFFFF_FFFFL;
        r.sampling = i;
        r.flags = random.nextInt(256);
        r.initialFlags = random.nextInt(256);
        r.sessionFlags = 255;
        r.attributes = random.nextInt(256);
        r.application = random.nextInt(1 << 16);
        r.memo = random.nextInt(1 << 16);
        return r;
    }

    private static long[] words(List<FlowRecord> flows) {
        long[] words = new long[flows.size() * RecordWords.COUNT];
        for (int i = 0; i < flows.size(); i++) {
            RecordWords.pack(flows.get(i), words, i * RecordWords.COUNT);
        }
        return words;
    }

    private static void assertSame(FlowColumns columns, List<FlowRecord> flows) {
        long[] actual = columns.words();
        long[] expected = words(flows);
        assertThat(actual).hasSameSizeAs(expected);
        int differs = Arrays.mismatch(actual, expected);
        assertThat(differs)
                .as("row %d, word %d", differs / RecordWords.COUNT, differs % RecordWords.COUNT)
                .isNegative();
    }

    @Test
    void fewAndManyComeOutAsTheyWere() {
        for (int n : new int[] {1, 8, 9, 63, 64, 65, 128, 1000, 65_536, 65_537, MANY}) {
            Random random = new Random(n);
            FlowColumns columns = new FlowColumns();
            List<FlowRecord> flows = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                flows.add(usual(random, i));
                columns.add(flows.getLast());
            }
            assertThat(columns.count()).isEqualTo(n);
            assertSame(columns, flows);
        }
    }

    /// Wide values come first, last, and where a block ends.
    @Test
    void widthsGrowWhereverAWideFlowComes() {
        for (int at : new int[] {0, 1, 63, 64, 65_535, 65_536, 80_000, MANY - 1}) {
            Random random = new Random(at);
            FlowColumns columns = new FlowColumns();
            List<FlowRecord> flows = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                flows.add(i == at ? wide(random, i) : usual(random, i));
                columns.add(flows.getLast());
            }
            assertSame(columns, flows);
        }
    }

    @Test
    void whatIsReadBetweenChangesNothing() {
        Random random = new Random(5);
        FlowColumns columns = new FlowColumns();
        List<FlowRecord> flows = new ArrayList<>();
        for (int i = 0; i < 17_000; i++) {
            flows.add(i % 1000 == 999 ? wide(random, i) : usual(random, i));
            columns.add(flows.getLast());
            if (i % 777 == 0) {
                assertThat(columns.get(Field.STIME, i)).isEqualTo(flows.getLast().stime);
            }
        }
        assertSame(columns, flows);
    }

    @Test
    void batchesAndOthersAreTaken() {
        Random random = new Random(6);
        FlowColumns columns = new FlowColumns();
        FlowColumns others = new FlowColumns();
        List<FlowRecord> flows = new ArrayList<>();
        FlowBatch batch = FlowBatch.allocate(9999);
        for (int i = 0; i < 9999; i++) {
            flows.add(i < 5000 ? usual(random, i) : wide(random, i));
            batch.add(flows.getLast());
        }
        columns.add(wide(new Random(7), 0));
        flows.addFirst(wide(new Random(7), 0));
        columns.addAll(batch);
        for (int i = 0; i < 100; i++) {
            flows.add(usual(random, i));
            others.add(flows.getLast());
        }
        columns.addAll(others);
        assertSame(columns, flows);
    }

    /// Rows of all blocks, and of one alone.
    @Test
    void rowsComeInAnOrder() {
        for (boolean isWide : new boolean[] {false, true}) {
            checkOrder(isWide, 17, MANY - 17);
            checkOrder(isWide, 65_536, 65_536);
            checkOrder(isWide, 131_072, MANY - 131_072);
        }
    }

    /// @param reach how far from the first row the others are
    private static void checkOrder(boolean isWide, int first, int reach) {
        Random random = new Random(first);
        FlowColumns columns = new FlowColumns();
        List<FlowRecord> flows = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            flows.add(isWide ? wide(random, i) : usual(random, i));
            columns.add(flows.getLast());
        }
        int[] numbers = new int[1000];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextInt(reach);
        }
        FlowBatch expected = FlowBatch.allocate(900);
        for (int i = 10; i < 910; i++) {
            expected.add(flows.get(first + numbers[i]));
        }
        RowOrder order = new RowOrder(numbers, reach, first, 10, 900);
        FlowBatch batch = new OrderedFlows().batch(columns, order);
        assertThat(batch.sum(Field.PACKETS, Selection.all(900)))
                .isEqualTo(expected.sum(Field.PACKETS, Selection.all(900)));
        // One value in all rows is told as that.
        assertThat(batch.column(Field.SENSOR).isCoded()).isTrue();
        assertThat(batch.column(Field.NHIP).isCoded()).isTrue();
        for (Field field : Field.all()) {
            for (int i = 0; i < 900; i++) {
                if (field.isAddress()) {
                    assertThat(batch.addresses(field).hi(i))
                            .isEqualTo(expected.addresses(field).hi(i));
                    assertThat(batch.addresses(field).lo(i))
                            .isEqualTo(expected.addresses(field).lo(i));
                } else {
                    assertThat(batch.longs(field).get(i))
                            .as(field.name())
                            .isEqualTo(expected.longs(field).get(i));
                }
            }
        }
    }

    @Test
    void whatIsReleasedIsUsedAgain() {
        Random random = new Random(9);
        FlowColumns columns = new FlowColumns();
        for (int round = 0; round < 3; round++) {
            List<FlowRecord> flows = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                flows.add(round == 1 ? wide(random, i) : usual(random, i));
                columns.add(flows.getLast());
            }
            assertSame(columns, flows);
            columns.release();
            assertThat(columns.count()).isZero();
        }
        FlowColumns.idle();
    }
}

package dev.rearview.engine.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.group.TimeBins.LoadScheme;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Where bins begin, which of them count, and sums of many fractions.
class TimeBinsTest {
    private static final long SECOND = 1000;
    private static final long HOUR = 3_600_000;
    private static final long DAY = 24 * HOUR;
    private static final long NONE = Long.MIN_VALUE;
    private static final long OPEN = Long.MAX_VALUE;

    /// Adds flows of 3 packets and 300 octets.
    ///
    /// @param times start and end of each, milliseconds
    private static void add(TimeBins bins, long... times) {
        FlowBatch batch = FlowBatch.allocate(times.length / 2);
        FlowRecord r = new FlowRecord();
        for (int i = 0; i < times.length; i += 2) {
            r.stime = times[i] * 1000;
            r.duration = (times[i + 1] - times[i]) * 1000;
            r.packets = 3;
            r.bytes = 300;
            batch.add(r);
        }
        bins.share().add(batch, Selection.all(batch.size()));
    }

    /// Start, records, octets and packets of each bin.
    private static List<String> read(TimeBins bins, boolean zeroes) {
        List<String> out = new ArrayList<>();
        bins.forEach(
                zeroes,
                (start, b) ->
                        out.add(
                                "%d: %.3f %.1f %.2f"
                                        .formatted(start, b.records(), b.bytes(), b.packets())));
        return out;
    }

    @Test
    void manyFractionsAddUpToWholes() {
        TimeBins bins = new TimeBins(LoadScheme.BIN_UNIFORM, SECOND, 0, NONE, OPEN);
        long[] times = new long[20_000];
        for (int i = 0; i < times.length; i += 2) {
            times[i] = 500;
            times[i + 1] = 1500;
        }
        add(bins, times);
        add(bins, 500, 1500);
        assertThat(read(bins, false))
                .containsExactly(
                        "0: 5000.500 1500150.0 15001.50", "1000: 5000.500 1500150.0 15001.50");
    }

    /// Before and after the table of bins has grown, in any order.
    @Test
    void manyBinsKeepTheirSums() {
        int n = 10_000;
        TimeBins bins = new TimeBins(LoadScheme.START_SPIKE, SECOND, 0, NONE, OPEN);
        long[] times = new long[4 * n];
        for (int i = 0; i < 2 * n; i++) {
            times[2 * i] = (i * 7919L % n - n / 2) * SECOND;
            times[2 * i + 1] = times[2 * i];
        }
        add(bins, times);
        List<String> wanted = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            wanted.add((i - n / 2) * SECOND + ": 2.000 600.0 6.00");
        }
        assertThat(read(bins, false)).isEqualTo(wanted);
    }

    /// A file may claim any time: its sum with a duration is no time before.
    @Test
    void aFlowAtTheEndOfTimeIsNotInTheLastFlowsBin() {
        TimeBins bins = new TimeBins(LoadScheme.START_SPIKE, SECOND, 0, NONE, OPEN);
        FlowBatch batch = FlowBatch.allocate(4);
        FlowRecord r = new FlowRecord();
        r.packets = 3;
        r.bytes = 300;
        r.duration = 500_000;
        for (long stime : new long[] {0, 1000, Long.MAX_VALUE - 1000, 2000}) {
            r.stime = stime;
            batch.add(r);
        }
        bins.share().add(batch, Selection.all(4));
        long late = (Long.MAX_VALUE - 1000) / 1_000_000 * SECOND;
        assertThat(read(bins, false))
                .containsExactly("0: 3.000 900.0 9.00", late + ": 1.000 300.0 3.00");
    }

    /// A flow that ends with the first millisecond of the next bin is not in the bin of the last
    /// flow as a whole.
    @Test
    void aFlowIsInTheLastFlowsBinOnlyIfItEndsThere() {
        TimeBins bins = new TimeBins(LoadScheme.END_SPIKE, SECOND, 0, NONE, OPEN);
        add(bins, 0, 500, 500, 999, 500, 1000, 0, 1);
        assertThat(read(bins, false))
                .containsExactly("0: 3.000 900.0 9.00", "1000: 1.000 300.0 3.00");
        bins = new TimeBins(LoadScheme.START_SPIKE, SECOND, 0, NONE, OPEN);
        add(bins, 5000, 5500, 5, 10, 4999, 5001, 5000, 6000);
        assertThat(read(bins, false))
                .containsExactly(
                        "0: 1.000 300.0 3.00", "4000: 1.000 300.0 3.00", "5000: 2.000 600.0 6.00");
    }

    @Test
    void binsOutsideTheTimesAskedForDoNotCount() {
        TimeBins bins = new TimeBins(LoadScheme.START_SPIKE, SECOND, 10_000, 10_000, 13_000);
        add(bins, 9_999, 9_999, 10_000, 10_000, 12_999, 12_999, 13_000, 13_000);
        assertThat(read(bins, false))
                .containsExactly("10000: 1.000 300.0 3.00", "12000: 1.000 300.0 3.00");
        bins = new TimeBins(LoadScheme.START_SPIKE, SECOND, 10_000, 10_000, 13_000);
        add(bins, 10_000, 10_000);
        assertThat(read(bins, true))
                .containsExactly(
                        "10000: 1.000 300.0 3.00",
                        "11000: 0.000 0.0 0.00",
                        "12000: 0.000 0.0 0.00");
        assertThat(bins.slot(10_000)).isZero();
        assertThat(bins.slot(12_000)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "BIN_UNIFORM, 0.200 60.0 0.60",
        "TIME_PROPORTIONAL, 0.200 60.0 0.60",
        "MAXIMUM_VOLUME, 1.000 300.0 3.00"
    })
    void aLongFlowHasItsSharesInTheBinsThatCount(LoadScheme scheme, String share) {
        TimeBins bins = new TimeBins(scheme, SECOND, 10_000, 11_000, 13_000);
        add(bins, 10_000, 14_999);
        assertThat(read(bins, false)).containsExactly("11000: " + share, "12000: " + share);
    }

    @Test
    void anEndMayBeOpenAndABinInBetweenEmpty() {
        TimeBins bins = new TimeBins(LoadScheme.START_SPIKE, SECOND, 0, 2_000, OPEN);
        add(bins, 1_000, 1_000, 3_000, 3_000, 5_000, 5_000);
        assertThat(read(bins, false))
                .containsExactly("3000: 1.000 300.0 3.00", "5000: 1.000 300.0 3.00");
        bins = new TimeBins(LoadScheme.START_SPIKE, SECOND, 0, 2_000, OPEN);
        add(bins, 3_000, 3_000, 5_000, 5_000);
        assertThat(read(bins, true))
                .containsExactly(
                        "2000: 0.000 0.0 0.00",
                        "3000: 1.000 300.0 3.00",
                        "4000: 0.000 0.0 0.00",
                        "5000: 1.000 300.0 3.00");
        assertThat(bins.slot(5_000)).isEqualTo(3);
    }

    /// Where all flows lie outside, zeros say so; where there are none, nothing does.
    @Test
    void noFlowsAreNoBins() {
        TimeBins bins = new TimeBins(LoadScheme.START_SPIKE, SECOND, 0, 2_000, 4_000);
        add(bins, 1_000, 1_000);
        assertThat(read(bins, true))
                .containsExactly("2000: 0.000 0.0 0.00", "3000: 0.000 0.0 0.00");
        bins = new TimeBins(LoadScheme.START_SPIKE, SECOND, 0, 2_000, 4_000);
        add(bins, 1_000, 1_000);
        assertThat(read(bins, false)).isEmpty();
        bins = new TimeBins(LoadScheme.START_SPIKE, SECOND, 0, 2_000, 4_000);
        assertThat(read(bins, true)).isEmpty();
        bins = new TimeBins(LoadScheme.START_SPIKE, SECOND, 0, NONE, OPEN);
        assertThat(read(bins, true)).isEmpty();
    }

    /// Schemes that count flows without volume begin and end with bins that have some; where none
    /// has, with the first.
    @Test
    void binsWithoutVolumeAreNotShownAtTheEnds() {
        TimeBins bins = new TimeBins(LoadScheme.MINIMUM_VOLUME, SECOND, 0, NONE, OPEN);
        add(bins, 500, 2_500, 3_000, 3_000, 2_500, 4_500);
        assertThat(read(bins, false)).containsExactly("3000: 2.000 300.0 3.00");
        bins = new TimeBins(LoadScheme.MINIMUM_VOLUME, SECOND, 0, NONE, OPEN);
        add(bins, 1_500, 2_500);
        assertThat(read(bins, false))
                .containsExactly("1000: 1.000 0.0 0.00", "2000: 1.000 0.0 0.00");
    }

    /// Two days before the first flow's midnight, and seven for bins above a day.
    @ParameterizedTest
    @CsvSource({
        "1, false, 11",
        "5, true, 7",
        "7, true, 8",
        "24, false, 0",
        "25, true, 7",
        "48, true, -24"
    })
    void binsBeginWhereTheFirstFlowSays(int hours, boolean order, int afterMidnight) {
        long midnight = 19_723 * DAY;
        long first = midnight + 11 * HOUR + 5;
        TimeBins bins =
                new TimeBins(
                        LoadScheme.START_SPIKE, hours * HOUR, TimeBins.FROM_FIRST_FLOW, NONE, OPEN);
        assertThat(bins.needsOrder()).isEqualTo(order);
        add(bins, first, first);
        List<Long> starts = new ArrayList<>();
        bins.forEach(false, (start, b) -> starts.add(start));
        assertThat(starts).containsExactly(midnight + afterMidnight * HOUR);
        long days = hours <= 24 ? 2 : 7;
        assertThat(bins.slot(starts.getFirst())).isEqualTo((days * 24 + afterMidnight) / hours);
        TimeBins fixed = new TimeBins(LoadScheme.START_SPIKE, hours * HOUR, 0, NONE, OPEN);
        assertThat(fixed.needsOrder()).isFalse();
    }
}

package dev.rearview.engine.group;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Protocols;
import dev.rearview.model.Selection;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// How large flows are: minimum, maximum, quartiles and intervals of octets, packets and octets for
/// each packet. One thread takes flows in.
public final class SizeStatistics {
    private static final int INTERVALS = 10;
    private static final long MAX = 0xFFFF_FFFFL;
    private static final long[] BYTES_TCP = {
        40, 60, 100, 150, 256, 1000, 10000, 100000, 1000000, MAX
    };
    private static final long[] BYTES_OTHER = {
        20, 40, 80, 130, 256, 1000, 10000, 100000, 1000000, MAX
    };
    private static final long[] PACKETS = {3, 4, 10, 20, 50, 100, 500, 1000, 10000, MAX};
    private static final long[] BPP_TCP = {40, 44, 60, 100, 200, 400, 600, 800, 1500, MAX};
    private static final long[] BPP_OTHER = {20, 24, 40, 100, 200, 400, 600, 800, 1500, MAX};

    /// One measure of some flows.
    public static final class Measure {
        private final String name;
        private final long[] bounds;
        private final long[] counts = new long[INTERVALS];
        private long min = Long.MAX_VALUE;
        private long max;

        private Measure(String name, long[] bounds) {
            this.name = name;
            this.bounds = bounds;
        }

        private void add(long value) {
            min = Math.min(min, value);
            max = Math.max(max, value);
            int i = 0;
            while (i < INTERVALS - 1 && value > bounds[i]) {
                i++;
            }
            counts[i]++;
        }

        public String name() {
            return name;
        }

        public int intervals() {
            return INTERVALS;
        }

        /// The highest value of an interval.
        public long bound(int interval) {
            return bounds[interval];
        }

        /// Flows whose value lies in an interval.
        public long count(int interval) {
            return counts[interval];
        }

        public long min() {
            return min;
        }

        public long max() {
            return max;
        }

        /// The value below which `target` flows are, if those of an interval lie evenly in it.
        public double quantile(long target) {
            long below = 0;
            for (int i = 0; i < INTERVALS; i++) {
                long cumulative = below + counts[i];
                if (target <= cumulative) {
                    double low = i == 0 ? 0 : bounds[i - 1];
                    double part = (double) (target - below) / counts[i];
                    return low + part * (bounds[i] - low);
                }
                below = cumulative;
            }
            return bounds[INTERVALS - 1];
        }
    }

    /// All measures of some flows.
    public static final class Sizes {
        private final Measure bytes;
        private final Measure packets = new Measure("PACKETS", PACKETS);
        private final Measure bytesPerPacket;
        private long records;

        private Sizes(boolean tcp) {
            bytes = new Measure("BYTES", tcp ? BYTES_TCP : BYTES_OTHER);
            bytesPerPacket = new Measure("BYTES/PACKET", tcp ? BPP_TCP : BPP_OTHER);
        }

        private void add(long b, long p) {
            records++;
            bytes.add(b);
            packets.add(p);
            bytesPerPacket.add(p == 0 ? 0 : b / p);
        }

        /// Flows.
        public long records() {
            return records;
        }

        public List<Measure> measures() {
            return List.of(bytes, packets, bytesPerPacket);
        }
    }

    private final Sizes all = new Sizes(true);
    private final TreeMap<Integer, Sizes> protocols = new TreeMap<>();

    /// @param wanted protocols of which it is told, beside all of them together
    public SizeStatistics(Collection<Integer> wanted) {
        wanted.forEach(p -> protocols.put(p, new Sizes(p == Protocols.TCP)));
    }

    public void add(FlowBatch batch, Selection rows) {
        long[] bytes = batch.values(Field.BYTES);
        long[] packets = batch.values(Field.PACKETS);
        long[] protocol = batch.values(Field.PROTOCOL);
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            all.add(bytes[i], packets[i]);
            Sizes own = protocols.get((int) protocol[i]);
            if (own != null) {
                own.add(bytes[i], packets[i]);
            }
        }
    }

    /// Of all flows.
    public Sizes all() {
        return all;
    }

    /// By protocol.
    public SortedMap<Integer, Sizes> protocols() {
        return protocols;
    }
}

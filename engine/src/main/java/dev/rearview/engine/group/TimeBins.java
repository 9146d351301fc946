package dev.rearview.engine.group;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// Sums flows, bytes and packets in bins of time.
public final class TimeBins {
    private static final int MAX_BINS = 50_000_000;
    private static final long DAY_MS = 86_400_000;

    /// An origin that follows from the first flow, as in SiLK.
    public static final long FROM_FIRST_FLOW = Long.MIN_VALUE;

    /// How a flow that spans several bins is shared out.
    public enum LoadScheme {
        BIN_UNIFORM,
        START_SPIKE,
        END_SPIKE,
        MIDDLE_SPIKE,
        TIME_PROPORTIONAL,
        MAXIMUM_VOLUME,
        MINIMUM_VOLUME
    }

    /// Sums of one bin.
    public static final class Bin {
        public double records;
        public double bytes;
        public double packets;

        void add(double r, double b, double p) {
            records += r;
            bytes += b;
            packets += p;
        }
    }

    private final LoadScheme scheme;
    private final long sizeMs;
    private long originMs;
    private boolean anyFlow;
    private final long firstMs;
    private final long endMs;
    private final TreeMap<Long, Bin> bins = new TreeMap<>();

    /// @param sizeMs width of a bin
    /// @param originMs a time at which a bin starts, or [#FROM_FIRST_FLOW]
    /// @param firstMs start of the first bin that counts, or `Long.MIN_VALUE`
    /// @param endMs end of the last bin that counts, exclusive, or `Long.MAX_VALUE`
    public TimeBins(LoadScheme scheme, long sizeMs, long originMs, long firstMs, long endMs) {
        this.scheme = scheme;
        this.sizeMs = sizeMs;
        this.originMs = originMs;
        this.firstMs = firstMs;
        this.endMs = endMs;
    }

    public void add(FlowBatch batch, Selection rows) {
        long[] stime = batch.values(Field.STIME);
        long[] duration = batch.values(Field.DURATION);
        long[] bytes = batch.values(Field.BYTES);
        long[] packets = batch.values(Field.PACKETS);
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            long start = Math.floorDiv(stime[i], 1000L);
            if (!anyFlow) {
                anyFlow = true;
                originate(start);
            }
            add(start, start + duration[i] / 1000, (double) bytes[i], (double) packets[i]);
        }
    }

    /// SiLK's bins start at a midnight two days before the first flow, or seven for long bins; that
    /// shows where the size does not divide a day.
    private void originate(long startMs) {
        if (originMs == FROM_FIRST_FLOW) {
            long midnight = startMs - Math.floorMod(startMs, DAY_MS);
            originMs = midnight - (sizeMs <= DAY_MS ? 2 : 7) * DAY_MS;
        }
    }

    private void add(long start, long end, double bytes, double packets) {
        long first = index(start);
        long last = index(end);
        switch (scheme) {
            case START_SPIKE -> put(first, 1, bytes, packets);
            case END_SPIKE -> put(last, 1, bytes, packets);
            case MIDDLE_SPIKE -> put(index(start + (end - start) / 2), 1, bytes, packets);
            case BIN_UNIFORM -> {
                double share = 1.0 / (last - first + 1);
                spread(first, last, share, bytes * share, packets * share);
            }
            case MAXIMUM_VOLUME -> spread(first, last, 1, bytes, packets);
            case MINIMUM_VOLUME -> {
                boolean whole = first == last;
                spread(first, last, 1, whole ? bytes : 0, whole ? packets : 0);
            }
            case TIME_PROPORTIONAL -> {
                // A flow is taken to last one millisecond more, so that none has length 0.
                double length = end - start + 1;
                long low = Math.max(first, lowest());
                long high = Math.min(last, highest());
                for (long bin = low; bin <= high; bin++) {
                    long from = Math.max(start, originMs + bin * sizeMs);
                    long to = Math.min(end + 1, originMs + (bin + 1) * sizeMs);
                    double share = (to - from) / length;
                    put(bin, share, bytes * share, packets * share);
                }
            }
        }
    }

    private long index(long ms) {
        return Math.floorDiv(ms - originMs, sizeMs);
    }

    private long lowest() {
        return firstMs == Long.MIN_VALUE ? Long.MIN_VALUE : index(firstMs);
    }

    private long highest() {
        return endMs == Long.MAX_VALUE ? Long.MAX_VALUE : index(endMs - 1);
    }

    private void spread(long first, long last, double records, double bytes, double packets) {
        long low = Math.max(first, lowest());
        long high = Math.min(last, highest());
        for (long bin = low; bin <= high; bin++) {
            put(bin, records, bytes, packets);
        }
    }

    private void put(long bin, double records, double bytes, double packets) {
        if (bin < lowest() || bin > highest()) {
            return;
        }
        Bin b = bins.get(bin);
        if (b == null) {
            if (bins.size() >= MAX_BINS) {
                throw new IllegalStateException(
                        "more than " + MAX_BINS + " time bins; use a larger bin size");
            }
            b = new Bin();
            bins.put(bin, b);
        }
        b.add(records, bytes, packets);
    }

    /// Hands out the bins in order with the start of each in milliseconds: from the first that
    /// counts, or has flows, to the last.
    ///
    /// @param zeroes whether bins without flows are handed out too
    public void forEach(boolean zeroes, BiConsumer<Long, Bin> out) {
        if (!anyFlow || (bins.isEmpty() && firstMs == Long.MIN_VALUE)) {
            return;
        }
        boolean ends = endMs != Long.MAX_VALUE;
        long first = firstMs == Long.MIN_VALUE ? withVolume(bins.firstKey(), 1) : lowest();
        long last = ends ? highest() : bins.isEmpty() ? first : withVolume(bins.lastKey(), -1);
        Bin empty = new Bin();
        for (long bin = first; bin <= last; bin++) {
            Bin b = bins.get(bin);
            if (b == null && !zeroes) {
                Long next = bins.higherKey(bin);
                if (next == null) {
                    return;
                }
                bin = next - 1;
                continue;
            }
            if (zeroes || b != null && b.records > 0) {
                out.accept(originMs + bin * sizeMs, b == null ? empty : b);
            }
        }
    }

    /// The nearest bin with octets from `bin` on, since some schemes count flows without volume;
    /// `bin` itself if there is none.
    private long withVolume(long bin, int step) {
        Long at = bin;
        while (at != null) {
            Bin b = bins.get(at);
            if (b != null && b.bytes > 0) {
                return at;
            }
            at = step > 0 ? bins.higherKey(at) : bins.lowerKey(at);
        }
        return bin;
    }

    /// The number of the bin that starts at `startMs`, counted from the first that was asked for,
    /// or from the origin.
    public long slot(long startMs) {
        return index(startMs) - (firstMs == Long.MIN_VALUE ? 0 : lowest());
    }
}

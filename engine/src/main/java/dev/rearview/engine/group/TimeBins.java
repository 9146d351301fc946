package dev.rearview.engine.group;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// Sums flows, bytes and packets in bins of time. Several threads take flows in, each into a
/// [Share]; sums are exact, so that it does not matter who took which.
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

    /// Sums of one bin: whole numbers, and fractions below 1 in units of 2^-52. Sums of integers do
    /// not depend on the order.
    public static final class Bin {
        private static final double UNITS = 0x1p52;
        private static final int SHIFT = 52;
        private static final long FRACTION = (1L << SHIFT) - 1;

        private long records;
        private long bytes;
        private long packets;
        private long recordUnits;
        private long byteUnits;
        private long packetUnits;

        private void addWhole(long b, long p) {
            records++;
            bytes += b;
            packets += p;
        }

        private void add(double r, double b, double p) {
            long wholeRecords = (long) r;
            long wholeBytes = (long) b;
            long wholePackets = (long) p;
            records += wholeRecords;
            bytes += wholeBytes;
            packets += wholePackets;
            recordUnits += (long) ((r - wholeRecords) * UNITS);
            byteUnits += (long) ((b - wholeBytes) * UNITS);
            packetUnits += (long) ((p - wholePackets) * UNITS);
            carry();
        }

        private void carry() {
            records += recordUnits >>> SHIFT;
            bytes += byteUnits >>> SHIFT;
            packets += packetUnits >>> SHIFT;
            recordUnits &= FRACTION;
            byteUnits &= FRACTION;
            packetUnits &= FRACTION;
        }

        private void add(Bin other) {
            records += other.records;
            bytes += other.bytes;
            packets += other.packets;
            recordUnits += other.recordUnits;
            byteUnits += other.byteUnits;
            packetUnits += other.packetUnits;
            carry();
        }

        public double records() {
            return records + recordUnits / UNITS;
        }

        public double bytes() {
            return bytes + byteUnits / UNITS;
        }

        public double packets() {
            return packets + packetUnits / UNITS;
        }
    }

    private final LoadScheme scheme;
    private final long sizeMs;
    private long originMs;
    private boolean anyFlow;
    private final long firstMs;
    private final long endMs;
    private final List<Share> shares = new ArrayList<>();
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

    /// Whether the first flow must be added first: it decides where bins start.
    public boolean needsOrder() {
        return originMs == FROM_FIRST_FLOW && DAY_MS % sizeMs != 0;
    }

    /// The columns that are asked for: how long a flow lasts does not matter where its start alone
    /// counts.
    public Set<Field> columns() {
        EnumSet<Field> out = EnumSet.of(Field.STIME, Field.BYTES, Field.PACKETS);
        if (scheme != LoadScheme.START_SPIKE) {
            out.add(Field.DURATION);
        }
        return out;
    }

    /// Room for the sums of one more thread.
    public Share share() {
        Share share = new Share();
        shares.add(share);
        return share;
    }

    /// SiLK's bins start at a midnight two days before the first flow, or seven for long bins; that
    /// shows where the size does not divide a day.
    private synchronized void originate(long startMs) {
        if (originMs == FROM_FIRST_FLOW) {
            long midnight = startMs - Math.floorMod(startMs, DAY_MS);
            originMs = midnight - (sizeMs <= DAY_MS ? 2 : 7) * DAY_MS;
        }
        anyFlow = true;
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

    /// The sums of one thread.
    public final class Share {
        private final BinTable own = new BinTable();
        private boolean ready;
        private long lowest;
        private long highest;

        /// The bin of the last flow, which the next one is likely to be in.
        private Bin last = new Bin();

        private long lastFrom;
        private long lastEnd;

        private Share() {}

        public void add(FlowBatch batch, Selection rows) {
            if (rows.isEmpty()) {
                return;
            }
            long[] stime = batch.values(Field.STIME);
            if (!ready) {
                originate(Math.floorDiv(stime[rows.next(0)], 1000L));
                lowest = lowest();
                highest = highest();
                ready = true;
            }
            if (scheme == LoadScheme.START_SPIKE) {
                addByStart(batch, rows, stime);
                return;
            }
            long[] duration = batch.values(Field.DURATION);
            long[] bytes = batch.values(Field.BYTES);
            long[] packets = batch.values(Field.PACKETS);
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                long start = Math.floorDiv(stime[i], 1000L);
                long end = start + duration[i] / 1000;
                if (start >= lastFrom && end < lastEnd) {
                    // In one bin as a whole, whatever the scheme.
                    last.addWhole(bytes[i], packets[i]);
                } else {
                    add(start, end, bytes[i], packets[i]);
                }
            }
        }

        /// Flows of one bin mostly follow each other.
        private void addByStart(FlowBatch batch, Selection rows, long[] stime) {
            long[] bytes = batch.values(Field.BYTES);
            long[] packets = batch.values(Field.PACKETS);
            int i = rows.next(0);
            while (i >= 0) {
                long start = Math.floorDiv(stime[i], 1000L);
                if (start < lastFrom || start >= lastEnd) {
                    putWhole(index(start), bytes[i], packets[i]);
                    i = rows.next(i + 1);
                } else {
                    i = addRun(rows, i, stime, bytes, packets);
                }
            }
        }

        /// Adds flows up to the first one that is not in the bin of the last one.
        ///
        /// @param first row of the first flow, which is in that bin
        /// @return the row of the next one, negative if there is none
        private int addRun(Selection rows, int first, long[] stime, long[] bytes, long[] packets) {
            // Microseconds; at the ends of time a run is shorter than the bin.
            long from = Math.max(lastFrom, Long.MIN_VALUE / 1000) * 1000;
            long to = Math.min(lastEnd, Long.MAX_VALUE / 1000) * 1000;
            long records = 0;
            long sumBytes = 0;
            long sumPackets = 0;
            int i = first;
            do {
                records++;
                sumBytes += bytes[i];
                sumPackets += packets[i];
                i = rows.next(i + 1);
            } while (i >= 0 && stime[i] >= from && stime[i] < to);
            last.records += records;
            last.bytes += sumBytes;
            last.packets += sumPackets;
            return i;
        }

        private void add(long start, long end, long bytes, long packets) {
            long first = index(start);
            long until = index(end);
            if (first == until) {
                putWhole(first, bytes, packets);
                return;
            }
            switch (scheme) {
                case START_SPIKE -> putWhole(first, bytes, packets);
                case END_SPIKE -> putWhole(until, bytes, packets);
                case MIDDLE_SPIKE -> putWhole(index(start + (end - start) / 2), bytes, packets);
                case BIN_UNIFORM -> {
                    double share = 1.0 / (until - first + 1);
                    spread(first, until, share, bytes * share, packets * share);
                }
                case MAXIMUM_VOLUME -> spread(first, until, 1, (double) bytes, (double) packets);
                case MINIMUM_VOLUME -> spread(first, until, 1, 0, 0);
                case TIME_PROPORTIONAL -> {
                    // A flow is taken to last one millisecond more, so that none has length 0.
                    double length = end - start + 1;
                    for (long b = Math.max(first, lowest); b <= Math.min(until, highest); b++) {
                        long from = Math.max(start, originMs + b * sizeMs);
                        long to = Math.min(end + 1, originMs + (b + 1) * sizeMs);
                        double share = (to - from) / length;
                        bin(b).add(share, bytes * share, packets * share);
                    }
                }
            }
        }

        private void putWhole(long bin, long bytes, long packets) {
            if (bin < lowest || bin > highest) {
                return;
            }
            last = bin(bin);
            lastFrom = originMs + bin * sizeMs;
            lastEnd = lastFrom + sizeMs;
            last.addWhole(bytes, packets);
        }

        private void spread(long first, long until, double records, double bytes, double packets) {
            for (long b = Math.max(first, lowest); b <= Math.min(until, highest); b++) {
                bin(b).add(records, bytes, packets);
            }
        }

        private Bin bin(long number) {
            Bin b = own.get(number);
            if (b == null) {
                if (own.size() >= MAX_BINS) {
                    throw new UncheckedIOException(
                            new IOException(
                                    "more than " + MAX_BINS + " time bins; use a larger bin size"));
                }
                b = new Bin();
                own.put(number, b);
            }
            return b;
        }
    }

    /// Hands out the bins in order with the start of each in milliseconds: from the first that
    /// counts, or has flows, to the last. Ends the taking in.
    ///
    /// @param zeroes whether bins without flows are handed out too
    public void forEach(boolean zeroes, BiConsumer<Long, Bin> out) {
        for (Share s : shares) {
            s.own.forEach((b, number) -> bins.computeIfAbsent(number, k -> new Bin()).add(b));
        }
        shares.clear();
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
            if (zeroes || b != null && b.records() > 0) {
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
            if (b != null && b.bytes() > 0) {
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

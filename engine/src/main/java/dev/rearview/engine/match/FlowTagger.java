package dev.rearview.engine.match;

import dev.rearview.engine.scan.Batches;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.AddressColumn;
import dev.rearview.model.Attributes;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.LongColumn;
import dev.rearview.model.RecordWords;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.util.Arrays;

/// Gives flows that follow each other and belong together the number of their group as next hop.
/// Groups that are too small are left out, though they count; what is held of a group until it is
/// large enough is at most 65,534 flows.
public final class FlowTagger implements RowConsumer {
    /// What SiLK's records can hold of packets, octets and milliseconds.
    private static final long MOST = 0xFFFF_FFFFL;

    private static final int MOST_LEAST = 0xFFFF;

    /// @param objective whether flows are compared with the first of their group, not with the one
    ///   before
    /// @param least flows that a group must have to be handed on, at most 65,535
    /// @param sums whether one flow stands for a group: the first one, with packets and octets
    ///   added up, the time from the first start to the last end, and all flags
    /// @param firstHi upper half of the address that the first group gets; the next ones follow it
    /// @param firstLo its lower half
    public record Options(boolean objective, int least, boolean sums, long firstHi, long firstLo) {
        public Options {
            if (least < 0 || least > MOST_LEAST) {
                throw new IllegalArgumentException("groups of at least " + least);
            }
        }

        private boolean isIpv4() {
            return Ip.isMapped(firstHi, firstLo);
        }
    }

    private final NearKeys keys;
    private final Options options;
    private final RowConsumer consumer;
    private final Batches out;
    private final boolean isIpv4;
    private final FlowRecord record = new FlowRecord();
    private final FlowRecord sum = new FlowRecord();
    private long hi;
    private long lo;
    private boolean any;

    /// Flows of the group at hand.
    private long flows;

    /// Flows that are held back until their group is large enough.
    private long[] held = {};

    private int holds;

    public FlowTagger(NearKeys keys, Options options, RowConsumer consumer) {
        this.keys = keys;
        this.options = options;
        this.consumer = consumer;
        this.out = new Batches(consumer);
        this.isIpv4 = options.isIpv4();
    }

    @Override
    public boolean accept(FlowBatch batch, Selection rows) throws IOException {
        if (rows.isEmpty()) {
            return true;
        }
        batch.load(Field.all());
        keys.read(batch, rows);
        if (options.least() <= 1 && !options.sums()) {
            return consumer.accept(tagged(batch, rows), rows);
        }
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            boolean isNew = isNew(i);
            if (isNew && any) {
                end();
            }
            any = true;
            batch.get(i, record);
            record.nhipHi = hi;
            record.nhipLo = lo;
            record.setIpv6(record.isIpv6() || !isIpv4);
            if (options.sums()) {
                add(isNew);
            } else {
                flows++;
                put(record);
            }
        }
        return out.isWanted();
    }

    /// Whether a flow begins a group, which then has its number.
    private boolean isNew(int row) {
        if (keys.joins(row)) {
            return false;
        }
        if (!any) {
            hi = options.firstHi();
            lo = options.firstLo();
        } else if (isIpv4) {
            lo = Ip.mapped((int) lo + 1);
        } else if (++lo == 0) {
            hi++;
        }
        return true;
    }

    /// The same flows with another next hop.
    private FlowBatch tagged(FlowBatch batch, Selection rows) {
        long[] nextHi = new long[batch.size()];
        long[] nextLo = new long[batch.size()];
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            isNew(i);
            any = true;
            nextHi[i] = hi;
            nextLo[i] = lo;
        }
        Column nextHop = AddressColumn.of(nextHi, nextLo);
        return FlowBatch.lazy(batch.size(), new Tagged(batch, nextHop, isIpv4));
    }

    /// @param isIpv4 whether the next hop is one that flows of both families can have
    private record Tagged(FlowBatch of, Column nextHop, boolean isIpv4)
            implements FlowBatch.Loader {
        @Override
        public Column column(Field field) {
            return switch (field) {
                case NHIP -> nextHop;
                case ATTRIBUTES -> isIpv4 ? of.column(field) : ofIpv6();
                default -> of.column(field);
            };
        }

        private Column ofIpv6() {
            long[] values = Arrays.copyOf(of.values(Field.ATTRIBUTES), of.size());
            for (int i = 0; i < values.length; i++) {
                values[i] |= Attributes.IPV6;
            }
            return LongColumn.of(values);
        }

        @Override
        public long packets() {
            return of.sum(Field.PACKETS, Selection.all(of.size()));
        }

        @Override
        public long bytes() {
            return of.sum(Field.BYTES, Selection.all(of.size()));
        }
    }

    /// Adds a flow to the sum of its group; one that would make it too large begins another.
    private void add(boolean isNew) throws IOException {
        if (!isNew && fits()) {
            long start = Math.min(sum.stime, record.stime);
            sum.duration =
                    Math.max(sum.stime + sum.duration, record.stime + record.duration) - start;
            sum.stime = start;
            sum.packets += record.packets;
            sum.bytes += record.bytes;
            sum.flags |= record.flags;
            sum.sessionFlags |= record.sessionFlags;
        } else {
            if (!isNew) {
                put(sum);
            }
            sum.copyFrom(record);
        }
        flows++;
    }

    private boolean fits() {
        long end = Math.max(sum.stime + sum.duration, record.stime + record.duration);
        return fits(sum.packets, record.packets)
                && fits(sum.bytes, record.bytes)
                && (end - Math.min(sum.stime, record.stime)) / 1000 <= MOST;
    }

    private static boolean fits(long a, long b) {
        return a >= 0 && a <= MOST && b >= 0 && b <= MOST - a;
    }

    /// Hands a flow on if its group is large enough, or holds it.
    private void put(FlowRecord r) throws IOException {
        if (flows >= options.least()) {
            release();
            out.add(r);
            return;
        }
        int at = holds * RecordWords.COUNT;
        if (at == held.length) {
            held = Arrays.copyOf(held, Math.max(2 * held.length, 64 * RecordWords.COUNT));
        }
        RecordWords.pack(r, held, at);
        holds++;
    }

    private void release() throws IOException {
        FlowRecord r = new FlowRecord();
        for (int i = 0; i < holds; i++) {
            RecordWords.unpack(held, i * RecordWords.COUNT, r);
            out.add(r);
        }
        holds = 0;
    }

    private void end() throws IOException {
        if (options.sums()) {
            put(sum);
        }
        holds = 0;
        flows = 0;
    }

    /// Hands on what is left once no more flows come.
    public void finish() throws IOException {
        if (any) {
            end();
        }
        out.flush();
    }
}

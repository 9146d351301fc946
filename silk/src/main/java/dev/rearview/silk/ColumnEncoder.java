package dev.rearview.silk;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Makes records of whole columns: RWIPV6ROUTING version 1, which has a way of its own since it is
/// what is written nearly always.
final class ColumnEncoder implements FlowSink.Encoder {
    /// Attributes that SiLK's files have.
    private static final int WRITTEN = ~Attributes.TIME_REPLACED;

    /// Of fewer rows than one in so many, whole columns are not decoded.
    private static final int SPARSE = 8;

    /// Rows that are encoded by themselves: of more, the records would take much memory.
    private static final int MOST = 1 << 14;

    /// Rows of which some fields are put after the other.
    private static final int ROWS = 1024;

    private final int size;
    private final ByteOrder order;
    private final boolean big;
    private final int[] which = new int[ROWS];

    /// Records that are put together by themselves.
    private ByteBuffer own = ByteBuffer.allocate(0);

    /// @param header of the file
    ColumnEncoder(SilkHeader header) {
        this.size = header.recordSize();
        this.order = header.order();
        this.big = order == ByteOrder.BIG_ENDIAN;
    }

    /// Whether so many rows are wanted of a batch that its columns are worth decoding.
    static boolean suits(FlowBatch batch, Selection rows) {
        return rows.count() > batch.size() / SPARSE;
    }

    @Override
    public FlowSink.@Nullable Encoded encode(FlowBatch batch, Selection rows) {
        int n = rows.count();
        if (n > MOST || !suits(batch, rows)) {
            return null;
        }
        if (own.capacity() < n * size) {
            own = buffer(n * size);
        }
        own.clear();
        decode(batch);
        for (int row = rows.next(0); row >= 0; ) {
            row = put(batch, rows, row, own);
        }
        return new FlowSink.Encoded(own.array(), own.position(), n);
    }

    /// Room for records.
    ByteBuffer buffer(int octets) {
        return ByteBuffer.allocate(octets).order(order);
    }

    /// Asks for all columns that are put, any of which may be damaged.
    static void decode(FlowBatch batch) {
        batch.loadAll();
        for (Field field : Field.all()) {
            if (field.isAddress()) {
                batch.addresses(field).hi();
                batch.addresses(field).lo();
            } else if (field != Field.SAMPLING) {
                batch.values(field);
            }
        }
    }

    /// Puts rows, as many as there is room for.
    ///
    /// @param first the first of them
    /// @return the row behind them, -1 for none
    int put(FlowBatch batch, Selection rows, int first, ByteBuffer into) {
        int n = select(rows, first, Math.min(ROWS, into.remaining() / size));
        int at = into.position();
        // Some fields at a time: small loops are soon compiled, but not with a loop around them.
        putTimes(batch, n, into, at);
        putKinds(batch, n, into, at + 16);
        putNumbers(batch, n, into, at + 24);
        putAddresses(batch.addresses(Field.SIP), n, into, at + 40);
        putAddresses(batch.addresses(Field.DIP), n, into, at + 56);
        putAddresses(batch.addresses(Field.NHIP), n, into, at + 72);
        into.position(at + n * size);
        return rows.next(which[n - 1] + 1);
    }

    /// @return how many rows there are, at least one
    private int select(Selection rows, int first, int most) {
        int n = 0;
        for (int row = first; row >= 0 && n < most; row = rows.next(row + 1)) {
            which[n++] = row;
        }
        return n;
    }

    private void putTimes(FlowBatch batch, int n, ByteBuffer into, int start) {
        long[] stime = batch.values(Field.STIME);
        long[] duration = batch.values(Field.DURATION);
        long[] sport = batch.values(Field.SPORT);
        long[] dport = batch.values(Field.DPORT);
        int at = start;
        for (int i = 0; i < n; i++) {
            int row = which[i];
            into.putLong(at, Math.floorDiv(stime[row], 1000L));
            into.putInt(at + 8, (int) Math.min(duration[row] / 1000, 0xFFFF_FFFFL));
            into.putInt(at + 12, pair(sport[row], dport[row]));
            at += size;
        }
    }

    private void putKinds(FlowBatch batch, int n, ByteBuffer into, int start) {
        long[] protocol = batch.values(Field.PROTOCOL);
        long[] flowtype = batch.values(Field.FLOWTYPE);
        long[] sensor = batch.values(Field.SENSOR);
        long[] flags = batch.values(Field.FLAGS);
        long[] initial = batch.values(Field.INITIAL_FLAGS);
        long[] session = batch.values(Field.SESSION_FLAGS);
        long[] attributes = batch.values(Field.ATTRIBUTES);
        int at = start;
        for (int i = 0; i < n; i++) {
            int row = which[i];
            into.putInt(at, pair(octets(protocol[row], flowtype[row]), sensor[row]));
            long later = octets(session[row], attributes[row] & WRITTEN);
            into.putInt(at + 4, pair(octets(flags[row], initial[row]), later));
            at += size;
        }
    }

    private void putNumbers(FlowBatch batch, int n, ByteBuffer into, int start) {
        long[] application = batch.values(Field.APPLICATION);
        long[] memo = batch.values(Field.MEMO);
        long[] input = batch.values(Field.INPUT);
        long[] output = batch.values(Field.OUTPUT);
        long[] packets = batch.values(Field.PACKETS);
        long[] bytes = batch.values(Field.BYTES);
        int at = start;
        for (int i = 0; i < n; i++) {
            int row = which[i];
            into.putInt(at, pair(application[row], memo[row]));
            int interfaces = pair(Math.min(input[row], 0xFFFF), Math.min(output[row], 0xFFFF));
            into.putInt(at + 4, interfaces);
            into.putInt(at + 8, (int) Packing.clamp(packets[row]));
            into.putInt(at + 12, (int) Packing.clamp(bytes[row]));
            at += size;
        }
    }

    /// Addresses, which are in network order whatever the file's.
    private void putAddresses(AddressColumn column, int n, ByteBuffer into, int start) {
        long[] hi = column.hi();
        long[] lo = column.lo();
        int at = start;
        for (int i = 0; i < n; i++) {
            int row = which[i];
            into.putLong(at, big ? hi[row] : Long.reverseBytes(hi[row]));
            into.putLong(at + 8, big ? lo[row] : Long.reverseBytes(lo[row]));
            at += size;
        }
    }

    /// Two numbers of 16 bits that follow each other in the record, as one of 32.
    private int pair(long first, long second) {
        return big ? (int) (first << 16 | second & 0xFFFF) : (int) (second << 16 | first & 0xFFFF);
    }

    /// Two octets that follow each other in the record, as a number of 16 bits.
    private long octets(long first, long second) {
        return big ? first << 8 | second : second << 8 | first;
    }
}

package dev.rearview.silk;

import static dev.rearview.silk.Bits.u16;
import static dev.rearview.silk.Bits.u32;
import static dev.rearview.silk.Bits.u8;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Attributes;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.LongColumn;
import dev.rearview.model.Protocols;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// The records of a buffer as columns, each decoded when it is asked for: RWGENERIC version 5 and
/// RWIPV6ROUTING version 1, which are what files are written in and differ in their addresses
/// alone. What is right of whole records ([SilkReader#fix]) is right of columns.
final class RecordColumns implements FlowBatch.Loader {
    private static final int STIME = 0;
    private static final int DURATION = 8;
    private static final int SPORT = 12;
    private static final int DPORT = 14;
    private static final int PROTOCOL = 16;
    private static final int FLOWTYPE = 17;
    private static final int SENSOR = 18;
    private static final int FLAGS = 20;
    private static final int INITIAL = 21;
    private static final int SESSION = 22;
    private static final int ATTRIBUTES = 23;
    private static final int APPLICATION = 24;
    private static final int MEMO = 26;
    private static final int INPUT = 28;
    private static final int OUTPUT = 30;
    private static final int PACKETS = 32;
    private static final int BYTES = 36;
    private static final int SIP = 40;

    /// First flags and later ones in the word at [#PROTOCOL].
    private static final long EXPANDING = 0xFFFFL << 40;

    /// Attributes that mean something.
    private static final int KEPT = 0xFF & ~Attributes.TIME_REPLACED;

    /// What is in no record.
    private static final long[] NOTHING = new long[SilkReader.BATCH];

    private final SilkReader reader;
    private final ByteBuffer b;
    private final boolean both;
    private final int size;
    private final boolean fixIcmp;
    private final long[][] values = new long[Field.count()][];
    private final long[][] upper = new long[Field.count()][];
    private int rows;

    /// @param buffer in the file's byte order
    /// @param both whether there are addresses of both families
    /// @param fixIcmp whether ICMP type and code found in the source port are moved
    RecordColumns(SilkReader reader, ByteBuffer buffer, boolean both, int size, boolean fixIcmp) {
        this.reader = reader;
        this.b = buffer;
        this.both = both;
        this.size = size;
        this.fixIcmp = fixIcmp;
    }

    /// The records that are in the buffer now.
    FlowBatch batch(int records) {
        rows = records;
        return FlowBatch.lazy(records, this);
    }

    @Override
    public boolean get(int row, FlowRecord into) {
        reader.decode(row * size, into);
        return true;
    }

    @Override
    public Column column(Field field) {
        if (field.isAddress()) {
            return addresses(field);
        }
        return field == Field.SAMPLING ? LongColumn.of(NOTHING) : LongColumn.of(decoded(field));
    }

    /// Decodes all columns together, some at a time: records are in the cache and few of their
    /// words are one field.
    @Override
    public Column @Nullable [] columns() {
        if (b.order() == ByteOrder.BIG_ENDIAN) {
            return null;
        }
        timesAndPorts();
        kinds();
        numbers();
        Column[] out = new Column[Field.count()];
        for (Field field : Field.all()) {
            out[field.ordinal()] =
                    field.isAddress()
                            ? addresses(field)
                            : LongColumn.of(field == Field.SAMPLING ? NOTHING : values(field));
        }
        return out;
    }

    private void timesAndPorts() {
        long[] stime = values(Field.STIME);
        long[] duration = values(Field.DURATION);
        long[] sport = values(Field.SPORT);
        long[] dport = values(Field.DPORT);
        int at = 0;
        for (int i = 0; i < rows; i++) {
            stime[i] = b.getLong(at + STIME) * 1000;
            long word = b.getLong(at + DURATION);
            duration[i] = (word & 0xFFFF_FFFFL) * 1000;
            sport[i] = word >>> 32 & 0xFFFF;
            dport[i] = word >>> 48;
            at += size;
        }
        fixPorts(sport, false);
        fixPorts(dport, true);
    }

    private void kinds() {
        long[] protocol = values(Field.PROTOCOL);
        long[] flowtype = values(Field.FLOWTYPE);
        long[] sensor = values(Field.SENSOR);
        long[] flags = values(Field.FLAGS);
        long[] initial = values(Field.INITIAL_FLAGS);
        long[] session = values(Field.SESSION_FLAGS);
        long[] attributes = values(Field.ATTRIBUTES);
        int at = PROTOCOL;
        for (int i = 0; i < rows; i++) {
            long word = b.getLong(at);
            boolean expands = (word & 0xFF) == Protocols.TCP && (word & EXPANDING) != 0;
            protocol[i] = word & 0xFF;
            flowtype[i] = word >>> 8 & 0xFF;
            sensor[i] = word >>> 16 & 0xFFFF;
            flags[i] = word >>> 32 & 0xFF;
            initial[i] = expands ? word >>> 40 & 0xFF : 0;
            session[i] = expands ? word >>> 48 & 0xFF : 0;
            attributes[i] = word >>> 56 & (expands ? KEPT : KEPT & ~Attributes.EXPANDED);
            at += size;
        }
    }

    private void numbers() {
        long[] application = values(Field.APPLICATION);
        long[] memo = values(Field.MEMO);
        long[] input = values(Field.INPUT);
        long[] output = values(Field.OUTPUT);
        long[] packets = values(Field.PACKETS);
        long[] bytes = values(Field.BYTES);
        int at = 0;
        for (int i = 0; i < rows; i++) {
            long word = b.getLong(at + APPLICATION);
            application[i] = word & 0xFFFF;
            memo[i] = word >>> 16 & 0xFFFF;
            input[i] = word >>> 32 & 0xFFFF;
            output[i] = word >>> 48;
            long volumes = b.getLong(at + PACKETS);
            packets[i] = volumes & 0xFFFF_FFFFL;
            bytes[i] = volumes >>> 32;
            at += size;
        }
    }

    private long[] values(Field field) {
        return room(values, field);
    }

    private long[] room(long[][] of, Field field) {
        long[] known = of[field.ordinal()];
        if (known == null) {
            known = new long[SilkReader.BATCH + FlowBatch.SPACING];
            of[field.ordinal()] = known;
        }
        return known;
    }

    private long[] decoded(Field field) {
        long[] out = values(field);
        switch (field) {
            case STIME -> milliseconds(STIME, out);
            case DURATION -> durations(out);
            case PROTOCOL -> octets(PROTOCOL, out);
            case FLOWTYPE -> octets(FLOWTYPE, out);
            case FLAGS -> octets(FLAGS, out);
            case SENSOR -> shorts(SENSOR, out);
            case APPLICATION -> shorts(APPLICATION, out);
            case MEMO -> shorts(MEMO, out);
            case INPUT -> shorts(INPUT, out);
            case OUTPUT -> shorts(OUTPUT, out);
            case PACKETS -> words(PACKETS, out);
            case BYTES -> words(BYTES, out);
            case INITIAL_FLAGS -> flags(INITIAL, out);
            case SESSION_FLAGS -> flags(SESSION, out);
            case ATTRIBUTES -> attributes(out);
            case SPORT -> {
                shorts(SPORT, out);
                fixPorts(out, false);
            }
            case DPORT -> {
                shorts(DPORT, out);
                fixPorts(out, true);
            }
            default -> throw new IllegalStateException("no column " + field);
        }
        return out;
    }

    private void milliseconds(int offset, long[] out) {
        int at = offset;
        for (int i = 0; i < rows; i++) {
            out[i] = b.getLong(at) * 1000;
            at += size;
        }
    }

    private void durations(long[] out) {
        int at = DURATION;
        for (int i = 0; i < rows; i++) {
            out[i] = u32(b, at) * 1000;
            at += size;
        }
    }

    private void words(int offset, long[] out) {
        int at = offset;
        for (int i = 0; i < rows; i++) {
            out[i] = u32(b, at);
            at += size;
        }
    }

    private void shorts(int offset, long[] out) {
        int at = offset;
        for (int i = 0; i < rows; i++) {
            out[i] = u16(b, at);
            at += size;
        }
    }

    private void octets(int offset, long[] out) {
        int at = offset;
        for (int i = 0; i < rows; i++) {
            out[i] = u8(b, at);
            at += size;
        }
    }

    /// Flags of first and later packets, which only TCP has.
    private void flags(int offset, long[] out) {
        int at = 0;
        for (int i = 0; i < rows; i++) {
            out[i] = u8(b, at + PROTOCOL) == Protocols.TCP ? u8(b, at + offset) : 0;
            at += size;
        }
    }

    private void attributes(long[] out) {
        int at = 0;
        for (int i = 0; i < rows; i++) {
            boolean expands =
                    u8(b, at + PROTOCOL) == Protocols.TCP
                            && (u8(b, at + INITIAL) | u8(b, at + SESSION)) != 0;
            int kept = expands ? KEPT : KEPT & ~Attributes.EXPANDED;
            out[i] = u8(b, at + ATTRIBUTES) & kept;
            at += size;
        }
    }

    private void fixPorts(long[] out, boolean isDestination) {
        if (!fixIcmp) {
            return;
        }
        int at = 0;
        for (int i = 0; i < rows; i++) {
            if (Protocols.isIcmp(u8(b, at + PROTOCOL), isIpv6(at))
                    && u16(b, at + DPORT) == 0
                    && u16(b, at + SPORT) != 0) {
                out[i] = isDestination ? u16(b, at + SPORT) : 0;
            }
            at += size;
        }
    }

    private boolean isIpv6(int at) {
        return (u8(b, at + ATTRIBUTES) & Attributes.IPV6) != 0;
    }

    private AddressColumn addresses(Field field) {
        int which = field == Field.SIP ? 0 : field == Field.DIP ? 1 : 2;
        long[] lo = values(field);
        if (!both) {
            int at = SIP + 4 * which;
            for (int i = 0; i < rows; i++) {
                lo[i] = Ip.mapped(b.getInt(at));
                at += size;
            }
            return AddressColumn.ipv4(lo);
        }
        return anyFamily(SIP + 16 * which, lo, room(upper, field));
    }

    private AddressColumn anyFamily(int offset, long[] lo, long[] hi) {
        boolean big = b.order() == ByteOrder.BIG_ENDIAN;
        boolean any = false;
        int at = 0;
        for (int i = 0; i < rows; i++) {
            long word = b.getLong(at + offset + 8);
            long low = big ? word : Long.reverseBytes(word);
            boolean v6 = isIpv6(at);
            lo[i] = v6 ? low : Ip.mapped((int) low);
            any |= v6;
            at += size;
        }
        if (!any) {
            return AddressColumn.ipv4(lo);
        }
        at = 0;
        for (int i = 0; i < rows; i++) {
            long word = b.getLong(at + offset);
            hi[i] = isIpv6(at) ? big ? word : Long.reverseBytes(word) : 0;
            at += size;
        }
        return AddressColumn.of(hi, lo);
    }

    @Override
    public long packets() {
        return sum(PACKETS);
    }

    @Override
    public long bytes() {
        return sum(BYTES);
    }

    private long sum(int offset) {
        long sum = 0;
        int at = offset;
        for (int i = 0; i < rows; i++) {
            sum += u32(b, at);
            at += size;
        }
        return sum;
    }
}

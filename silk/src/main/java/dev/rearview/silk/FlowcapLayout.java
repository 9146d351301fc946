package dev.rearview.silk;

import static dev.rearview.silk.Bits.u16;
import static dev.rearview.silk.Bits.u32;
import static dev.rearview.silk.Bits.u8;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// FLOWCAP: a collector's spool of IPv4 records.
final class FlowcapLayout implements RecordLayout {
    private final int version;
    private final int size;
    private final Origin origin;

    private FlowcapLayout(int version, int size, Origin origin) {
        this.version = version;
        this.size = size;
        this.origin = origin;
    }

    static Optional<RecordLayout> of(int version, Origin origin) {
        int[] sizes = {0, 0, 30, 36, 40, 38, 38};
        return version >= 2 && version < sizes.length
                ? Optional.of(new FlowcapLayout(version, sizes[version], origin))
                : Optional.empty();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void decode(ByteBuffer b, int at, FlowRecord r) {
        r.sensor = origin.sensor();
        Bits.addresses(b, at, r);
        r.bytes = u32(b, at + 8);
        r.stime = u32(b, at + 12) * 1_000_000;
        r.duration = u16(b, at + 16) * 1_000_000L;
        Bits.ports(b, at + 18, r);
        int next = at + 22;
        if (version >= 3) {
            r.application = version == 6 ? 0 : u16(b, next);
            next += 2;
        }
        boolean wide = version >= 5;
        r.input = wide ? u16(b, next) : u8(b, next);
        r.output = wide ? u16(b, next + 2) : u8(b, next + 1);
        next += wide ? 4 : 2;
        r.packets = u24(b, next, b.order() == ByteOrder.BIG_ENDIAN);
        r.protocol = u8(b, next + 3);
        r.flags = u8(b, next + 4);
        if (version == 2) {
            return;
        }
        r.initialFlags = u8(b, next + 5);
        r.attributes = u8(b, next + 6) & ~Attributes.IPV6;
        int fraction = u24(b, next + 7, true);
        r.stime += (fraction >>> 14 & 0x3FF) * 1000L;
        r.duration += (fraction >>> 4 & 0x3FF) * 1000L;
        if ((r.attributes & Attributes.EXPANDED) != 0) {
            r.sessionFlags = r.flags;
            r.flags = r.initialFlags | r.sessionFlags;
        } else {
            r.initialFlags = 0;
        }
        if (version == 4) {
            r.setNhipV4(b.getInt(at + 36));
        }
    }

    private static int u24(ByteBuffer b, int at, boolean big) {
        int a = u8(b, at);
        int c = u8(b, at + 2);
        return big ? a << 16 | u8(b, at + 1) << 8 | c : c << 16 | u8(b, at + 1) << 8 | a;
    }

    @Override
    public Misfit encode(ByteBuffer b, int at, FlowRecord r) {
        boolean wide = version >= 5;
        Misfit misfit = Packing.ipv4(r).or(Packing.seconds(r));
        misfit = wide ? misfit : misfit.or(Packing.interfaces(r, true));
        if (misfit != Misfit.NONE) {
            return misfit;
        }
        Packing.addresses(b, at, r);
        b.putInt(at + 8, (int) Packing.clamp(r.bytes));
        b.putInt(at + 12, Packing.seconds(r.stimeMs()));
        b.putShort(at + 16, (short) Math.min(r.durationMs() / 1000, 0xFFFF));
        Packing.ports(b, at + 18, r);
        int next = at + 22;
        if (version >= 3) {
            b.putShort(next, (short) r.application);
            next += 2;
        }
        if (wide) {
            Packing.interfaces(b, next, r);
            next += 4;
        } else {
            b.put(next, (byte) r.input);
            b.put(next + 1, (byte) r.output);
            next += 2;
        }
        int packets = (int) Math.min(Packing.clamp(r.packets), 0xFF_FFFF);
        putU24(b, next, packets, b.order() == ByteOrder.BIG_ENDIAN);
        b.put(next + 3, (byte) r.protocol);
        encodeFlags(b, next + 4, r);
        if (version == 4) {
            b.putInt(at + 36, (int) r.nhipLo);
        }
        return Misfit.NONE;
    }

    private void encodeFlags(ByteBuffer b, int at, FlowRecord r) {
        if (version == 2) {
            b.put(at, (byte) r.flags);
            return;
        }
        boolean expanded = (r.attributes & Attributes.EXPANDED) != 0;
        b.put(at, (byte) (expanded ? r.sessionFlags : r.flags));
        b.put(at + 1, (byte) (expanded ? r.initialFlags : 0));
        b.put(at + 2, (byte) Packing.attributes(r));
        int fraction =
                Packing.milliseconds(r.stimeMs()) << 14 | Packing.milliseconds(r.durationMs()) << 4;
        putU24(b, at + 3, fraction, true);
    }

    private static void putU24(ByteBuffer b, int at, int value, boolean big) {
        b.put(big ? at : at + 2, (byte) (value >>> 16));
        b.put(at + 1, (byte) (value >>> 8));
        b.put(big ? at + 2 : at, (byte) value);
    }
}

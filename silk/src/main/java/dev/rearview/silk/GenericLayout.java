package dev.rearview.silk;

import static dev.rearview.silk.Bits.u16;
import static dev.rearview.silk.Bits.u32;
import static dev.rearview.silk.Bits.u8;

import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;
import java.util.Optional;

/// RWGENERIC: IPv4 with everything stored.
final class GenericLayout implements RecordLayout {
    static final int SIZE_V5 = 52;

    private final int version;
    private final int size;

    private GenericLayout(int version, int size) {
        this.version = version;
        this.size = size;
    }

    static Optional<RecordLayout> of(int version) {
        int[] sizes = {40, 37, 48, 56, 56, SIZE_V5};
        return version < sizes.length
                ? Optional.of(new GenericLayout(version, sizes[version]))
                : Optional.empty();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean needsExpandedFix() {
        return version >= 2;
    }

    @Override
    public void decode(ByteBuffer b, int at, FlowRecord r) {
        if (version == 5) {
            common(b, at, r);
            Bits.interfaces(b, at + 28, r);
            Bits.volumes(b, at + 32, r);
            Bits.addresses(b, at + 40, r);
            r.setNhipV4(b.getInt(at + 48));
        } else if (version >= 2) {
            middle(b, at, r);
        } else {
            oldest(b, at, r);
        }
    }

    /// The first 28 octets, which RWGENERIC v5 shares with the IPv6 layouts.
    static void common(ByteBuffer b, int at, FlowRecord r) {
        r.stime = b.getLong(at) * 1000;
        r.duration = u32(b, at + 8) * 1000;
        Bits.ports(b, at + 12, r);
        r.protocol = u8(b, at + 16);
        r.flowtype = u8(b, at + 17);
        r.sensor = u16(b, at + 18);
        r.flags = u8(b, at + 20);
        r.initialFlags = u8(b, at + 21);
        r.sessionFlags = u8(b, at + 22);
        r.attributes = u8(b, at + 23);
        r.application = u16(b, at + 24);
        r.memo = u16(b, at + 26);
    }

    private void middle(ByteBuffer b, int at, FlowRecord r) {
        Bits.addresses(b, at, r);
        Bits.ports(b, at + 8, r);
        r.setNhipV4(b.getInt(at + 12));
        Bits.interfaces(b, at + 16, r);
        r.stime = u32(b, at + 20) * 1_000_000;
        r.duration = u32(b, at + 24) * 1_000_000;
        Bits.volumes(b, at + 28, r);
        r.protocol = u8(b, at + 36);
        r.flowtype = u8(b, at + 37);
        r.sensor = u16(b, at + 38);
        r.flags = u8(b, at + 40);
        r.initialFlags = u8(b, at + 41);
        r.sessionFlags = u8(b, at + 42);
        r.attributes = u8(b, at + 43);
        if (version >= 3) {
            r.stime += u16(b, at + 48) * 1000L;
            r.duration += u16(b, at + 50) * 1000L;
            r.application = u16(b, at + 52);
        }
    }

    private static void oldest(ByteBuffer b, int at, FlowRecord r) {
        Bits.addresses(b, at, r);
        Bits.ports(b, at + 8, r);
        r.protocol = u8(b, at + 12);
        r.flags = u8(b, at + 13);
        r.input = u8(b, at + 14);
        r.output = u8(b, at + 15);
        r.setNhipV4(b.getInt(at + 16));
        r.stime = u32(b, at + 20) * 1_000_000;
        Bits.volumes(b, at + 24, r);
        r.duration = u32(b, at + 32) * 1_000_000;
        r.sensor = u8(b, at + 36);
    }

    @Override
    public Misfit encode(ByteBuffer b, int at, FlowRecord r) {
        Misfit misfit = check(r);
        if (misfit != Misfit.NONE) {
            return misfit;
        }
        if (version == 5) {
            encodeCommon(b, at, r);
            b.put(at + 23, (byte) Packing.attributes(r));
            Packing.interfaces(b, at + 28, r);
            Packing.volumes(b, at + 32, r);
            Packing.addresses(b, at + 40, r);
            b.putInt(at + 48, (int) r.nhipLo);
        } else if (version >= 2) {
            encodeMiddle(b, at, r);
        } else {
            encodeOldest(b, at, r);
        }
        return Misfit.NONE;
    }

    private Misfit check(FlowRecord r) {
        Misfit misfit = Packing.ipv4(r);
        if (version == 5) {
            return misfit;
        }
        misfit = misfit.or(Packing.seconds(r));
        return version >= 2
                ? misfit
                : misfit.or(Packing.sensor(r, 0xFF)).or(Packing.interfaces(r, true));
    }

    /// The first 28 octets, which RWGENERIC v5 shares with the IPv6 layouts.
    static void encodeCommon(ByteBuffer b, int at, FlowRecord r) {
        b.putLong(at, r.stimeMs());
        b.putInt(at + 8, Packing.durationMs(r));
        Packing.ports(b, at + 12, r);
        b.put(at + 16, (byte) r.protocol);
        b.put(at + 17, (byte) r.flowtype);
        b.putShort(at + 18, (short) r.sensor);
        b.put(at + 20, (byte) r.flags);
        b.put(at + 21, (byte) r.initialFlags);
        b.put(at + 22, (byte) r.sessionFlags);
        b.putShort(at + 24, (short) r.application);
        b.putShort(at + 26, (short) r.memo);
    }

    private void encodeMiddle(ByteBuffer b, int at, FlowRecord r) {
        Packing.addresses(b, at, r);
        Packing.ports(b, at + 8, r);
        b.putInt(at + 12, (int) r.nhipLo);
        Packing.interfaces(b, at + 16, r);
        b.putInt(at + 20, Packing.seconds(r.stimeMs()));
        b.putInt(at + 24, Packing.seconds(r.durationMs()));
        Packing.volumes(b, at + 28, r);
        b.put(at + 36, (byte) r.protocol);
        b.put(at + 37, (byte) r.flowtype);
        b.putShort(at + 38, (short) r.sensor);
        b.put(at + 40, (byte) r.flags);
        b.put(at + 41, (byte) r.initialFlags);
        b.put(at + 42, (byte) r.sessionFlags);
        b.put(at + 43, (byte) Packing.attributes(r));
        if (version >= 3) {
            b.putShort(at + 48, (short) Packing.milliseconds(r.stimeMs()));
            b.putShort(at + 50, (short) Packing.milliseconds(r.durationMs()));
            b.putShort(at + 52, (short) r.application);
        }
    }

    private static void encodeOldest(ByteBuffer b, int at, FlowRecord r) {
        Packing.addresses(b, at, r);
        Packing.ports(b, at + 8, r);
        b.put(at + 12, (byte) r.protocol);
        b.put(at + 13, (byte) r.flags);
        b.put(at + 14, (byte) r.input);
        b.put(at + 15, (byte) r.output);
        b.putInt(at + 16, (int) r.nhipLo);
        b.putInt(at + 20, Packing.seconds(r.stimeMs()));
        Packing.volumes(b, at + 24, r);
        b.putInt(at + 32, Packing.seconds(r.durationMs()));
        b.put(at + 36, (byte) r.sensor);
    }
}

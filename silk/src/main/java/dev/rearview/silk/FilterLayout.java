package dev.rearview.silk;

import static dev.rearview.silk.Bits.u16;
import static dev.rearview.silk.Bits.u32;
import static dev.rearview.silk.Bits.u8;

import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;
import java.util.Optional;

/// RWFILTER: IPv4 output of old tools.
final class FilterLayout implements RecordLayout {
    private final int version;
    private final int size;

    private FilterLayout(int version, int size) {
        this.version = version;
        this.size = size;
    }

    static Optional<RecordLayout> of(int version) {
        int[] sizes = {0, 32, 32, 40, 44, 44};
        return version > 0 && version < sizes.length
                ? Optional.of(new FilterLayout(version, sizes[version]))
                : Optional.empty();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void decode(ByteBuffer b, int at, FlowRecord r) {
        Bits.addresses(b, at, r);
        Bits.ports(b, at + 8, r);
        if (version <= 2) {
            oldest(b, at, r);
            return;
        }
        r.setNhipV4(b.getInt(at + 12));
        Bits.interfaces(b, at + 16, r);
        long w1 = u32(b, at + 28);
        long w2 = u32(b, at + 32);
        r.stime = u32(b, at + 20) * 1_000_000;
        r.duration = u32(b, at + 24) * 1_000_000;
        r.packets = Bits.packets(w1 >>> 12, (w1 >>> 11 & 1) != 0);
        r.bytes = Bits.bytes(w2 >>> 12, r.packets);
        r.sensor = u16(b, at + 36);
        if (version == 3) {
            r.flowtype = (int) w1 & 0xFF;
            r.protocol = u8(b, at + 38);
            r.flags = u8(b, at + 39);
            return;
        }
        r.stime += (w1 & 0x3FF) * 1000;
        r.duration += (w2 & 0x3FF) * 1000;
        r.flowtype = u8(b, at + 38);
        r.application = u16(b, at + 40);
        boolean tcp = (w1 >>> 10 & 1) != 0;
        Bits.flags(tcp, u8(b, at + 39), u8(b, at + 43), u8(b, at + 42), r);
    }

    private void oldest(ByteBuffer b, int at, FlowRecord r) {
        r.protocol = u8(b, at + 12);
        r.flags = u8(b, at + 13);
        r.input = u8(b, at + 14);
        r.output = u8(b, at + 15);
        r.setNhipV4(b.getInt(at + 16));
        long last = u32(b, at + 28);
        Bits.sbbPef(last >>> 12, u32(b, at + 24), 0, r);
        r.stime = u32(b, at + 20) * 1_000_000;
        r.sensor = (int) (version == 2 ? last & 0xFF : last >>> 6 & 0x3F);
    }

    @Override
    public Misfit encode(ByteBuffer b, int at, FlowRecord r) {
        Misfit misfit = check(r);
        if (misfit != Misfit.NONE) {
            return misfit;
        }
        Packing.addresses(b, at, r);
        Packing.ports(b, at + 8, r);
        if (version <= 2) {
            encodeOldest(b, at, r);
            return Misfit.NONE;
        }
        b.putInt(at + 12, (int) r.nhipLo);
        Packing.interfaces(b, at + 16, r);
        b.putInt(at + 20, Packing.seconds(r.stimeMs()));
        b.putInt(at + 24, Packing.seconds(r.durationMs()));
        int packets = Packing.pkts20(r) << 12 | (Packing.times64(r) ? 1 << 11 : 0);
        int octets = Packing.bpp(r) << 12;
        b.putShort(at + 36, (short) r.sensor);
        if (version == 3) {
            b.putInt(at + 28, packets | r.flowtype);
            b.putInt(at + 32, octets);
            b.put(at + 38, (byte) r.protocol);
            b.put(at + 39, (byte) r.flags);
            return Misfit.NONE;
        }
        b.putInt(
                at + 28,
                packets | (Packing.isTcp(r) ? 1 << 10 : 0) | Packing.milliseconds(r.stimeMs()));
        b.putInt(at + 32, octets | Packing.milliseconds(r.durationMs()));
        b.put(at + 38, (byte) r.flowtype);
        b.put(at + 39, (byte) Packing.protFlags(r));
        b.putShort(at + 40, (short) r.application);
        b.put(at + 42, (byte) Packing.attributes(r));
        b.put(at + 43, (byte) Packing.restFlags(r));
        return Misfit.NONE;
    }

    private Misfit check(FlowRecord r) {
        Misfit misfit = Packing.ipv4(r).or(Packing.seconds(r)).or(Packing.volumes(r));
        return version > 2
                ? misfit
                : misfit.or(Packing.duration(r, Packing.PEF_SPAN_MS))
                        .or(Packing.sensor(r, version == 2 ? 0xFF : 0x3F))
                        .or(Packing.interfaces(r, true));
    }

    private void encodeOldest(ByteBuffer b, int at, FlowRecord r) {
        b.put(at + 12, (byte) r.protocol);
        b.put(at + 13, (byte) r.flags);
        b.put(at + 14, (byte) r.input);
        b.put(at + 15, (byte) r.output);
        b.putInt(at + 16, (int) r.nhipLo);
        b.putInt(at + 20, Packing.seconds(r.stimeMs()));
        b.putInt(at + 24, Packing.pef(r));
        b.putInt(at + 28, Packing.bpp(r) << 12 | (version == 2 ? r.sensor : r.sensor << 6));
    }
}

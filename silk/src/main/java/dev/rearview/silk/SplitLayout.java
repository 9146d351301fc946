package dev.rearview.silk;

import static dev.rearview.silk.Bits.u16;
import static dev.rearview.silk.Bits.u32;
import static dev.rearview.silk.Bits.u8;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import java.nio.ByteBuffer;
import java.util.Optional;

/// RWSPLIT, RWNOTROUTED, RWROUTED and RWWWW: IPv4 as NetFlow v5 gives it.
final class SplitLayout implements RecordLayout {
    private final SilkFormat format;
    private final int version;
    private final int size;
    private final Origin origin;

    private SplitLayout(SilkFormat format, int version, int size, Origin origin) {
        this.format = format;
        this.version = version;
        this.size = size;
        this.origin = origin;
    }

    static Optional<RecordLayout> of(SilkFormat format, int version, Origin origin) {
        if (version < 1 || version > 5) {
            return Optional.empty();
        }
        boolean old = version <= 2;
        int size =
                switch (format) {
                    case FT_RWNOTROUTED -> old ? 23 : 26;
                    case FT_RWROUTED -> old ? 28 : 32;
                    case FT_RWWWW -> old ? 20 : 22;
                    default -> old ? 22 : 24;
                };
        return Optional.of(new SplitLayout(format, version, size, origin));
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void decode(ByteBuffer b, int at, FlowRecord r) {
        Bits.origin(origin, r);
        if (version <= 2) {
            oldest(b, at, r);
        } else if (version <= 4) {
            middle(b, at, r);
        } else {
            newest(b, at, r);
        }
    }

    private void oldest(ByteBuffer b, int at, FlowRecord r) {
        Bits.addresses(b, at, r);
        long hour = origin.hourMs();
        switch (format) {
            case FT_RWWWW -> {
                Bits.sbbPef(u32(b, at + 12), u32(b, at + 8), hour, r);
                int octet = u8(b, at + 18);
                r.protocol = Protocols.TCP;
                r.flags = octet & 0x3F;
                Bits.webPorts((octet & 0x80) != 0, u8(b, at + 19) >>> 6, u16(b, at + 16), r);
            }
            case FT_RWROUTED -> {
                r.setNhipV4(b.getInt(at + 8));
                Bits.ports(b, at + 12, r);
                Bits.sbbPef(u32(b, at + 20), u32(b, at + 16), hour, r);
                r.protocol = u8(b, at + 24);
                r.flags = u8(b, at + 25);
                r.input = u8(b, at + 26);
                r.output = u8(b, at + 27);
            }
            default -> {
                Bits.ports(b, at + 8, r);
                Bits.sbbPef(u32(b, at + 16), u32(b, at + 12), hour, r);
                r.protocol = u8(b, at + 20);
                r.flags = u8(b, at + 21);
                r.input = format == SilkFormat.FT_RWNOTROUTED ? u8(b, at + 22) : 0;
            }
        }
    }

    private void middle(ByteBuffer b, int at, FlowRecord r) {
        Bits.addresses(b, at, r);
        if (format == SilkFormat.FT_RWWWW) {
            long w = Bits.timeBytesPktsFlags(b, at + 8, origin.hourMs(), r);
            Bits.protFlags(true, (int) w & 0xFF, r);
            Bits.webPorts((w >>> 10 & 1) != 0, (int) (w >>> 8), u16(b, at + 20), r);
            return;
        }
        Bits.ports(b, at + 8, r);
        long w = Bits.timeBytesPktsFlags(b, at + 12, origin.hourMs(), r);
        Bits.protFlags((w >>> 10 & 1) != 0, (int) w & 0xFF, r);
        if (format == SilkFormat.FT_RWNOTROUTED) {
            r.input = u16(b, at + 24);
        } else if (format == SilkFormat.FT_RWROUTED) {
            r.setNhipV4(b.getInt(at + 24));
            Bits.interfaces(b, at + 28, r);
        }
    }

    private void newest(ByteBuffer b, int at, FlowRecord r) {
        long w2 = Bits.flagsTimesVolumes(b, at, origin.hourMs(), r);
        if (format == SilkFormat.FT_RWWWW) {
            Bits.protFlags(true, (int) (w2 >>> 24), r);
            Bits.addresses(b, at + 12, r);
            Bits.webPorts((w2 >>> 22 & 1) != 0, (int) (w2 >>> 20), u16(b, at + 20), r);
            return;
        }
        Bits.protFlags((w2 >>> 22 & 1) != 0, (int) (w2 >>> 24), r);
        Bits.ports(b, at + 12, r);
        if (format == SilkFormat.FT_RWROUTED) {
            Bits.interfaces(b, at + 16, r);
            Bits.addresses(b, at + 20, r);
            r.setNhipV4(b.getInt(at + 28));
        } else {
            Bits.addresses(b, at + 16, r);
            r.input = format == SilkFormat.FT_RWNOTROUTED ? u16(b, at + 24) : 0;
        }
    }

    @Override
    public Misfit encode(ByteBuffer b, int at, FlowRecord r) {
        Misfit misfit = check(r);
        if (misfit != Misfit.NONE) {
            return misfit;
        }
        if (version <= 2) {
            encodeOldest(b, at, r);
        } else if (version <= 4) {
            encodeMiddle(b, at, r);
        } else {
            encodeNewest(b, at, r);
        }
        return Misfit.NONE;
    }

    private Misfit check(FlowRecord r) {
        Misfit misfit = Packing.ipv4(r);
        if (format == SilkFormat.FT_RWWWW) {
            misfit = misfit.or(Packing.tcp(r));
        }
        misfit = misfit.or(Packing.start(r, origin.hourMs())).or(Packing.volumes(r));
        if (version > 2) {
            return misfit.or(Packing.duration(r));
        }
        misfit = misfit.or(Packing.duration(r, Packing.PEF_SPAN_MS));
        return switch (format) {
            case FT_RWNOTROUTED -> misfit.or(Packing.interfaces(r, false));
            case FT_RWROUTED -> misfit.or(Packing.interfaces(r, true));
            default -> misfit;
        };
    }

    private void encodeOldest(ByteBuffer b, int at, FlowRecord r) {
        Packing.addresses(b, at, r);
        switch (format) {
            case FT_RWWWW -> {
                encodeVolumes(b, at + 8, r);
                b.putShort(at + 16, Packing.clientPort(r));
                b.put(
                        at + 18,
                        (byte) (Packing.isServer(r) ? r.flags & 0x3F | 0x80 : r.flags & 0x3F));
                b.put(at + 19, (byte) (Packing.webCode(r) << 6));
            }
            case FT_RWROUTED -> {
                b.putInt(at + 8, (int) r.nhipLo);
                Packing.ports(b, at + 12, r);
                encodeVolumes(b, at + 16, r);
                b.put(at + 24, (byte) r.protocol);
                b.put(at + 25, (byte) r.flags);
                b.put(at + 26, (byte) r.input);
                b.put(at + 27, (byte) r.output);
            }
            default -> {
                Packing.ports(b, at + 8, r);
                encodeVolumes(b, at + 12, r);
                b.put(at + 20, (byte) r.protocol);
                b.put(at + 21, (byte) r.flags);
                if (format == SilkFormat.FT_RWNOTROUTED) {
                    b.put(at + 22, (byte) r.input);
                }
            }
        }
    }

    private void encodeVolumes(ByteBuffer b, int at, FlowRecord r) {
        b.putInt(at, Packing.pef(r));
        b.putInt(at + 4, Packing.sbb(r, origin.hourMs()));
    }

    private void encodeMiddle(ByteBuffer b, int at, FlowRecord r) {
        long hour = origin.hourMs();
        int flags = Packing.protOrFlags(r);
        Packing.addresses(b, at, r);
        if (format == SilkFormat.FT_RWWWW) {
            Packing.timeBytesPktsFlags(b, at + 8, r, hour, Packing.web(r), flags);
            b.putShort(at + 20, Packing.clientPort(r));
            return;
        }
        Packing.ports(b, at + 8, r);
        Packing.timeBytesPktsFlags(b, at + 12, r, hour, Packing.tcpBit(r), flags);
        if (format == SilkFormat.FT_RWNOTROUTED) {
            b.putShort(at + 24, (short) Packing.input(r));
        } else if (format == SilkFormat.FT_RWROUTED) {
            b.putInt(at + 24, (int) r.nhipLo);
            Packing.interfaces(b, at + 28, r);
        }
    }

    private void encodeNewest(ByteBuffer b, int at, FlowRecord r) {
        long hour = origin.hourMs();
        int flags = Packing.protOrFlags(r);
        if (format == SilkFormat.FT_RWWWW) {
            Packing.flagsTimesVolumes(b, at, r, hour, Packing.web(r), flags);
            Packing.addresses(b, at + 12, r);
            b.putShort(at + 20, Packing.clientPort(r));
            return;
        }
        Packing.flagsTimesVolumes(b, at, r, hour, Packing.tcpBit(r), flags);
        Packing.ports(b, at + 12, r);
        if (format == SilkFormat.FT_RWROUTED) {
            Packing.interfaces(b, at + 16, r);
            Packing.addresses(b, at + 20, r);
            b.putInt(at + 28, (int) r.nhipLo);
            return;
        }
        Packing.addresses(b, at + 16, r);
        if (format == SilkFormat.FT_RWNOTROUTED) {
            b.putShort(at + 24, (short) Packing.input(r));
        }
    }
}

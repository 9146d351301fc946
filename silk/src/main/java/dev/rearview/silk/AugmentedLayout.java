package dev.rearview.silk;

import static dev.rearview.silk.Bits.u16;
import static dev.rearview.silk.Bits.u32;
import static dev.rearview.silk.Bits.u8;

import dev.rearview.model.FlowRecord;
import java.nio.ByteBuffer;
import java.util.Optional;

/// RWAUGMENTED and its derivatives: IPv4 with application, attributes and split TCP flags.
final class AugmentedLayout implements RecordLayout {
    /// 30 bits of milliseconds.
    private static final long WEB_SPAN_MS = 1L << 30;

    private final SilkFormat format;
    private final int version;
    private final int size;
    private final Origin origin;

    private AugmentedLayout(SilkFormat format, int version, int size, Origin origin) {
        this.format = format;
        this.version = version;
        this.size = size;
        this.origin = origin;
    }

    static Optional<RecordLayout> of(SilkFormat format, int version, Origin origin) {
        if (version < 1 || version > 5) {
            return Optional.empty();
        }
        int base =
                switch (format) {
                    case FT_RWAUGROUTING -> 36;
                    case FT_RWAUGSNMPOUT -> 30;
                    case FT_RWAUGWEB -> 26;
                    default -> 28;
                };
        int size = version == 5 ? base + 4 : base;
        return Optional.of(new AugmentedLayout(format, version, size, origin));
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void decode(ByteBuffer b, int at, FlowRecord r) {
        Bits.origin(origin, r);
        if (format == SilkFormat.FT_RWAUGWEB) {
            web(b, at, r);
        } else if (version == 5) {
            full(b, at, r);
        } else if (version == 4) {
            packed(b, at, r);
        } else {
            first(b, at, r);
        }
    }

    private void first(ByteBuffer b, int at, FlowRecord r) {
        Bits.addresses(b, at, r);
        Bits.ports(b, at + 8, r);
        long w = Bits.timeBytesPktsFlags(b, at + 12, origin.hourMs(), r);
        r.application = u16(b, at + 24);
        boolean tcp = (w >>> 10 & 1) != 0;
        Bits.flags(tcp, (int) w & 0xFF, u8(b, at + 27), u8(b, at + 26), r);
        if (format == SilkFormat.FT_RWAUGROUTING) {
            r.setNhipV4(b.getInt(at + 28));
            Bits.interfaces(b, at + 32, r);
        } else if (format == SilkFormat.FT_RWAUGSNMPOUT) {
            r.output = u16(b, at + 28);
        }
    }

    private void packed(ByteBuffer b, int at, FlowRecord r) {
        long w2 = Bits.flagsTimesVolumes(b, at, origin.hourMs(), r);
        boolean tcp = (w2 >>> 22 & 1) != 0;
        Bits.flags(tcp, (int) (w2 >>> 24), u8(b, at + 13), u8(b, at + 12), r);
        r.application = u16(b, at + 14);
        Bits.ports(b, at + 16, r);
        if (format == SilkFormat.FT_RWAUGROUTING) {
            Bits.interfaces(b, at + 20, r);
            Bits.addresses(b, at + 24, r);
            r.setNhipV4(b.getInt(at + 32));
        } else {
            Bits.addresses(b, at + 20, r);
            if (format == SilkFormat.FT_RWAUGSNMPOUT) {
                r.output = u16(b, at + 28);
            }
        }
    }

    private void full(ByteBuffer b, int at, FlowRecord r) {
        Bits.augmented(b, at, origin.hourMs(), r);
        Bits.addresses(b, at + 24, r);
        if (format == SilkFormat.FT_RWAUGROUTING) {
            r.setNhipV4(b.getInt(at + 32));
            Bits.interfaces(b, at + 36, r);
        } else if (format == SilkFormat.FT_RWAUGSNMPOUT) {
            r.output = u16(b, at + 32);
        }
    }

    private void web(ByteBuffer b, int at, FlowRecord r) {
        if (version == 5) {
            long w0 = Bits.timesFlagsProto(b, at, origin.hourMs(), r);
            r.application = u16(b, at + 6);
            long codeElapsed = u32(b, at + 8);
            r.duration = (codeElapsed & 0x3FFF_FFFF) * 1000;
            Bits.volumes(b, at + 12, r);
            Bits.addresses(b, at + 20, r);
            boolean server = (w0 >>> 22 & 1) != 0;
            Bits.webPorts(server, (int) (codeElapsed >>> 30), u16(b, at + 28), r);
        } else if (version == 4) {
            long w2 = Bits.flagsTimesVolumes(b, at, origin.hourMs(), r);
            Bits.flags(true, (int) (w2 >>> 24), u8(b, at + 13), u8(b, at + 12), r);
            r.application = u16(b, at + 14);
            Bits.addresses(b, at + 16, r);
            boolean server = (w2 >>> 22 & 1) != 0;
            Bits.webPorts(server, (int) (w2 >>> 20), u16(b, at + 24), r);
        } else {
            Bits.addresses(b, at, r);
            long w = Bits.timeBytesPktsFlags(b, at + 8, origin.hourMs(), r);
            Bits.flags(true, (int) w & 0xFF, u8(b, at + 25), u8(b, at + 24), r);
            r.application = u16(b, at + 22);
            boolean server = (w >>> 10 & 1) != 0;
            Bits.webPorts(server, (int) (w >>> 8), u16(b, at + 20), r);
        }
    }

    @Override
    public Misfit encode(ByteBuffer b, int at, FlowRecord r) {
        Misfit misfit = check(r);
        if (misfit != Misfit.NONE) {
            return misfit;
        }
        if (format == SilkFormat.FT_RWAUGWEB) {
            encodeWeb(b, at, r);
        } else if (version == 5) {
            encodeFull(b, at, r);
        } else if (version == 4) {
            encodePacked(b, at, r);
        } else {
            encodeFirst(b, at, r);
        }
        return Misfit.NONE;
    }

    private Misfit check(FlowRecord r) {
        boolean web = format == SilkFormat.FT_RWAUGWEB;
        Misfit misfit = Packing.ipv4(r);
        misfit = web ? misfit.or(Packing.tcp(r)) : misfit;
        misfit = misfit.or(Packing.start(r, origin.hourMs()));
        if (version < 5) {
            return misfit.or(Packing.volumes(r)).or(Packing.duration(r));
        }
        return web ? misfit.or(Packing.duration(r, WEB_SPAN_MS)) : misfit;
    }

    private void encodeFirst(ByteBuffer b, int at, FlowRecord r) {
        Packing.addresses(b, at, r);
        Packing.ports(b, at + 8, r);
        Packing.timeBytesPktsFlags(
                b, at + 12, r, origin.hourMs(), Packing.tcpBit(r), Packing.protFlags(r));
        b.putShort(at + 24, (short) r.application);
        b.put(at + 26, (byte) Packing.attributes(r));
        b.put(at + 27, (byte) Packing.restFlags(r));
        if (format == SilkFormat.FT_RWAUGROUTING) {
            b.putInt(at + 28, (int) r.nhipLo);
            Packing.interfaces(b, at + 32, r);
        } else if (format == SilkFormat.FT_RWAUGSNMPOUT) {
            b.putShort(at + 28, (short) Packing.output(r));
        }
    }

    private void encodePacked(ByteBuffer b, int at, FlowRecord r) {
        Packing.flagsTimesVolumes(
                b, at, r, origin.hourMs(), Packing.tcpBit(r), Packing.protFlags(r));
        encodeTail(b, at + 12, r);
        Packing.ports(b, at + 16, r);
        if (format == SilkFormat.FT_RWAUGROUTING) {
            Packing.interfaces(b, at + 20, r);
            Packing.addresses(b, at + 24, r);
            b.putInt(at + 32, (int) r.nhipLo);
        } else {
            Packing.addresses(b, at + 20, r);
            if (format == SilkFormat.FT_RWAUGSNMPOUT) {
                b.putShort(at + 28, (short) Packing.output(r));
            }
        }
    }

    private static void encodeTail(ByteBuffer b, int at, FlowRecord r) {
        b.put(at, (byte) Packing.attributes(r));
        b.put(at + 1, (byte) Packing.restFlags(r));
        b.putShort(at + 2, (short) r.application);
    }

    private void encodeFull(ByteBuffer b, int at, FlowRecord r) {
        Packing.augmented(b, at, r, origin.hourMs());
        Packing.addresses(b, at + 24, r);
        if (format == SilkFormat.FT_RWAUGROUTING) {
            b.putInt(at + 32, (int) r.nhipLo);
            Packing.interfaces(b, at + 36, r);
        } else if (format == SilkFormat.FT_RWAUGSNMPOUT) {
            b.putShort(at + 32, (short) Packing.output(r));
        }
    }

    private void encodeWeb(ByteBuffer b, int at, FlowRecord r) {
        long hour = origin.hourMs();
        if (version == 5) {
            Packing.timesFlagsProto(b, at, r, hour, Packing.isServer(r) ? 3 : 2);
            b.putShort(at + 6, (short) r.application);
            b.putInt(at + 8, Packing.webCode(r) << 30 | Packing.durationMs(r));
            Packing.volumes(b, at + 12, r);
            Packing.addresses(b, at + 20, r);
            b.putShort(at + 28, Packing.clientPort(r));
        } else if (version == 4) {
            Packing.flagsTimesVolumes(b, at, r, hour, Packing.web(r), Packing.protFlags(r));
            encodeTail(b, at + 12, r);
            Packing.addresses(b, at + 16, r);
            b.putShort(at + 24, Packing.clientPort(r));
        } else {
            Packing.addresses(b, at, r);
            Packing.timeBytesPktsFlags(b, at + 8, r, hour, Packing.web(r), Packing.protFlags(r));
            b.putShort(at + 20, Packing.clientPort(r));
            b.putShort(at + 22, (short) r.application);
            b.put(at + 24, (byte) Packing.attributes(r));
            b.put(at + 25, (byte) Packing.restFlags(r));
        }
    }
}

package dev.rearview.silk;

import static dev.rearview.silk.Bits.u32;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// RWIPV6 and RWIPV6ROUTING: both families, addresses in network order whatever the file's order.
final class Ipv6Layout implements RecordLayout {
    static final int SIZE_ROUTING_V1 = 88;

    private final boolean routing;
    private final int version;
    private final int size;
    private final Origin origin;

    private Ipv6Layout(boolean routing, int version, int size, Origin origin) {
        this.routing = routing;
        this.version = version;
        this.size = size;
        this.origin = origin;
    }

    static Optional<RecordLayout> of(SilkFormat format, int version, Origin origin) {
        boolean routing = format == SilkFormat.FT_RWIPV6ROUTING;
        int[] sizes = routing ? new int[] {0, SIZE_ROUTING_V1, 88, 100} : new int[] {0, 68, 56};
        return version > 0 && version < sizes.length
                ? Optional.of(new Ipv6Layout(routing, version, sizes[version], origin))
                : Optional.empty();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean needsExpandedFix() {
        return routing ? version <= 2 : version == 1;
    }

    @Override
    public void decode(ByteBuffer b, int at, FlowRecord r) {
        if (!routing && version == 2) {
            packed(b, at, r);
            return;
        }
        GenericLayout.common(b, at, r);
        int sip;
        if (!routing) {
            Bits.volumes(b, at + 28, r);
            sip = at + 36;
        } else if (version == 3) {
            r.input = Math.min(u32(b, at + 28), 0xFFFF);
            r.packets = Packing.clamp(b.getLong(at + 32));
            r.bytes = Packing.clamp(b.getLong(at + 40));
            r.output = Math.min(u32(b, at + 96), 0xFFFF);
            sip = at + 48;
        } else {
            Bits.interfaces(b, at + 28, r);
            Bits.volumes(b, at + 32, r);
            sip = at + 40;
        }
        if (routing && version == 2) {
            r.application = 0;
        }
        addresses(b, sip, r);
        if (routing) {
            nextHop(b, sip + 32, r);
        }
    }

    private void packed(ByteBuffer b, int at, FlowRecord r) {
        Bits.augmented(b, at, origin.hourMs(), r);
        Bits.origin(origin, r);
        addresses(b, at + 24, r);
    }

    private static void addresses(ByteBuffer b, int at, FlowRecord r) {
        boolean v6 = (r.attributes & Attributes.IPV6) != 0;
        r.sipHi = v6 ? word(b, at) : 0;
        r.sipLo = v6 ? word(b, at + 8) : Ip.mapped((int) word(b, at + 8));
        r.dipHi = v6 ? word(b, at + 16) : 0;
        r.dipLo = v6 ? word(b, at + 24) : Ip.mapped((int) word(b, at + 24));
        if (v6) {
            r.nhipHi = 0;
            r.nhipLo = 0;
        }
    }

    private static void nextHop(ByteBuffer b, int at, FlowRecord r) {
        boolean v6 = (r.attributes & Attributes.IPV6) != 0;
        r.nhipHi = v6 ? word(b, at) : 0;
        r.nhipLo = v6 ? word(b, at + 8) : Ip.mapped((int) word(b, at + 8));
    }

    private static long word(ByteBuffer b, int at) {
        long v = b.getLong(at);
        return b.order() == ByteOrder.BIG_ENDIAN ? v : Long.reverseBytes(v);
    }

    @Override
    public Misfit encode(ByteBuffer b, int at, FlowRecord r) {
        if (!routing && version == 2) {
            return encodePacked(b, at, r);
        }
        GenericLayout.encodeCommon(b, at, r);
        b.put(at + 23, (byte) attributes(r));
        int sip;
        if (!routing) {
            Packing.volumes(b, at + 28, r);
            sip = at + 36;
        } else if (version == 3) {
            b.putInt(at + 28, (int) Packing.clamp(r.input));
            b.putLong(at + 32, r.packets);
            b.putLong(at + 40, r.bytes);
            b.putInt(at + 96, (int) Packing.clamp(r.output));
            sip = at + 48;
        } else {
            Packing.interfaces(b, at + 28, r);
            Packing.volumes(b, at + 32, r);
            sip = at + 40;
        }
        encodeAddresses(b, sip, r);
        if (routing) {
            putWord(b, sip + 32, r.nhipHi);
            putWord(b, sip + 40, r.nhipLo);
        }
        return Misfit.NONE;
    }

    private Misfit encodePacked(ByteBuffer b, int at, FlowRecord r) {
        Misfit misfit = Packing.start(r, origin.hourMs());
        if (misfit != Misfit.NONE) {
            return misfit;
        }
        Packing.augmented(b, at, r, origin.hourMs());
        b.put(at + 5, (byte) attributes(r));
        encodeAddresses(b, at + 24, r);
        return Misfit.NONE;
    }

    private static int attributes(FlowRecord r) {
        return Packing.attributes(r) | (r.isIpv6() ? Attributes.IPV6 : 0);
    }

    private static void encodeAddresses(ByteBuffer b, int at, FlowRecord r) {
        putWord(b, at, r.sipHi);
        putWord(b, at + 8, r.sipLo);
        putWord(b, at + 16, r.dipHi);
        putWord(b, at + 24, r.dipLo);
    }

    private static void putWord(ByteBuffer b, int at, long v) {
        b.putLong(at, b.order() == ByteOrder.BIG_ENDIAN ? v : Long.reverseBytes(v));
    }
}

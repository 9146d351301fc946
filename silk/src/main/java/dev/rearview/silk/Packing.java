package dev.rearview.silk;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import java.nio.ByteBuffer;

/// Writes the bit groups that several record layouts share, the counterpart of [Bits]. What does
/// not fit is found by the checks, which come first.
final class Packing {
    /// Attributes that SiLK's files have, but for the one that says which family a record has.
    private static final int WRITTEN = ~(Attributes.TIME_REPLACED | Attributes.IPV6);

    private static final long MOST = 0xFFFF_FFFFL;

    /// A duration that has no room beside the volumes of the oldest layouts.
    static final long PEF_SPAN_MS = 2048_000;

    private static final long SPAN_MS = 4096_000;
    private static final int PACKET_BITS = 20;
    private static final int MOST_PER_PACKET = (1 << 14) - 1;

    private Packing() {}

    // Checks ------------------------------------------------------------------------------------

    static Misfit ipv4(FlowRecord r) {
        return r.isIpv6() ? Misfit.IPV6 : Misfit.NONE;
    }

    static Misfit tcp(FlowRecord r) {
        return r.protocol == Protocols.TCP ? Misfit.NONE : Misfit.PROTOCOL;
    }

    /// Volumes as packets and octets of each.
    static Misfit volumes(FlowRecord r) {
        long packets = clamp(r.packets);
        long octets = clamp(r.bytes);
        if (packets == 0) {
            return Misfit.NO_PACKETS;
        }
        if (octets < packets) {
            return Misfit.FEW_OCTETS;
        }
        if (packets / 64 >= 1 << PACKET_BITS) {
            return Misfit.MANY_PACKETS;
        }
        return octets / packets > MOST_PER_PACKET ? Misfit.LARGE_PACKETS : Misfit.NONE;
    }

    /// The start as time since the file's hour.
    static Misfit start(FlowRecord r, long hourMs) {
        long offset = r.stimeMs() - hourMs;
        return offset < 0 || offset >= SPAN_MS ? Misfit.START : Misfit.NONE;
    }

    /// The start as 32 bits of seconds.
    static Misfit seconds(FlowRecord r) {
        long seconds = Math.floorDiv(r.stimeMs(), 1000);
        return seconds < 0 || seconds > MOST ? Misfit.START : Misfit.NONE;
    }

    /// @param lessMs a duration that is too long
    static Misfit duration(FlowRecord r, long lessMs) {
        return r.durationMs() < lessMs ? Misfit.NONE : Misfit.DURATION;
    }

    /// A duration where there is room for as much as for the start.
    static Misfit duration(FlowRecord r) {
        return duration(r, SPAN_MS);
    }

    static Misfit sensor(FlowRecord r, int most) {
        return r.sensor <= most ? Misfit.NONE : Misfit.SENSOR;
    }

    static Misfit interfaces(FlowRecord r, boolean withOutput) {
        return r.input <= 0xFF && (!withOutput || r.output <= 0xFF)
                ? Misfit.NONE
                : Misfit.INTERFACE;
    }

    // Values ------------------------------------------------------------------------------------

    /// A volume as 32 bits can say it.
    static long clamp(long volume) {
        return Long.compareUnsigned(volume, MOST) > 0 ? MOST : volume;
    }

    static int attributes(FlowRecord r) {
        return r.attributes & WRITTEN;
    }

    static boolean isTcp(FlowRecord r) {
        return r.protocol == Protocols.TCP;
    }

    private static boolean isExpanded(FlowRecord r) {
        return isTcp(r) && (r.attributes & Attributes.EXPANDED) != 0;
    }

    /// Protocol or flags where a record has a rest_flags octet besides.
    static int protFlags(FlowRecord r) {
        return isExpanded(r) ? r.initialFlags : protOrFlags(r);
    }

    /// Protocol or flags where there is no rest_flags octet.
    static int protOrFlags(FlowRecord r) {
        return isTcp(r) ? r.flags : r.protocol;
    }

    static int restFlags(FlowRecord r) {
        return isExpanded(r) ? r.sessionFlags : isTcp(r) ? 0 : r.flags;
    }

    static boolean times64(FlowRecord r) {
        return clamp(r.packets) >= 1 << PACKET_BITS;
    }

    static int pkts20(FlowRecord r) {
        long packets = clamp(r.packets);
        return (int) (times64(r) ? packets / 64 : packets);
    }

    /// Octets for each packet, with 6 bits behind the point.
    static int bpp(FlowRecord r) {
        long packets = clamp(r.packets);
        long octets = clamp(r.bytes);
        return (int) (octets / packets << 6 | octets % packets * 64 / packets);
    }

    private static int bit(boolean set, int at) {
        return set ? 1 << at : 0;
    }

    static int seconds(long ms) {
        return (int) Math.floorDiv(ms, 1000);
    }

    static int milliseconds(long ms) {
        return (int) Math.floorMod(ms, 1000L);
    }

    static int input(FlowRecord r) {
        return (int) Math.min(r.input, 0xFFFF);
    }

    static int output(FlowRecord r) {
        return (int) Math.min(r.output, 0xFFFF);
    }

    // Groups ------------------------------------------------------------------------------------

    static int pef(FlowRecord r) {
        return pkts20(r) << 12 | seconds(r.durationMs()) << 1 | bit(times64(r), 0);
    }

    static int sbb(FlowRecord r, long hourMs) {
        return seconds(r.stimeMs() - hourMs) << 20 | bpp(r);
    }

    /// @param middle bits 10 to 8: whether it is TCP, or those of [#web]
    static void timeBytesPktsFlags(
            ByteBuffer b, int at, FlowRecord r, long hourMs, int middle, int protFlags) {
        long offset = r.stimeMs() - hourMs;
        b.putInt(at, pkts20(r) << 12 | seconds(offset));
        b.putInt(at + 4, bpp(r) << 12 | seconds(r.durationMs()));
        b.putInt(
                at + 8,
                milliseconds(offset) << 22
                        | milliseconds(r.durationMs()) << 12
                        | bit(times64(r), 11)
                        | middle << 8
                        | protFlags);
    }

    /// @param middle bits 22 to 20: whether it is TCP, or those of [#web]
    static void flagsTimesVolumes(
            ByteBuffer b, int at, FlowRecord r, long hourMs, int middle, int protFlags) {
        int bpp = bpp(r);
        b.putInt(at, (int) (r.stimeMs() - hourMs) << 10 | bpp >>> 10);
        b.putInt(at + 4, bpp << 22 | (int) r.durationMs());
        b.putInt(at + 8, protFlags << 24 | bit(times64(r), 23) | middle << 20 | pkts20(r));
    }

    /// @param middle bits 23 and 22: whether it is TCP, and whether its source is a web server
    static void timesFlagsProto(ByteBuffer b, int at, FlowRecord r, long hourMs, int middle) {
        int rest = isExpanded(r) ? r.sessionFlags : 0;
        b.putInt(at, rest << 24 | middle << 22 | (int) (r.stimeMs() - hourMs));
        b.put(at + 4, (byte) protFlags(r));
        b.put(at + 5, (byte) attributes(r));
    }

    /// The highest of three bits, which says whether it is TCP.
    static int tcpBit(FlowRecord r) {
        return bit(isTcp(r), 2);
    }

    /// Whether the source is the web server.
    static boolean isServer(FlowRecord r) {
        return Bits.webCode(r.sport) < Bits.OTHER_PORT;
    }

    /// Three bits: whether the source is the server, and a code for its port.
    static int web(FlowRecord r) {
        return bit(isServer(r), 2) | webCode(r);
    }

    static int webCode(FlowRecord r) {
        return Bits.webCode(isServer(r) ? r.sport : r.dport);
    }

    /// The port that is not the web server's.
    static short clientPort(FlowRecord r) {
        return (short) (isServer(r) ? r.dport : r.sport);
    }

    static void ports(ByteBuffer b, int at, FlowRecord r) {
        b.putShort(at, (short) r.sport);
        b.putShort(at + 2, (short) r.dport);
    }

    static void addresses(ByteBuffer b, int at, FlowRecord r) {
        b.putInt(at, (int) r.sipLo);
        b.putInt(at + 4, (int) r.dipLo);
    }

    /// Packets and octets of 32 bits each.
    static void volumes(ByteBuffer b, int at, FlowRecord r) {
        b.putInt(at, (int) clamp(r.packets));
        b.putInt(at + 4, (int) clamp(r.bytes));
    }

    /// The first 24 octets, which RWAUGMENTED v5 shares with RWIPV6 v2.
    static void augmented(ByteBuffer b, int at, FlowRecord r, long hourMs) {
        timesFlagsProto(b, at, r, hourMs, tcpBit(r) >>> 1);
        b.putShort(at + 6, (short) r.application);
        ports(b, at + 8, r);
        b.putInt(at + 12, durationMs(r));
        volumes(b, at + 16, r);
    }

    static void interfaces(ByteBuffer b, int at, FlowRecord r) {
        b.putShort(at, (short) input(r));
        b.putShort(at + 2, (short) output(r));
    }

    /// A duration in milliseconds as 32 bits can say it.
    static int durationMs(FlowRecord r) {
        return (int) Math.min(r.durationMs(), MOST);
    }
}

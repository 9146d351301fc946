package dev.rearview.wire;

import dev.rearview.model.FlowRecord;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/// What two decoders should agree on.
///
/// @param start milliseconds since 1970, -1 where the other decoder does not tell
/// @param duration milliseconds
record Flow(
        InetAddress sip,
        InetAddress dip,
        int sport,
        int dport,
        int protocol,
        long packets,
        long bytes,
        int flags,
        long input,
        long output,
        long start,
        long duration) {

    static Flow of(FlowRecord r) {
        return new Flow(
                address(r.isIpv6(), r.sipHi, r.sipLo),
                address(r.isIpv6(), r.dipHi, r.dipLo),
                r.sport,
                r.dport,
                r.protocol,
                r.packets,
                r.bytes,
                r.flags,
                r.input,
                r.output,
                r.stimeMs(),
                r.durationMs());
    }

    /// This flow with the other's start where that says nothing, or where they differ by roll-overs
    /// of a 32-bit counter of milliseconds, which other decoders leave alone.
    Flow comparableWith(Flow other) {
        boolean same = other.start < 0 || Math.floorMod(start - other.start, 1L << 32) == 0;
        return new Flow(
                sip,
                dip,
                sport,
                dport,
                protocol,
                packets,
                bytes,
                flags,
                input,
                output,
                same ? other.start : start,
                duration);
    }

    private static InetAddress address(boolean v6, long hi, long lo) {
        byte[] octets =
                v6
                        ? ByteBuffer.allocate(16).putLong(hi).putLong(lo).array()
                        : ByteBuffer.allocate(4).putInt((int) lo).array();
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(literal, e);
        }
    }
}

package dev.rearview.nfcapd;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import java.nio.ByteBuffer;

/// Decodes the records of a layout.
abstract class Records {
    /// Octets of the head of every record: type and size.
    static final int HEAD = 4;

    /// What the flow had in the other direction; no packets where it had none.
    long reversePackets;

    long reverseBytes;

    /// Something is wrong with a record.
    static final class Damage extends Exception {
        private static final long serialVersionUID = 1;

        Damage(String reason) {
            super(reason, null, false, false);
        }
    }

    /// Decodes one record.
    ///
    /// @param at of its head
    /// @param size with its head, all of which lies in `data`
    /// @param r cleared
    /// @return whether it is a flow
    abstract boolean decode(ByteBuffer data, int at, int size, FlowRecord r) throws Damage;

    static void need(int octets, int there, String part) throws Damage {
        if (there < octets) {
            throw new Damage(part + " has " + there + " octets, not " + octets);
        }
    }

    /// Sets start and duration of times in milliseconds.
    static void times(FlowRecord r, long first, long last) throws Damage {
        if (first < 0 || first > Long.MAX_VALUE / 1000 || last > Long.MAX_VALUE / 1000) {
            throw new Damage("has a time out of range");
        }
        r.stime = first * 1000;
        r.duration = Math.max(0, last - first) * 1000;
    }

    static void ipv4(FlowRecord r, int source, int destination) {
        r.setSipV4(source);
        r.setDipV4(destination);
    }

    static void ipv6(FlowRecord r, ByteBuffer b, int at) {
        r.sipHi = b.getLong(at);
        r.sipLo = b.getLong(at + 8);
        r.dipHi = b.getLong(at + 16);
        r.dipLo = b.getLong(at + 24);
        r.setIpv6(true);
    }

    /// Turns a flow round, with what it had in the other direction.
    void reverse(FlowRecord r) {
        long hi = r.sipHi;
        long lo = r.sipLo;
        r.sipHi = r.dipHi;
        r.sipLo = r.dipLo;
        r.dipHi = hi;
        r.dipLo = lo;
        if (!r.isIcmp()) {
            int port = r.sport;
            r.sport = r.dport;
            r.dport = port;
        }
        long input = r.input;
        r.input = r.output;
        r.output = input;
        r.setTypesOfService(r.otherTypeOfService(), r.typeOfService());
        // What is kept of flags is that of both.
        r.flags = 0;
        r.packets = reversePackets;
        r.bytes = reverseBytes;
        r.nhipHi = 0;
        r.nhipLo = r.isIpv6() ? 0 : Ip.MAPPED;
    }
}

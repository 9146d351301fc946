package dev.rearview.model;

/// One flow as a mutable row, reused by decoders and encoders so that no row costs an object.
///
/// Addresses are 128 bits in two words, IPv4 as `::ffff:a.b.c.d`; [Attributes#IPV6] says which
/// family the record has. Times are microseconds since 1970 UTC, durations microseconds.
public final class FlowRecord {
    /// Sensor number of a record without one.
    public static final int NO_SENSOR = 0xFFFF;

    /// Flowtype number of a record without one.
    public static final int NO_FLOWTYPE = 0xFF;

    public long sipHi;
    public long sipLo;
    public long dipHi;
    public long dipLo;
    public long nhipHi;
    public long nhipLo;
    public int sport;
    public int dport;
    public int protocol;
    public int flags;
    public int initialFlags;
    public int sessionFlags;
    public int attributes;
    public int application;
    public int memo;
    public long packets;
    public long bytes;
    public long sampling;
    public long stime;
    public long duration;
    public long input;
    public long output;
    public int sensor;
    public int flowtype;

    public FlowRecord() {
        clear();
    }

    /// Resets to an IPv4 record with all values 0 and neither sensor nor flowtype.
    public void clear() {
        sipHi = dipHi = nhipHi = 0;
        sipLo = dipLo = nhipLo = Ip.MAPPED;
        sport = dport = protocol = flags = initialFlags = sessionFlags = 0;
        attributes = application = memo = 0;
        packets = bytes = sampling = stime = duration = input = output = 0;
        sensor = NO_SENSOR;
        flowtype = NO_FLOWTYPE;
    }

    public void copyFrom(FlowRecord other) {
        sipHi = other.sipHi;
        sipLo = other.sipLo;
        dipHi = other.dipHi;
        dipLo = other.dipLo;
        nhipHi = other.nhipHi;
        nhipLo = other.nhipLo;
        sport = other.sport;
        dport = other.dport;
        protocol = other.protocol;
        flags = other.flags;
        initialFlags = other.initialFlags;
        sessionFlags = other.sessionFlags;
        attributes = other.attributes;
        application = other.application;
        memo = other.memo;
        packets = other.packets;
        bytes = other.bytes;
        sampling = other.sampling;
        stime = other.stime;
        duration = other.duration;
        input = other.input;
        output = other.output;
        sensor = other.sensor;
        flowtype = other.flowtype;
    }

    public boolean isIpv6() {
        return (attributes & Attributes.IPV6) != 0;
    }

    /// Sets the family; addresses are left as they are.
    public void setIpv6(boolean v6) {
        attributes = v6 ? attributes | Attributes.IPV6 : attributes & ~Attributes.IPV6;
    }

    public void setSipV4(int bits) {
        sipHi = 0;
        sipLo = Ip.mapped(bits);
    }

    public void setDipV4(int bits) {
        dipHi = 0;
        dipLo = Ip.mapped(bits);
    }

    public void setNhipV4(int bits) {
        nhipHi = 0;
        nhipLo = Ip.mapped(bits);
    }

    /// Start in milliseconds, truncated.
    public long stimeMs() {
        return Math.floorDiv(stime, 1000);
    }

    /// Duration in milliseconds, truncated.
    public long durationMs() {
        return duration / 1000;
    }

    /// Whether the destination port is an ICMP type and code.
    public boolean isIcmp() {
        return Protocols.isIcmp(protocol, isIpv6());
    }

    /// Sets the types of service of a flow of nfcapd's, which take its memo.
    public void setTypesOfService(int source, int destination) {
        memo = source & 0xFF | (destination & 0xFF) << 8;
    }

    /// Type of service of the packets, where [#setTypesOfService] has set it.
    public int typeOfService() {
        return memo & 0xFF;
    }

    /// Type of service behind the exporter, or of what was answered.
    public int otherTypeOfService() {
        return memo >>> 8;
    }

    /// Turns an IPv6 record with mapped addresses into IPv4.
    ///
    /// @return whether all its addresses allowed that
    public boolean toIpv4() {
        if (!isIpv6()) {
            return true;
        }
        boolean nextHopFits = Ip.isMapped(nhipHi, nhipLo) || (nhipHi | nhipLo) == 0;
        if (!Ip.isMapped(sipHi, sipLo) || !Ip.isMapped(dipHi, dipLo) || !nextHopFits) {
            return false;
        }
        if (nhipLo == 0) {
            nhipLo = Ip.MAPPED;
        }
        setIpv6(false);
        return true;
    }
}

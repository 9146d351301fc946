package dev.rearview.wire;

import java.util.Set;

/// How a probe wants its records read: its quirks, by their names in sensor.conf.
public final class ProbeOptions {
    /// Those of a probe without quirks.
    public static final ProbeOptions DEFAULT = of(false, Set.of());

    /// What is no quirk of sensor.conf.
    private static final String KEEPS_PLACE = "keeps-place";

    private static final String RECORD_ALONE = "record-alone";

    private final boolean vlanInterfaces;
    private final boolean firewallEvents;
    private final boolean firewallUpdates;
    private final boolean missingIps;
    private final boolean outIsReverse;
    private final boolean sysUptimeSeconds;
    private final boolean zeroPackets;
    private final boolean innerHeader;
    private final boolean sflowIpLength;
    private final boolean keepsPlace;
    private final boolean recordAlone;

    private ProbeOptions(boolean vlanInterfaces, Set<String> quirks) {
        this.vlanInterfaces = vlanInterfaces;
        this.firewallEvents = quirks.contains("firewall-event");
        this.firewallUpdates = quirks.contains("firewall-update");
        this.missingIps = quirks.contains("missing-ips");
        this.outIsReverse = quirks.contains("nf9-out-is-reverse");
        this.sysUptimeSeconds = quirks.contains("nf9-sysuptime-seconds");
        this.zeroPackets = quirks.contains("zero-packets");
        this.innerHeader = quirks.contains("inner-header");
        this.sflowIpLength = quirks.contains("sflow-ip-length");
        this.keepsPlace = quirks.contains(KEEPS_PLACE);
        this.recordAlone = quirks.contains(RECORD_ALONE);
    }

    /// Options of a probe of sensor.conf.
    ///
    /// @param quirks names as they stand there; others are no matter of decoding
    public static ProbeOptions of(boolean vlanInterfaces, Set<String> quirks) {
        return new ProbeOptions(vlanInterfaces, quirks);
    }

    /// Options of a file that becomes one of SiLK's without a configuration that says whose flows
    /// they are: flows keep the sensor and type that their records name.
    ///
    /// @param recordAlone whether only what SiLK's converter looks at counts: a reverse direction
    ///   where the record says when it began, or counts by initiator and responder; and for times
    ///   that count from the exporter's start, a start that the record itself tells
    public static ProbeOptions ofFile(boolean vlanInterfaces, boolean recordAlone) {
        Set<String> own = recordAlone ? Set.of(KEEPS_PLACE, RECORD_ALONE) : Set.of(KEEPS_PLACE);
        return new ProbeOptions(vlanInterfaces, own);
    }

    /// Whether input and output are VLAN numbers, not SNMP indexes.
    public boolean vlanInterfaces() {
        return vlanInterfaces;
    }

    /// Whether to read firewall event elements.
    public boolean firewallEvents() {
        return firewallEvents;
    }

    /// Whether to count what firewalls tell of connections while they last.
    public boolean firewallUpdates() {
        return firewallUpdates;
    }

    /// Whether to keep records of templates without addresses.
    public boolean missingIps() {
        return missingIps;
    }

    /// Whether NetFlow v9's elements 23 and 24 count the reverse direction.
    public boolean outIsReverse() {
        return outIsReverse;
    }

    /// Whether NetFlow v9's header gives the uptime in seconds.
    public boolean sysUptimeSeconds() {
        return sysUptimeSeconds;
    }

    /// Whether to keep records without packets, counting one.
    public boolean zeroPackets() {
        return zeroPackets;
    }

    /// Whether to take the inner one of two packet headers.
    public boolean innerHeader() {
        return innerHeader;
    }

    /// Whether octets of sFlow samples are those of the IP packet, not of the frame.
    public boolean sflowIpLength() {
        return sflowIpLength;
    }

    /// Whether flows keep the sensor and type that their records name.
    boolean keepsPlace() {
        return keepsPlace;
    }

    /// Whether only what SiLK's converter looks at counts, see [#ofFile].
    boolean recordAlone() {
        return recordAlone;
    }
}

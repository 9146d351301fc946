package dev.rearview.wire;

import java.util.Set;

/// How a probe wants its records read.
///
/// @param vlanInterfaces input and output are VLAN numbers, not SNMP indexes
/// @param firewallEvents read firewall event elements
/// @param firewallUpdates count what firewalls tell of connections while they last
/// @param missingIps keep records of templates without addresses
/// @param outIsReverse NetFlow v9's elements 23 and 24 count the reverse direction
/// @param sysUptimeSeconds NetFlow v9's header gives the uptime in seconds
/// @param zeroPackets keep records without packets, counting one
/// @param innerHeader of records with two packet headers take the inner one
/// @param sflowIpLength octets of sFlow samples are those of the IP packet, not of the frame
public record ProbeOptions(
        boolean vlanInterfaces,
        boolean firewallEvents,
        boolean firewallUpdates,
        boolean missingIps,
        boolean outIsReverse,
        boolean sysUptimeSeconds,
        boolean zeroPackets,
        boolean innerHeader,
        boolean sflowIpLength) {
    public static final ProbeOptions DEFAULT = of(false, Set.of());

    /// Options of a probe of sensor.conf.
    ///
    /// @param quirks names as they stand there; others are no matter of decoding
    public static ProbeOptions of(boolean vlanInterfaces, Set<String> quirks) {
        return new ProbeOptions(
                vlanInterfaces,
                quirks.contains("firewall-event"),
                quirks.contains("firewall-update"),
                quirks.contains("missing-ips"),
                quirks.contains("nf9-out-is-reverse"),
                quirks.contains("nf9-sysuptime-seconds"),
                quirks.contains("zero-packets"),
                quirks.contains("inner-header"),
                quirks.contains("sflow-ip-length"));
    }
}

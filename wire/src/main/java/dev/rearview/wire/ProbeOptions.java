package dev.rearview.wire;

/// How a probe wants its records read.
///
/// @param vlanInterfaces input and output are VLAN numbers, not SNMP indexes
/// @param firewallEvents read firewall event elements
/// @param missingIps keep records of templates without addresses
/// @param outIsReverse NetFlow v9's elements 23 and 24 count the reverse direction
/// @param sysUptimeSeconds NetFlow v9's header gives the uptime in seconds
/// @param zeroPackets keep records without packets, counting one
public record ProbeOptions(
        boolean vlanInterfaces,
        boolean firewallEvents,
        boolean missingIps,
        boolean outIsReverse,
        boolean sysUptimeSeconds,
        boolean zeroPackets) {
    public static final ProbeOptions DEFAULT =
            new ProbeOptions(false, false, false, false, false, false);
}

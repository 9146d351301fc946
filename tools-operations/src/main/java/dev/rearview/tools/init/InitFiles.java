package dev.rearview.tools.init;

import java.util.List;
import java.util.Locale;

/// The text of the files that a user begins with.
final class InitFiles {
    private InitFiles() {}

    static String silkConf(String sensor) {
        return """
        # Site configuration: sensors, and the types that flows are given. See silk.conf(5).
        version 2

        # A sensor is a place where flows are seen. Numbers and names stay what they are once there are
        # flows. For another one: a line here, its name in the class below, a block in sensor.conf.
        sensor 0 %1$s "Everything that is received"

        class all
            sensors %1$s
            type 0 in in                # from elsewhere to you
            type 1 out out              # from you to elsewhere
            type 2 inweb iw             # the same two, TCP port 80, 443 or 8080
            type 3 outweb ow
            type 4 innull innull        # to a null network, such as what a firewall refused
            type 5 outnull outnull
            type 6 int2int int2int      # between your networks
            type 7 ext2ext ext2ext      # between others
            type 8 inicmp inicmp
            type 9 outicmp outicmp
            type 10 other other
            default-types in inweb
        end class
        default-class all

        packing-logic "packlogic-twoway.so"
        """
                .formatted(sensor);
    }

    static String sensorConf(String sensor, List<String> networks, List<Integer> ports) {
        StringBuilder out =
                new StringBuilder(
                        """
                        # Who sends flows, and which networks are yours. See sensor.conf(5).
                        # After a change: rwflowpack ... --verify-sensor-config, then kill -HUP.

                        # A probe of type flow takes NetFlow v5, NetFlow v9, IPFIX and sFlow, whatever comes.
                        """);
        for (int port : ports) {
            out.append(
                    """
                    probe P%1$d flow
                        listen-on-port %1$d                # %2$s
                        protocol udp
                        # accept-from-host 192.0.2.1       # others are refused and counted
                    end probe
                    """
                            .formatted(port, usual(port)));
        }
        out.append(
                """

                # Your networks: a flow from elsewhere into them is of type in, the other way round out.
                # Addresses, blocks and wildcards, IPv4 and IPv6.
                group my-networks
                """);
        for (String network : networks) {
            out.append("    ipblocks ").append(network).append('\n');
        }
        out.append(
                """
                end group

                sensor %s
                    flow-probes %s
                    internal-ipblocks @my-networks
                    external-ipblocks remainder
                end sensor
                """
                        .formatted(
                                sensor,
                                String.join(", ", ports.stream().map(p -> "P" + p).toList())));
        return out.toString();
    }

    private static String usual(int port) {
        return switch (port) {
            case 2055, 9995, 9996 -> "usual for NetFlow";
            case 4739 -> "usual for IPFIX";
            case 6343 -> "usual for sFlow";
            default -> String.format(Locale.ROOT, "exporters send to %d/udp", port);
        };
    }
}

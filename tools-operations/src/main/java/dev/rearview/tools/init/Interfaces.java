package dev.rearview.tools.init;

import dev.rearview.kit.options.ToolException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The networks that this machine is in.
final class Interfaces {
    private static final int OCTET = 8;

    private Interfaces() {}

    /// Blocks of the interfaces that are up, without loopback and link-local ones.
    static List<String> networks() {
        Set<String> out = new LinkedHashSet<>();
        try {
            for (NetworkInterface i : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (i.isUp() && !i.isLoopback()) {
                    add(i.getInterfaceAddresses(), out);
                }
            }
        } catch (SocketException e) {
            throw ToolException.failure(
                    "cannot list this machine's interfaces ("
                            + e.getMessage()
                            + "): give --networks=LIST");
        }
        return List.copyOf(out);
    }

    private static void add(Collection<InterfaceAddress> addresses, Set<String> out) {
        for (InterfaceAddress a : addresses) {
            InetAddress ip = a.getAddress();
            boolean isPlain = !ip.isLinkLocalAddress() && !ip.isLoopbackAddress();
            if (isPlain && a.getNetworkPrefixLength() > 0) {
                out.add(block(ip, a.getNetworkPrefixLength()));
            }
        }
    }

    /// The block of an address, such as 192.168.1.0/24.
    static String block(InetAddress ip, int prefix) {
        byte[] octets = ip.getAddress();
        for (int bit = prefix; bit < octets.length * OCTET; bit++) {
            octets[bit / OCTET] &= (byte) ~(1 << (OCTET - 1 - bit % OCTET));
        }
        try {
            return InetAddress.getByAddress(octets).getHostAddress() + "/" + prefix;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}

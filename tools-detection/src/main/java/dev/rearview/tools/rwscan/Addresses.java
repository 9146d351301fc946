package dev.rearview.tools.rwscan;

import dev.rearview.model.Ip;
import dev.rearview.text.IpFormat;

/// Addresses of IPv4 as text.
final class Addresses {
    private Addresses() {}

    static String text(int address) {
        return IpFormat.CANONICAL.format(0, Ip.mapped(address), false);
    }
}

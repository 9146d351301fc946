package dev.rearview.ingest;

import dev.rearview.site.Probe;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// What identifies a socket at which probes listen.
///
/// @param host as the configuration spells it; empty for all addresses
public record ListenAddress(int port, Optional<String> host) {
    /// Where a probe listens.
    public static ListenAddress of(Probe p) {
        return new ListenAddress(p.port(), p.listenAs());
    }

    /// What a socket is bound to.
    ///
    /// @throws UnknownHostException if the host has no address
    public InetSocketAddress place() throws UnknownHostException {
        return host.isPresent()
                ? new InetSocketAddress(InetAddress.getByName(host.get()), port)
                : new InetSocketAddress(port);
    }
}

package dev.rearview.ingest;

import dev.rearview.site.Probe;
import java.util.Optional;

/// What identifies a socket at which probes listen.
///
/// @param host as the configuration spells it; empty for all addresses
public record ListenAddress(int port, Optional<String> host) {
    /// Where a probe listens.
    public static ListenAddress of(Probe p) {
        return new ListenAddress(p.port(), p.listenAs());
    }
}

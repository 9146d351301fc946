package dev.rearview.ingest;

import dev.rearview.wire.Counters;
import dev.rearview.wire.state.StateReader;
import dev.rearview.wire.state.StateWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/// What tells exporters apart.
///
/// @param probe name of the probe
/// @param session number of the session, 0 for datagrams
record ExporterKey(String probe, InetAddress from, int session) {
    /// How it is written down.
    static final Exporters.Keys<ExporterKey> KEYS =
            new Exporters.Keys<>() {
                @Override
                public void save(ExporterKey key, StateWriter out) throws IOException {
                    out.octets(key.probe.getBytes(StandardCharsets.UTF_8));
                    out.octets(key.from.getAddress());
                    out.number(key.session);
                }

                @Override
                public ExporterKey restore(StateReader in) throws StateReader.Malformed {
                    String probe = new String(in.octets(), StandardCharsets.UTF_8);
                    try {
                        InetAddress from = InetAddress.getByAddress(in.octets());
                        return new ExporterKey(probe, from, in.number());
                    } catch (UnknownHostException e) {
                        throw new StateReader.Malformed(String.valueOf(e.getMessage()));
                    }
                }
            };

    Counters counters(Ledger ledger) {
        return ledger.of(probe, from.getHostAddress());
    }
}

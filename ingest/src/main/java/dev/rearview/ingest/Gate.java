package dev.rearview.ingest;

import dev.rearview.site.ExportFormat;
import dev.rearview.site.Probe;
import dev.rearview.wire.Drop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where messages come in: who may send what is decided before anything is stored, so that
/// strangers fill no disk. For one thread, that which receives.
public final class Gate {
    /// Takes messages whose senders are welcome; see [Intake#message].
    @FunctionalInterface
    public interface Messages {
        void take(String probe, InetSocketAddress from, int session, ByteBuffer bytes);
    }

    private final Accounts accounts;
    private final Messages out;
    private Routing routing;
    // The sender of the last datagram: the next one is mostly its, too.
    private @Nullable Probe lastProbe;
    private @Nullable InetSocketAddress lastFrom;
    private @Nullable ListenAddress lastTo;
    private int lastVersion;

    /// @param accounts whose ledger is of this thread
    public Gate(Routing routing, Accounts accounts, Messages out) {
        this.routing = routing;
        this.accounts = accounts;
        this.out = out;
    }

    /// Goes by another configuration from now on.
    public void use(Routing next) {
        routing = next;
        reroute();
    }

    /// Forgets who may send what to where, as hosts have other addresses now.
    public void reroute() {
        lastProbe = null;
    }

    /// Takes a datagram, which is not kept.
    ///
    /// @param to where it arrived
    public void datagram(ListenAddress to, ByteBuffer bytes, InetSocketAddress from) {
        Probe probe = lastProbe;
        int version = ExportFormat.version(bytes);
        if (probe == null
                || version != lastVersion
                || !from.equals(lastFrom)
                || !to.equals(lastTo)) {
            Optional<Probe> found = routing.datagramProbe(to, from.getAddress(), version);
            if (found.isEmpty()) {
                accounts.ledger()
                        .of(Ledger.NONE, from.getAddress().getHostAddress())
                        .drop(Drop.DISALLOWED_HOST, 1);
                accounts.causes().host(from.getAddress(), to);
                return;
            }
            probe = found.get();
            lastProbe = probe;
            lastFrom = from;
            lastTo = to;
            lastVersion = version;
        }
        out.take(probe.name(), from, 0, bytes);
    }

    /// Takes a message of a session, which is not kept.
    ///
    /// @param session its number, which is not 0
    public void message(Probe probe, InetSocketAddress peer, int session, ByteBuffer bytes) {
        out.take(probe.name(), peer, session, bytes);
    }

    /// Says that a session has ended.
    public void ended(Probe probe, InetSocketAddress peer, int session) {
        out.take(probe.name(), peer, session, ByteBuffer.allocate(0));
    }
}

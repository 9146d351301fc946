package dev.rearview.ingest;

import dev.rearview.model.FlowRecord;
import dev.rearview.site.ExportFormat;
import dev.rearview.site.Probe;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.StateBudget;
import java.io.Closeable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The way of a message that sockets received: to its probe, through that one's decoder with what
/// its exporter has announced, and its flows through the time window and the classifier into the
/// intake. For one thread.
public final class Reception implements Closeable {
    private record ExporterKey(String probe, InetAddress from) {}

    private final TimeWindow window;
    private final Accounts accounts;
    private final Admission admission;
    private final Exporters<ExporterKey> exporters;
    private final Function<Probe, Decoder> newDecoder;
    private final Map<String, Decoder> decoders = new HashMap<>();
    private final FlowConsumer take = this::take;
    private final Map<String, Admission.Source> sources = new HashMap<>();
    private Routing routing;
    // The exporter of the last datagram: the next one is mostly its, too.
    private @Nullable Decoder lastDecoder;
    private @Nullable ExporterKey lastKey;
    private @Nullable InetSocketAddress lastFrom;
    private @Nullable ListenAddress lastTo;
    private int lastVersion;
    // Of the message in hand.
    private long receivedUs;

    /// @param window starts of flows that are believed
    /// @param budget what exporters of datagrams may hold
    public Reception(
            Routing routing,
            TimeWindow window,
            StateBudget budget,
            Accounts accounts,
            Intake intake) {
        this(routing, window, budget, accounts, intake, Decoder::new);
    }

    /// @param newDecoder makes a probe's decoder
    Reception(
            Routing routing,
            TimeWindow window,
            StateBudget budget,
            Accounts accounts,
            Intake intake,
            Function<Probe, Decoder> newDecoder) {
        this.routing = routing;
        this.window = window;
        this.accounts = accounts;
        this.newDecoder = newDecoder;
        this.admission = new Admission(accounts.causes(), intake::append);
        Ledger ledger = accounts.ledger();
        this.exporters =
                new Exporters<>(
                        budget,
                        k -> ledger.of(k.probe, k.from.getHostAddress()),
                        ledger::generation);
    }

    /// Goes by another configuration from now on. What templates tell outlives it where the probe
    /// is as it was.
    public void use(Routing next) {
        routing = next;
        sources.clear();
        decoders.values().removeIf(d -> !next.probes().contains(d.probe()));
        exporters.removeIf(k -> !decoders.containsKey(k.probe));
        reroute();
    }

    /// Forgets who may send what to where, as hosts have other addresses now.
    public void reroute() {
        lastDecoder = null;
    }

    /// Takes a datagram, which is not kept.
    ///
    /// @param to where it arrived
    public void datagram(ListenAddress to, ByteBuffer bytes, InetSocketAddress from) {
        Decoder decoder = lastDecoder;
        ExporterKey key = lastKey;
        int version = ExportFormat.version(bytes);
        if (decoder == null
                || key == null
                || version != lastVersion
                || !from.equals(lastFrom)
                || !to.equals(lastTo)) {
            Optional<Probe> probe = routing.datagramProbe(to, from.getAddress(), version);
            if (probe.isEmpty()) {
                accounts.ledger()
                        .of(Ledger.NONE, from.getAddress().getHostAddress())
                        .drop(Drop.DISALLOWED_HOST, 1);
                accounts.causes().host(from.getAddress(), to);
                return;
            }
            decoder = decoder(probe.get());
            key = new ExporterKey(probe.get().name(), from.getAddress());
            lastDecoder = decoder;
            lastKey = key;
            lastFrom = from;
            lastTo = to;
            lastVersion = version;
        }
        Arrival arrival = begin(decoder.probe(), from);
        exporters.decode(key, decoder, bytes, arrival, take);
        tellCauses(decoder, key.from, bytes);
    }

    /// Takes a message of a session, which is not kept.
    ///
    /// @param exporter what the session has announced
    /// @return whether it was valid
    public boolean message(
            Probe probe, InetSocketAddress peer, Exporter exporter, ByteBuffer bytes) {
        Arrival arrival = begin(probe, peer);
        Counters counters = accounts.ledger().of(probe.name(), peer.getAddress().getHostAddress());
        Decoder decoder = decoder(probe);
        boolean valid = decoder.decode(bytes, exporter, arrival, counters, take);
        tellCauses(decoder, peer.getAddress(), bytes);
        return valid;
    }

    private Decoder decoder(Probe probe) {
        return decoders.computeIfAbsent(probe.name(), k -> newDecoder.apply(probe));
    }

    private Arrival begin(Probe probe, InetSocketAddress from) {
        admission.begin(
                sources.computeIfAbsent(probe.name(), k -> source(probe)), from.getAddress());
        receivedUs = System.currentTimeMillis() * 1000;
        return new Arrival(from.getPort(), receivedUs, Ticks.ms());
    }

    private Admission.Source source(Probe probe) {
        return new Admission.Source(
                routing.configuration(), probe, routing.classifier(probe), window);
    }

    private void take(FlowRecord r, Counters counters) {
        admission.take(r, counters, receivedUs);
    }

    /// Says why the message in hand is lost, if it is.
    private void tellCauses(Decoder decoder, InetAddress from, ByteBuffer bytes) {
        Probe probe = decoder.probe();
        Causes causes = accounts.causes();
        decoder.failure().ifPresent(failure -> causes.failure(probe, from, failure));
        if (decoder.wasOtherVersion()) {
            causes.version(probe, from, bytes);
        }
    }

    /// Forgets what exporters of datagrams have not announced again for long, and gives up data
    /// that has waited too long for it.
    public void expire() {
        exporters.expire(Ticks.ms());
    }

    /// Gives up what waits, which is counted.
    @Override
    public void close() {
        exporters.close();
    }
}

package dev.rearview.ingest;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import dev.rearview.site.Probe;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.state.StateReader;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The way of a message that sockets received, when it is decoded: through its probe's decoder with
/// what its exporter has announced, and its flows through the time window and the classifier to
/// whoever takes them. For one thread.
public final class Reception implements Closeable {
    private final TimeWindow window;
    private final Accounts accounts;
    private final Admission admission;
    private final Exporters<ExporterKey> exporters;
    private final Exporters<ExporterKey> sessions;
    private final Function<Probe, Decoder> newDecoder;
    private final Map<String, Decoder> decoders = new HashMap<>();
    private final FlowConsumer take = new Taking();
    private final Map<String, Admission.Source> sources = new HashMap<>();
    private Routing routing;
    // The exporter of the last message: the next one is mostly its, too.
    private @Nullable Decoder lastDecoder;
    private @Nullable ExporterKey lastKey;
    // Of the message in hand.
    private long receivedUs;
    private long nowMs;
    private boolean isLate;

    /// What exporters may hold.
    ///
    /// @param datagrams those that send datagrams
    /// @param sessions those of sessions
    public record Budgets(StateBudget datagrams, StateBudget sessions) {}

    /// A message.
    ///
    /// @param probe name of the probe that it was received for
    /// @param session number of its session, 0 for datagrams
    /// @param bytes what came; of a session, nothing where it ended
    public record Message(
            String probe, InetSocketAddress from, int session, Arrival arrival, ByteBuffer bytes) {}

    /// @param window starts of flows that are believed
    /// @param out takes flows with their sensor and type
    public Reception(
            Routing routing,
            TimeWindow window,
            Budgets budgets,
            Accounts accounts,
            FlowConsumer out) {
        this(routing, window, budgets, accounts, out, Decoder::new);
    }

    /// @param newDecoder makes a probe's decoder
    Reception(
            Routing routing,
            TimeWindow window,
            Budgets budgets,
            Accounts accounts,
            FlowConsumer out,
            Function<Probe, Decoder> newDecoder) {
        this.routing = routing;
        this.window = window;
        this.accounts = accounts;
        this.newDecoder = newDecoder;
        this.admission = new Admission(accounts.causes(), out);
        Ledger ledger = accounts.ledger();
        this.exporters =
                new Exporters<>(budgets.datagrams, k -> k.counters(ledger), ledger::generation);
        this.sessions =
                new Exporters<>(budgets.sessions, k -> k.counters(ledger), ledger::generation);
    }

    /// Has somebody told, on the thread of this, of sessions that make room for others: what they
    /// announced is forgotten, so that they have to begin anew.
    public void onEviction(Consumer<Integer> told) {
        sessions.onEviction(k -> told.accept(k.session()));
    }

    /// Has data decoded by the template that was announced for it later, where it would be given
    /// up. To be called before anything is taken.
    ///
    /// @param announcements asked when the first data would be given up
    public void expect(Supplier<LateTemplates> announcements) {
        Exporters.LateData<ExporterKey> data =
                new Exporters.LateData<>() {
                    @Override
                    public Exporter.Later later(ExporterKey key) {
                        return (protocol, domain, id, us) ->
                                announcements.get().after(key, protocol, domain, id, us);
                    }

                    @Override
                    public void take(ExporterKey key, Exporter from, Counters counters) {
                        takeLate(key, from, counters);
                    }
                };
        exporters.expect(data);
        sessions.expect(data);
    }

    private void takeLate(ExporterKey key, Exporter from, Counters counters) {
        List<Exporter.Late> late = from.takeLate();
        if (late.isEmpty()) {
            return;
        }
        Optional<Probe> probe = routing.probe(key.probe());
        if (probe.isEmpty()) {
            return;
        }
        Decoder decoder = decoder(probe.get());
        begin(probe.get(), key.from());
        isLate = true;
        // Decoding may make room where others wait.
        for (; !late.isEmpty(); late = from.takeLate()) {
            for (Exporter.Late data : late) {
                receivedUs = data.receivedUs();
                decoder.decode(data, from, nowMs, counters, take);
            }
        }
        isLate = false;
    }

    /// Whether the flow in hand is one whose template came late.
    public boolean isLate() {
        return isLate;
    }

    /// Forgets everything but what waits for templates, to make room for another one that goes on
    /// with that.
    public void forgetAnnouncements() {
        exporters.forgetAnnouncements();
        sessions.forgetAnnouncements();
    }

    /// Waits for templates that another one waits for, in the place of what this one does; the
    /// other one no longer waits for any.
    public void takeWaiting(Reception before) {
        exporters.takeWaiting(before.exporters);
        sessions.takeWaiting(before.sessions);
    }

    /// Goes by another configuration from now on. What templates tell outlives it where the probe
    /// is as it was.
    public void use(Routing next) {
        routing = next;
        sources.clear();
        lastDecoder = null;
        decoders.values().removeIf(d -> !next.probes().contains(d.probe()));
        exporters.removeIf(k -> !isAsBefore(k.probe()));
        sessions.removeIf(k -> !isAsBefore(k.probe()));
    }

    /// Whether a probe is as it was; one from which nothing has come may be one that an earlier run
    /// knew.
    private boolean isAsBefore(String probe) {
        return decoders.containsKey(probe);
    }

    /// Takes a message, which is not kept.
    ///
    /// @return false if there is no such probe: it is lost, and counted
    public boolean take(Message m) {
        Decoder decoder = lastDecoder;
        ExporterKey key = lastKey;
        InetAddress from = m.from.getAddress();
        if (decoder == null
                || key == null
                || key.session() != m.session
                || !key.from().equals(from)
                || !key.probe().equals(m.probe)) {
            Probe probe = routing.probe(m.probe).orElse(null);
            if (probe == null) {
                accounts.ledger()
                        .of(Ledger.NONE, from.getHostAddress())
                        .drop(Drop.DISALLOWED_HOST, 1);
                return false;
            }
            decoder = decoder(probe);
            key = new ExporterKey(m.probe, from, m.session);
            lastDecoder = decoder;
            lastKey = key;
        }
        if (key.session() != 0 && !m.bytes.hasRemaining()) {
            sessions.remove(key);
            return true;
        }
        begin(decoder.probe(), from);
        receivedUs = m.arrival.receivedUs();
        nowMs = m.arrival.nowMs();
        Exporters<ExporterKey> its = key.session() == 0 ? exporters : sessions;
        its.decode(key, decoder, m.bytes, m.arrival, take);
        tellCauses(decoder, from, m.bytes);
        return true;
    }

    private Decoder decoder(Probe probe) {
        return decoders.computeIfAbsent(probe.name(), k -> newDecoder.apply(probe));
    }

    private void begin(Probe probe, InetAddress from) {
        admission.begin(sources.computeIfAbsent(probe.name(), k -> source(probe)), from);
    }

    private Admission.Source source(Probe probe) {
        return new Admission.Source(
                routing.configuration(), probe, routing.classifier(probe), window);
    }

    /// Takes the flows of the message in hand.
    private final class Taking implements FlowConsumer {
        @Override
        public void accept(FlowRecord r, Counters counters) {
            admission.take(r, counters, receivedUs);
        }

        @Override
        public void accept(MessageFlows flows, Counters counters) {
            admission.take(flows, counters, receivedUs);
        }
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
    public void expire(long nowMs) {
        this.nowMs = nowMs;
        exporters.expire(nowMs);
        sessions.expire(nowMs, Long.MAX_VALUE);
    }

    /// Gives up what waits for templates, which is counted; all else stays known.
    public void giveUp() {
        exporters.giveUp();
        sessions.giveUp();
    }

    /// Forgets the sessions, which were another process's.
    public void endSessions() {
        sessions.close();
    }

    // State ---------------------------------------------------------------------------------------

    /// Writes what exporters have announced.
    ///
    /// @param mostOctets that it may take
    /// @param nowMs now, by the clock of what comes
    public byte[] save(int mostOctets, long nowMs) throws IOException {
        int most = mostOctets - Integer.BYTES;
        byte[] ofSessions = sessions.save(ExporterKey.KEYS, most / 2, nowMs);
        byte[] others = exporters.save(ExporterKey.KEYS, most - ofSessions.length, nowMs);
        return ByteBuffer.allocate(Integer.BYTES + ofSessions.length + others.length)
                .putInt(ofSessions.length)
                .put(ofSessions)
                .put(others)
                .array();
    }

    /// Takes up what [#save] wrote, in the place of all that is known.
    ///
    /// @param nowMs when it was written, by the clock of what comes
    /// @throws StateReader.Malformed if it wrote something else
    public void restore(ByteBuffer saved, long nowMs) throws StateReader.Malformed {
        lastDecoder = null;
        int length = saved.remaining() < Integer.BYTES ? -1 : saved.getInt();
        if (length < 0 || length > saved.remaining()) {
            throw new StateReader.Malformed("sessions of " + length + " octets");
        }
        sessions.restore(ExporterKey.KEYS, saved.slice(saved.position(), length), nowMs);
        saved.position(saved.position() + length);
        exporters.restore(ExporterKey.KEYS, saved, nowMs);
        routing.probes().forEach(this::decoder);
        exporters.removeIf(k -> !isAsBefore(k.probe()));
        sessions.removeIf(k -> !isAsBefore(k.probe()));
    }

    /// Gives up what waits, which is counted.
    @Override
    public void close() {
        exporters.close();
        sessions.close();
    }
}

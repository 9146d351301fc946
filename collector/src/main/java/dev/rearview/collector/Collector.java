package dev.rearview.collector;

import dev.rearview.model.FlowRecord;
import dev.rearview.site.ExportFormat;
import dev.rearview.site.PackingLogic;
import dev.rearview.site.Probe;
import dev.rearview.site.SensorConf;
import dev.rearview.site.Site;
import dev.rearview.store.FlowStore;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import dev.rearview.wire.StateBudget;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Receives, classifies and stores: one thread empties the UDP sockets, one decodes what they took
/// and serves all TCP sessions, one reads polled files, one writes segments. The second, whose loop
/// this is, waits for none of the others.
public final class Collector implements Closeable {
    /// How long waiting datagrams are decoded before sessions, files and timers have their turn;
    /// looked at after each load, as one may take long to decode.
    private static final long TURN_MS = 100;

    /// How long a template serves that is not announced again; also how long an exporter that is
    /// silent is remembered.
    static final long TEMPLATE_AGE_MS = 24L * 3600 * 1000;

    // Parts of the state's budget: exporters over UDP always have a quarter.
    private static final int SESSIONS_SHARE = 2;
    private static final int FILES_SHARE = 4;

    private static final long SYNC_MS = 1000;

    // The end takes five seconds at most: what came is decoded and the file in hand read to its
    // end, then segments are written, then the one in hand is awaited.
    private static final long DRAIN_MS = 1500;
    private static final long WRITE_MS = 2500;
    private static final long END_MS = 3200;

    /// A configuration that can be swapped while the collector runs.
    public record Configuration(Site site, PackingLogic logic, SensorConf.Result sensors) {}

    private record ExporterKey(String probe, InetAddress from) {}

    private final Settings settings;
    private final Log log;
    private final FlowStore store;
    private final LossLedger ledger = new LossLedger();
    private final LedgerSaving saving;
    private final LossCauses causes;
    private final Statistics statistics;
    private final StateBudget budget;
    private final Selector selector;
    private final UdpReceiver receiver;
    private final Listeners listeners;
    private final Sessions sessions;
    private final FileIntake files;
    private final SegmentWriting segments;
    private final JournalWriting journal;
    private final Map<String, Decoder> decoders = new HashMap<>();
    private final Exporters<ExporterKey> exporters;
    // The exporter of the last datagram: the next one is mostly its, too.
    private @Nullable Decoder lastDecoder;
    private @Nullable ExporterKey lastKey;
    private @Nullable InetSocketAddress lastFrom;
    private UdpSocket.@Nullable Address lastTo;
    private int lastVersion;
    // Of the message in hand.
    private @Nullable Classifier classifier;
    private long receivedUs;
    private long replacedStartUs;
    private @Nullable FlowRecord uncategorized;
    // Of the journals of an earlier run, what the ledger has.
    private long countedRecovered;
    private long countedLost;
    private final AtomicReference<@Nullable Routing> wanted = new AtomicReference<>();
    private volatile Routing routing;
    private final HostWatch hostWatch;
    private volatile boolean hostsChanged;
    private volatile boolean stopping;

    public Collector(Settings settings, Configuration configuration, Log log) throws IOException {
        this.settings = settings;
        this.log = log;
        this.routing = new Routing(configuration, log);
        this.store =
                FlowStore.open(
                        settings.root(),
                        configuration.site(),
                        notice -> log.warning("Repository: " + notice));
        this.saving = new LedgerSaving(ledger, store.stateDirectory().resolve("ledger.tsv"), log);
        this.budget = new StateBudget(settings.bounds().stateOctets());
        this.causes = new LossCauses(ledger, log, Ticks::ms);
        this.statistics = new Statistics(ledger, causes, log);
        this.selector = Selector.open();
        this.receiver = new UdpReceiver(log, selector::wakeup);
        this.listeners = new Listeners(receiver, selector);
        this.sessions =
                new Sessions(
                        selector,
                        budget.part(budget.limit() / SESSIONS_SHARE),
                        ledger,
                        causes,
                        log,
                        Ticks::ms,
                        this::message);
        this.files =
                new FileIntake(
                        settings,
                        store.stateDirectory().resolve("quarantine"),
                        budget.part(budget.limit() / FILES_SHARE),
                        ledger,
                        causes,
                        log,
                        selector::wakeup);
        this.segments =
                new SegmentWriting(
                        store,
                        settings.times().sealMs(),
                        new HourLines(settings.root(), () -> routing.configuration().site(), log),
                        log);
        this.journal = new JournalWriting(store, settings.bounds(), segments, ledger, log);
        this.hostWatch =
                new HostWatch(() -> {
                    hostsChanged = true;
                    selector.wakeup();
                });
        this.exporters =
                new Exporters<>(
                        budget,
                        k -> ledger.of(k.probe, k.from.getHostAddress()),
                        ledger::generation);
        try {
            saving.resume();
            adopt();
            apply(routing);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /// Takes back what the end of an earlier run could not write to the repository.
    private void adopt() {
        settings.bounds()
                .emergency()
                .filter(Files::isDirectory)
                .ifPresent(directory -> {
                    try {
                        int n = store.adopt(directory);
                        if (n > 0) {
                            log.notice("Took " + n + " flows from " + directory);
                        }
                    } catch (IOException e) {
                        log.error("Cannot take flows from " + directory + ": " + e.getMessage());
                    }
                });
    }

    public LossLedger ledger() {
        return ledger;
    }

    /// Asks the running collector to use another configuration; no datagram is lost. The caller
    /// waits for name servers.
    public void reload(Configuration next) {
        wanted.set(new Routing(next, log));
        selector.wakeup();
    }

    /// Asks the running collector to stop; [#run] then returns.
    public void stop() {
        stopping = true;
        selector.wakeup();
    }

    private void apply(Routing next) throws IOException {
        listeners.open(next.probes());
        routing = next;
        files.use(next.configuration());
        // What templates tell outlives a reload where the probe is as it was.
        decoders.values().removeIf(d -> !next.probes().contains(d.probe()));
        exporters.removeIf(k -> !decoders.containsKey(k.probe));
        store.use(next.configuration().site());
        hostWatch.use(next.hosts());
        reroute();
    }

    /// Forgets who may send what to where.
    private void reroute() {
        Routing now = routing;
        lastDecoder = null;
        sessions.closeUnless(s ->
                now.sessionProbe(s.listener(), s.peer().getAddress())
                        .filter(s.probe()::equals)
                        .isPresent());
    }

    /// Runs until [#stop]; then writes what is left.
    ///
    /// @param listening told when the log says that it listens
    /// @return false if flows were lost in the end, for want of disk space; the log and, where it
    ///   can be written, the ledger count them
    public boolean run(Runnable listening) throws IOException {
        log.info("Creating stream cache");
        routing.probes().forEach(p -> log.info(StartLines.of(p)));
        log.info("Starting flush timer");
        files.start();
        segments.recover();
        log.notice(
                "Listening on "
                        + listeners.udpCount()
                        + " UDP and "
                        + listeners.tcpCount()
                        + " TCP sockets, polling "
                        + files.directoryCount()
                        + " directories; state of exporters may take "
                        + budget.limit()
                        + " octets");
        listening.run();
        Settings.Times times = settings.times();
        long now = Ticks.ms();
        long nextSegment = now + times.segmentMs();
        long nextFlush = now + times.flushMs();
        long nextSync = now + SYNC_MS;
        while (!stopping) {
            long wait = Math.min(Math.min(nextSegment, nextFlush), nextSync) - now;
            select(Math.max(1, Math.min(wait, SYNC_MS)));
            receive(Ticks.ms() + TURN_MS, () -> !stopping);
            if (!receiver.isRunning()) {
                stopping = true;
            }
            now = Ticks.ms();
            Routing next = wanted.getAndSet(null);
            if (next != null) {
                swap(next);
            }
            if (hostsChanged) {
                hostsChanged = false;
                reroute();
            }
            if (now >= nextSync) {
                journal.sync();
                sessions.expire();
                nextSync = now + SYNC_MS;
            }
            if (now >= nextSegment) {
                journal.commit();
                journal.rotate();
                countRecovered();
                journal.beside(saving::save);
                nextSegment = now + times.segmentMs();
            }
            if (now >= nextFlush) {
                log.notice("Flushing files after " + times.flushMs() / 1000 + " seconds.");
                report();
                journal.commit();
                journal.rotate();
                segments.tellHours();
                journal.beside(saving::save);
                nextFlush = now + times.flushMs();
            }
        }
        return shutDown();
    }

    private void select(long waitMs) throws IOException {
        if (receiver.hasWaiting()) {
            selector.selectNow();
        } else {
            selector.select(waitMs);
        }
    }

    private boolean shutDown() throws IOException {
        log.info("Begin shutting down...");
        long begin = Ticks.ms();
        files.stop(begin + DRAIN_MS);
        receiver.stop();
        while ((receiver.isRunning() || receiver.hasWaiting() || files.isRunning())
                && Ticks.ms() < begin + DRAIN_MS) {
            select(1);
            receive(begin + DRAIN_MS, () -> true);
        }
        int left = receiver.discard();
        if (left > 0) {
            ledger.of("udp", LossLedger.NONE).drop(Drop.KERNEL, left);
            log.error("Not decoded before the end: " + left + " datagrams");
        }
        sessions.close();
        exporters.close();
        report();
        log.info("Stopping processors...");
        boolean safe = journal.finish(files.unsafeCount());
        log.info("Waiting for record handlers...");
        files.close(safe);
        log.info("Stopped processors.");
        log.info("Closing all files...");
        segments.finish(begin + WRITE_MS, begin + END_MS);
        tellRest();
        saving.save();
        log.info("Finished shutting down.");
        return safe;
    }

    private void swap(Routing next) {
        try {
            List<Probe> before = routing.probes();
            apply(next);
            next.probes().stream()
                    .filter(p -> !before.contains(p))
                    .forEach(p -> log.info(StartLines.of(p)));
            log.notice("Reloaded the configuration");
        } catch (IOException e) {
            log.error("Kept the old configuration: " + e.getMessage());
        }
    }

    // Receiving -----------------------------------------------------------------------------------

    private void receive(long untilMs, BooleanSupplier goOn) {
        serveSessions();
        while (receiver.hasWaiting() && goOn.getAsBoolean() && Ticks.ms() < untilMs) {
            receiver.take(this::datagram);
            journal.commitMany();
        }
        journal.commit();
        files.store(journal);
    }

    private void serveSessions() {
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
            SelectionKey key = keys.next();
            keys.remove();
            if (!key.isValid()) {
                continue;
            }
            if (key.attachment() instanceof TcpSession session) {
                sessions.read(session);
            } else if (key.channel() instanceof ServerSocketChannel server) {
                sessions.accept(server, (UdpSocket.Address) key.attachment(), routing);
            }
        }
    }

    private void datagram(UdpSocket.Address to, ByteBuffer bytes, InetSocketAddress from) {
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
                ledger.of(LossLedger.NONE, from.getAddress().getHostAddress())
                        .drop(Drop.DISALLOWED_HOST, 1);
                causes.host(from.getAddress(), to);
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
        begin(decoder.probe());
        exporters.decode(key, from.getPort(), decoder, bytes, receivedUs, Ticks.ms(), this::take);
        tellCauses(decoder.probe(), key.from, exporters.wasOtherVersion(), bytes);
    }

    /// Says why something of the message in hand is lost, if it is.
    private void tellCauses(Probe probe, InetAddress from, boolean otherVersion, ByteBuffer bytes) {
        if (otherVersion) {
            causes.version(probe, from, bytes);
        }
        if (replacedStartUs != Long.MIN_VALUE) {
            causes.times(probe, from.getHostAddress(), replacedStartUs);
        }
        FlowRecord lost = uncategorized;
        if (lost != null) {
            causes.sensor(routing.configuration(), probe, from.getHostAddress(), lost);
        }
    }

    private Decoder decoder(Probe probe) {
        return decoders.computeIfAbsent(probe.name(), k -> new Decoder(probe));
    }

    private void begin(Probe probe) {
        classifier = routing.classifier(probe);
        receivedUs = System.currentTimeMillis() * 1000;
        replacedStartUs = Long.MIN_VALUE;
        uncategorized = null;
    }

    /// A message of a session.
    private boolean message(TcpSession from, ByteBuffer bytes) {
        begin(from.probe());
        Counters counters =
                ledger.of(from.probe().name(), from.peer().getAddress().getHostAddress());
        long otherVersions = counters.dropped(Drop.VERSION);
        boolean valid =
                decoder(from.probe())
                        .decode(
                                bytes,
                                from.exporter(),
                                from.peer().getPort(),
                                receivedUs,
                                Ticks.ms(),
                                counters,
                                r -> take(r, counters));
        boolean otherVersion = counters.dropped(Drop.VERSION) > otherVersions;
        tellCauses(from.probe(), from.peer().getAddress(), otherVersion, bytes);
        return valid;
    }

    private void take(FlowRecord r, Counters counters) {
        long startUs = r.stime;
        if (settings.times().window().apply(r, receivedUs)) {
            counters.add(Total.TIMES_REPLACED, 1);
            replacedStartUs = startUs;
        }
        boolean isWhole = Objects.requireNonNull(classifier).classify(r, counters, journal::append);
        if (!isWhole && uncategorized == null) {
            uncategorized = new FlowRecord();
            uncategorized.copyFrom(r);
        }
    }

    // Reporting -----------------------------------------------------------------------------------

    private void report() {
        listeners.countDrops(ledger, log);
        countRecovered();
        exporters.expire(Ticks.ms(), TEMPLATE_AGE_MS, k -> false);
        sessions.expireState(Ticks.ms());
        ledger.age();
        statistics.tell(routing.probes());
    }

    /// What was lost since the last report.
    private void tellRest() {
        countRecovered();
        statistics.tell(List.of());
    }

    /// Counts what became of the journals of an earlier run; each on the collector's thread.
    private void countRecovered() {
        Counters counters = ledger.of("journal", LossLedger.NONE);
        long recovered = store.recovered();
        long lost = store.lostFlows();
        counters.add(Total.RECOVERED, recovered - countedRecovered);
        counters.drop(Drop.JOURNAL_DAMAGED, lost - countedLost);
        countedRecovered = recovered;
        countedLost = lost;
    }

    @Override
    public void close() throws IOException {
        files.stop(Ticks.ms());
        files.close(false);
        hostWatch.close();
        listeners.close();
        sessions.close();
        receiver.close();
        selector.close();
        try {
            store.close();
        } catch (IOException e) {
            throw new IOException(settings.root() + ": " + e.getMessage(), e);
        }
    }
}

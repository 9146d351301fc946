package dev.rearview.collector;

import dev.rearview.collector.ledger.LedgerSaving;
import dev.rearview.collector.ledger.LossCauses;
import dev.rearview.collector.ledger.LossLedger;
import dev.rearview.collector.ledger.ProbeLine;
import dev.rearview.collector.ledger.SeriesWriting;
import dev.rearview.collector.ledger.Statistics;
import dev.rearview.collector.log.Log;
import dev.rearview.collector.polling.PolledFiles;
import dev.rearview.collector.sockets.Listeners;
import dev.rearview.collector.sockets.Sessions;
import dev.rearview.collector.sockets.TcpSession;
import dev.rearview.collector.sockets.UdpReceiver;
import dev.rearview.descriptors.ThisProcess;
import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.DaemonThreads;
import dev.rearview.ingest.Gate;
import dev.rearview.ingest.HostWatch;
import dev.rearview.ingest.Intake;
import dev.rearview.ingest.ListenAddress;
import dev.rearview.ingest.Reception;
import dev.rearview.ingest.RecountLedger;
import dev.rearview.ingest.Routing;
import dev.rearview.ingest.SideLedger;
import dev.rearview.ingest.Ticks;
import dev.rearview.ingest.store.StoreIntake;
import dev.rearview.site.Probe;
import dev.rearview.store.ledger.LedgerSeries;
import dev.rearview.store.state.StateDirectory;
import dev.rearview.wire.Drop;
import dev.rearview.wire.StateBudget;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The life of a daemon that collects: its start, the loop of the thread that takes what comes,
/// reloads, and its end. Who may send is the [Gate]'s, what is kept the [Intake]'s, and what a
/// message becomes is [Reception]'s, on a thread of the intake.
///
/// One thread empties the UDP sockets, one puts what they took into the journal and serves all TCP
/// sessions, one reads polled files, and the intake has its own. The second, whose loop this is,
/// waits for none of the others.
public final class Collector implements Closeable {
    /// How long waiting datagrams are taken before sessions, files and timers have their turn;
    /// looked at after each load.
    private static final long TURN_MS = 100;

    // Parts of the state's budget, in eighths: exporters over UDP always have a quarter.
    private static final int SESSIONS_SHARE = 3;
    private static final int MESSAGES_SHARE = 1;
    private static final int FILES_SHARE = 2;
    private static final int EIGHTHS = 8;

    private static final long SYNC_MS = 1000;

    // The end takes five seconds at most: what came is put into the journal and the file in hand
    // read to its end, then all is decoded, then segments are written, then the one in hand is
    // awaited.
    private static final long DRAIN_MS = 1200;
    private static final long DECODE_MS = 1900;
    private static final long WRITE_MS = 2500;
    private static final long END_MS = 3200;

    private final Settings settings;
    private final Log log;
    private final LossLedger ledger = new LossLedger();
    private final SideLedger side = new SideLedger(LossLedger.OTHERS);
    private final SeriesWriting series;
    private final LedgerSaving saving;
    private final Statistics statistics;
    private final StateBudget budget;
    private final Selector selector;
    private final UdpReceiver receiver;
    private final Listeners listeners;
    private final Sessions sessions;
    private final PolledFiles files;
    private final Intake intake;
    private final Intake.Decoding decoding;
    private final Gate gate;
    private final Queue<Integer> evicted = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Routing> wanted = new AtomicReference<>();
    private final HostWatch hostWatch;
    private Routing routing;
    private long nextSyncMs;
    private long nextSegmentMs;
    private long nextFlushMs;
    private volatile boolean hostsChanged;
    private volatile boolean stopping;

    public Collector(Settings settings, Configuration configuration, Log log) throws IOException {
        this.settings = settings;
        this.log = log;
        this.routing = new Routing(configuration, log);
        LossCauses causes = new LossCauses(ledger, log, Ticks::ms);
        Accounts accounts = new Accounts(ledger, causes, log);
        this.intake = StoreIntake.open(settings.intake(), configuration.site(), accounts);
        Path root = settings.root();
        this.series = new SeriesWriting(ledger, LedgerSeries.of(root), System::currentTimeMillis);
        this.saving = new LedgerSaving(ledger, series, root, log);
        this.statistics = new Statistics(ledger, causes, log);
        this.budget = new StateBudget(settings.bounds().stateOctets());
        this.selector = Selector.open();
        this.receiver = new UdpReceiver(log, selector::wakeup);
        this.listeners = new Listeners(receiver, selector);
        this.decoding = decoding(causes);
        Accounts here = new Accounts(side, causes, log);
        this.gate = new Gate(routing, here, intake::message);
        this.sessions =
                new Sessions(
                        selector, part(MESSAGES_SHARE), here, Ticks::ms, new SessionMessages());
        this.files =
                new PolledFiles(
                        settings.polling(),
                        new PolledFiles.Surroundings(
                                settings.times().window(),
                                part(FILES_SHARE),
                                StateDirectory.quarantine(root)),
                        accounts,
                        selector::wakeup);
        this.hostWatch =
                new HostWatch(() -> {
                    hostsChanged = true;
                    selector.wakeup();
                });
        try {
            saving.resume();
            apply(routing);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private StateBudget part(int eighths) {
        return part(budget, eighths);
    }

    private static StateBudget part(StateBudget of, int eighths) {
        return of.part(Math.max(1, of.limit() / EIGHTHS * eighths));
    }

    /// What exporters may hold of the budget of all state.
    public static Reception.Budgets budgets(StateBudget all) {
        return new Reception.Budgets(all, part(all, SESSIONS_SHARE));
    }

    /// How messages are decoded; what this thread counted meanwhile comes to the ledger there.
    private Intake.Decoding decoding(LossCauses causes) {
        RecountLedger counting = new RecountLedger(ledger);
        Reception reception =
                new Reception(
                        routing,
                        settings.times().window(),
                        budgets(budget),
                        new Accounts(counting, causes, log),
                        intake.decoded());
        reception.onEviction(session -> {
            evicted.add(session);
            selector.wakeup();
        });
        return new Intake.Decoding(reception, counting, () -> side.moveTo(ledger), ledger::age);
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
        gate.use(next);
        intake.use(next);
        series.use(next.configuration().sensors());
        hostWatch.use(next.hosts());
        closeSessions();
    }

    /// Ends sessions of those that may not send any more.
    private void closeSessions() {
        Routing now = routing;
        sessions.closeUnless(s ->
                now.sessionProbe(s.listener(), s.peer().getAddress())
                        .filter(s.probe()::equals)
                        .isPresent());
    }

    /// Runs until [#stop], or until a thread that receives has died; then makes what is left safe.
    ///
    /// @param listening told when the log says that it listens
    /// @return false if a thread that receives has died, or flows were lost in the end for want of
    ///   disk space; the log and, where it can be written, the ledger tell
    public boolean run(Runnable listening) throws IOException {
        start();
        listening.run();
        ThisProcess.yieldToOthers(DaemonThreads.TAKING);
        Settings.Times times = settings.times();
        long now = Ticks.ms();
        nextSegmentMs = now + times.segmentMs();
        nextFlushMs = now + times.flushMs();
        nextSyncMs = now + SYNC_MS;
        boolean receives = true;
        while (!stopping && receives) {
            long wait = Math.min(Math.min(nextSegmentMs, nextFlushMs), nextSyncMs) - now;
            select(Math.max(1, Math.min(wait, SYNC_MS)));
            receive(Ticks.ms() + TURN_MS, () -> !stopping);
            receives = receiver.isRunning() && files.isRunning() && intake.isRunning();
            now = Ticks.ms();
            Routing next = wanted.getAndSet(null);
            if (next != null) {
                swap(next);
            }
            if (hostsChanged) {
                hostsChanged = false;
                gate.reroute();
                closeSessions();
            }
            serveTimers(now);
        }
        return shutDown() && receives;
    }

    private void start() {
        log.info("Creating stream cache");
        routing.probes().forEach(p -> log.info(ProbeLine.begins(p)));
        log.info("Starting flush timer");
        files.start();
        intake.start(decoding);
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
    }

    private void serveTimers(long now) {
        Settings.Times times = settings.times();
        if (now >= nextSyncMs) {
            intake.sync();
            sessions.expire();
            nextSyncMs = now + SYNC_MS;
        }
        if (now >= nextSegmentMs) {
            intake.flush();
            intake.count();
            saving.saveBeside();
            nextSegmentMs = now + times.segmentMs();
        }
        if (now >= nextFlushMs) {
            log.notice("Flushing files after " + times.flushMs() / 1000 + " seconds.");
            intake.expire();
            report();
            intake.flush();
            intake.tell();
            saving.saveBeside();
            nextFlushMs = now + times.flushMs();
        }
    }

    private void select(long waitMs) throws IOException {
        if (receiver.hasWaiting()) {
            selector.selectNow();
        } else {
            selector.select(waitMs);
        }
    }

    private void swap(Routing next) {
        try {
            List<Probe> before = routing.probes();
            apply(next);
            next.probes().stream()
                    .filter(p -> !before.contains(p))
                    .forEach(p -> log.info(ProbeLine.begins(p)));
            log.notice("Reloaded the configuration");
        } catch (IOException e) {
            log.error("Kept the old configuration: " + e.getMessage());
        }
    }

    private void receive(long untilMs, BooleanSupplier goOn) {
        for (Integer session = evicted.poll(); session != null; session = evicted.poll()) {
            sessions.evict(session);
        }
        serveSessions();
        while (receiver.hasWaiting() && goOn.getAsBoolean() && Ticks.ms() < untilMs) {
            receiver.take(gate::datagram);
        }
        intake.commit();
        files.store(intake);
        side.handOver();
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
                sessions.accept(server, (ListenAddress) key.attachment(), routing);
            }
        }
    }

    /// Where messages of sessions go.
    private final class SessionMessages implements TcpSession.Messages {
        @Override
        public void accept(TcpSession from, ByteBuffer message) {
            gate.message(from.probe(), from.peer(), from.number(), message);
        }

        @Override
        public void ended(TcpSession from) {
            gate.ended(from.probe(), from.peer(), from.number());
        }
    }

    private void report() {
        listeners.countDrops(ledger, log);
        intake.count();
        statistics.tell(routing.probes());
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
            log.error("Not taken before the end: " + left + " datagrams");
        }
        sessions.close();
        boolean safe = intake.finish(files.unsafeCount());
        side.handOver();
        intake.endDecoding(begin + DECODE_MS);
        settleSide();
        report();
        log.info("Stopping processors...");
        log.info("Waiting for record handlers...");
        files.close(safe);
        log.info("Stopped processors.");
        log.info("Closing all files...");
        intake.end(begin + WRITE_MS, begin + END_MS);
        // What was lost since the last report.
        intake.count();
        statistics.tell(List.of());
        saving.end();
        log.info("Finished shutting down.");
        return safe;
    }

    /// Takes over what this thread counted, where nobody decodes any more.
    private void settleSide() {
        side.moveTo(ledger);
        side.handOver();
        side.moveTo(ledger);
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
        saving.close();
        intake.close();
    }
}

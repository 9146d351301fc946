package dev.rearview.collector;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MalformedInputException;
import dev.rearview.site.PackingLogic;
import dev.rearview.site.Probe;
import dev.rearview.site.SensorConf;
import dev.rearview.site.Site;
import dev.rearview.store.FlowStore;
import dev.rearview.wire.Counters;
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
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Receives, classifies and stores: one thread empties the UDP sockets, one decodes what they took
/// and serves all TCP sessions, one writes segments.
public final class Collector implements Closeable {
    /// Loads of datagrams in between two looks at the clock.
    private static final int LOADS = 64;

    /// Flows of a journal write, where so many came at once.
    private static final int COMMIT_AT = 1 << 13;

    private static final int MAX_SESSIONS = 1024;
    private static final long TEMPLATE_AGE_MS = 24L * 3600 * 1000;
    private static final long SYNC_MS = 1000;
    private static final long RETRY_MS = 10_000;
    private static final int MAX_WRITING = 8;

    /// Flows that end an epoch before its time: 31 MB, and still whole row groups for each type.
    private static final int ROTATE_AT = 1 << 18;

    private static final long SEALING_MS = 1000;

    /// How a collector runs.
    ///
    /// @param segmentMs how often segments are written
    /// @param flushMs how often statistics are logged
    /// @param pollMs how often directories are looked at
    /// @param sealMs how long after its end, and after its last flows, an hour is sealed
    public record Settings(
            Path root,
            long segmentMs,
            long flushMs,
            long pollMs,
            long sealMs,
            Optional<Path> archive,
            Optional<Path> error,
            Optional<PathCommand> postArchive,
            boolean flatArchive) {}

    /// A configuration that can be swapped while the collector runs.
    public record Configuration(Site site, PackingLogic logic, SensorConf.Result sensors) {}

    /// @param from the address of datagrams, the address and port of a session
    private record ExporterKey(String probe, Object from) {
        private boolean isSession() {
            return from instanceof InetSocketAddress;
        }

        private InetAddress address() {
            return from instanceof InetSocketAddress session
                    ? session.getAddress()
                    : (InetAddress) from;
        }
    }

    private final Settings settings;
    private final Log log;
    private final FlowStore store;
    private final LossLedger ledger = new LossLedger();
    private final Path ledgerPath;
    private final Statistics statistics;
    private final Selector selector;
    private final UdpReceiver receiver;
    private final Map<UdpSocket.Address, UdpSocket> sockets = new LinkedHashMap<>();
    private final Map<UdpSocket.Address, ServerSocketChannel> servers = new LinkedHashMap<>();
    private final Map<String, Decoder> decoders = new HashMap<>();
    private final Exporters<ExporterKey> exporters;
    // The exporter of the last datagram: the next one is mostly its, too.
    private @Nullable Decoder lastDecoder;
    private @Nullable ExporterKey lastKey;
    private @Nullable InetSocketAddress lastFrom;
    private UdpSocket.@Nullable Address lastTo;
    private final Map<String, Classifier> classifiers = new HashMap<>();
    private final Map<String, Set<InetAddress>> accepted = new HashMap<>();
    private final Map<String, DirectoryPoller> pollers = new LinkedHashMap<>();
    private final AtomicReference<Configuration> wanted = new AtomicReference<>();
    private final ExecutorService writer =
            Executors.newSingleThreadExecutor(r -> new Thread(r, "segment-writer"));
    private final ExecutorService syncer =
            Executors.newSingleThreadExecutor(r -> new Thread(r, "journal-sync"));
    private Future<?> syncing = CompletableFuture.completedFuture(null);
    private final List<Future<?>> writing = new ArrayList<>();
    private final Queue<FlowStore.Epoch> unwritten = new ConcurrentLinkedQueue<>();
    private final List<FlowStore.Epoch> failed = new ArrayList<>();
    private long nextRetry = ticksMs();
    private boolean journalFails;
    private Configuration configuration;
    private volatile boolean stopping;

    public Collector(Settings settings, Configuration configuration, Log log) throws IOException {
        this.settings = settings;
        this.configuration = configuration;
        this.log = log;
        this.store = FlowStore.open(settings.root(), configuration.site());
        if (store.recovered() > 0) {
            log.notice("Recovered " + store.recovered() + " flows from the journal");
        }
        this.ledgerPath = store.stateDirectory().resolve("ledger.tsv");
        resumeLedger();
        this.statistics = new Statistics(ledger, log);
        this.selector = Selector.open();
        this.receiver = new UdpReceiver(log, selector::wakeup);
        this.exporters =
                new Exporters<>(
                        StateBudget.ofHeap(),
                        k -> ledger.of(k.probe, k.address().getHostAddress()));
        try {
            apply(configuration);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /// Counts go on from an earlier run; the log tells what is new.
    private void resumeLedger() {
        if (!Files.exists(ledgerPath)) {
            return;
        }
        try {
            ledger.read(ledgerPath);
        } catch (IOException e) {
            log.warning("Counts of earlier runs are incomplete: " + e.getMessage());
        }
    }

    public LossLedger ledger() {
        return ledger;
    }

    /// Asks the running collector to use another configuration; no datagram is lost.
    public void reload(Configuration next) {
        wanted.set(next);
        selector.wakeup();
    }

    /// Asks the running collector to stop; [#run] then returns.
    public void stop() {
        stopping = true;
        selector.wakeup();
    }

    private void apply(Configuration next) throws IOException {
        Set<UdpSocket.Address> udp = new LinkedHashSet<>();
        Set<UdpSocket.Address> tcp = new LinkedHashSet<>();
        Map<String, DirectoryPoller> polled = new LinkedHashMap<>();
        for (Probe p : next.sensors().probes()) {
            if (p.port() > 0) {
                (p.tcp() ? tcp : udp).add(UdpSocket.Address.of(p));
            } else if (p.pollDirectory().isPresent()) {
                DirectoryPoller known = pollers.get(p.name());
                Path directory = Path.of(p.pollDirectory().get());
                polled.put(
                        p.name(),
                        known != null && known.directory().equals(directory)
                                ? known
                                : new DirectoryPoller(directory));
            }
        }
        // New sockets are opened before old ones are closed, so that a bad configuration changes
        // nothing.
        Set<UdpSocket.Address> udpBefore = Set.copyOf(sockets.keySet());
        Set<UdpSocket.Address> tcpBefore = Set.copyOf(servers.keySet());
        try {
            for (UdpSocket.Address a : udp) {
                if (!sockets.containsKey(a)) {
                    sockets.put(a, receiver.open(a));
                }
            }
            for (UdpSocket.Address a : tcp) {
                if (!servers.containsKey(a)) {
                    servers.put(a, listen(a));
                }
            }
        } catch (IOException e) {
            closeOthers(sockets, udpBefore);
            closeOthers(servers, tcpBefore);
            throw e;
        }
        closeOthers(sockets, udp);
        closeOthers(servers, tcp);
        pollers.clear();
        pollers.putAll(polled);
        classifiers.clear();
        accepted.clear();
        for (Probe p : next.sensors().probes()) {
            accepted.put(p.name(), addresses(p));
            classifiers.put(p.name(), new Classifier(next.site(), next.logic(), next.sensors(), p));
        }
        // What templates tell outlives a reload where the probe is as it was.
        decoders.values().removeIf(d -> !next.sensors().probes().contains(d.probe()));
        exporters.removeIf(k -> !decoders.containsKey(k.probe));
        lastDecoder = null;
        configuration = next;
        store.use(next.site());
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof TcpSession session
                    && probeFor(session.listener, true, session.peer().getAddress()).isEmpty()) {
                close(session);
            }
        }
    }

    private static <T extends Closeable> void closeOthers(
            Map<UdpSocket.Address, T> open, Set<UdpSocket.Address> wanted) throws IOException {
        for (var e : Map.copyOf(open).entrySet()) {
            if (!wanted.contains(e.getKey())) {
                e.getValue().close();
                open.remove(e.getKey());
            }
        }
    }

    /// The addresses that a probe accepts, looked up once: no datagram waits for a name server.
    private Set<InetAddress> addresses(Probe p) {
        Set<InetAddress> out = new HashSet<>();
        for (String host : p.acceptFrom()) {
            try {
                out.addAll(List.of(InetAddress.getAllByName(host)));
            } catch (java.net.UnknownHostException e) {
                log.warning("probe '" + p.name() + "': host " + host + " is unknown");
            }
        }
        return out;
    }

    private ServerSocketChannel listen(UdpSocket.Address a) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        server.configureBlocking(false);
        InetSocketAddress bind =
                a.host().isPresent()
                        ? new InetSocketAddress(InetAddress.getByName(a.host().get()), a.port())
                        : new InetSocketAddress(a.port());
        try {
            server.bind(bind);
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    "cannot listen on TCP port " + a.port() + ": " + e.getMessage(), e);
        }
        server.register(selector, SelectionKey.OP_ACCEPT, a);
        return server;
    }

    /// Runs until [#stop]; then writes what is left.
    public void run() throws IOException {
        log.notice(
                "Listening on "
                        + sockets.size()
                        + " UDP and "
                        + servers.size()
                        + " TCP sockets, polling "
                        + pollers.size()
                        + " directories");
        long now = ticksMs();
        long nextSegment = now + settings.segmentMs();
        long nextFlush = now + settings.flushMs();
        long nextPoll = now;
        long nextSync = now + SYNC_MS;
        while (!stopping) {
            long wait =
                    Math.min(Math.min(nextSegment, nextFlush), Math.min(nextPoll, nextSync)) - now;
            if (receiver.hasWaiting()) {
                selector.selectNow();
            } else {
                selector.select(Math.max(1, Math.min(wait, SYNC_MS)));
            }
            receive();
            if (!receiver.isRunning()) {
                stopping = true;
            }
            now = ticksMs();
            Configuration next = wanted.getAndSet(null);
            if (next != null) {
                swap(next);
            }
            if (now >= nextSync) {
                sync();
                nextSync = now + SYNC_MS;
            }
            if (now >= nextPoll) {
                poll();
                nextPoll = now + settings.pollMs();
            }
            if (now >= nextSegment || store.pendingCount() >= ROTATE_AT) {
                rotate();
                nextSegment = now + settings.segmentMs();
            }
            if (now >= nextFlush) {
                log.notice("Flushing files after " + settings.flushMs() / 1000 + " seconds.");
                report();
                nextFlush = now + settings.flushMs();
            }
        }
        log.info("Begin shutting down...");
        receiver.stop();
        while (receiver.isRunning() || receiver.hasWaiting()) {
            selector.select(1);
            receive();
        }
        rotate();
        finishWriting();
        exporters.close();
        report();
        log.info("Finished shutting down.");
    }

    /// A clock that nobody sets back.
    private static long ticksMs() {
        return System.nanoTime() / 1_000_000;
    }

    /// Forces the journal to the disk on a thread of its own: datagrams do not wait for a disk.
    private void sync() {
        if (syncing.isDone()) {
            store.sync().ifPresent(s -> syncing = syncer.submit(() -> guard(s::run)));
        }
    }

    private interface IoAction {
        void run() throws IOException;
    }

    /// Runs what may fail for want of disk space without ending the daemon.
    private void guard(IoAction action) {
        try {
            action.run();
        } catch (IOException e) {
            log.error("Cannot write to " + settings.root() + ": " + e.getMessage());
        }
    }

    private void swap(Configuration next) {
        try {
            apply(next);
            log.notice("Reloaded the configuration");
        } catch (IOException e) {
            log.error("Kept the old configuration: " + e.getMessage());
        }
    }

    // Receiving -----------------------------------------------------------------------------------

    private void receive() {
        sessions();
        for (int i = 0; i < LOADS && receiver.hasWaiting(); i++) {
            receiver.take((to, bytes, from) -> datagram(to, false, bytes, from));
            if (store.uncommittedCount() >= COMMIT_AT) {
                commit();
                rotateIfFull();
            }
        }
        commit();
        rotateIfFull();
    }

    private void rotateIfFull() {
        if (store.pendingCount() >= ROTATE_AT) {
            rotate();
        }
    }

    private void sessions() {
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
            SelectionKey key = keys.next();
            keys.remove();
            if (!key.isValid()) {
                continue;
            }
            if (key.attachment() instanceof TcpSession session) {
                read(session);
            } else if (key.channel() instanceof ServerSocketChannel server) {
                accept(server, (UdpSocket.Address) key.attachment());
            }
        }
    }

    private void read(TcpSession session) {
        try {
            boolean open = session.drain((to, bytes, from) -> datagram(to, true, bytes, from));
            if (!open) {
                close(session);
            }
        } catch (MalformedInputException e) {
            InetAddress from = session.peer().getAddress();
            probeFor(session.listener, true, from)
                    .ifPresent(p ->
                            ledger.of(p.name(), from.getHostAddress()).drop(Drop.MALFORMED, 1));
            log.warning(String.valueOf(e.getMessage()));
            close(session);
        } catch (IOException e) {
            log.warning("TCP session of " + session.peer() + ": " + e.getMessage());
            close(session);
        }
    }

    private void close(TcpSession session) {
        try {
            session.close();
        } catch (IOException e) {
            log.warning("TCP session of " + session.peer() + ": " + e.getMessage());
        }
        exporters.removeIf(k -> k.from.equals(session.peer()));
    }

    private void accept(ServerSocketChannel server, UdpSocket.Address address) {
        try {
            SocketChannel channel = server.accept();
            if (channel == null) {
                return;
            }
            // Each has a buffer for its messages.
            if (selector.keys().size() >= MAX_SESSIONS) {
                ledger.of("tcp:" + address.port(), "-").drop(Drop.TABLE_FULL, 1);
                channel.close();
                return;
            }
            TcpSession session = new TcpSession(channel, address);
            InetAddress from = session.peer().getAddress();
            if (probeFor(address, true, from).isEmpty()) {
                ledger.of("-", from.getHostAddress()).drop(Drop.DISALLOWED_HOST, 1);
                session.close();
                return;
            }
            channel.register(selector, SelectionKey.OP_READ, session);
        } catch (IOException e) {
            log.warning("TCP port " + address.port() + ": " + e.getMessage());
        }
    }

    private void datagram(
            UdpSocket.Address to, boolean tcp, ByteBuffer bytes, InetSocketAddress from) {
        Decoder last = lastDecoder;
        ExporterKey key = lastKey;
        if (last != null && key != null && !tcp && from.equals(lastFrom) && to.equals(lastTo)) {
            decode(last, key, from, bytes);
            return;
        }
        Optional<Probe> probe = probeFor(to, tcp, from.getAddress());
        if (probe.isEmpty()) {
            ledger.of("-", from.getAddress().getHostAddress()).drop(Drop.DISALLOWED_HOST, 1);
            return;
        }
        Decoder decoder =
                decoders.computeIfAbsent(probe.get().name(), k -> new Decoder(probe.get()));
        key = new ExporterKey(probe.get().name(), tcp ? from : from.getAddress());
        if (!tcp) {
            lastDecoder = decoder;
            lastKey = key;
            lastFrom = from;
            lastTo = to;
        }
        decode(decoder, key, from, bytes);
    }

    private void decode(
            Decoder decoder, ExporterKey key, InetSocketAddress from, ByteBuffer bytes) {
        long receivedUs = System.currentTimeMillis() * 1000;
        exporters.decode(
                key,
                from.getPort(),
                decoder,
                bytes,
                receivedUs,
                ticksMs(),
                (r, counters) -> take(decoder.probe(), r, counters));
    }

    private Optional<Probe> probeFor(UdpSocket.Address to, boolean tcp, InetAddress from) {
        for (Probe p : configuration.sensors().probes()) {
            if (p.port() == to.port()
                    && p.listenAs().equals(to.host())
                    && p.tcp() == tcp
                    && accepts(p, from)) {
                return Optional.of(p);
            }
        }
        return Optional.empty();
    }

    private boolean accepts(Probe p, InetAddress from) {
        return p.acceptFrom().isEmpty() || accepted.getOrDefault(p.name(), Set.of()).contains(from);
    }

    private void take(Probe probe, FlowRecord r, Counters counters) {
        Classifier c = classifiers.get(probe.name());
        if (c != null) {
            c.classify(
                    r,
                    counters,
                    f -> {
                        if (!store.append(f)) {
                            counters.drop(Drop.DISK_FULL, 1);
                        }
                    });
        }
    }

    private void commit() {
        try {
            store.commit();
            if (journalFails) {
                journalFails = false;
                log.notice("The journal takes flows again");
            }
        } catch (IOException e) {
            if (!journalFails) {
                journalFails = true;
                log.error(
                        "Cannot write to the journal, flows are kept in memory as long as they fit: "
                                + e.getMessage());
            }
        }
    }

    // Writing -------------------------------------------------------------------------------------

    private void rotate() {
        commit();
        if (!journalFails) {
            guard(() -> store.rotate().ifPresent(unwritten::add));
        }
        writing.add(writer.submit(this::writeAll));
        // Where segments are written more slowly than flows come in, wait: the socket buffers.
        while (!writing.isEmpty()
                && (writing.getFirst().isDone() || writing.size() > MAX_WRITING)) {
            await(writing.removeFirst());
        }
    }

    private void await(Future<?> task) {
        try {
            task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            log.error("Writing segments failed: " + e.getCause());
        }
    }

    /// Writes the epochs that wait. What fails stays in its journal and is tried again now and
    /// then.
    private void writeAll() {
        for (FlowStore.Epoch e = unwritten.poll(); e != null; e = unwritten.poll()) {
            if (!write(e)) {
                failed.add(e);
            }
        }
        long now = ticksMs();
        if (!failed.isEmpty() && now >= nextRetry) {
            failed.removeIf(this::write);
            nextRetry = now + RETRY_MS;
        }
        seal();
    }

    /// Seals hours for a while; what is left waits until after the next segments.
    private void seal() {
        long end = ticksMs() + SEALING_MS;
        try {
            int n =
                    store.seal(
                            System.currentTimeMillis() - settings.sealMs(),
                            () -> ticksMs() < end && !stopping);
            if (n > 0) {
                log.info("Sealed " + n + " hours");
            }
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            log.error("Cannot seal an hour, its files stay as they are: " + e.getMessage());
        }
    }

    private boolean write(FlowStore.Epoch e) {
        try {
            store.write(e).forEach((path, n) -> log.info(path + ": " + n + " recs"));
            return true;
        } catch (IOException | RuntimeException | OutOfMemoryError failure) {
            log.error(
                    "Cannot write segments, the journal keeps their flows: "
                            + failure.getMessage());
            return false;
        }
    }

    private void finishWriting() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(5, java.util.concurrent.TimeUnit.MINUTES)) {
                log.error("Segments are still being written; the journal keeps their flows");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Directories ---------------------------------------------------------------------------------

    private void poll() {
        for (Map.Entry<String, DirectoryPoller> e : pollers.entrySet()) {
            for (Path file : e.getValue().ready(log)) {
                if (stopping) {
                    return;
                }
                configuration.sensors().probes().stream()
                        .filter(p -> p.name().equals(e.getKey()))
                        .findFirst()
                        .ifPresent(p -> file(p, file));
                receive();
            }
        }
    }

    private void file(Probe probe, Path file) {
        Counters counters = ledger.of(probe.name(), "-");
        InputFiles.Outcome outcome =
                InputFiles.read(
                        file,
                        probe,
                        counters,
                        configuration.site(),
                        r -> {
                            take(probe, r, counters);
                            // Up to here a file is stored as a whole or not at all. Larger ones
                            // must neither fill the memory nor keep datagrams waiting.
                            if (store.uncommittedCount() >= FlowBatch.MAX_ROWS) {
                                receive();
                                rotate();
                            }
                        },
                        log);
        commit();
        Disposal disposal =
                new Disposal(
                        settings.archive(),
                        settings.error(),
                        settings.postArchive(),
                        settings.flatArchive());
        if (!disposal.dispose(file, outcome, log)) {
            stopping = true;
        }
    }

    // Reporting -----------------------------------------------------------------------------------

    private void report() {
        Set<Integer> ports = new HashSet<>();
        for (UdpSocket socket : sockets.values()) {
            int port = socket.address().port();
            long drops = ports.add(port) ? socket.newDrops() : 0;
            if (drops > 0) {
                ledger.of("udp:" + port, "-").drop(Drop.KERNEL, drops);
                log.warning("UDP port " + port + ": the kernel dropped " + drops + " datagrams");
            }
        }
        exporters.expire(ticksMs(), TEMPLATE_AGE_MS, ExporterKey::isSession);
        statistics.tell(configuration.sensors().probes());
        guard(() -> ledger.write(ledgerPath));
    }

    @Override
    public void close() throws IOException {
        for (UdpSocket socket : sockets.values()) {
            socket.close();
        }
        for (ServerSocketChannel server : servers.values()) {
            server.close();
        }
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof TcpSession session) {
                session.close();
            }
        }
        receiver.close();
        selector.close();
        syncer.shutdown();
        writer.shutdown();
        store.close();
    }
}

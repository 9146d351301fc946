package dev.rearview.collector;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.site.PackingLogic;
import dev.rearview.site.Probe;
import dev.rearview.site.SensorConf;
import dev.rearview.site.Site;
import dev.rearview.store.FlowStore;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
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
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/// Receives, classifies and stores: one thread for all sockets, one that writes segments.
public final class Collector implements Closeable {
    private static final int DRAIN = 512;
    private static final int MAX_DECODERS = 65_536;
    private static final long TEMPLATE_AGE_US = 24L * 3600 * 1_000_000;
    private static final long SYNC_MS = 1000;
    private static final long RETRY_MS = 10_000;
    private static final int MAX_WRITING = 16;

    /// How a collector runs.
    ///
    /// @param segmentMs how often segments are written
    /// @param flushMs how often statistics are logged
    /// @param pollMs how often directories are looked at
    public record Settings(
            Path root,
            long segmentMs,
            long flushMs,
            long pollMs,
            Optional<Path> archive,
            Optional<Path> error,
            Optional<PathCommand> postArchive,
            boolean flatArchive) {}

    /// A configuration that can be swapped while the collector runs.
    public record Configuration(Site site, PackingLogic logic, SensorConf.Result sensors) {}

    private record ExporterKey(String probe, InetSocketAddress from) {}

    private final Settings settings;
    private final Log log;
    private final FlowStore store;
    private final LossLedger ledger = new LossLedger();
    private final Selector selector;
    private final Map<UdpSocket.Address, UdpSocket> sockets = new LinkedHashMap<>();
    private final Map<UdpSocket.Address, ServerSocketChannel> servers = new LinkedHashMap<>();
    private final Map<ExporterKey, Decoder> decoders = new HashMap<>();
    private final Map<String, Classifier> classifiers = new HashMap<>();
    private final Map<String, Set<InetAddress>> accepted = new HashMap<>();
    private final Map<String, DirectoryPoller> pollers = new LinkedHashMap<>();
    private final AtomicReference<Configuration> wanted = new AtomicReference<>();
    private final ExecutorService writer =
            Executors.newSingleThreadExecutor(r -> new Thread(r, "segment-writer"));
    private final List<Future<?>> writing = new ArrayList<>();
    private final Queue<FlowStore.Epoch> unwritten = new ConcurrentLinkedQueue<>();
    private final List<FlowStore.Epoch> failed = new ArrayList<>();
    private long nextRetry;
    private boolean journalFails;
    private final Map<LossLedger.Key, long[]> reported = new HashMap<>();
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
        this.selector = Selector.open();
        try {
            apply(configuration);
        } catch (IOException e) {
            close();
            throw e;
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
                (p.tcp() ? tcp : udp).add(new UdpSocket.Address(p.port(), p.listenAs()));
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
                    sockets.put(a, new UdpSocket(a, selector, log));
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
        decoders.keySet().removeIf(k -> !classifiers.containsKey(k.probe));
        configuration = next;
        store.use(next.site());
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
        long now = System.currentTimeMillis();
        long nextSegment = now + settings.segmentMs();
        long nextFlush = now + settings.flushMs();
        long nextPoll = now;
        long nextSync = now + SYNC_MS;
        while (!stopping) {
            long wait =
                    Math.min(Math.min(nextSegment, nextFlush), Math.min(nextPoll, nextSync)) - now;
            selector.select(Math.max(1, Math.min(wait, SYNC_MS)));
            receive();
            now = System.currentTimeMillis();
            Configuration next = wanted.getAndSet(null);
            if (next != null) {
                swap(next);
            }
            if (now >= nextSync) {
                guard(() -> store.sync());
                nextSync = now + SYNC_MS;
            }
            if (now >= nextPoll) {
                poll();
                nextPoll = now + settings.pollMs();
            }
            if (now >= nextSegment || store.pendingCount() >= FlowBatch.MAX_ROWS) {
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
        receive();
        rotate();
        finishWriting();
        report();
        log.info("Finished shutting down.");
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
        boolean more = true;
        while (more) {
            more = false;
            for (UdpSocket socket : sockets.values()) {
                try {
                    int n =
                            socket.drain(
                                    DRAIN,
                                    (bytes, from) -> datagram(socket.port(), false, bytes, from));
                    more |= n == DRAIN;
                } catch (IOException e) {
                    log.error("UDP port " + socket.port() + ": " + e.getMessage());
                }
            }
            sessions();
            commit();
            if (store.pendingCount() >= FlowBatch.MAX_ROWS) {
                rotate();
            }
        }
        selector.selectedKeys().clear();
    }

    private void sessions() {
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
            SelectionKey key = keys.next();
            try {
                if (key.isValid() && key.isAcceptable()) {
                    accept(key);
                } else if (key.isValid() && key.attachment() instanceof TcpSession session) {
                    boolean open =
                            session.drain((bytes, from) ->
                                    datagram(session.listener.port(), true, bytes, from));
                    if (!open) {
                        session.close();
                        decoders.keySet().removeIf(k -> k.from.equals(session.peer()));
                    }
                }
            } catch (IOException e) {
                log.warning("TCP session: " + e.getMessage());
                key.cancel();
            }
            keys.remove();
        }
    }

    private void accept(SelectionKey key) throws IOException {
        SocketChannel channel = ((ServerSocketChannel) key.channel()).accept();
        if (channel == null) {
            return;
        }
        UdpSocket.Address address = (UdpSocket.Address) key.attachment();
        TcpSession session = new TcpSession(channel, address);
        if (probeFor(address.port(), true, session.peer().getAddress()).isEmpty()) {
            ledger.of("-", session.peer().getAddress().getHostAddress())
                    .drop(Drop.DISALLOWED_HOST, 1);
            session.close();
            return;
        }
        channel.register(selector, SelectionKey.OP_READ, session);
    }

    private void datagram(int port, boolean tcp, ByteBuffer bytes, InetSocketAddress from) {
        Optional<Probe> probe = probeFor(port, tcp, from.getAddress());
        if (probe.isEmpty()) {
            ledger.of("-", from.getAddress().getHostAddress()).drop(Drop.DISALLOWED_HOST, 1);
            return;
        }
        Decoder decoder = decoder(probe.get(), from);
        long receivedUs = System.currentTimeMillis() * 1000;
        decoder.decode(bytes, receivedUs, r -> take(probe.get(), r, decoder.counters()));
    }

    private Optional<Probe> probeFor(int port, boolean tcp, InetAddress from) {
        for (Probe p : configuration.sensors().probes()) {
            if (p.port() == port && p.tcp() == tcp && accepts(p, from)) {
                return Optional.of(p);
            }
        }
        return Optional.empty();
    }

    private boolean accepts(Probe p, InetAddress from) {
        return p.acceptFrom().isEmpty() || accepted.getOrDefault(p.name(), Set.of()).contains(from);
    }

    private Decoder decoder(Probe probe, InetSocketAddress from) {
        ExporterKey key = new ExporterKey(probe.name(), from);
        Decoder known = decoders.get(key);
        if (known != null) {
            return known;
        }
        Counters counters = ledger.of(probe.name(), from.getAddress().getHostAddress());
        Decoder fresh = new Decoder(probe, counters);
        if (decoders.size() < MAX_DECODERS) {
            decoders.put(key, fresh);
        } else {
            counters.drop(Drop.TABLE_FULL, 1);
        }
        return fresh;
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
        writing.removeIf(Future::isDone);
        while (writing.size() > MAX_WRITING) {
            // Segments are written more slowly than flows come in: wait, the socket buffers.
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
        long now = System.currentTimeMillis();
        if (!failed.isEmpty() && now >= nextRetry) {
            failed.removeIf(this::write);
            nextRetry = now + RETRY_MS;
        }
    }

    private boolean write(FlowStore.Epoch e) {
        try {
            store.write(e).forEach((path, n) -> log.info(path + ": " + n + " recs"));
            return true;
        } catch (IOException | RuntimeException failure) {
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
                configuration.sensors().probes().stream()
                        .filter(p -> p.name().equals(e.getKey()))
                        .findFirst()
                        .ifPresent(p -> file(p, file));
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
        for (UdpSocket socket : sockets.values()) {
            long drops = socket.newDrops();
            if (drops > 0) {
                ledger.of("udp:" + socket.port(), "-").drop(Drop.KERNEL, drops);
                log.warning(
                        "UDP port "
                                + socket.port()
                                + ": the kernel dropped "
                                + drops
                                + " datagrams");
            }
        }
        long nowUs = System.currentTimeMillis() * 1000;
        decoders.values().forEach(d -> d.expire(nowUs, TEMPLATE_AGE_US));
        ledger.entries().forEach(this::reportOne);
        guard(() -> ledger.write(settings.root().resolve(".rearview").resolve("ledger.tsv")));
    }

    private void reportOne(LossLedger.Key key, Counters c) {
        Optional<Probe> probe =
                configuration.sensors().probes().stream()
                        .filter(p -> p.name().equals(key.probe()))
                        .findFirst();
        int totals = Total.values().length;
        long[] now = new long[totals + Drop.values().length];
        for (Total t : Total.values()) {
            now[t.ordinal()] = c.total(t);
        }
        for (Drop d : Drop.values()) {
            now[totals + d.ordinal()] = c.dropped(d);
        }
        long[] before = reported.getOrDefault(key, new long[now.length]);
        long[] fresh = new long[now.length];
        for (int i = 0; i < now.length; i++) {
            fresh[i] = now[i] - before[i];
        }
        reported.put(key, now);
        long missing = fresh[totals + Drop.SEQUENCE_GAP.ordinal()];
        String who = "'" + key.probe() + "': ";
        if (probe.isPresent() && probe.get().type() == Probe.Type.NETFLOW_V5) {
            long bad =
                    fresh[totals + Drop.MALFORMED.ordinal()]
                            + fresh[totals + Drop.VERSION.ordinal()];
            long all = fresh[Total.DATAGRAMS.ordinal()];
            log.info(
                    who
                            + "Pkts "
                            + (all - bad)
                            + "/"
                            + all
                            + ", Recs "
                            + fresh[Total.FLOWS.ordinal()]
                            + ", MissRecs "
                            + missing
                            + ", BadRecs "
                            + fresh[totals + Drop.BAD_RECORD.ordinal()]);
        } else if (probe.isPresent()) {
            String suffix =
                    switch (probe.get().type()) {
                        case NETFLOW_V9 -> ", nf9: missing-pkts " + missing;
                        case SFLOW -> ", sflow: missing-pkts " + missing;
                        default -> "";
                    };
            log.info(
                    who
                            + "forward "
                            + fresh[Total.FLOWS.ordinal()]
                            + ", reverse "
                            + fresh[Total.REVERSE_FLOWS.ordinal()]
                            + ", ignored "
                            + fresh[totals + Drop.IGNORED.ordinal()]
                            + suffix);
        }
        StringBuilder losses = new StringBuilder();
        for (Drop d : Drop.values()) {
            long n = fresh[totals + d.ordinal()];
            if (n != 0 && d != Drop.IGNORED) {
                losses.append(losses.isEmpty() ? "" : ", ").append(d.label()).append(' ').append(n);
            }
        }
        if (!losses.isEmpty()) {
            log.notice(who + "losses from " + key.exporter() + ": " + losses);
        }
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
        selector.close();
        writer.shutdown();
        store.close();
    }
}

package dev.rearview.collector.sockets;

import dev.rearview.ingest.Ledger;
import dev.rearview.ingest.ListenAddress;
import dev.rearview.ingest.Notices;
import dev.rearview.site.Probe;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The sockets at which a collector listens.
public final class Listeners implements Closeable {
    private final UdpReceiver receiver;
    private final Selector selector;
    private final Map<ListenAddress, UdpSocket> sockets = new LinkedHashMap<>();
    private final Map<ListenAddress, ServerSocketChannel> servers = new LinkedHashMap<>();
    // By port, what is not counted yet.
    private final Map<Integer, Long> kernelDrops = new TreeMap<>();
    private final Map<Integer, Long> truncated = new TreeMap<>();

    /// @param receiver empties UDP sockets
    /// @param selector waits for TCP connections
    public Listeners(UdpReceiver receiver, Selector selector) {
        this.receiver = receiver;
        this.selector = selector;
    }

    public int udpCount() {
        return sockets.size();
    }

    public int tcpCount() {
        return servers.size();
    }

    /// Listens where probes want it, and nowhere else. New sockets are opened before old ones are
    /// closed, so that a bad configuration changes nothing.
    public void open(List<Probe> probes) throws IOException {
        Set<ListenAddress> udp = new LinkedHashSet<>();
        Set<ListenAddress> tcp = new LinkedHashSet<>();
        for (Probe p : probes) {
            if (p.port() > 0) {
                (p.tcp() ? tcp : udp).add(ListenAddress.of(p));
            }
        }
        Set<ListenAddress> udpBefore = Set.copyOf(sockets.keySet());
        Set<ListenAddress> tcpBefore = Set.copyOf(servers.keySet());
        try {
            for (ListenAddress a : udp) {
                if (!sockets.containsKey(a)) {
                    sockets.put(a, receiver.open(a));
                }
            }
            for (ListenAddress a : tcp) {
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
    }

    private <T extends Closeable> void closeOthers(
            Map<ListenAddress, T> open, Set<ListenAddress> wanted) throws IOException {
        for (var e : Map.copyOf(open).entrySet()) {
            if (!wanted.contains(e.getKey())) {
                if (e.getValue() instanceof UdpSocket socket) {
                    note(socket);
                }
                e.getValue().close();
                open.remove(e.getKey());
            }
        }
    }

    private ServerSocketChannel listen(ListenAddress a) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.configureBlocking(false);
            server.bind(a.place());
            server.register(selector, SelectionKey.OP_ACCEPT, a);
            return server;
        } catch (IOException e) {
            server.close();
            throw new IOException(
                    "cannot listen on TCP port " + a.port() + ": " + e.getMessage(), e);
        }
    }

    /// Counts what the kernel dropped, and what came without its end, since the last call.
    public void countDrops(Ledger ledger, Notices notices) {
        sockets.values().forEach(this::note);
        kernelDrops.forEach((port, drops) -> {
            ledger.of("udp:" + port, Ledger.NONE).drop(Drop.KERNEL, drops);
            notices.warning("UDP port " + port + ": the kernel dropped " + drops + " datagrams");
        });
        truncated.forEach((port, datagrams) -> {
            Counters counters = ledger.of("udp:" + port, Ledger.NONE);
            counters.add(Counters.Total.DATAGRAMS, datagrams);
            counters.drop(Drop.MALFORMED, datagrams);
            notices.warning("UDP port " + port + ": " + datagrams + " datagrams without their end");
        });
        kernelDrops.clear();
        truncated.clear();
    }

    /// Takes what a socket tells of losses, also of one that is closed then.
    private void note(UdpSocket socket) {
        int port = socket.address().port();
        long drops = socket.newDrops();
        if (drops > 0) {
            kernelDrops.merge(port, drops, Long::sum);
        }
        long cut = socket.newTruncated();
        if (cut > 0) {
            truncated.merge(port, cut, Long::sum);
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
    }
}

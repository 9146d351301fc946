package dev.rearview.collector.sockets;

import dev.rearview.ingest.Ledger;
import dev.rearview.ingest.ListenAddress;
import dev.rearview.ingest.Notices;
import dev.rearview.site.Probe;
import dev.rearview.wire.Drop;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The sockets at which a collector listens.
public final class Listeners implements Closeable {
    private final UdpReceiver receiver;
    private final Selector selector;
    private final Map<ListenAddress, UdpSocket> sockets = new LinkedHashMap<>();
    private final Map<ListenAddress, ServerSocketChannel> servers = new LinkedHashMap<>();

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

    private static <T extends Closeable> void closeOthers(
            Map<ListenAddress, T> open, Set<ListenAddress> wanted) throws IOException {
        for (var e : Map.copyOf(open).entrySet()) {
            if (!wanted.contains(e.getKey())) {
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

    /// Counts what the kernel dropped since the last call.
    public void countDrops(Ledger ledger, Notices notices) {
        Set<Integer> ports = new HashSet<>();
        for (UdpSocket socket : sockets.values()) {
            int port = socket.address().port();
            long drops = ports.add(port) ? socket.newDrops() : 0;
            if (drops > 0) {
                ledger.of("udp:" + port, Ledger.NONE).drop(Drop.KERNEL, drops);
                notices.warning(
                        "UDP port " + port + ": the kernel dropped " + drops + " datagrams");
            }
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

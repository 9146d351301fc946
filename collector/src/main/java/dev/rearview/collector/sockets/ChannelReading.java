package dev.rearview.collector.sockets;

import dev.rearview.descriptors.DatagramArea;
import dev.rearview.ingest.ListenAddress;
import dev.rearview.ingest.Notices;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Map;

/// Reads sockets with what every JDK has, one datagram for each call.
final class ChannelReading implements Reading {
    /// Datagrams of a socket before others have their turn.
    private static final int TURN = 128;

    private final Notices notices;
    private final Selector selector;
    private final PortDrops drops = new PortDrops();

    ChannelReading(Notices notices) throws IOException {
        this.notices = notices;
        this.selector = Selector.open();
    }

    /// What the kernel tells of ports, whatever sockets there are.
    private static final class PortDrops {
        private final Map<Integer, Long> seen = new HashMap<>();

        private synchronized void begin(int port) {
            seen.computeIfAbsent(port, KernelDrops::ofPort);
        }

        /// Drops at a port since anybody asked for them.
        private synchronized long fresh(int port) {
            long now = KernelDrops.ofPort(port);
            Long before = seen.put(port, now);
            return before == null ? 0 : Math.max(0, now - before);
        }
    }

    private final class Socket implements UdpSocket {
        private final ListenAddress address;
        private final DatagramChannel channel = DatagramChannel.open();
        private final int bufferOctets;

        Socket(ListenAddress address) throws IOException {
            this.address = address;
            try {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.SO_RCVBUF, WANTED_BUFFER);
                bufferOctets = channel.getOption(StandardSocketOptions.SO_RCVBUF);
                channel.bind(address.place());
                channel.register(selector, SelectionKey.OP_READ, this);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            drops.begin(address.port());
        }

        @Override
        public ListenAddress address() {
            return address;
        }

        @Override
        public int bufferOctets() {
            return bufferOctets;
        }

        @Override
        public long newDrops() {
            return drops.fresh(address.port());
        }

        @Override
        public long newTruncated() {
            // There is always room for the longest.
            return 0;
        }

        /// @return whether more may wait
        private boolean read(Loads.Filling into) throws IOException {
            for (int i = 0; i < TURN; i++) {
                Load load = into.room(DatagramArea.MAX_DATAGRAM);
                if (load == null) {
                    return false;
                }
                InetSocketAddress sender = (InetSocketAddress) channel.receive(load.octets());
                if (sender == null) {
                    return false;
                }
                load.add(this, sender);
            }
            return true;
        }

        @Override
        public void close() throws IOException {
            channel.close();
            // The port is free when the selector has seen it.
            selector.wakeup();
        }
    }

    @Override
    public UdpSocket open(ListenAddress address) throws IOException {
        UdpSocket socket = new Socket(address);
        selector.wakeup();
        return socket;
    }

    @Override
    public void await() throws IOException {
        selector.select(_ -> {});
    }

    @Override
    public boolean read(Loads.Filling into) throws IOException {
        boolean[] more = new boolean[1];
        selector.selectNow(key -> more[0] |= read(key, into));
        return more[0];
    }

    private boolean read(SelectionKey key, Loads.Filling into) {
        Socket socket = (Socket) key.attachment();
        try {
            return socket.read(into);
        } catch (ClosedChannelException | CancelledKeyException e) {
            // A configuration without this socket.
            return false;
        } catch (IOException e) {
            notices.error("UDP port " + socket.address().port() + ": " + e.getMessage());
            return false;
        }
    }

    @Override
    public void wake() {
        selector.wakeup();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}

package dev.rearview.collector.sockets;

import dev.rearview.descriptors.Bell;
import dev.rearview.descriptors.DatagramArea;
import dev.rearview.descriptors.Descriptor;
import dev.rearview.descriptors.Poller;
import dev.rearview.descriptors.Senders;
import dev.rearview.descriptors.UdpDescriptor;
import dev.rearview.ingest.ListenAddress;
import dev.rearview.ingest.Notices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Reads sockets with Linux's own calls, many datagrams for each.
final class SystemReading implements Reading {
    private static final int DATAGRAMS = 128;

    private final Notices notices;
    private final DatagramArea area;
    private final Senders senders = new Senders();
    private final Bell bell = new Bell();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    SystemReading(Notices notices) throws IOException {
        this(notices, new DatagramArea(Arena.ofAuto(), DATAGRAMS));
    }

    SystemReading(Notices notices, DatagramArea area) throws IOException {
        this.notices = notices;
        this.area = area;
    }

    private final class Socket implements UdpSocket {
        private final ListenAddress address;
        private final UdpDescriptor descriptor = UdpDescriptor.open();
        private final int bufferOctets;
        private final AtomicLong truncated = new AtomicLong();
        private long countedTruncated;
        private long seenDrops;

        /// @param shares whether other sockets are at this place already
        private Socket(ListenAddress address, boolean shares) throws IOException {
            this.address = address;
            try {
                bufferOctets = descriptor.growBuffer(WANTED_BUFFER);
                if (shares) {
                    descriptor.share();
                }
                descriptor.bind(address.place());
            } catch (IOException e) {
                descriptor.close();
                throw e;
            }
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
            long now = dropped();
            if (now < 0) {
                return 0;
            }
            // The kernel counts in 32 bits.
            long fresh = now - seenDrops & 0xFFFF_FFFFL;
            seenDrops = now;
            return fresh;
        }

        private long dropped() {
            try {
                return descriptor.dropped();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public long newTruncated() {
            long now = truncated.get();
            long fresh = now - countedTruncated;
            countedTruncated = now;
            return fresh;
        }

        /// @return whether more may wait
        private boolean read(Loads.Filling into) throws IOException {
            int count = area.receive(descriptor);
            return take(this, count, into) && count == area.most();
        }

        @Override
        public void close() throws IOException {
            sockets.remove(this);
            descriptor.close();
            wake();
        }
    }

    /// Takes datagrams of the area's last call.
    ///
    /// @param at where they came; null if nowhere
    /// @return false if interrupted while there was no room
    private boolean take(@Nullable Socket at, int count, Loads.Filling into) throws IOException {
        for (int i = 0; i < count; i++) {
            if (at != null && area.isTruncated(i)) {
                at.truncated.incrementAndGet();
            } else if (!add(at, i, into)) {
                return false;
            }
        }
        return true;
    }

    private boolean add(@Nullable Socket at, int index, Loads.Filling into) throws IOException {
        int length = area.length(index);
        Load load = into.room(length);
        if (load == null) {
            return false;
        }
        InetSocketAddress sender = senders.of(area, index);
        int end = load.octets().position();
        area.copy(index, load.memory(), end);
        load.octets().position(end + length);
        load.add(at, sender);
        return true;
    }

    @Override
    public boolean practise(Loads.Filling into) throws IOException {
        try (UdpDescriptor nobody = UdpDescriptor.open()) {
            area.receive(nobody);
        }
        return take(null, area.most(), into);
    }

    @Override
    public UdpSocket open(ListenAddress address) throws IOException {
        return begin(new Socket(address, false));
    }

    /// Opens sockets at one place, one for each of several threads. The first is bound as one that
    /// shares with nobody, so that it fails where another process listens.
    static UdpSocket open(ListenAddress address, List<SystemReading> readings) throws IOException {
        List<UdpSocket> opened = new ArrayList<>();
        try {
            for (SystemReading reading : readings) {
                Socket socket = reading.new Socket(address, !opened.isEmpty());
                opened.add(socket);
                if (opened.size() == 1) {
                    socket.descriptor.share();
                }
                reading.begin(socket);
            }
        } catch (IOException e) {
            for (UdpSocket socket : opened) {
                socket.close();
            }
            throw e;
        }
        return new SharedSocket(List.copyOf(opened));
    }

    private UdpSocket begin(Socket socket) throws IOException {
        sockets.add(socket);
        wake();
        return socket;
    }

    @Override
    public void await() throws IOException {
        List<Descriptor> polled = new ArrayList<>();
        polled.add(bell.descriptor());
        for (Socket socket : sockets) {
            polled.add(socket.descriptor.descriptor());
        }
        try {
            if (Poller.readable(polled, -1).contains(bell.descriptor())) {
                bell.silence();
            }
        } catch (IOException e) {
            if (polled.stream().allMatch(Descriptor::isOpen)) {
                throw e;
            }
            // A configuration without one of them.
        }
    }

    @Override
    public boolean read(Loads.Filling into) {
        boolean more = false;
        for (Socket socket : sockets) {
            try {
                more |= socket.read(into);
            } catch (IOException e) {
                if (socket.descriptor.descriptor().isOpen()) {
                    notices.error("UDP port " + socket.address().port() + ": " + e.getMessage());
                }
            }
        }
        return more;
    }

    @Override
    public void wake() throws IOException {
        if (bell.descriptor().isOpen()) {
            bell.ring();
        }
    }

    @Override
    public void close() throws IOException {
        bell.close();
    }
}

package dev.rearview.collector.sockets;

import dev.rearview.ingest.DaemonThreads;
import dev.rearview.ingest.ListenAddress;
import dev.rearview.ingest.Notices;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Empties the UDP sockets on a thread of its own, until [#stop] or until that dies. What waits for
/// the collector lies in up to 64 MiB of loads; when these are full the datagrams stay in the
/// kernel, which counts what it drops.
public final class UdpReceiver implements Closeable {
    private static final int LOADS = 256;

    /// How long datagrams gather in the kernel: waking two threads for each would cost more than
    /// decoding it, and the smallest usual buffer holds more than come in this time.
    private static final long GATHER_NS = 1_000_000;

    private final Selector selector;
    private final Notices notices;
    private final Runnable arrived;
    private final BlockingQueue<Load> full = new ArrayBlockingQueue<>(LOADS);
    private final BlockingQueue<Load> empty = new ArrayBlockingQueue<>(LOADS);
    private final Thread thread;
    private int made;
    private volatile boolean stopping;

    /// Datagrams of one socket, in the order they came.
    private static final class Load {
        private static final int OCTETS = 256 << 10;
        private static final int MAX_DATAGRAM = 65_535;
        private static final int MAX_COUNT = 2048;

        private final ByteBuffer octets = ByteBuffer.allocateDirect(OCTETS);
        private final int[] ends = new int[MAX_COUNT];
        private final @Nullable InetSocketAddress[] from = new InetSocketAddress[MAX_COUNT];
        private int count;
        private @Nullable UdpSocket socket;

        /// Receives what waits, as long as the largest datagram still fits.
        ///
        /// @return whether more may wait
        private boolean fill(UdpSocket source) throws IOException {
            socket = source;
            while (count < MAX_COUNT && octets.remaining() >= MAX_DATAGRAM) {
                InetSocketAddress sender = source.receive(octets);
                if (sender == null) {
                    return false;
                }
                from[count] = sender;
                ends[count++] = octets.position();
            }
            return true;
        }

        private void forEach(DatagramConsumer out) {
            if (socket == null) {
                return;
            }
            ByteBuffer bytes = octets.duplicate();
            int start = 0;
            for (int i = 0; i < count; i++) {
                InetSocketAddress sender = from[i];
                bytes.clear().position(start).limit(ends[i]);
                start = ends[i];
                if (sender != null) {
                    out.accept(socket.address(), bytes, sender);
                }
            }
        }

        private Load clear() {
            octets.clear();
            count = 0;
            socket = null;
            return this;
        }
    }

    /// @param arrived told, on the receiver's thread, that a load waits
    public UdpReceiver(Notices notices, Runnable arrived) throws IOException {
        this.selector = Selector.open();
        this.notices = notices;
        this.arrived = arrived;
        this.thread = DaemonThreads.named("udp-receiver").newThread(this::run);
        thread.start();
    }

    UdpSocket open(ListenAddress address) throws IOException {
        UdpSocket socket = new UdpSocket(address, selector, notices);
        selector.wakeup();
        return socket;
    }

    /// Hands out the datagrams of the load that came first of those that wait.
    public void take(DatagramConsumer out) {
        Load load = full.poll();
        if (load != null) {
            load.forEach(out);
            release(load);
        }
    }

    private void release(Load load) {
        // There are never more loads than places.
        empty.add(load.clear());
    }

    /// Gives up the datagrams that wait.
    ///
    /// @return how many
    public int discard() {
        int datagrams = 0;
        for (Load load = full.poll(); load != null; load = full.poll()) {
            datagrams += load.count;
        }
        return datagrams;
    }

    public boolean hasWaiting() {
        return !full.isEmpty();
    }

    public boolean isRunning() {
        return thread.isAlive();
    }

    /// Asks for an end after what the sockets hold now; loads must still be taken until it is no
    /// longer running, and then once more.
    public void stop() {
        stopping = true;
        selector.wakeup();
    }

    private void run() {
        try {
            while (!stopping) {
                if (selector.select(this::drain) > 0) {
                    LockSupport.parkNanos(GATHER_NS);
                }
            }
            selector.selectNow(this::drain);
        } catch (ClosedSelectorException e) {
            // The collector was closed meanwhile.
        } catch (IOException | RuntimeException | Error e) {
            notices.error("Receiving ends: " + e);
        }
    }

    private void drain(SelectionKey key) {
        UdpSocket socket = (UdpSocket) key.attachment();
        boolean more = true;
        while (more) {
            Load load = take();
            if (load == null) {
                return;
            }
            try {
                more = load.fill(socket);
            } catch (ClosedChannelException | CancelledKeyException e) {
                // A configuration without this socket.
                more = false;
            } catch (IOException e) {
                notices.error("UDP port " + socket.address().port() + ": " + e.getMessage());
                more = false;
            }
            if (load.count > 0) {
                full.add(load);
                arrived.run();
            } else {
                release(load);
            }
        }
    }

    /// A load that is empty; null if the collector was closed while none was.
    private @Nullable Load take() {
        Load load = empty.poll();
        if (load != null) {
            return load;
        }
        if (made < LOADS) {
            made++;
            return new Load();
        }
        try {
            return empty.take();
        } catch (InterruptedException e) {
            stopping = true;
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        stopping = true;
        thread.interrupt();
        selector.close();
    }
}

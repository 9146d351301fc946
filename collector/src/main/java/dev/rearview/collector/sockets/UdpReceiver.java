package dev.rearview.collector.sockets;

import dev.rearview.descriptors.ThisProcess;
import dev.rearview.descriptors.UdpDescriptor;
import dev.rearview.ingest.DaemonThreads;
import dev.rearview.ingest.ListenAddress;
import dev.rearview.ingest.Notices;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Empties the UDP sockets on threads of its own, until [#stop] or until one of them dies. What
/// waits for the collector lies in up to 64 MiB of loads; when these are full the datagrams stay in
/// the kernel, which counts what it drops.
///
/// There is one thread, or several where a machine has more than two processors. What one sender's
/// port sends is received by one of them, and stays in its order.
public final class UdpReceiver implements Closeable {
    private static final int MAX_THREADS = 4;

    /// Rounds of practice, after which what receives is compiled.
    private static final int PRACTICE = 500;

    private final Notices notices;
    private final Loads loads;
    private final List<? extends Reading> readings;
    private final List<Thread> threads = new ArrayList<>();
    private final Gathering gathering = new Gathering();
    private volatile boolean stopping;
    private volatile boolean closed;

    /// @param arrived told, on the receiver's thread, that a load waits
    public UdpReceiver(Notices notices, Runnable arrived) throws IOException {
        this(notices, arrived, readings(notices, Runtime.getRuntime().availableProcessors()));
    }

    /// @param readings one for each thread; several are those of the system's own calls
    UdpReceiver(Notices notices, Runnable arrived, List<? extends Reading> readings) {
        this.notices = notices;
        this.loads = new Loads(arrived);
        this.readings = readings;
        for (Reading reading : readings) {
            threads.add(DaemonThreads.named("udp-receiver").newThread(() -> run(reading)));
        }
        threads.forEach(Thread::start);
    }

    private static List<? extends Reading> readings(Notices notices, int processors)
            throws IOException {
        if (!UdpDescriptor.isSupported()) {
            return List.of(new ChannelReading(notices));
        }
        List<SystemReading> out = new ArrayList<>();
        int count = processors > 2 ? Math.min(MAX_THREADS, processors / 2) : 1;
        for (int i = 0; i < count; i++) {
            out.add(new SystemReading(notices));
        }
        return out;
    }

    UdpSocket open(ListenAddress address) throws IOException {
        try {
            UdpSocket socket = listen(address);
            int granted = socket.bufferOctets();
            gathering.grant(granted);
            if (granted < Reading.WANTED_BUFFER) {
                notices.warning(
                        "UDP port "
                                + address.port()
                                + ": the kernel granted a receive buffer of "
                                + granted
                                + " octets instead of "
                                + Reading.WANTED_BUFFER
                                + "; raise it with sysctl -w net.core.rmem_max="
                                + Reading.WANTED_BUFFER);
            }
            return socket;
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on UDP port " + address.port() + ": " + e.getMessage(), e);
        }
    }

    private UdpSocket listen(ListenAddress address) throws IOException {
        List<SystemReading> several =
                readings.stream()
                        .filter(SystemReading.class::isInstance)
                        .map(SystemReading.class::cast)
                        .toList();
        return several.size() > 1
                ? SystemReading.open(address, several)
                : readings.getFirst().open(address);
    }

    /// Hands out the datagrams of the load that came first of those that wait.
    public void take(DatagramConsumer out) {
        loads.take(out);
    }

    /// Gives up the datagrams that wait.
    ///
    /// @return how many
    public int discard() {
        return loads.discard();
    }

    public boolean hasWaiting() {
        return loads.hasWaiting();
    }

    /// Whether all of it runs or, after [#stop], any of it.
    public boolean isRunning() {
        return stopping
                ? threads.stream().anyMatch(Thread::isAlive)
                : threads.stream().allMatch(Thread::isAlive);
    }

    /// Asks for an end after what the sockets hold now; loads must still be taken until it is no
    /// longer running, and then once more.
    public void stop() throws IOException {
        stopping = true;
        wake();
    }

    private void wake() throws IOException {
        for (Reading reading : readings) {
            reading.wake();
        }
    }

    private void run(Reading reading) {
        Loads.Filling into = loads.new Filling();
        ThisProcess.takeShortTurns();
        try {
            practise(reading, into);
            readWhileAnyCome(reading, into);
            while (!stopping) {
                reading.await();
                readWhileAnyCome(reading, into);
            }
            drain(reading, into);
            into.handOver();
        } catch (ClosedSelectorException e) {
            // The collector was closed meanwhile.
        } catch (IOException | RuntimeException | Error e) {
            notices.error("Receiving ends: " + e);
        }
    }

    /// Has what receives compiled before the first datagrams come: until then it takes so long that
    /// a burst runs over. Those that come meanwhile are read between the rounds.
    private void practise(Reading reading, Loads.Filling into) throws IOException {
        Loads own = new Loads(() -> {});
        Loads.Filling nowhere = own.new Filling();
        for (int i = 0; i < PRACTICE && !stopping && reading.practise(nowhere); i++) {
            nowhere.handOver();
            own.take((to, octets, from) -> {});
            drain(reading, into);
            into.handOverIfWanted();
        }
    }

    private void readWhileAnyCome(Reading reading, Loads.Filling into) throws IOException {
        long last = System.nanoTime();
        boolean goOn = true;
        while (goOn && !stopping) {
            // What waits for the decoder in this load is looked at again before all waits for a
            // socket.
            long came = drain(reading, into);
            goOn = !into.handOverIfWanted() || came > 0;
            if (goOn) {
                long now = System.nanoTime();
                LockSupport.parkNanos(gathering.pauseNs(came, now - last));
                last = now;
            }
        }
    }

    /// Reads all that waits.
    ///
    /// @return what came, as [Load#weight]
    private long drain(Reading reading, Loads.Filling into) throws IOException {
        long before = into.taken();
        while (reading.read(into) && !closed) {
            into.handOverIfWanted();
        }
        return into.taken() - before;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        stop();
        try {
            for (Thread thread : threads) {
                // It may wait for a load.
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Reading reading : readings) {
            reading.close();
        }
    }
}

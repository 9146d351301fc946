package dev.rearview.dist;

import dev.rearview.traffic.attack.GoodExporter;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;

/// A good exporter on a thread of its own, which sends at a steady pace until it is told to stop.
final class GoodTraffic implements AutoCloseable {
    /// Datagrams a second, of 30 flows each.
    private static final int RATE = 100;

    private final GoodExporter exporter;
    private final LongConsumer sent;
    private final CompletableFuture<Void> sending;
    private volatile boolean stopping;

    /// @param number of the exporter, 1 the first; its flows go to 192.0.2.`number`
    /// @param sent told at the end how many datagrams were sent
    GoodTraffic(GoodExporter.Protocol protocol, int port, int number, LongConsumer sent)
            throws IOException {
        this.sent = sent;
        this.exporter =
                new GoodExporter(
                        protocol,
                        port,
                        new GoodExporter.Settings(
                                1, AttackedCollector.GOOD_NETWORK + number, 0, RATE, 0));
        this.sending = CompletableFuture.runAsync(this::run, task -> new Thread(task).start());
    }

    private void run() {
        try {
            // Some at least, however fast the attack is over.
            while (!stopping || exporter.datagrams() < RATE) {
                exporter.send();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Ends it after what it has sent.
    ///
    /// @return flows sent
    long stop() throws InterruptedException, ExecutionException, IOException {
        stopping = true;
        sending.get();
        sent.accept(exporter.datagrams());
        exporter.close();
        return exporter.number();
    }

    @Override
    public void close() throws IOException {
        stopping = true;
        exporter.close();
    }
}

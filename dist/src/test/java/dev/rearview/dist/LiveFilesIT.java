package dev.rearview.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SQL on a repository into which a collector writes: what `rearview store files` prints has each
/// flow at most once, and all of them once they are in segments.
class LiveFilesIT {
    private static final int PER_DATAGRAM = 30;
    private static final int DATAGRAMS = 300;
    private static final long HOUR_S = 1_704_067_200L; // 2024-01-01T00:00:00Z

    @TempDir Path directory;
    private final AtomicInteger sent = new AtomicInteger();

    private record Count(long flows, long distinct) {}

    /// A datagram of flows in two hours that ended long ago, so that they are sealed at once; each
    /// has a source of its own.
    private static byte[] datagram(int first) {
        ByteBuffer b = ByteBuffer.allocate(24 + 48 * PER_DATAGRAM);
        b.putShort((short) 5).putShort((short) PER_DATAGRAM);
        b.putInt(7_200_000).putInt((int) HOUR_S + 7_200).putInt(0).putInt(first).putInt(0);
        for (int i = 0; i < PER_DATAGRAM; i++) {
            int start = (first + i) % 7_000_000;
            b.putInt(0x0A00_0000 + first + i).putInt(0xC000_0201).putInt(0);
            b.putShort((short) 1).putShort((short) 2).putInt(1).putInt(40);
            b.putInt(start).putInt(start).putShort((short) 1024).putShort((short) 25);
            b.put((byte) 0).put((byte) 2).put((byte) 6).put((byte) 0);
            b.putInt(0).putShort((short) 0).putShort((short) 0);
        }
        return b.array();
    }

    private void send(int port) throws Exception {
        try (DatagramSocket s = new DatagramSocket()) {
            for (int i = 0; i < DATAGRAMS; i++) {
                byte[] bytes = datagram(sent.get());
                sent.addAndGet(PER_DATAGRAM);
                s.send(
                        new DatagramPacket(
                                bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
                // Slow enough for many segments and seals to come between.
                Thread.sleep(20);
            }
        }
    }

    private static Count count(String view) throws SQLException {
        try (Connection db = DriverManager.getConnection("jdbc:duckdb:");
                Statement s = db.createStatement()) {
            s.execute(view);
            try (ResultSet row =
                    s.executeQuery(
                            "select count(*), count(distinct sip) from flows where type = 'in'"
                                    + " and sensor = 'S0' and dip = '192.0.2.1'"
                                    + " and stime >= '2024-01-01'")) {
                row.next();
                return new Count(row.getLong(1), row.getLong(2));
            }
        }
    }

    private static String view(CollectorProcess collector) throws Exception {
        Shell.Result r = collector.shell().run("rearview store files --format=duckdb");
        assertThat(r.exit()).as(r.err()).isZero();
        return r.out();
    }

    @Test
    void sqlCountsEachFlowOnceWhileACollectorWritesAndSeals() throws Exception {
        int port = Ports.free();
        try (CollectorProcess collector = new CollectorProcess(directory, 1)) {
            collector.listenForNetFlow5(port);
            collector.start("--segment-timeout=0.2", "--seal-after=1");
            Thread sender =
                    new Thread(() -> {
                        try {
                            send(port);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
            sender.start();
            String firstView = "";
            long before = 0;
            while (sender.isAlive()) {
                String view = view(collector);
                Count now = count(view);
                assertThat(now.flows).isEqualTo(now.distinct).isBetween(before, (long) sent.get());
                before = now.flows;
                if (firstView.isEmpty() && before > 0) {
                    firstView = view;
                }
            }
            sender.join();
            // All that was sent comes into segments, and none of it twice.
            while (count(view(collector)).flows < sent.get()) {
                assertThat(collector.isAlive()).isTrue();
            }
            collector.awaitLog("Sealed");
            assertThat(count(view(collector))).isEqualTo(new Count(sent.get(), sent.get()));
            // What was printed first was merged meanwhile, and can still be read.
            assertThat(count(firstView).flows).isPositive().isLessThan(sent.get());
            collector.terminate();
            assertThat(count(view(collector))).isEqualTo(new Count(sent.get(), sent.get()));
            Shell.Result sealed =
                    collector.shell().run("rearview store seal && rearview store files");
            assertThat(sealed.out()).contains(".sealed.").doesNotContain(".merged.");
            assertThat(count(view(collector))).isEqualTo(new Count(sent.get(), sent.get()));
        }
    }
}

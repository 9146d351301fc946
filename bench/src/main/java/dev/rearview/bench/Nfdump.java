package dev.rearview.bench;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.traffic.Exporter;
import dev.rearview.traffic.Workload;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// nfdump, and the file of its own collector that it reads.
final class Nfdump {
    private static final int PACE = 20_000;

    private final Path file;

    private Nfdump(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /// The line of shell that asks it; empty where it has no such query.
    Optional<String> line(Question q) {
        return q.nfdump().map(a -> "nfdump -r " + file + " " + a.replace("X", Question.ADDRESS));
    }

    static boolean isInstalled() {
        return Command.exists("nfcapd") && Command.exists("nfdump");
    }

    /// Its file of so many flows, which is made of datagrams by its collector if it is not there.
    static Nfdump open(Path directory, long flows) throws IOException {
        Path target = directory.resolve(flows + "-nfdump");
        if (!Files.exists(target)) {
            collect(directory, flows, target);
        }
        return new Nfdump(target);
    }

    private static void collect(Path directory, long flows, Path target) throws IOException {
        Path into = Files.createTempDirectory(directory, "nfcapd");
        int port;
        try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process nfcapd =
                new ProcessBuilder(
                                "nfcapd",
                                "-w",
                                into.toString(),
                                "-p",
                                Integer.toString(port),
                                "-b",
                                "127.0.0.1",
                                "-t",
                                "86400",
                                "-B",
                                "200000000",
                                "-z")
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("nfcapd.log").toFile())
                        .start();
        try {
            TimeUnit.SECONDS.sleep(1);
            send(port, flows);
            TimeUnit.SECONDS.sleep(2);
            nfcapd.destroy();
            nfcapd.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            nfcapd.destroyForcibly();
        }
        try (Stream<Path> files = Files.list(into)) {
            Path file =
                    files.filter(p -> p.getFileName().toString().matches("nfcapd\\.\\d+"))
                            .findFirst()
                            .orElseThrow(() -> new IOException("nfcapd wrote no file"));
            Files.move(file, target);
        }
    }

    /// Sends the workload as NetFlow v5 to loopback, at a pace that nfcapd takes.
    private static void send(int port, long flows) throws IOException, InterruptedException {
        Exporter exporter = Exporter.netflow5();
        List<FlowRecord> pending = new ArrayList<>();
        long start = System.nanoTime();
        long sent = 0;
        try (DatagramSocket socket = new DatagramSocket();
                Workload source = new Workload(flows, 1, 1)) {
            for (FlowBatch b = source.next(); b != null; b = source.next()) {
                for (int i = 0; i < b.size(); i++) {
                    FlowRecord r = new FlowRecord();
                    b.get(i, r);
                    pending.add(r);
                    if (pending.size() == exporter.capacity()) {
                        flush(socket, port, exporter, pending);
                        if (++sent % 100 == 0) {
                            long due = start + sent * 1_000_000_000L / PACE;
                            long wait = due - System.nanoTime();
                            if (wait > 0) {
                                TimeUnit.NANOSECONDS.sleep(wait);
                            }
                        }
                    }
                }
            }
            if (!pending.isEmpty()) {
                flush(socket, port, exporter, pending);
            }
        }
    }

    private static void flush(
            DatagramSocket socket, int port, Exporter exporter, List<FlowRecord> pending)
            throws IOException {
        ByteBuffer b = exporter.encode(pending, pending.getLast().stimeMs() + 2_000_000);
        socket.send(
                new DatagramPacket(b.array(), b.limit(), InetAddress.getLoopbackAddress(), port));
        pending.clear();
    }
}

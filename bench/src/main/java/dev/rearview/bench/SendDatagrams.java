package dev.rearview.bench;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.traffic.Exporter;
import dev.rearview.traffic.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/// Sends the benchmark's flows to a port on loopback: `v5|v9|ipfix PORT FLOWS FLOWS_PER_SECOND`.
///
/// The datagrams of the first 200,000 flows of a day of 20 million are made before and sent in
/// turn, with sequence numbers that go on, so that the sender takes as little as it can of the
/// machine that it shares.
public final class SendDatagrams {
    private static final int MADE = 200_000;
    private static final int A_DAY = 20_000_000;
    private static final int BURST = 16;

    private record Datagram(ByteBuffer bytes, int flows) {}

    private SendDatagrams() {}

    public static void main(String[] args) throws IOException {
        String protocol = args[0];
        int port = Integer.parseInt(args[1]);
        long flows = Long.parseLong(args[2]);
        long rate = Long.parseLong(args[3]);
        int sequenceAt =
                switch (protocol) {
                    case "v5" -> 16;
                    case "v9" -> 12;
                    default -> 8;
                };
        List<Datagram> datagrams = make(protocol);
        long start = System.nanoTime();
        long sent = 0;
        long count = 0;
        try (DatagramChannel channel = DatagramChannel.open()) {
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            while (sent < flows) {
                Datagram d = datagrams.get((int) (count % datagrams.size()));
                d.bytes.putInt(sequenceAt, (int) (protocol.equals("v9") ? count : sent));
                channel.write(d.bytes.rewind());
                sent += d.flows;
                if (++count % BURST == 0) {
                    pace(start + sent * 1_000_000_000L / rate);
                }
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%d flows in %d datagrams, %.0f flows/s%n",
                sent,
                count,
                sent / seconds);
    }

    private static void pace(long due) {
        while (System.nanoTime() < due) {
            if (due - System.nanoTime() > 200_000) {
                LockSupport.parkNanos(50_000);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private static List<Datagram> make(String protocol) throws IOException {
        Exporter exporter =
                switch (protocol) {
                    case "v5" -> Exporter.netflow5();
                    case "v9" -> Exporter.netflow9(1);
                    case "ipfix" -> Exporter.ipfix(1);
                    default -> throw new IllegalArgumentException("no protocol: " + protocol);
                };
        List<Datagram> out = new ArrayList<>();
        List<FlowRecord> part = new ArrayList<>();
        try (Workload flows = new Workload(A_DAY, 1, 1)) {
            for (FlowBatch b = flows.next();
                    b != null && out.size() * exporter.capacity() < MADE;
                    b = flows.next()) {
                for (int i = 0; i < b.size(); i++) {
                    FlowRecord r = new FlowRecord();
                    b.get(i, r);
                    part.add(r);
                    if (part.size() == exporter.capacity()) {
                        out.add(datagram(exporter, part));
                        part.clear();
                    }
                }
            }
        }
        return out;
    }

    private static Datagram datagram(Exporter exporter, List<FlowRecord> flows) {
        long exportMs = 0;
        for (FlowRecord r : flows) {
            exportMs = Math.max(exportMs, r.stimeMs() + r.durationMs() + 1000);
        }
        ByteBuffer bytes = exporter.encode(flows, exportMs);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.remaining());
        return new Datagram(direct.put(bytes), flows.size());
    }
}

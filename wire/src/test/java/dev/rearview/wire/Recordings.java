package dev.rearview.wire;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow5.NetFlow5;
import dev.rearview.wire.netflow9.NetFlow9;
import dev.rearview.wire.pcap.Captures;
import dev.rearview.wire.sflow.SFlow;
import dev.rearview.wire.state.StateReader;
import dev.rearview.wire.state.StateWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Feeds recordings of real exporters to the decoders, as one collector would receive them.
final class Recordings {
    /// Recordings that stand beside the repository where they are available.
    static final Path EXPORTS =
            Path.of(System.getProperty("rearview.root", ".."))
                    .resolve("../shared/captures/exports")
                    .normalize();

    final Counters counters = new Counters();
    final Collected out = new Collected();
    private final StateBudget budget = new StateBudget(64 << 20);
    private final Map<String, Exporter> exporters = new HashMap<>();
    private final NetFlow5 netflow5 = new NetFlow5();
    private final NetFlow9 netflow9;
    private final Ipfix ipfix;
    private final SFlow sflow;
    private long datagramsWanted = Long.MAX_VALUE;
    private int restartEach;
    private int decoded;

    Recordings() {
        this(ProbeOptions.DEFAULT);
    }

    Recordings(ProbeOptions options) {
        this(options, SetDecoder.Log.NONE);
    }

    Recordings(ProbeOptions options, SetDecoder.Log log) {
        this.netflow9 = new NetFlow9(options, log);
        this.ipfix = new Ipfix(options, log);
        this.sflow = new SFlow(options);
    }

    /// Skips the test where there are no recordings.
    static void assumeThere() {
        assumeTrue(Files.isDirectory(EXPORTS), EXPORTS + " is not there");
    }

    /// Stops decoding after so many datagrams.
    void limit(long datagrams) {
        datagramsWanted = datagrams;
    }

    /// Lets another process go on with what exporters have announced, after every so many
    /// datagrams.
    void restartEach(int datagrams) {
        restartEach = datagrams;
    }

    private void restart() {
        for (Map.Entry<String, Exporter> e : exporters.entrySet()) {
            byte[] saved = saved(e.getValue());
            Exporter next = new Exporter(budget);
            // That of the decoder is told what it gives up, which it has not.
            e.getValue().close(new Counters());
            try {
                next.restore(new StateReader(ByteBuffer.wrap(saved), 0));
            } catch (StateReader.Malformed malformed) {
                throw new AssertionError(malformed);
            }
            e.setValue(next);
        }
    }

    static byte[] saved(Exporter exporter) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            exporter.save(new StateWriter(new DataOutputStream(out), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    void decode(String exporter, int port, ByteBuffer payload, long us) {
        if (restartEach > 0 && decoded++ % restartEach == 0) {
            restart();
        }
        if (payload.remaining() < 4) {
            counters.drop(Drop.MALFORMED, 1);
            return;
        }
        int version = payload.getShort(payload.position());
        boolean isExport =
                version == 5
                        || version == 9
                        || version == 10
                        || payload.getInt(payload.position()) == SFlow.VERSION;
        if (isExport && datagramsWanted-- <= 0) {
            return;
        }
        Cursor in = new Cursor(payload);
        Exporter from = exporters.computeIfAbsent(exporter, k -> new Exporter(budget));
        switch (version) {
            case 5 -> netflow5.decode(in, from, new Arrival(port, us, 0), counters, out);
            case 9 -> netflow9.decode(in, from, new Arrival(port, us, 0), counters, out);
            case 10 -> ipfix.decode(in, from, new Arrival(port, us, 0), counters, out);
            case 0 -> sflow.decode(in, from, new Arrival(port, us, 0), counters, out);
            default -> counters.drop(Drop.VERSION, 1);
        }
    }

    /// Decodes a capture, a file of IPFIX messages or a single datagram.
    void file(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        if (Captures.isCapture(bytes)) {
            Captures.payloads(
                    new ByteArrayInputStream(bytes),
                    path.toString(),
                    (payload, tuple, us) ->
                            decode(tuple.sipHi + "/" + tuple.sipLo, tuple.sport, payload, us));
        } else {
            messages(ByteBuffer.wrap(bytes));
        }
    }

    /// IPFIX messages may follow each other in a file; anything else is one datagram.
    private void messages(ByteBuffer bytes) {
        while (bytes.remaining() >= Ipfix.HEADER && bytes.getShort(bytes.position()) == 10) {
            int length = Short.toUnsignedInt(bytes.getShort(bytes.position() + 2));
            if (length < Ipfix.HEADER || length > bytes.remaining()) {
                break;
            }
            decode("file", 0, bytes.slice(bytes.position(), length), 0);
            bytes.position(bytes.position() + length);
        }
        if (bytes.hasRemaining()) {
            decode("file", 0, bytes.slice(), 0);
        }
    }
}

package dev.rearview.wire;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow5.NetFlow5;
import dev.rearview.wire.netflow9.NetFlow9;
import dev.rearview.wire.pcap.Captures;
import dev.rearview.wire.sflow.SFlow;
import java.io.ByteArrayInputStream;
import java.io.IOException;
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
    private final Map<String, Object> decoders = new HashMap<>();
    private final ProbeOptions options;
    private long datagramsWanted = Long.MAX_VALUE;

    Recordings() {
        this(ProbeOptions.DEFAULT);
    }

    Recordings(ProbeOptions options) {
        this.options = options;
    }

    /// Skips the test where there are no recordings.
    static void assumeThere() {
        assumeTrue(Files.isDirectory(EXPORTS), EXPORTS + " is not there");
    }

    /// Stops decoding after so many datagrams.
    void limit(long datagrams) {
        datagramsWanted = datagrams;
    }

    void decode(String exporter, ByteBuffer payload, long us) {
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
        switch (version) {
            case 5 ->
                    ((NetFlow5) decoders.computeIfAbsent(exporter + 5, k -> new NetFlow5()))
                            .decode(in, counters, out);
            case 9 ->
                    ((NetFlow9) decoders.computeIfAbsent(exporter + 9, k -> new NetFlow9(options)))
                            .decode(in, counters, out);
            case 10 ->
                    ((Ipfix) decoders.computeIfAbsent(exporter + 10, k -> new Ipfix(options)))
                            .decode(in, counters, out);
            case 0 -> new SFlow(options).decode(in, us, counters, out);
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
                            decode(
                                    tuple.sipHi + "/" + tuple.sipLo + "/" + tuple.sport,
                                    payload,
                                    us));
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
            decode("file", bytes.slice(bytes.position(), length), 0);
            bytes.position(bytes.position() + length);
        }
        if (bytes.hasRemaining()) {
            decode("file", bytes.slice(), 0);
        }
    }
}

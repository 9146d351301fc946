package dev.rearview.tools.exports;

import dev.rearview.model.MalformedInputException;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.Drop;
import dev.rearview.wire.Exporter;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.StateBudget;
import dev.rearview.wire.netflow5.NetFlow5;
import dev.rearview.wire.netflow5.PduFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// One file of NetFlow v5 datagrams, read to its end.
public final class PduInput {
    /// Where a header tells when it was exported.
    private static final int SECONDS = 8;

    private final String name;
    private final Counters counters = new Counters();
    private long datagrams;
    private long clockMs;

    /// @param name of the file, for messages
    public PduInput(String name) {
        this.name = name;
    }

    /// Reads the file.
    ///
    /// @param log is told what becomes of datagrams and records
    /// @throws MalformedInputException in the end, if it is damaged
    public void read(InputStream in, NetFlow5.Log log, FlowConsumer out) throws IOException {
        NetFlow5 decoder = new NetFlow5(log);
        Exporter exporter = new Exporter(StateBudget.ofHeap());
        Damage damage = new Damage(name);
        PduFile pdus = new PduFile(in);
        for (ByteBuffer pdu = pdus.next(); pdu != null; pdu = pdus.next()) {
            if (pdu.remaining() < PduFile.PDU) {
                damage.at(pdus.offset(), "a NetFlow v5 datagram is cut off");
                break;
            }
            datagrams++;
            // Time goes on as the datagrams were exported.
            clockMs = Math.max(clockMs, (pdu.getInt(SECONDS) & 0xFFFF_FFFFL) * 1000);
            Arrival arrival = new Arrival(0, 0, clockMs);
            if (!decoder.decode(new Cursor(pdu), exporter, arrival, counters, out)) {
                damage.at(pdus.offset(), "no NetFlow v5 datagram");
            }
        }
        damage.check();
    }

    /// What was read, as SiLK words it.
    public String summary() {
        return NetFlow5.summary(
                datagrams - counters.unreadable(),
                datagrams,
                counters.total(Total.FLOWS),
                counters.dropped(Drop.SEQUENCE_GAP),
                counters.dropped(Drop.BAD_RECORD));
    }
}

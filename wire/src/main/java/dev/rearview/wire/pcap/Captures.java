package dev.rearview.wire.pcap;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.MalformedInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/// Reads pcap and pcapng files and hands out their packets, or the UDP datagrams in them.
public final class Captures {
    private Captures() {}

    /// Takes packets.
    @FunctionalInterface
    public interface PacketConsumer {
        /// @param link link type of the capture
        void packet(ByteBuffer bytes, int link, long timeUs);
    }

    /// Takes payloads of UDP datagrams, and IPFIX messages of TCP.
    @FunctionalInterface
    public interface PayloadConsumer {
        /// @param tuple addresses, ports and protocol
        void payload(ByteBuffer bytes, FlowRecord tuple, long timeUs);
    }

    /// Whether a file starts like a capture.
    public static boolean isCapture(byte[] head) {
        return CaptureReader.isCapture(head);
    }

    /// Hands out the packets of a capture, one after the other, up to its end.
    ///
    /// @param name for messages
    /// @throws MalformedInputException where it breaks its format; what came before was handed out
    public static void packets(InputStream in, String name, PacketConsumer out) throws IOException {
        CaptureReader reader = CaptureReader.open(in, name);
        while (reader.next()) {
            out.packet(reader.bytes(), reader.link(), reader.timeUs());
        }
    }

    /// Hands out the payloads of the UDP datagrams in a capture and the IPFIX messages in its TCP
    /// streams. IP fragments are put together before; see [Fragments] and [TcpStreams].
    ///
    /// @return what was handed out and what not
    public static CaptureReport payloads(InputStream in, String name, PayloadConsumer out)
            throws IOException {
        CaptureReport report = new CaptureReport();
        payloads(in, name, report, out);
        return report;
    }

    /// Like the other, for captures that may end early: the report is whole even then.
    public static void payloads(
            InputStream in, String name, CaptureReport report, PayloadConsumer out)
            throws IOException {
        Payloads payloads = new Payloads(report, out);
        try {
            packets(in, name, payloads);
        } finally {
            payloads.finish();
        }
    }
}

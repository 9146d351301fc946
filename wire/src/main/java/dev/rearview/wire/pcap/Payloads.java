package dev.rearview.wire.pcap;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.wire.Cursor;
import dev.rearview.wire.PacketHeader;
import dev.rearview.wire.pcap.CaptureReport.Reason;
import dev.rearview.wire.pcap.Captures.PacketConsumer;
import dev.rearview.wire.pcap.Captures.PayloadConsumer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Gets payloads out of packets: whole datagrams of UDP, messages of TCP.
final class Payloads implements PacketConsumer {
    private static final int UDP_HEADER = 8;
    private static final int TCP_HEADER = 20;

    private final CaptureReport report;
    private final PayloadConsumer out;
    private final Fragments fragments;
    private final TcpStreams streams;
    private final PacketHeader header = new PacketHeader();
    private final FlowRecord tuple = new FlowRecord();

    Payloads(CaptureReport report, PayloadConsumer out) {
        this.report = report;
        this.out = out;
        this.fragments = new Fragments(report);
        this.streams = new TcpStreams(report, out);
    }

    /// Octets that wait for others.
    long octets() {
        return fragments.octets() + streams.octets();
    }

    @Override
    public void packet(ByteBuffer frame, int link, long us) {
        report.packet();
        frame.order(ByteOrder.BIG_ENDIAN);
        if (!PacketHeader.isKnown(link)) {
            report.unknownLink(link);
            return;
        }
        tuple.clear();
        if (!header.read(new Cursor(frame), link, tuple)) {
            report.skip(Reason.NOT_IP, 1);
            return;
        }
        if (header.isFragment()) {
            ByteBuffer whole = fragments.add(header, frame, tuple, us);
            if (whole != null) {
                transport(whole, header.dataProtocol(), us);
            }
            return;
        }
        int from = header.transportOffset();
        if (from < 0) {
            report.skip(Reason.DAMAGED, 1);
            return;
        }
        int end = Math.clamp(header.end(), from, frame.limit());
        transport(frame.slice(from, end - from), tuple.protocol, us);
    }

    /// Takes what an IP datagram carries, which may be cut off by the capture.
    private void transport(ByteBuffer data, int protocol, long us) {
        data.order(ByteOrder.BIG_ENDIAN);
        if (protocol != Protocols.UDP && protocol != Protocols.TCP) {
            report.skip(Reason.OTHER, 1);
            return;
        }
        int headerLength = protocol == Protocols.UDP ? UDP_HEADER : tcpHeader(data);
        if (headerLength < 0 || headerLength > data.limit()) {
            report.skip(Reason.DAMAGED, 1);
            return;
        }
        tuple.protocol = protocol;
        tuple.sport = data.getShort(0) & 0xFFFF;
        tuple.dport = data.getShort(2) & 0xFFFF;
        if (protocol == Protocols.TCP) {
            streams.segment(
                    data.slice(headerLength, data.limit() - headerLength),
                    data.getInt(4),
                    data.get(13) & 0xFF,
                    tuple,
                    us);
        } else {
            datagram(data, us);
        }
    }

    private void datagram(ByteBuffer data, long us) {
        // A length of 0 stands for a datagram above 64 KiB.
        int length = data.getShort(4) & 0xFFFF;
        int end = length == 0 ? data.limit() : Math.min(length, data.limit());
        if (end < UDP_HEADER) {
            report.skip(Reason.DAMAGED, 1);
            return;
        }
        report.payload();
        out.payload(data.slice(UDP_HEADER, end - UDP_HEADER), tuple, us);
    }

    /// Octets of a TCP header, -1 if that is no length of one.
    private static int tcpHeader(ByteBuffer data) {
        int length = data.limit() < TCP_HEADER ? 0 : (data.get(12) >>> 4 & 0xF) * 4;
        return length < TCP_HEADER ? -1 : length;
    }

    /// Ends the capture: what still waits is handed out or counted.
    void finish() {
        fragments.finish();
        streams.finish();
    }
}

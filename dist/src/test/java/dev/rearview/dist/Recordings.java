package dev.rearview.dist;

import dev.rearview.wire.pcap.Captures;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Plays captures of exporters' datagrams.
final class Recordings {
    private Recordings() {}

    /// Sends the datagrams of a capture over loopback, slowly enough for any receiver.
    ///
    /// @return their number
    static int send(Path recording, int port) throws Exception {
        List<byte[]> datagrams = new ArrayList<>();
        try (InputStream in = Files.newInputStream(recording)) {
            Captures.payloads(
                    in,
                    recording.toString(),
                    (payload, tuple, us) -> {
                        byte[] bytes = new byte[payload.remaining()];
                        payload.get(bytes);
                        datagrams.add(bytes);
                    });
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            for (byte[] d : datagrams) {
                socket.send(
                        new DatagramPacket(d, d.length, InetAddress.getLoopbackAddress(), port));
                Thread.sleep(2);
            }
        }
        return datagrams.size();
    }
}

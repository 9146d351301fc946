package dev.rearview.dist;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;

/// Ports that nobody listens on.
final class Ports {
    private Ports() {}

    static int free() throws IOException {
        try (DatagramSocket s = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return s.getLocalPort();
        }
    }
}

package dev.rearview.dist;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Ports that nobody listens on.
final class Ports {
    private static final int FIRST = 10_000;

    /// Where the ports begin that the kernel gives to those who ask for none: one of them may be
    /// taken by any connection before the collector listens there.
    private static final int EPHEMERAL = 32_768;

    private static final int TRIES = 100;

    /// Those given out: who asked may not listen there yet.
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /// A port that is free for datagrams and for sessions, another one at each call.
    static int free() throws IOException {
        for (int i = 1; ; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, EPHEMERAL);
            try (DatagramSocket _ = new DatagramSocket(port);
                    ServerSocket _ = new ServerSocket(port)) {
                if (GIVEN.add(port)) {
                    return port;
                }
            } catch (IOException e) {
                if (i == TRIES) {
                    throw e;
                }
            }
        }
    }
}

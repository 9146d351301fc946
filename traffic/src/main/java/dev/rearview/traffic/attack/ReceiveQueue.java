package dev.rearview.traffic.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What waits in the kernel at the UDP sockets of a port, as /proc tells it.
///
/// Senders that wait while much waits there make the kernel drop nothing, however busy the machine
/// is: what is missing in the end the receiver has lost.
public final class ReceiveQueue {
    private static final List<Path> TABLES =
            List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6"));
    private static final int LOCAL_ADDRESS = 1;
    private static final int QUEUES = 4;

    private ReceiveQueue() {}

    /// Octets of memory that waiting datagrams hold; 0 where nobody listens.
    public static long octets(int port) throws IOException {
        String suffix = ":%04X".formatted(port);
        long out = 0;
        for (Path table : TABLES) {
            if (!Files.exists(table)) {
                continue;
            }
            for (String line : Files.readAllLines(table, StandardCharsets.US_ASCII)) {
                String[] columns = line.strip().split("\\s+", -1);
                if (columns.length > QUEUES && columns[LOCAL_ADDRESS].endsWith(suffix)) {
                    String queues = columns[QUEUES];
                    out += Long.parseLong(queues.substring(queues.indexOf(':') + 1), 16);
                }
            }
        }
        return out;
    }
}

package dev.rearview.collector.sockets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Reads from /proc how many datagrams the kernel dropped because a socket's buffer was full.
final class KernelDrops {
    private KernelDrops() {}

    /// Datagrams dropped so far on the UDP sockets bound to a port; 0 where /proc does not tell.
    static long ofPort(int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        long drops = 0;
        for (String file : List.of("/proc/net/udp", "/proc/net/udp6")) {
            try {
                for (String line : Files.readAllLines(Path.of(file))) {
                    String[] words = line.strip().split("\\s+", -1);
                    if (words.length > 12 && words[1].endsWith(suffix)) {
                        drops += Long.parseLong(words[words.length - 1]);
                    }
                }
            } catch (IOException | NumberFormatException e) {
                // Not Linux, or /proc is not mounted: the kernel's drops stay unknown.
                return 0;
            }
        }
        return drops;
    }
}

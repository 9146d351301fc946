package dev.rearview.collector.sockets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Reads from /proc how many datagrams the kernel dropped because a socket's buffer was full.
final class KernelDrops {
    private KernelDrops() {}

    /// Datagrams dropped so far on the UDP sockets bound to a port; 0 where /proc does not tell.
    static long ofPort(int port) {
        return ofPort(port, List.of(Path.of("/proc/net/udp"), Path.of("/proc/net/udp6")));
    }

    /// @param tables as /proc has them; one that is not there has no sockets, as that of IPv6 where
    ///   the kernel does without it
    static long ofPort(int port, List<Path> tables) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        long drops = 0;
        for (Path table : tables) {
            try {
                for (String line : Files.readAllLines(table)) {
                    String[] words = line.strip().split("\\s+", -1);
                    if (words.length > 12 && words[1].endsWith(suffix)) {
                        drops += Long.parseLong(words[words.length - 1]);
                    }
                }
            } catch (NoSuchFileException e) {
                // It tells of none.
            } catch (IOException | NumberFormatException e) {
                // The kernel's drops stay unknown.
                return 0;
            }
        }
        return drops;
    }
}

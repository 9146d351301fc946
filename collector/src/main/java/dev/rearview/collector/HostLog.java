package dev.rearview.collector;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Warnings about what hosts do: one line for each host and minute, and how many more there were.
/// Whoever floods must not fill the log.
final class HostLog {
    /// Hosts that have lines of their own in a minute; all others share one.
    static final int MAX_HOSTS = 256;

    private static final long MINUTE_MS = 60_000;

    private static final class Host {
        private final long sinceMs;
        private long more;

        private Host(long sinceMs) {
            this.sinceMs = sinceMs;
        }
    }

    private final Log log;
    private final LongSupplier clockMs;
    private final Map<InetAddress, Host> hosts = new HashMap<>();
    private long others;

    /// @param clockMs that nobody sets back
    HostLog(Log log, LongSupplier clockMs) {
        this.log = log;
        this.clockMs = clockMs;
    }

    void warn(InetAddress from, String message) {
        tell();
        Host known = hosts.get(from);
        if (known != null) {
            known.more++;
        } else if (hosts.size() < MAX_HOSTS) {
            hosts.put(from, new Host(clockMs.getAsLong()));
            log.warning(message);
        } else {
            others++;
        }
    }

    /// Tells what was held back in minutes that have ended.
    void tell() {
        long now = clockMs.getAsLong();
        hosts.entrySet()
                .removeIf(e -> {
                    boolean over = now - e.getValue().sinceMs >= MINUTE_MS;
                    if (over && e.getValue().more > 0) {
                        log.warning(
                                e.getValue().more
                                        + " more warnings about "
                                        + e.getKey().getHostAddress()
                                        + " within a minute");
                    }
                    return over;
                });
        if (others > 0 && hosts.size() < MAX_HOSTS) {
            log.warning(others + " more warnings about other hosts");
            others = 0;
        }
    }

    /// Tells all that was held back.
    void close() {
        long more = others;
        for (Host h : hosts.values()) {
            more += h.more;
        }
        hosts.clear();
        others = 0;
        if (more > 0) {
            log.warning(more + " more warnings about hosts");
        }
    }
}

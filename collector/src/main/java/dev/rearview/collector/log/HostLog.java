package dev.rearview.collector.log;

import dev.rearview.ingest.Notices;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Warnings about what hosts do: one line for each host and minute, and how many more there were.
/// Whoever floods must not fill the log.
public final class HostLog {
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

    private final Notices notices;
    private final LongSupplier clockMs;
    private final Map<InetAddress, Host> hosts = new HashMap<>();
    private long others;

    /// @param clockMs that nobody sets back
    public HostLog(Notices notices, LongSupplier clockMs) {
        this.notices = notices;
        this.clockMs = clockMs;
    }

    public void warn(InetAddress from, String message) {
        tell();
        Host known = hosts.get(from);
        if (known != null) {
            known.more++;
        } else if (hosts.size() < MAX_HOSTS) {
            hosts.put(from, new Host(clockMs.getAsLong()));
            notices.warning(message);
        } else {
            others++;
        }
    }

    /// Tells what was held back in minutes that have ended.
    public void tell() {
        long now = clockMs.getAsLong();
        hosts.entrySet()
                .removeIf(e -> {
                    boolean over = now - e.getValue().sinceMs >= MINUTE_MS;
                    if (over && e.getValue().more > 0) {
                        notices.warning(
                                e.getValue().more
                                        + " more warnings about "
                                        + e.getKey().getHostAddress()
                                        + " within a minute");
                    }
                    return over;
                });
        if (others > 0 && hosts.size() < MAX_HOSTS) {
            notices.warning(others + " more warnings about other hosts");
            others = 0;
        }
    }

    /// Tells all that was held back.
    public void close() {
        long more = others;
        for (Host h : hosts.values()) {
            more += h.more;
        }
        hosts.clear();
        others = 0;
        if (more > 0) {
            notices.warning(more + " more warnings about hosts");
        }
    }
}

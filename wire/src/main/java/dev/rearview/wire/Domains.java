package dev.rearview.wire;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The observation domains of one exporter or session, by their number; a bounded table.
public final class Domains {
    private static final int MAX_DOMAINS = 1024;

    private final Map<Long, Domain> domains = new HashMap<>();

    /// The domain of a number, made when it is new; null, and counted, when the table is full.
    public @Nullable Domain of(long number, Counters counters) {
        if (domains.size() >= MAX_DOMAINS && !domains.containsKey(number)) {
            counters.drop(Drop.TABLE_FULL, 1);
            return null;
        }
        return domains.computeIfAbsent(number, k -> new Domain());
    }

    /// Forgets templates that were not refreshed for `ageUs`.
    public void expire(long nowUs, long ageUs) {
        domains.values().forEach(d -> d.expire(nowUs, ageUs));
    }

    /// Data sets that wait for their template.
    public int waitingCount() {
        return domains.values().stream().mapToInt(Domain::waitingCount).sum();
    }
}

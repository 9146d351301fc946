package dev.rearview.collector;

import dev.rearview.collector.polling.Polling;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.ingest.store.StoreIntake;
import java.nio.file.Path;
import java.util.Optional;

/// How a collector runs.
///
/// @param root the repository
public record Settings(Path root, Times times, Polling polling, Bounds bounds) {
    /// @param segmentMs how often segments are written
    /// @param flushMs how often statistics are logged
    /// @param sealMs how long after its end, and after its last flows, an hour is sealed
    /// @param window starts of flows that are believed
    public record Times(long segmentMs, long flushMs, long sealMs, TimeWindow window) {}

    /// What keeps the collector within its memory and disk.
    ///
    /// @param stateOctets of everything that the network can make: templates, exporters, sessions
    /// @param journalOctets of journals that wait to be written to segments
    /// @param emergency where flows go that the repository takes no more when the collector ends
    public record Bounds(long stateOctets, long journalOctets, Optional<Path> emergency) {
        /// 256 epochs of the largest size.
        public static final long DEFAULT_JOURNAL_OCTETS = 8L << 30;
    }

    /// How flows are stored.
    StoreIntake.Settings intake() {
        return new StoreIntake.Settings(root, times.sealMs, bounds.journalOctets, bounds.emergency);
    }
}

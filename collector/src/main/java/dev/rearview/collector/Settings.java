package dev.rearview.collector;

import dev.rearview.collector.polling.Polling;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.ingest.store.StoreIntake;
import dev.rearview.store.kept.KeptIndex;
import dev.rearview.store.kept.KeptJournals;
import dev.rearview.text.NumberRange;
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
    /// @param keep how many datagrams are kept when their flows are stored
    public record Bounds(
            long stateOctets, long journalOctets, Optional<Path> emergency, Optional<Keep> keep) {
        /// 256 epochs of the largest size.
        public static final long DEFAULT_JOURNAL_OCTETS = 8L << 30;
    }

    /// How long datagrams are kept when their flows are stored.
    ///
    /// @param ageMs after they came
    /// @param octets on the disk
    public record Keep(long ageMs, long octets) {
        /// Octets unless somebody says how many.
        public static final long DEFAULT_OCTETS = 20L << 30;

        /// Takes in `24h` or `24h,20g`; `0s` lets go of all.
        ///
        /// @throws IllegalArgumentException if it is no such text
        public static Keep parse(String text) {
            int comma = text.indexOf(',');
            String age = comma < 0 ? text : text.substring(0, comma);
            long octets = comma < 0 ? DEFAULT_OCTETS : NumberRange.size(text.substring(comma + 1));
            return new Keep(TimeWindow.durationUs(age) / 1000, octets);
        }
    }

    /// How flows are stored.
    StoreIntake.Settings intake() {
        KeptIndex.Window window =
                new KeptIndex.Window(times.window.backUs(), times.window.aheadUs());
        return new StoreIntake.Settings(
                root,
                times.sealMs,
                bounds.journalOctets,
                bounds.emergency,
                bounds.keep.map(k -> new KeptJournals.Limits(k.ageMs, k.octets, window)));
    }
}

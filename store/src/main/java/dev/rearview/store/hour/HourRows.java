package dev.rearview.store.hour;

import dev.rearview.model.RecordWords;
import dev.rearview.site.PathFormat;
import dev.rearview.text.TimeText;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Flows in memory by sensor, type and hour.
public final class HourRows {
    private static final long HOUR_US = TimeText.HOUR_MS * 1000;

    /// One sensor and type in one hour.
    ///
    /// @param hourUs start of the hour
    public record Key(int flowtype, int sensor, long hourUs) {
        private static Key of(long[] words, int at) {
            long stime = RecordWords.stime(words, at);
            return new Key(
                    RecordWords.flowtype(words, at),
                    RecordWords.sensor(words, at),
                    stime - Math.floorMod(stime, HOUR_US));
        }

        /// Whether a flow belongs to this hour.
        private boolean holds(long[] words, int at) {
            long since = RecordWords.stime(words, at) - hourUs;
            return since >= 0
                    && since < HOUR_US
                    && RecordWords.flowtype(words, at) == flowtype
                    && RecordWords.sensor(words, at) == sensor;
        }
    }

    private final Map<Key, RecordBlocks> rows = new LinkedHashMap<>();
    private long undated;

    /// Whether there are hourly files for a start.
    public static boolean isDate(long stimeUs) {
        return PathFormat.isDate(Math.floorDiv(stimeUs, 1000L));
    }

    /// Puts flows to those of their hours; neighbours are mostly of one hour. Flows that have no
    /// date are counted only.
    public void add(long[] words, int count) {
        Key key = null;
        @Nullable RecordBlocks of = null;
        for (int i = 0; i < count; i++) {
            int at = i * RecordWords.COUNT;
            if (!isDate(RecordWords.stime(words, at))) {
                undated++;
                continue;
            }
            if (key == null || of == null || !key.holds(words, at)) {
                key = Key.of(words, at);
                of = rows.computeIfAbsent(key, k -> new RecordBlocks());
            }
            of.add(words, at);
        }
    }

    /// The rows by hour; an hour that is written is to be removed.
    public Map<Key, RecordBlocks> byHour() {
        return rows;
    }

    public int hours() {
        return rows.size();
    }

    /// Flows that were put aside since no hour can hold them.
    public long undated() {
        return undated;
    }

    /// Forgets the rows; others may use the memory.
    public void release() {
        rows.values().forEach(RecordBlocks::release);
        rows.clear();
    }
}

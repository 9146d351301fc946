package dev.rearview.store.hour;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.site.PathFormat;
import dev.rearview.text.TimeText;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Flows in memory by sensor, type and hour.
public final class HourRows {
    private static final long HOUR_US = TimeText.HOUR_MS * 1000;

    /// Places for sensors and types; a power of two.
    private static final int RECENT = 64;

    /// One sensor and type in one hour.
    ///
    /// @param hourUs start of the hour
    public record Key(int flowtype, int sensor, long hourUs) {
        /// Whether a flow belongs to this hour.
        private boolean holds(long stime, int otherType, int otherSensor) {
            long since = stime - hourUs;
            return since >= 0 && since < HOUR_US && otherType == flowtype && otherSensor == sensor;
        }
    }

    private final Map<Key, FlowColumns> rows = new LinkedHashMap<>();
    private long undated;

    /// Where flows of sensors and types went last: the next ones mostly go there, too.
    private final @Nullable Recent[] recent = new Recent[RECENT];

    private record Recent(Key key, FlowColumns flows) {}

    /// Whether there are hourly files for a start.
    public static boolean isDate(long stimeUs) {
        return PathFormat.isDate(Math.floorDiv(stimeUs, 1000L));
    }

    /// Puts flows to those of their hours. Flows that have no date are counted only.
    public void add(long[] words, int count) {
        for (int i = 0; i < count; i++) {
            int at = i * RecordWords.COUNT;
            long stime = RecordWords.stime(words, at);
            if (!isDate(stime)) {
                undated++;
                continue;
            }
            of(stime, RecordWords.flowtype(words, at), RecordWords.sensor(words, at))
                    .add(words, at);
        }
    }

    /// Puts a flow that has a date to those of its hour.
    public void add(FlowRecord r) {
        of(r.stime, r.flowtype & 0xFF, r.sensor & 0xFFFF).add(r);
    }

    private FlowColumns of(long stime, int flowtype, int sensor) {
        int place = (flowtype ^ sensor << 4) & RECENT - 1;
        Recent last = recent[place];
        if (last != null && last.key.holds(stime, flowtype, sensor)) {
            return last.flows;
        }
        Key key = new Key(flowtype, sensor, stime - Math.floorMod(stime, HOUR_US));
        FlowColumns flows = rows.computeIfAbsent(key, k -> new FlowColumns());
        recent[place] = new Recent(key, flows);
        return flows;
    }

    /// The rows by hour; an hour that is written is to be removed.
    public Map<Key, FlowColumns> byHour() {
        Arrays.fill(recent, null);
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
        Arrays.fill(recent, null);
        rows.values().forEach(FlowColumns::release);
        rows.clear();
    }
}

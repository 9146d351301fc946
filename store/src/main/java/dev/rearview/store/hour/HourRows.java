package dev.rearview.store.hour;

import static dev.rearview.model.FieldNumbers.FLOWTYPE;
import static dev.rearview.model.FieldNumbers.SENSOR;
import static dev.rearview.model.FieldNumbers.STIME;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import dev.rearview.model.RecordWords;
import dev.rearview.site.PathFormat;
import dev.rearview.text.TimeText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Flows in memory by sensor, type and hour.
public final class HourRows {
    private static final long HOUR_US = TimeText.HOUR_MS * 1000;

    /// Places for sensors and types; a power of two.
    private static final int RECENT = 64;

    /// Flows that go to their columns together: what they take stays in a processor's cache.
    private static final int STAGED = 256;

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

    // Flows of all hours that are in no column yet, and whose they are.
    private @Nullable StagedFlows staged;
    private final List<FlowColumns> waiting = new ArrayList<>();

    private final FlowRecord unpacked = new FlowRecord();

    /// Whether there are hourly files for a start.
    public static boolean isDate(long stimeUs) {
        return PathFormat.isDate(Math.floorDiv(stimeUs, 1000L));
    }

    /// Puts flows to those of their hours. Flows that have no date are counted only.
    public void add(long[] words, int count) {
        for (int i = 0; i < count; i++) {
            int at = i * RecordWords.COUNT;
            if (!isDate(RecordWords.stime(words, at))) {
                undated++;
                continue;
            }
            RecordWords.unpack(words, at, unpacked);
            add(unpacked);
        }
    }

    /// Puts a flow that has a date to those of its hour.
    public void add(FlowRecord r) {
        int row = staged(1).add(r);
        await(of(r.stime, r.flowtype & 0xFF, r.sensor & 0xFFFF), row);
    }

    /// Puts flows that have dates to those of their hours.
    public void add(MessageFlows flows) {
        int row = staged(flows.count()).add(flows);
        long[] stime = flows.values(STIME);
        long[] flowtype = flows.values(FLOWTYPE);
        long[] sensor = flows.values(SENSOR);
        for (int i = 0; i < flows.count(); i++) {
            await(of(stime[i], (int) flowtype[i] & 0xFF, (int) sensor[i] & 0xFFFF), row + i);
        }
    }

    /// What is staged, with room for some more.
    private StagedFlows staged(int more) {
        StagedFlows to = staged;
        if (to == null) {
            to = new StagedFlows(STAGED);
            staged = to;
        } else if (to.room() < more) {
            settle();
        }
        return to;
    }

    private void await(FlowColumns flows, int row) {
        if (flows.await(row)) {
            waiting.add(flows);
        }
    }

    /// Puts what is staged to the columns of its hours.
    private void settle() {
        StagedFlows from = staged;
        if (from != null) {
            waiting.forEach(flows -> flows.take(from));
            waiting.clear();
            from.clear();
        }
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
        settle();
        staged = null;
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
        waiting.clear();
        staged = null;
        rows.values().forEach(FlowColumns::release);
        rows.clear();
    }
}

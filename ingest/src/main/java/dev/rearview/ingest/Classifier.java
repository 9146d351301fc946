package dev.rearview.ingest;

import dev.rearview.model.FlowRecord;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.PackedType;
import dev.rearview.site.PackingLogic;
import dev.rearview.site.Probe;
import dev.rearview.site.SensorBlock;
import dev.rearview.site.SensorConf;
import dev.rearview.site.Site;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.FlowConsumer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives each flow of a probe its sensor and flowtype: it is handed on once for each sensor block
/// that does not discard it.
public final class Classifier {
    private final PackingLogic logic;
    private final List<SensorBlock> blocks;

    /// The site's type for each of [PackedType], null where it has none.
    private final @Nullable Flowtype[] types = new Flowtype[PackedType.values().length];

    Classifier(Site site, PackingLogic logic, SensorConf.Result conf, Probe probe) {
        this.logic = logic;
        this.blocks = conf.sensorsOf(probe);
        FlowClass flowClass = site.packingClass().orElseThrow();
        for (PackedType packed : PackedType.values()) {
            for (Flowtype t : flowClass.types()) {
                if (t.type().equals(packed.type())) {
                    types[packed.ordinal()] = t;
                }
            }
        }
    }

    /// Hands a flow on for each sensor; one that is not for want of a type is counted.
    ///
    /// @param out takes the flow, which it neither keeps nor changes
    /// @return whether it was for all
    public boolean classify(FlowRecord r, Counters counters, FlowConsumer out) {
        if (r.sampling > 1) {
            counters.add(Counters.Total.SAMPLED, 1);
        }
        boolean failed = blocks.isEmpty();
        for (SensorBlock block : blocks) {
            if (block.discards(r)) {
                continue;
            }
            Flowtype type = types[logic.typeOf(block, r).ordinal()];
            if (type == null) {
                failed = true;
                continue;
            }
            handOn(r, block.sensor().id(), type.id(), counters, out);
        }
        if (failed) {
            counters.drop(Drop.UNCATEGORIZED, 1);
        }
        return !failed;
    }

    /// Hands out a flow as one of a sensor and type. It is as it was afterwards: the next block,
    /// and the other direction, want what its memo says.
    private static void handOn(
            FlowRecord r, int sensor, int flowtype, Counters counters, FlowConsumer out) {
        int sensorBefore = r.sensor;
        int flowtypeBefore = r.flowtype;
        int memoBefore = r.memo;
        r.sensor = sensor;
        r.flowtype = flowtype;
        r.memo = 0;
        out.accept(r, counters);
        r.sensor = sensorBefore;
        r.flowtype = flowtypeBefore;
        r.memo = memoBefore;
    }
}

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

/// Gives each flow of a probe its sensor and flowtype: one copy for each sensor block that does not
/// discard it.
public final class Classifier {
    private final PackingLogic logic;
    private final List<SensorBlock> blocks;

    /// The site's type for each of [PackedType], null where it has none.
    private final @Nullable Flowtype[] types = new Flowtype[PackedType.values().length];

    private final FlowRecord copy = new FlowRecord();

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

    /// Hands out the copies of a flow; one that lacks a copy for want of a type is counted.
    ///
    /// @return whether it lacks none
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
            copy.copyFrom(r);
            copy.sensor = block.sensor().id();
            copy.flowtype = type.id();
            copy.memo = 0;
            out.accept(copy, counters);
        }
        if (failed) {
            counters.drop(Drop.UNCATEGORIZED, 1);
        }
        return !failed;
    }
}

package dev.rearview.ingest;

import dev.rearview.model.FlowRecord;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.PackingLogic;
import dev.rearview.site.Probe;
import dev.rearview.site.SensorBlock;
import dev.rearview.site.SensorConf;
import dev.rearview.site.Site;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.FlowConsumer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Gives each flow of a probe its sensor and flowtype: one copy for each sensor block that does not
/// discard it.
public final class Classifier {
    private final PackingLogic logic;
    private final List<SensorBlock> blocks;
    private final Map<String, Flowtype> types = new HashMap<>();
    private final FlowRecord copy = new FlowRecord();

    Classifier(Site site, PackingLogic logic, SensorConf.Result conf, Probe probe) {
        this.logic = logic;
        this.blocks = conf.sensorsOf(probe);
        FlowClass flowClass = site.packingClass().orElseThrow();
        for (Flowtype t : flowClass.types()) {
            types.put(t.type(), t);
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
            Optional<Flowtype> type = Optional.ofNullable(types.get(logic.typeOf(block, r)));
            if (type.isEmpty()) {
                failed = true;
                continue;
            }
            copy.copyFrom(r);
            copy.sensor = block.sensor().id();
            copy.flowtype = type.get().id();
            copy.memo = 0;
            out.accept(copy, counters);
        }
        if (failed) {
            counters.drop(Drop.UNCATEGORIZED, 1);
        }
        return !failed;
    }
}

package dev.rearview.ingest;

import dev.rearview.model.FieldNumbers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.PackedType;
import dev.rearview.site.PackingLogic;
import dev.rearview.site.Probe;
import dev.rearview.site.SensorBlock;
import dev.rearview.site.SensorConf;
import dev.rearview.site.Site;
import dev.rearview.site.TypeTable;
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

    /// The flowtypes at the only sensor, null where there are several or none.
    private final @Nullable TypeTable only;

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
        only = blocks.size() == 1 ? new TypeTable(logic, blocks.getFirst(), this::idOf) : null;
    }

    /// The flowtype of a type, below 0 where the site has none.
    private long idOf(PackedType packed) {
        Flowtype type = types[packed.ordinal()];
        return type == null ? -1 : type.id();
    }

    /// Gives flows their sensor and flowtype, where there is just one of each for each flow: as
    /// [#classify] would hand them on.
    ///
    /// @return false if they have to be taken one by one; they have no sensor then
    public boolean assign(MessageFlows flows, Counters counters) {
        if (!isAssigned(flows)) {
            flows.setSame(FieldNumbers.SENSOR, FlowRecord.NO_SENSOR);
            flows.setSame(FieldNumbers.FLOWTYPE, FlowRecord.NO_FLOWTYPE);
            return false;
        }
        flows.setSame(FieldNumbers.SENSOR, blocks.getFirst().sensor().id());
        long[] sampling = flows.values(FieldNumbers.SAMPLING);
        int sampled = 0;
        for (int i = 0; i < flows.count(); i++) {
            sampled += sampling[i] > 1 ? 1 : 0;
        }
        counters.add(Counters.Total.SAMPLED, sampled);
        return true;
    }

    private boolean isAssigned(MessageFlows flows) {
        TypeTable table = only;
        if (table == null) {
            return false;
        }
        long[] flowtype = flows.vary(FieldNumbers.FLOWTYPE);
        if (!table.of(flows, flowtype)) {
            return false;
        }
        long any = 0;
        for (int i = 0; i < flows.count(); i++) {
            any |= flowtype[i];
        }
        return any >= 0;
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

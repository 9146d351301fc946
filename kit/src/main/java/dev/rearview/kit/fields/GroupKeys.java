package dev.rearview.kit.fields;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.expr.Flows;
import java.util.ArrayList;
import java.util.List;

/// Turns fields into the keys that rwuniq and rwstats group by: times in bins, ICMP fields with a
/// value for every flow.
final class GroupKeys {
    private static final long SECOND_MS = 1000;

    private GroupKeys() {}

    /// @param binMs width of a time bin; 1000 where none was asked for
    static List<FlowField> of(List<FlowField> fields, long binMs) {
        boolean allThree =
                has(fields, FlowFields.STIME)
                        && has(fields, FlowFields.ETIME)
                        && has(fields, FlowFields.DURATION);
        List<FlowField> out = new ArrayList<>();
        for (FlowField f : fields) {
            out.add(f.with(key(f, binMs, allThree)));
        }
        return out;
    }

    /// @param allThree whether start, end and duration are all keys, which then agree
    private static Expr key(FlowField f, long binMs, boolean allThree) {
        if (f.isSame(FlowFields.STIME)) {
            return Flows.START_MS.downTo(binMs);
        }
        if (f.isSame(FlowFields.ETIME)) {
            // To the second, the end is start and duration, each cut.
            return allThree && binMs == SECOND_MS
                    ? Flows.START_MS.downTo(SECOND_MS).plus(Flows.DURATION_MS.downTo(SECOND_MS))
                    : Flows.END_MS.downTo(binMs);
        }
        if (f.isSame(FlowFields.DURATION)) {
            return allThree && binMs != SECOND_MS
                    ? Flows.END_MS.downTo(binMs).minus(Flows.START_MS.downTo(binMs))
                    : Flows.DURATION_MS.downTo(binMs % SECOND_MS == 0 ? SECOND_MS : 1);
        }
        return FlowFields.withoutAbsence(f).value();
    }

    /// The form of a field whose distinct values are counted: times in seconds.
    static FlowField counted(FlowField f) {
        return f.with(key(f, SECOND_MS, false));
    }

    static boolean has(List<FlowField> fields, FlowField wanted) {
        return fields.stream().anyMatch(f -> f.isSame(wanted));
    }
}

package dev.rearview.tools.aggbags;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.kit.fields.BagKeys;
import dev.rearview.sets.AggregateField;
import dev.rearview.sets.BagType;
import dev.rearview.site.Site;
import java.util.ArrayList;
import java.util.List;

/// What the keys and counters of aggregate bags are in flow records.
final class AggregateKeys {
    private AggregateKeys() {}

    /// The keys that flow records have.
    static List<AggregateField> keys() {
        List<AggregateField> out = new ArrayList<>();
        for (AggregateField f : AggregateField.nameable()) {
            boolean generic =
                    f.label().startsWith("any-") || f == AggregateField.CUSTOM_KEY || f.isCounter();
            if (!generic) {
                out.add(f);
            }
        }
        return out;
    }

    /// The counters that flow records have.
    static List<AggregateField> counters() {
        return List.of(
                AggregateField.RECORDS,
                AggregateField.SUM_PACKETS,
                AggregateField.SUM_BYTES,
                AggregateField.SUM_DURATION);
    }

    /// What the keys of a field are computed of.
    static Expr key(AggregateField field, Site site) {
        return switch (field) {
            case SIPV4 -> new Expr.Ipv4(FlowFields.SIP.value());
            case DIPV4 -> new Expr.Ipv4(FlowFields.DIP.value());
            case NHIPV4 -> new Expr.Ipv4(FlowFields.NHIP.value());
            case SCC -> FlowFields.SCC.value();
            case DCC -> FlowFields.DCC.value();
            case CLASS -> BagKeys.flowClass(site);
            case TYPE -> FlowFields.TYPE.value();
            case ICMP_TYPE -> FlowFields.withoutAbsence(FlowFields.ICMP_TYPE).value();
            case ICMP_CODE -> FlowFields.withoutAbsence(FlowFields.ICMP_CODE).value();
            default -> BagKeys.key(BagType.valueOf(field.name()));
        };
    }

    static Aggregate counter(AggregateField field) {
        boolean count = field == AggregateField.RECORDS;
        return new Aggregate(
                count ? Aggregate.Kind.COUNT : Aggregate.Kind.SUM,
                BagKeys.counter(BagType.valueOf(field.name())));
    }
}

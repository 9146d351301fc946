package dev.rearview.tools.aggbags;

import dev.rearview.engine.KeyField;
import dev.rearview.engine.group.Aggregate;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.BagKeys;
import dev.rearview.kit.fields.Maps;
import dev.rearview.kit.fields.SilkKeys;
import dev.rearview.model.AddressColumn;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;
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

    static KeyField key(AggregateField field, Env env, Site site) {
        return switch (field) {
            case SIPV4 -> new Ipv4(Field.SIP);
            case DIPV4 -> new Ipv4(Field.DIP);
            case NHIPV4 -> new Ipv4(Field.NHIP);
            case SCC -> BagKeys.mapped(Maps.countries(env), true);
            case DCC -> BagKeys.mapped(Maps.countries(env), false);
            case CLASS -> SilkKeys.flowClass(site);
            case TYPE -> SilkKeys.flowtype();
            case ICMP_TYPE -> SilkKeys.icmpType();
            case ICMP_CODE -> SilkKeys.icmpCode();
            default -> BagKeys.key(BagType.valueOf(field.name()));
        };
    }

    static Aggregate counter(AggregateField field) {
        boolean count = field == AggregateField.RECORDS;
        return new Aggregate(
                count ? Aggregate.Kind.COUNT : Aggregate.Kind.SUM,
                BagKeys.counter(BagType.valueOf(field.name())));
    }

    /// The 32 bits of an address, 0 where it is none of IPv4.
    private record Ipv4(Field field) implements KeyField {
        @Override
        public int words() {
            return 1;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            AddressColumn column = batch.addresses(field);
            long[] hi = column.hi();
            long[] lo = column.lo();
            long[] to = out[at];
            for (int i = 0; i < batch.size(); i++) {
                to[i] = Ip.isMapped(hi[i], lo[i]) ? lo[i] & 0xFFFF_FFFFL : 0;
            }
        }
    }
}

package dev.rearview.kit.fields;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.expr.Flows;
import dev.rearview.model.Field;
import dev.rearview.sets.BagType;
import dev.rearview.sets.PrefixMap;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Site;
import java.util.Arrays;
import java.util.List;

/// What the keys and counters of bags are in flow records.
public final class BagKeys {
    /// The key of a bag that stands for all that a prefix map does not know.
    public static final int UNKNOWN = 0xFFFF_FFFF;

    private static final long MS_PER_SECOND = 1000;

    private BagKeys() {}

    /// Whether flows have a field of a type.
    public static boolean isKey(BagType type) {
        return switch (type) {
            case CLASS,
                    TYPE,
                    ICMP_TYPE_CODE,
                    RECORDS,
                    SUM_PACKETS,
                    SUM_BYTES,
                    SUM_DURATION,
                    CUSTOM ->
                    false;
            default ->
                    !type.label().startsWith("any-")
                            && !type.isCountry()
                            && !type.isAddressMap()
                            && !type.isPortMap();
        };
    }

    /// The field that the keys of a bag come from.
    ///
    /// @throws IllegalArgumentException if flows have no such field
    public static Expr key(BagType type) {
        return switch (type) {
            case SIPV4, SIPV6 -> FlowFields.SIP.value();
            case DIPV4, DIPV6 -> FlowFields.DIP.value();
            case NHIPV4, NHIPV6 -> FlowFields.NHIP.value();
            case SPORT -> FlowFields.SPORT.value();
            case DPORT -> FlowFields.DPORT.value();
            case PROTOCOL -> FlowFields.PROTOCOL.value();
            case PACKETS -> FlowFields.PACKETS.value();
            case BYTES -> FlowFields.BYTES.value();
            case FLAGS -> FlowFields.FLAGS.value();
            case INITIAL_FLAGS -> FlowFields.INITIAL_FLAGS.value();
            case SESSION_FLAGS -> FlowFields.SESSION_FLAGS.value();
            case ATTRIBUTES -> FlowFields.ATTRIBUTES.value();
            case APPLICATION -> FlowFields.APPLICATION.value();
            case SENSOR -> FlowFields.SENSOR.value();
            case INPUT -> FlowFields.INPUT.value();
            case OUTPUT -> FlowFields.OUTPUT.value();
            case STIME -> Flows.START_MS.dividedBy(MS_PER_SECOND);
            case ETIME -> Flows.END_MS.dividedBy(MS_PER_SECOND);
            case DURATION -> Flows.DURATION_MS.dividedBy(MS_PER_SECOND);
            default ->
                    throw new IllegalArgumentException(
                            "'" + type.label() + "' is no key of flow records");
        };
    }

    /// What is summed for counters.
    ///
    /// @throws IllegalArgumentException if it cannot be summed
    public static Expr counter(BagType type) {
        return switch (type) {
            case RECORDS, SUM_PACKETS -> FlowFields.PACKETS.value();
            case SUM_BYTES -> FlowFields.BYTES.value();
            case SUM_DURATION -> Flows.DURATION_MS.dividedBy(MS_PER_SECOND);
            default ->
                    throw new IllegalArgumentException(
                            "'" + type.label() + "' is no counter of flow records");
        };
    }

    /// The first number of the class that flows have: one for all its types.
    public static Expr flowClass(Site site) {
        Long[] first = new Long[1 << Byte.SIZE];
        Arrays.setAll(first, i -> (long) i);
        for (FlowClass c : site.classes()) {
            long lowest = c.types().stream().mapToInt(Flowtype::id).min().orElse(0);
            c.types().forEach(t -> first[t.id()] = lowest);
        }
        return new Expr.Lookup(Expr.of(Field.FLOWTYPE), List.of(first));
    }

    /// The key of a bag for the number that a prefix map gives. A key that the map does not know is
    /// one of 31 bits there, and one of 32 in bags.
    public static int mapKey(int value) {
        return value == PrefixMap.NO_VALUE ? UNKNOWN : value;
    }
}

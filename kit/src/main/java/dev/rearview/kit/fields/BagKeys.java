package dev.rearview.kit.fields;

import dev.rearview.engine.KeyField;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.sets.BagType;
import dev.rearview.sets.PrefixMap;

/// What the keys and counters of bags are in flow records.
public final class BagKeys {
    /// The key of a bag that stands for all that a prefix map does not know.
    public static final int UNKNOWN = 0xFFFF_FFFF;

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
    public static KeyField key(BagType type) {
        return switch (type) {
            case SIPV4, SIPV6 -> new SilkFields.AddressField(Field.SIP);
            case DIPV4, DIPV6 -> new SilkFields.AddressField(Field.DIP);
            case NHIPV4, NHIPV6 -> new SilkFields.AddressField(Field.NHIP);
            case SPORT -> number(Field.SPORT);
            case DPORT -> number(Field.DPORT);
            case PROTOCOL -> number(Field.PROTOCOL);
            case PACKETS -> number(Field.PACKETS);
            case BYTES -> number(Field.BYTES);
            case FLAGS -> number(Field.FLAGS);
            case INITIAL_FLAGS -> number(Field.INITIAL_FLAGS);
            case SESSION_FLAGS -> number(Field.SESSION_FLAGS);
            case ATTRIBUTES -> new SilkFields.AttributesField();
            case APPLICATION -> number(Field.APPLICATION);
            case SENSOR -> new SilkFields.SensorField();
            case INPUT -> number(Field.INPUT);
            case OUTPUT -> number(Field.OUTPUT);
            case STIME -> new Seconds(new SilkFields.StartField(0, "", false));
            case ETIME -> new Seconds(new SilkFields.EndField(0, "", false));
            case DURATION -> new Seconds(new SilkFields.DurationField(0, "", false));
            default ->
                    throw new IllegalArgumentException(
                            "'" + type.label() + "' is no key of flow records");
        };
    }

    /// The field whose sums are counters.
    ///
    /// @throws IllegalArgumentException if it cannot be summed
    public static KeyField counter(BagType type) {
        return switch (type) {
            case RECORDS, SUM_PACKETS -> number(Field.PACKETS);
            case SUM_BYTES -> number(Field.BYTES);
            case SUM_DURATION -> new Seconds(new SilkFields.DurationField(0, "", false));
            default ->
                    throw new IllegalArgumentException(
                            "'" + type.label() + "' is no counter of flow records");
        };
    }

    private static KeyField number(Field field) {
        return new SilkFields.NumberField(field, 10, 8);
    }

    /// What a prefix map says of a flow's source or destination.
    public static KeyField mapped(PrefixMap map, boolean source) {
        return new MapField(0, "", map, source, MapField.Kind.LABEL, 0);
    }

    /// The key of a bag for the number that a prefix map gives. A key that the map does not know is
    /// one of 31 bits there, and one of 32 in bags.
    public static int mapKey(int value) {
        return value == PrefixMap.NO_VALUE ? UNKNOWN : value;
    }

    /// A time or duration in whole seconds.
    private record Seconds(KeyField milliseconds) implements KeyField {
        @Override
        public int words() {
            return 1;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            milliseconds.evaluate(batch, out, at);
            long[] values = out[at];
            for (int i = 0; i < batch.size(); i++) {
                values[i] = Math.floorDiv(values[i], 1000L);
            }
        }
    }
}

package dev.rearview.kit.fields;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;
import dev.rearview.text.Numbers;
import java.util.BitSet;
import java.util.List;

/// Fields of the plug-ins flowkey, cutmatch and int-ext-fields.
public final class PluginFields {
    private PluginFields() {}

    /// YAF's hash of a flow's key; SiLK takes the input interface for the VLAN, and 4 for the
    /// version whichever it is.
    public static long flowKey(FlowBatch batch, int row) {
        boolean v6 = (batch.values(Field.ATTRIBUTES)[row] & Attributes.IPV6) != 0;
        long h = batch.values(Field.SPORT)[row] << 16;
        h ^= batch.values(Field.DPORT)[row];
        h ^= batch.values(Field.PROTOCOL)[row] << 12;
        h ^= 4L << 4;
        h ^= batch.values(Field.INPUT)[row] << 20;
        for (Field field : List.of(Field.SIP, Field.DIP)) {
            AddressColumn column = batch.addresses(field);
            long lo = column.lo(row);
            h ^= v6 ? littleEndianWords(column.hi(row) ^ lo) : lo;
        }
        return h & 0xFFFF_FFFFL;
    }

    /// Two words of an IPv6 address, each as a machine with little-endian order reads it, in one.
    private static long littleEndianWords(long words) {
        long turned = Long.reverseBytes(words);
        return turned >>> Integer.SIZE ^ turned;
    }

    /// A field whose distinct values are counted in a column as wide as its own.
    abstract static class PluginField extends PrintField {
        PluginField(String name, String... aliases) {
            super(0, name, aliases);
        }

        @Override
        public int countWidth(FieldStyle style) {
            return width(style);
        }
    }

    static final class FlowKeyField extends PluginField {
        FlowKeyField() {
            super("flowkey");
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = flowKey(batch, i);
            }
        }

        @Override
        public int width(FieldStyle style) {
            return 10;
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            out.append(hi);
        }

        @Override
        public boolean isNumeric(FieldStyle style) {
            return true;
        }
    }

    /// The match number that rwmatch leaves in the next hop: 0xFF in the top octet for an answer. A
    /// next hop that is no IPv4 address holds none.
    static final class MatchField extends PluginField {
        MatchField() {
            super("<->Match#", "match");
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            for (int i = 0; i < batch.size(); i++) {
                AddressColumn next = batch.addresses(Field.NHIP);
                out[at][i] = Ip.isMapped(next.hi(i), next.lo(i)) ? next.lo(i) & 0xFFFF_FFFFL : 0;
            }
        }

        @Override
        public int width(FieldStyle style) {
            return 10;
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            boolean answer = hi >>> 24 != 0;
            long number = hi & 0xFF_FFFF;
            out.append(answer ? "<-" : "->")
                    .append(Numbers.right(number == 0 ? "" : Long.toString(number), 8));
        }
    }

    /// The internal or external address or port, by the flow's direction.
    static final class SideAddress extends PluginField {
        private final BitSet source;
        private final BitSet destination;

        /// @param source flowtypes where the address is the source
        SideAddress(String name, BitSet source, BitSet destination) {
            super(name);
            this.source = source;
            this.destination = destination;
        }

        @Override
        public int words() {
            return 2;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[] type = batch.values(Field.FLOWTYPE);
            AddressColumn sip = batch.addresses(Field.SIP);
            AddressColumn dip = batch.addresses(Field.DIP);
            for (int i = 0; i < batch.size(); i++) {
                AddressColumn side =
                        source.get((int) type[i])
                                ? sip
                                : destination.get((int) type[i]) ? dip : null;
                out[at][i] = side == null ? 0 : side.hi(i);
                out[at + 1][i] = side == null ? Ip.MAPPED : side.lo(i);
            }
        }

        @Override
        public int width(FieldStyle style) {
            return style.ip().width(style.addressWidthV6());
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            style.ip().format(hi, lo, !Ip.isMapped(hi, lo), out);
        }
    }

    static final class SidePort extends PluginField {
        private final BitSet source;
        private final BitSet destination;

        SidePort(String name, BitSet source, BitSet destination) {
            super(name);
            this.source = source;
            this.destination = destination;
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            long[] type = batch.values(Field.FLOWTYPE);
            for (int i = 0; i < batch.size(); i++) {
                long port = 0;
                if (!SilkFields.isIcmp(batch, i)) {
                    port =
                            source.get((int) type[i])
                                    ? batch.values(Field.SPORT)[i]
                                    : destination.get((int) type[i])
                                            ? batch.values(Field.DPORT)[i]
                                            : 0;
                }
                out[at][i] = port;
            }
        }

        @Override
        public int width(FieldStyle style) {
            return 5;
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            out.append(hi);
        }

        @Override
        public boolean isNumeric(FieldStyle style) {
            return true;
        }
    }
}

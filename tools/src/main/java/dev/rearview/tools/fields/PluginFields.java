package dev.rearview.tools.fields;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/// Fields of the plug-ins flowkey, cutmatch and int-ext-fields.
public final class PluginFields {
    private PluginFields() {}

    /// YAF's hash of a flow's key; SiLK takes the input interface for the VLAN.
    public static long flowKey(FlowBatch batch, int row) {
        boolean v6 = (batch.values(Field.ATTRIBUTES)[row] & Attributes.IPV6) != 0;
        long h = batch.values(Field.SPORT)[row] << 16;
        h ^= batch.values(Field.DPORT)[row];
        h ^= batch.values(Field.PROTOCOL)[row] << 12;
        h ^= (v6 ? 6L : 4L) << 4;
        h ^= batch.values(Field.INPUT)[row] << 20;
        for (Field field : List.of(Field.SIP, Field.DIP)) {
            AddressColumn column = batch.addresses(field);
            long hi = column.hi(row);
            long lo = column.lo(row);
            h ^= v6 ? hi >>> 32 ^ hi ^ lo >>> 32 ^ lo : lo;
        }
        return h & 0xFFFF_FFFFL;
    }

    static final class FlowKeyField extends PrintField {
        FlowKeyField() {
            super(0, "flowkey");
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

    /// The match number that rwmatch leaves in the next hop: 0xFF in the top octet for an answer.
    static final class MatchField extends PrintField {
        MatchField() {
            super(0, "<->Match#", "match");
        }

        @Override
        public void evaluate(FlowBatch batch, long[][] out, int at) {
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = batch.addresses(Field.NHIP).lo(i) & 0xFFFF_FFFFL;
            }
        }

        @Override
        public int width(FieldStyle style) {
            return 10;
        }

        @Override
        public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
            boolean answer = hi >>> 24 != 0;
            out.append(answer ? "<-" : "->")
                    .append(String.format(Locale.ROOT, "%8d", hi & 0xFF_FFFF));
        }
    }

    /// The internal or external address or port, by the flow's direction.
    static final class SideAddress extends PrintField {
        private final BitSet source;
        private final BitSet destination;

        /// @param source flowtypes where the address is the source
        SideAddress(String name, BitSet source, BitSet destination) {
            super(0, name);
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

        @Override
        public int octets() {
            return 16;
        }
    }

    static final class SidePort extends PrintField {
        private final BitSet source;
        private final BitSet destination;

        SidePort(String name, BitSet source, BitSet destination) {
            super(0, name);
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

        @Override
        public int octets() {
            return 2;
        }
    }
}

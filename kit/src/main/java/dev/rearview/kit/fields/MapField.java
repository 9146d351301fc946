package dev.rearview.kit.fields;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.sets.PrefixMap;

/// A field whose value is what a prefix map says of a flow's source or destination.
final class MapField extends PrintField {
    private final PrefixMap map;
    private final boolean source;
    private final Kind kind;
    private final int maxWidth;
    private final long unknown;

    enum Kind {
        LABEL,
        COUNTRY,
        /// The value's number, one column wide.
        TYPE
    }

    /// @param maxWidth limit of the column, 0 for none
    MapField(int id, String name, PrefixMap map, boolean source, Kind kind, int maxWidth) {
        this(id, name, map, source, kind, maxWidth, 0xFFFF_FFFFL);
    }

    /// @param unknown what an address without a type prints as
    private MapField(
            int id,
            String name,
            PrefixMap map,
            boolean source,
            Kind kind,
            int maxWidth,
            long unknown) {
        super(id, name);
        this.unknown = unknown;
        this.map = map;
        this.source = source;
        this.kind = kind;
        this.maxWidth = maxWidth;
    }

    /// The form that rwuniq and rwstats print: SiLK keeps types in one octet there.
    MapField grouped() {
        return new MapField(id(), name(), map, source, kind, maxWidth, 255);
    }

    @Override
    public void evaluate(FlowBatch batch, long[][] out, int at) {
        if (map.kind() == PrefixMap.Kind.PROTO_PORT) {
            long[] protocol = batch.values(Field.PROTOCOL);
            long[] port = batch.values(source ? Field.SPORT : Field.DPORT);
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = map.findPort((int) protocol[i], (int) port[i]);
            }
            return;
        }
        AddressColumn column = batch.addresses(source ? Field.SIP : Field.DIP);
        if (column.isCoded()) {
            long[] values = new long[column.dictionarySize()];
            for (int i = 0; i < values.length; i++) {
                values[i] = map.find(column.dictionary().hi(i), column.dictionary().lo(i));
            }
            for (int i = 0; i < batch.size(); i++) {
                out[at][i] = values[column.codes().get(i)];
            }
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            out[at][i] = map.find(column.hi(i), column.lo(i));
        }
    }

    @Override
    public int width(FieldStyle style) {
        return switch (kind) {
            case COUNTRY -> 3;
            case TYPE -> 1;
            case LABEL -> {
                int widest = Math.max(map.widestLabel(), name().length());
                yield maxWidth > 0 ? Math.min(maxWidth, widest) : widest;
            }
        };
    }

    @Override
    public void print(long hi, long lo, boolean v6, FieldStyle style, StringBuilder out) {
        if (kind == Kind.TYPE) {
            out.append(hi == PrefixMap.NO_VALUE ? unknown : hi);
        } else {
            out.append(map.label((int) hi));
        }
    }

    @Override
    public boolean isNumeric(FieldStyle style) {
        return kind == Kind.TYPE;
    }

    @Override
    public int countWidth(FieldStyle style) {
        return width(style);
    }
}

package dev.rearview.wire;

import dev.rearview.wire.registry.ElementIds;
import dev.rearview.wire.state.StateReader;
import dev.rearview.wire.state.StateWriter;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A template of NetFlow v9 or IPFIX, compiled: fields of no octets are left out, so that every
/// field that is visited takes at least one octet of its record.
public final class Template {
    /// The length of fields that carry their own.
    public static final int VARIABLE = 0xFFFF;

    /// The slot of fields that hold lists of records of other templates (subTemplateMultiList).
    static final int LIST = -2;

    private static final int OBJECT_OCTETS = 72;

    private final int id;
    private final boolean options;
    // Each field's slot in the upper half, its length in the lower.
    private final int[] fields;
    private final int minimum;
    private final HeaderLayers layers;
    private final @Nullable FlatRecord flat;

    private Template(Builder b) {
        this.id = b.id;
        this.options = b.options;
        this.minimum = b.minimum;
        this.layers = HeaderLayers.of(b.slots, b.lengths, b.size);
        this.fields = new int[b.size];
        for (int i = 0; i < b.size; i++) {
            fields[i] = b.slots[i] << 16 | b.lengths[i];
        }
        this.flat = FlatRecord.of(this);
    }

    /// Whether an element has a meaning that no flow field needs.
    static boolean isUnknown(int enterprise, int element) {
        boolean known =
                enterprise == 0
                        && (element == ElementIds.SUB_TEMPLATE_MULTI_LIST
                                || element == ElementIds.PADDING_OCTETS);
        return !known && Elements.slot(enterprise, element) < 0;
    }

    /// Takes up to so many fields.
    static Builder of(int id, boolean options, int count) {
        return new Builder(id, options, count);
    }

    /// Collects a template's fields in their order.
    static final class Builder {
        private final int id;
        private final boolean options;
        private final int[] slots;
        private final int[] lengths;
        private int size;
        private int minimum;

        private Builder(int id, boolean options, int count) {
            this.id = id;
            this.options = options;
            this.slots = new int[count];
            this.lengths = new int[count];
        }

        /// Fields that are to be added, whether or not they take octets.
        int count() {
            return slots.length;
        }

        boolean isOptions() {
            return options;
        }

        int id() {
            return id;
        }

        void add(int enterprise, int element, int length) {
            if (length == 0) {
                return;
            }
            boolean list = enterprise == 0 && element == ElementIds.SUB_TEMPLATE_MULTI_LIST;
            slots[size] = list ? LIST : Elements.slot(enterprise, element);
            lengths[size] = length;
            size++;
            minimum += length == VARIABLE ? 1 : length;
        }

        /// The template; null if its records would have no octets. Ends the builder.
        @Nullable Template build() {
            return minimum == 0 ? null : new Template(this);
        }
    }

    /// Writes it: what it skips is told as padding.
    void save(StateWriter out) throws IOException {
        out.number(id);
        out.flag(options);
        out.number(fields.length);
        for (int i = 0; i < fields.length; i++) {
            int slot = slot(i);
            long element =
                    switch (slot) {
                        case LIST -> ElementIds.SUB_TEMPLATE_MULTI_LIST;
                        case -1 -> ElementIds.PADDING_OCTETS;
                        default -> Elements.element(slot);
                    };
            out.large(element);
            out.number(length(i));
        }
    }

    /// Reads what [#save] wrote.
    static Template restore(StateReader in) throws StateReader.Malformed {
        int id = in.number();
        boolean isOptions = in.flag();
        int count = in.count(Long.BYTES + Integer.BYTES);
        if (id < 0 || id > 0xFFFF || count > SetDecoder.MAX_FIELDS) {
            throw new StateReader.Malformed("template " + id + " of " + count + " fields");
        }
        Builder b = of(id, isOptions, count);
        for (int i = 0; i < count; i++) {
            long element = in.large();
            int length = in.number();
            if (length < 0 || length > VARIABLE) {
                throw new StateReader.Malformed("field of " + length + " octets");
            }
            b.add((int) (element >>> 32), (int) element, length);
        }
        Template t = b.build();
        if (t == null) {
            throw new StateReader.Malformed("template " + id + " without fields");
        }
        return t;
    }

    public int id() {
        return id;
    }

    /// Whether it describes options, not data.
    public boolean isOptions() {
        return options;
    }

    /// Fields that take octets.
    public int size() {
        return fields.length;
    }

    /// The slot of a field in [Elements]; [#LIST]; or -1 to skip it.
    int slot(int field) {
        return fields[field] >> 16;
    }

    /// Octets of a field, 1 or more; [#VARIABLE] if it carries its own length.
    int length(int field) {
        return fields[field] & 0xFFFF;
    }

    /// Which packet header its elements describe.
    HeaderLayers layers() {
        return layers;
    }

    /// Where the fields of its records are, null if these need [FlowMapper].
    @Nullable FlatRecord flat() {
        return flat;
    }

    /// Least octets of a record, 1 or more.
    public int minimum() {
        return minimum;
    }

    /// Estimated size in memory.
    public long octets() {
        return OBJECT_OCTETS + 4L * fields.length + (flat == null ? 0 : FlatRecord.OCTETS);
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o == this
                || o instanceof Template t
                        && t.id == id
                        && t.options == options
                        && Arrays.equals(t.fields, fields);
    }

    @Override
    public int hashCode() {
        return 31 * id + Arrays.hashCode(fields);
    }
}

package dev.rearview.sets;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;

/// The fields of an aggregate bag, and where their words are in a row: keys first, then counters,
/// each ascending by number.
public final class AggregateLayout {
    private final List<AggregateField> keys = new ArrayList<>();
    private final List<AggregateField> counters = new ArrayList<>();
    private final int[] at = new int[AggregateField.values().length];
    private final int keyWords;

    /// @throws IllegalArgumentException if there is no key or no counter
    public AggregateLayout(Collection<AggregateField> fields) {
        EnumSet<AggregateField> ordered = EnumSet.copyOf(fields);
        Arrays.fill(at, -1);
        int words = 0;
        for (AggregateField f : ordered) {
            (f.isCounter() ? counters : keys).add(f);
            at[f.ordinal()] = words;
            words += f.words();
        }
        this.keyWords = words - counters.size();
        if (keys.isEmpty() || counters.isEmpty()) {
            throw new IllegalArgumentException(
                    "an aggregate bag needs a key and a counter; this has no "
                            + (keys.isEmpty() ? "key" : "counter"));
        }
    }

    public List<AggregateField> keys() {
        return keys;
    }

    public List<AggregateField> counters() {
        return counters;
    }

    /// Keys and counters.
    public List<AggregateField> fields() {
        List<AggregateField> out = new ArrayList<>(keys);
        out.addAll(counters);
        return out;
    }

    public boolean has(AggregateField field) {
        return at[field.ordinal()] >= 0;
    }

    /// The first word of a field in a row, -1 where there is no such field.
    public int at(AggregateField field) {
        return at[field.ordinal()];
    }

    /// Words of a row before its counters.
    public int keyWords() {
        return keyWords;
    }

    public int words() {
        return keyWords + counters.size();
    }

    /// Octets of a record in a file.
    public int octets() {
        return fields().stream().mapToInt(AggregateField::octets).sum();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof AggregateLayout other
                && keys.equals(other.keys)
                && counters.equals(other.counters);
    }

    @Override
    public int hashCode() {
        return keys.hashCode() * 31 + counters.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (AggregateField f : fields()) {
            out.append(out.isEmpty() ? "" : ",").append(f.label());
        }
        return out.toString();
    }
}

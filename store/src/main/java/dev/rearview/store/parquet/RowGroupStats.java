package dev.rearview.store.parquet;

import dev.rearview.model.Field;
import dev.rearview.sets.IpSet;

/// What a file tells of a row group without its rows.
public interface RowGroupStats {
    /// Rows of the group.
    int rows();

    /// Sum of the packets of all rows.
    long packets();

    /// Sum of the octets of all rows.
    long bytes();

    /// Smallest value of an integer field, as the field compares; the lower word of the smallest
    /// address.
    long min(Field field);

    /// Largest value of an integer field; the lower word of the largest address.
    long max(Field field);

    /// Upper word of the smallest address.
    long minHi(Field field);

    /// Upper word of the largest address.
    long maxHi(Field field);

    /// Whether the group may hold an address between two, both included.
    boolean mayHold(Field field, long lowHi, long lowLo, long highHi, long highLo);

    /// Whether the group may hold this source or destination address, by its Bloom filter.
    boolean mayHold(Field field, long hi, long lo);

    /// Whether the group may hold an address of a set of many ranges as source or destination.
    default boolean mayHold(Field field, IpSet set) {
        // Thousands of questions find something in every Bloom filter.
        return true;
    }
}

package dev.rearview.engine.filter;

import dev.rearview.model.Field;

/// Some neighbouring rows that are computed together.
///
/// @param from the first row
/// @param size at most [Scratch#BLOCK]
record Block(Rows rows, int from, int size, Scratch scratch) {
    long[] values(Field field) {
        return rows.values(field);
    }

    long[] hi(Field field) {
        return rows.hi(field);
    }

    long[] lo(Field field) {
        return rows.lo(field);
    }
}

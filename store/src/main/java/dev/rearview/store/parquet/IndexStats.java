package dev.rearview.store.parquet;

import dev.rearview.model.Field;
import dev.rearview.model.Ip;
import dev.rearview.store.disk.MappedFile;

/// A row group's entries of the page index.
record IndexStats(MappedFile file, PageIndex index, int group) implements RowGroupStats {
    @Override
    public int rows() {
        return index.rows(group);
    }

    @Override
    public long packets() {
        return index.packets(group);
    }

    @Override
    public long bytes() {
        return index.bytes(group);
    }

    @Override
    public long min(Field field) {
        return index.minLo(group, Schema.column(field));
    }

    @Override
    public long max(Field field) {
        return index.maxLo(group, Schema.column(field));
    }

    @Override
    public long minHi(Field field) {
        return index.minHi(group, Schema.column(field));
    }

    @Override
    public long maxHi(Field field) {
        return index.maxHi(group, Schema.column(field));
    }

    @Override
    public boolean mayHold(Field field, long lowHi, long lowLo, long highHi, long highLo) {
        int c = Schema.column(field);
        return Ip.compare(index.minHi(group, c), index.minLo(group, c), highHi, highLo) <= 0
                && Ip.compare(index.maxHi(group, c), index.maxLo(group, c), lowHi, lowLo) >= 0;
    }

    @Override
    public boolean mayHold(Field field, long hi, long lo) {
        return index.mayHold(file, group, Schema.column(field), hi, lo);
    }
}

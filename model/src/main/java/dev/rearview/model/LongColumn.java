package dev.rearview.model;

import org.jspecify.annotations.Nullable;

/// A column of integers held in 64 bits: every field but the addresses.
public final class LongColumn implements Column {
    private long @Nullable [] values;
    private final @Nullable Codes codes;
    private final long[] dictionary;
    private final int size;

    private LongColumn(long @Nullable [] values, @Nullable Codes codes, long[] dictionary, int n) {
        this.values = values;
        this.codes = codes;
        this.dictionary = dictionary;
        this.size = n;
    }

    /// A column of plain values; the array is kept, not copied.
    public static LongColumn of(long[] values) {
        return new LongColumn(values, null, new long[0], values.length);
    }

    /// A coded column.
    ///
    /// @param dictionary ascending distinct values
    /// @param rows number of rows
    public static LongColumn coded(Codes codes, long[] dictionary, int rows) {
        return new LongColumn(null, codes, dictionary, rows);
    }

    @Override
    public boolean isCoded() {
        return codes != null;
    }

    @Override
    public Codes codes() {
        if (codes == null) {
            throw new IllegalStateException("column has no codes");
        }
        return codes;
    }

    @Override
    public int dictionarySize() {
        return dictionary.length;
    }

    public long[] dictionary() {
        return dictionary;
    }

    public long get(int row) {
        long[] v = values;
        return v != null ? v[row] : dictionary[codes().get(row)];
    }

    /// All values as an array of at least the batch's size, decoded once.
    public long[] values() {
        long[] v = values;
        if (v == null) {
            v = new long[size];
            Codes c = codes();
            for (int i = 0; i < size; i++) {
                v[i] = dictionary[c.get(i)];
            }
            values = v;
        }
        return v;
    }
}

package dev.rearview.model;

import org.jspecify.annotations.Nullable;

/// A column of 128-bit addresses as two arrays of words, IPv4 as `::ffff:a.b.c.d`.
public final class AddressColumn implements Column {
    private long @Nullable [] hi;
    private long @Nullable [] lo;
    private final @Nullable Codes codes;
    private final long[] dictionaryHi;
    private final long[] dictionaryLo;
    private final int size;

    private AddressColumn(
            long @Nullable [] hi,
            long @Nullable [] lo,
            @Nullable Codes codes,
            long[] dictionaryHi,
            long[] dictionaryLo,
            int size) {
        this.hi = hi;
        this.lo = lo;
        this.codes = codes;
        this.dictionaryHi = dictionaryHi;
        this.dictionaryLo = dictionaryLo;
        this.size = size;
    }

    /// A column of plain values; the arrays are kept, not copied.
    public static AddressColumn of(long[] hi, long[] lo) {
        return new AddressColumn(hi, lo, null, new long[0], new long[0], hi.length);
    }

    /// A coded column whose dictionary ascends as unsigned 128-bit numbers.
    public static AddressColumn coded(Codes codes, long[] hi, long[] lo, int rows) {
        return new AddressColumn(null, null, codes, hi, lo, rows);
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
        return dictionaryHi.length;
    }

    public long[] dictionaryHi() {
        return dictionaryHi;
    }

    public long[] dictionaryLo() {
        return dictionaryLo;
    }

    public long hi(int row) {
        long[] v = hi;
        return v != null ? v[row] : dictionaryHi[codes().get(row)];
    }

    public long lo(int row) {
        long[] v = lo;
        return v != null ? v[row] : dictionaryLo[codes().get(row)];
    }

    /// Upper words of all rows, decoded once.
    public long[] hi() {
        long[] v = hi;
        if (v == null) {
            v = decode(dictionaryHi);
            hi = v;
        }
        return v;
    }

    /// Lower words of all rows, decoded once.
    public long[] lo() {
        long[] v = lo;
        if (v == null) {
            v = decode(dictionaryLo);
            lo = v;
        }
        return v;
    }

    private long[] decode(long[] dictionary) {
        long[] v = new long[size];
        Codes c = codes();
        for (int i = 0; i < size; i++) {
            v[i] = dictionary[c.get(i)];
        }
        return v;
    }
}

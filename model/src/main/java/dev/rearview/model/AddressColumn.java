package dev.rearview.model;

import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/// A column of 128-bit addresses as two arrays of words, IPv4 as `::ffff:a.b.c.d`.
public final class AddressColumn implements Column {
    private long @Nullable [] hi;
    private long @Nullable [] lo;
    private final @Nullable Codes codes;
    private final @Nullable AddressDictionary dictionary;
    private final int size;

    private AddressColumn(
            long @Nullable [] hi,
            long @Nullable [] lo,
            @Nullable Codes codes,
            @Nullable AddressDictionary dictionary,
            int size) {
        this.hi = hi;
        this.lo = lo;
        this.codes = codes;
        this.dictionary = dictionary;
        this.size = size;
    }

    /// A column of plain values; the arrays are kept, not copied.
    public static AddressColumn of(long[] hi, long[] lo) {
        return new AddressColumn(hi, lo, null, null, hi.length);
    }

    /// A coded column of `rows` rows.
    public static AddressColumn coded(Codes codes, AddressDictionary dictionary, int rows) {
        return new AddressColumn(null, null, codes, dictionary, rows);
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

    public AddressDictionary dictionary() {
        if (dictionary == null) {
            throw new IllegalStateException("column has no dictionary");
        }
        return dictionary;
    }

    @Override
    public int dictionarySize() {
        return dictionary().size();
    }

    /// The first code whose value is at least the one given, or the dictionary's size.
    public int lowerBound(long valueHi, long valueLo) {
        AddressDictionary d = dictionary();
        int from = 0;
        int to = d.size();
        while (from < to) {
            int mid = (from + to) >>> 1;
            if (Ip.compare(d.hi(mid), d.lo(mid), valueHi, valueLo) < 0) {
                from = mid + 1;
            } else {
                to = mid;
            }
        }
        return from;
    }

    public long hi(int row) {
        long[] v = hi;
        return v != null ? v[row] : dictionary().hi(codes().get(row));
    }

    public long lo(int row) {
        long[] v = lo;
        return v != null ? v[row] : dictionary().lo(codes().get(row));
    }

    /// Upper words of all rows, decoded once.
    public long[] hi() {
        long[] v = hi;
        if (v == null) {
            v = decode(dictionary()::hi);
            hi = v;
        }
        return v;
    }

    /// Lower words of all rows, decoded once.
    public long[] lo() {
        long[] v = lo;
        if (v == null) {
            v = decode(dictionary()::lo);
            lo = v;
        }
        return v;
    }

    private long[] decode(IntToLongFunction word) {
        long[] words = new long[dictionarySize()];
        for (int i = 0; i < words.length; i++) {
            words[i] = word.applyAsLong(i);
        }
        long[] v = new long[size];
        codes().gather(words, v, size);
        return v;
    }
}

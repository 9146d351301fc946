package dev.rearview.model;

import java.util.function.IntToLongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A column of 128-bit addresses as two arrays of words, IPv4 as `::ffff:a.b.c.d`.
public final class AddressColumn implements Column {
    /// Upper words of IPv4 addresses.
    private static final long[] NO_UPPER = new long[FlowBatch.MAX_ROWS];

    private long @Nullable [] hi;
    private long @Nullable [] lo;
    private @Nullable Codes codes;
    private final @Nullable Supplier<Codes> loader;
    private final @Nullable AddressDictionary dictionary;
    private final LongColumn.@Nullable Room room;
    private final LongColumn.@Nullable Room upperRoom;
    private final int size;

    private AddressColumn(long[] hi, long[] lo) {
        this.hi = hi;
        this.lo = lo;
        this.loader = null;
        this.dictionary = null;
        this.upperRoom = null;
        this.room = null;
        this.size = lo.length;
    }

    private AddressColumn(
            Supplier<Codes> loader,
            AddressDictionary dictionary,
            LongColumn.Room upperRoom,
            LongColumn.Room room,
            int size) {
        this.loader = loader;
        this.dictionary = dictionary;
        this.upperRoom = upperRoom;
        this.room = room;
        this.size = size;
    }

    /// A column of plain values; the arrays are kept, not copied.
    public static AddressColumn of(long[] hi, long[] lo) {
        return new AddressColumn(hi, lo);
    }

    /// A column of IPv4 addresses alone; the array of their lower words is kept, not copied.
    public static AddressColumn ipv4(long[] lo) {
        return new AddressColumn(NO_UPPER, lo);
    }

    /// A column whose rows all have one value.
    public static AddressColumn constant(long hi, long lo, int rows) {
        LongColumn.Room upper = new LongColumn.Room();
        return coded(
                () -> Codes.CONSTANT, new Constant(hi, lo), upper, new LongColumn.Room(), rows);
    }

    private record Constant(long upper, long lower) implements AddressDictionary {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public long hi(int code) {
            return upper;
        }

        @Override
        public long lo(int code) {
            return lower;
        }

        @Override
        public boolean isIpv4() {
            return Ip.isMapped(upper, lower);
        }
    }

    /// A coded column of `rows` rows that decodes into `upper` and `lower`; columns that share them
    /// are used one after the other.
    ///
    /// @param codes asked once, when a row is first looked at
    public static AddressColumn coded(
            Supplier<Codes> codes,
            AddressDictionary dictionary,
            LongColumn.Room upper,
            LongColumn.Room lower,
            int rows) {
        return new AddressColumn(codes, dictionary, upper, lower, rows);
    }

    @Override
    public boolean isCoded() {
        return loader != null;
    }

    @Override
    public Codes codes() {
        Codes c = codes;
        if (c == null) {
            if (loader == null) {
                throw new IllegalStateException("column has no codes");
            }
            c = loader.get();
            codes = c;
        }
        return c;
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

    /// The first code whose value is above the one given, or the dictionary's size.
    public int upperBound(long valueHi, long valueLo) {
        int at = lowerBound(valueHi, valueLo);
        AddressDictionary d = dictionary();
        return at < d.size() && d.hi(at) == valueHi && d.lo(at) == valueLo ? at + 1 : at;
    }

    public long hi(int row) {
        long[] v = hi;
        return v != null ? v[row] : dictionary().hi(codes().get(row));
    }

    public long lo(int row) {
        long[] v = lo;
        return v != null ? v[row] : dictionary().lo(codes().get(row));
    }

    /// Upper words of all rows, decoded once; not to be changed.
    public long[] hi() {
        long[] v = hi;
        if (v == null) {
            v = dictionary().isIpv4() ? NO_UPPER : decode(dictionary()::hi, upperRoom);
            hi = v;
        }
        return v;
    }

    /// Lower words of all rows, decoded once; not to be changed.
    public long[] lo() {
        long[] v = lo;
        if (v == null) {
            v = decode(dictionary()::lo, room);
            lo = v;
        }
        return v;
    }

    private long[] decode(IntToLongFunction word, LongColumn.@Nullable Room into) {
        int n = dictionarySize();
        long[] words = into == null ? new long[n] : into.dictionary(n);
        for (int i = 0; i < n; i++) {
            words[i] = word.applyAsLong(i);
        }
        long[] v = into == null ? new long[size] : into.values(size);
        codes().gather(words, v, size);
        return v;
    }
}

package dev.rearview.model;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A column of integers held in 64 bits: every field but the addresses.
public final class LongColumn implements Column {
    /// Of fewer rows than one for so many values of the dictionary, these are looked up one by one:
    /// each is as far away as the memory that it lies in, and all of them are copied in a stream.
    private static final int SPARSE = 16;

    private long @Nullable [] values;
    private @Nullable Codes codes;
    private final @Nullable Supplier<Codes> loader;
    private final @Nullable LongDictionary dictionary;
    private long @Nullable [] decoded;
    private final @Nullable Room room;
    private final int size;

    /// Memory for decoded values that is used again for the next batch.
    public static final class Room {
        private long[] values = {};
        private long[] dictionary = {};

        long[] values(int n) {
            values = values.length < n ? new long[Math.max(n, FlowBatch.MAX_ROWS)] : values;
            return values;
        }

        long[] dictionary(int n) {
            dictionary = dictionary.length < n ? new long[n + n / 4] : dictionary;
            return dictionary;
        }
    }

    private LongColumn(
            long @Nullable [] values,
            @Nullable Supplier<Codes> loader,
            @Nullable LongDictionary d,
            @Nullable Room room,
            int n) {
        this.values = values;
        this.loader = loader;
        this.dictionary = d;
        this.room = room;
        this.size = n;
    }

    /// A column of plain values; the array is kept, not copied.
    public static LongColumn of(long[] values) {
        return new LongColumn(values, null, null, null, values.length);
    }

    /// A coded column of `rows` rows that decodes into `room`; columns that share it are used one
    /// after the other.
    ///
    /// @param codes asked once, when a row is first looked at
    public static LongColumn coded(
            Supplier<Codes> codes, LongDictionary dictionary, int rows, Room room) {
        return new LongColumn(null, codes, dictionary, room, rows);
    }

    /// A column whose rows all have one value.
    public static LongColumn constant(long value, int rows) {
        return new LongColumn(null, () -> Codes.CONSTANT, new Constant(value), null, rows);
    }

    private record Constant(long value) implements LongDictionary {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public long get(int code) {
            return value;
        }
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

    @Override
    public int dictionarySize() {
        return dictionary().size();
    }

    public LongDictionary dictionary() {
        if (dictionary == null) {
            throw new IllegalStateException("column has no dictionary");
        }
        return dictionary;
    }

    /// The dictionary as an array, decoded once; it may be longer than the dictionary.
    public long[] dictionaryValues() {
        long[] d = decoded;
        if (d == null) {
            LongDictionary from = dictionary();
            int n = from.size();
            d = room == null ? new long[n] : room.dictionary(n);
            from.copy(d);
            decoded = d;
        }
        return d;
    }

    /// The first code whose value is at least `value` as `field` compares, or the dictionary's
    /// size.
    public int lowerBound(Field field, long value) {
        long flip = field.isSigned() ? 0 : Long.MIN_VALUE;
        long wanted = value ^ flip;
        LongDictionary d = dictionary();
        int from = 0;
        int to = d.size();
        while (from < to) {
            int mid = (from + to) >>> 1;
            if ((d.get(mid) ^ flip) < wanted) {
                from = mid + 1;
            } else {
                to = mid;
            }
        }
        return from;
    }

    /// The first code whose value is above `value` as `field` compares, or the dictionary's size.
    public int upperBound(Field field, long value) {
        int at = lowerBound(field, value);
        return at < dictionarySize() && dictionary().get(at) == value ? at + 1 : at;
    }

    public long get(int row) {
        long[] v = values;
        return v != null ? v[row] : dictionary().get(codes().get(row));
    }

    /// All values as an array of at least the batch's size, decoded once.
    public long[] values() {
        long[] v = values;
        if (v == null) {
            v = room == null ? new long[size] : room.values(size);
            codes().gather(dictionaryValues(), v, size);
            values = v;
        }
        return v;
    }

    /// Sum of some rows' values.
    public long sum(Selection rows) {
        if (rows.isEmpty()) {
            return 0;
        }
        long[] v = values;
        if (v != null) {
            return sum(v, rows.words());
        }
        Codes c = codes();
        long sum = 0;
        if (decoded == null && rows.count() < dictionarySize() / SPARSE) {
            LongDictionary d = dictionary();
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                sum += d.get(c.get(i));
            }
            return sum;
        }
        return c.sum(dictionaryValues(), rows.words());
    }

    private static long sum(long[] values, long[] words) {
        long sum = 0;
        for (int word = 0; word < words.length; word++) {
            int base = word << 6;
            for (long left = words[word]; left != 0; left &= left - 1) {
                sum += values[base + Long.numberOfTrailingZeros(left)];
            }
        }
        return sum;
    }
}

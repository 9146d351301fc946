package dev.rearview.store.parquet;

/// The encoded values of one column in one row group: a sorted dictionary with codes in one run, or
/// deltas.
final class Chunk {
    static final byte[] NOTHING = {};

    final StoredColumn column;
    final int rows;
    byte[] dictionary = NOTHING;

    /// Whether the dictionary is packed as a [Ladder].
    boolean ladder;

    /// Whether the dictionary is packed as a [SortedFrame].
    boolean sorted;

    /// Octets of the dictionary before packing.
    int plainDictionary;

    int distinct;
    byte[] data = NOTHING;

    /// Octets of the data before packing.
    int plainData;

    /// Where the codes start in the data, after their width and run header.
    int codesAt;

    /// Bits of a code: 1, 2, 4, 8, 16, or 0 for one run of a constant.
    int width;

    boolean delta;

    /// Whether the data is the values as they are.
    boolean plain;

    /// Upper words of the extremes of addresses, and the extremes themselves of integers in the
    /// lower words: of the whole field's values where the column has their milliseconds.
    long minHi;

    long minLo;
    long maxHi;
    long maxLo;
    byte[] bloom = NOTHING;

    /// Of a column of packets or octets all numbers together.
    long sum;

    Chunk(StoredColumn column, int rows) {
        this.column = column;
        this.rows = rows;
    }

    /// The smallest value as it is.
    byte[] min() {
        return column.extreme(minHi, minLo);
    }

    /// The largest value as it is.
    byte[] max() {
        return column.extreme(maxHi, maxLo);
    }

    /// Forgets what has been written: a writer keeps its chunks for the footer.
    void release() {
        data = NOTHING;
        dictionary = NOTHING;
    }
}

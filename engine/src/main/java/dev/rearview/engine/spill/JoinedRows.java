package dev.rearview.engine.spill;

import dev.rearview.model.words.WordRows;
import java.io.IOException;
import java.util.Arrays;

/// The keys of two sources of ascending rows, each with values made of both; values that are not
/// there are 0.
public final class JoinedRows implements RowSource {
    /// Makes the values of one row of those of two.
    @FunctionalInterface
    public interface Join {
        /// @param row the key and the values of the first source, which become those of both
        /// @param inFirst whether the first source has the key
        /// @param other the key and the values of the second source
        /// @return whether the row stays
        boolean join(long[] row, boolean inFirst, long[] other);
    }

    private final RowSource left;
    private final RowSource right;
    private final int keyWords;
    private final Join join;
    private final long[] first;
    private final long[] second;
    private final long[] other;
    private boolean hasFirst;
    private boolean hasSecond;

    /// @param keyWords words that rows ascend by
    /// @param words words of a row
    public JoinedRows(RowSource left, RowSource right, int keyWords, int words, Join join)
            throws IOException {
        this.left = left;
        this.right = right;
        this.keyWords = keyWords;
        this.join = join;
        this.first = new long[words];
        this.second = new long[words];
        this.other = new long[words];
        this.hasFirst = left.next(first);
        this.hasSecond = right.next(second);
    }

    @Override
    public boolean next(long[] row) throws IOException {
        while (hasFirst || hasSecond) {
            int c =
                    !hasFirst
                            ? 1
                            : !hasSecond ? -1 : WordRows.compare(first, 0, second, 0, keyWords);
            boolean inFirst = c <= 0;
            boolean inSecond = c >= 0;
            put(inFirst ? first : second, inFirst, row);
            put(inSecond ? second : first, inSecond, other);
            if (inFirst) {
                hasFirst = left.next(first);
            }
            if (inSecond) {
                hasSecond = right.next(second);
            }
            if (join.join(row, inFirst, other)) {
                return true;
            }
        }
        return false;
    }

    /// Copies a row, or its key alone.
    private void put(long[] from, boolean whole, long[] to) {
        System.arraycopy(from, 0, to, 0, whole ? from.length : keyWords);
        if (!whole) {
            Arrays.fill(to, keyWords, from.length, 0);
        }
    }
}

package dev.rearview.engine.spill;

import java.io.IOException;
import java.util.function.LongBinaryOperator;

/// The keys of two sources of ascending rows, each with values made of both; a value that is not
/// there is 0. Rows whose values are all 0 are left out.
public final class JoinedRows implements RowSource {
    private final RowSource left;
    private final RowSource right;
    private final int keyWords;
    private final LongBinaryOperator combine;
    private final long[] first;
    private final long[] second;
    private boolean hasFirst;
    private boolean hasSecond;

    /// @param keyWords words that rows ascend by
    /// @param valueWords words that are combined
    public JoinedRows(
            RowSource left,
            RowSource right,
            int keyWords,
            int valueWords,
            LongBinaryOperator combine)
            throws IOException {
        this.left = left;
        this.right = right;
        this.keyWords = keyWords;
        this.combine = combine;
        this.first = new long[keyWords + valueWords];
        this.second = new long[keyWords + valueWords];
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
            System.arraycopy(c <= 0 ? first : second, 0, row, 0, keyWords);
            long any = 0;
            for (int i = keyWords; i < first.length; i++) {
                row[i] = combine.applyAsLong(c <= 0 ? first[i] : 0, c >= 0 ? second[i] : 0);
                any |= row[i];
            }
            if (c <= 0) {
                hasFirst = left.next(first);
            }
            if (c >= 0) {
                hasSecond = right.next(second);
            }
            if (any != 0) {
                return true;
            }
        }
        return false;
    }
}

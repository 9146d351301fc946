package dev.rearview.engine.sort;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.spill.Run;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;

/// Sorted rows in a temporary file, packed alike.
final class SortedRun implements Closeable {
    /// Rows that are read at a time.
    private static final int BLOCK = 256;

    private final Run run;
    private final RowLayout layout;

    /// Rows as they are in the file, of which the one at `at` is in `row`.
    private final long[] packed;

    private final long[] row;
    private int count;
    private int at;

    /// Rows of the file that have not been read.
    private long left;

    /// @param layout of all its rows
    /// @param stride words of a row that is not packed
    SortedRun(Room room, RowLayout layout, int stride) throws IOException {
        this.run = new Run(room);
        this.layout = layout;
        this.packed = new long[BLOCK * layout.width()];
        this.row = new long[stride];
    }

    /// Adds a row that is packed as its layout says.
    void add(long[] words, int from) throws IOException {
        run.write(words, from, layout.width());
        left++;
    }

    /// Ends writing; [#advance] then leads to the first row.
    void rewind() throws IOException {
        run.rewind();
    }

    /// Goes to the next row.
    ///
    /// @return false where there is none
    boolean advance() throws IOException {
        at++;
        if (at >= count) {
            count = (int) Math.min(BLOCK, left);
            if (count == 0) {
                return false;
            }
            if (!run.read(packed, 0, count * layout.width())) {
                throw new EOFException("a temporary file ends too early");
            }
            left -= count;
            at = 0;
        }
        layout.unpack(packed, at * layout.width(), row);
        return true;
    }

    /// The words of the row, until the next.
    long[] row() {
        return row;
    }

    @Override
    public void close() throws IOException {
        run.close();
    }
}

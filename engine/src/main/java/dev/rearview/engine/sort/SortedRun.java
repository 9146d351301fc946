package dev.rearview.engine.sort;

import dev.rearview.engine.exec.Room;
import dev.rearview.engine.spill.Run;
import dev.rearview.model.RecordWords;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;

/// Sorted rows in a temporary file, in blocks: how many rows, which words differ among them, the
/// first row, and of each row the words that differ.
final class SortedRun implements Closeable {
    private static final int ROWS = 256;

    private final Run run;
    private final int stride;
    private final int maskWords;

    /// Of a block: its rows, and room for the words that are in the file.
    private final long[] rows;

    private final long[] packed;
    private int count;
    private int at;

    SortedRun(Room room, int stride) throws IOException {
        this.run = new Run(room);
        this.stride = stride;
        this.maskWords = (stride + Long.SIZE - 1) / Long.SIZE;
        this.rows = new long[ROWS * stride];
        this.packed = new long[1 + maskWords + stride + ROWS * stride];
    }

    // Writing -----------------------------------------------------------------------------------

    /// Where the next row is to be put, from [#nextAt] on; [#added] then takes it.
    long[] next() {
        return rows;
    }

    int nextAt() {
        return count * stride;
    }

    void added() throws IOException {
        count++;
        if (count == ROWS) {
            writeBlock();
        }
    }

    private void writeBlock() throws IOException {
        if (count == 0) {
            return;
        }
        int[] places = RecordWords.varying(rows, stride, count);
        int width = 0;
        packed[0] = count;
        Arrays.fill(packed, 1, 1 + maskWords, 0);
        for (int w = 0; w < stride; w++) {
            if (places[w] >= 0) {
                packed[1 + w / Long.SIZE] |= 1L << w;
                width++;
            }
        }
        int base = 1 + maskWords;
        System.arraycopy(rows, 0, packed, base, stride);
        base += stride;
        for (int w = 0; w < stride; w++) {
            if (places[w] >= 0) {
                for (int i = 0; i < count; i++) {
                    packed[base + i * width + places[w]] = rows[i * stride + w];
                }
            }
        }
        run.writeAll(packed, base + count * width);
        count = 0;
    }

    /// Ends writing; [#advance] then leads to the first row.
    void rewind() throws IOException {
        writeBlock();
        run.rewind();
    }

    // Reading -----------------------------------------------------------------------------------

    /// Goes to the next row.
    ///
    /// @return false where there is none
    boolean advance() throws IOException {
        at++;
        if (at >= count) {
            at = 0;
            count = readBlock();
        }
        return count > 0;
    }

    /// The words of the row are in here, from [#rowAt] on.
    long[] row() {
        return rows;
    }

    int rowAt() {
        return at * stride;
    }

    private int readBlock() throws IOException {
        int head = 1 + maskWords + stride;
        if (!run.read(packed, 0, head)) {
            return 0;
        }
        int n = (int) packed[0];
        int width = 0;
        for (int i = 0; i < maskWords; i++) {
            width += Long.bitCount(packed[1 + i]);
        }
        if (n < 1
                || n > ROWS
                || width > stride
                || width > 0 && !run.read(packed, head, n * width)) {
            throw new IOException("a temporary file is damaged");
        }
        int place = 0;
        for (int w = 0; w < stride; w++) {
            boolean varies = (packed[1 + w / Long.SIZE] >>> w & 1) != 0;
            long first = packed[1 + maskWords + w];
            for (int i = 0; i < n; i++) {
                rows[i * stride + w] = varies ? packed[head + i * width + place] : first;
            }
            place += varies ? 1 : 0;
        }
        return n;
    }

    @Override
    public void close() throws IOException {
        run.close();
    }
}

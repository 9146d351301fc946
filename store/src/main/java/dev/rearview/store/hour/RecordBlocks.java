package dev.rearview.store.hour;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/// Records as words, in blocks of half a MiB: growing copies nothing, and blocks are used again, by
/// whatever thread, so that a stream of flows leaves no garbage.
public final class RecordBlocks {
    private static final int BITS = 12;
    private static final int BLOCK = 1 << BITS;

    /// Records of the first block: an epoch may have thousands of hours with one flow each.
    private static final int FEW = 8;

    private static final int GROWTH = 4;

    /// Blocks that are used again: as many as are in use where flows come faster than they are
    /// written. What is not would be garbage that the collector of old objects finds late.
    private static final int MAX_SPARE = 512;

    /// Blocks that stay when nothing waits.
    private static final int MAX_IDLE = 128;

    private static final Queue<long[]> SPARE = new ArrayBlockingQueue<>(MAX_SPARE);

    private final List<long[]> blocks = new ArrayList<>(1);
    private int count;

    public int count() {
        return count;
    }

    /// Appends the record that starts at `from[at]`.
    void add(long[] from, int at) {
        long[] block = room();
        System.arraycopy(from, at, block, offset(count), RecordWords.COUNT);
        count++;
    }

    void add(FlowRecord r) {
        RecordWords.pack(r, room(), offset(count));
        count++;
    }

    /// Appends all flows of a batch.
    void addAll(FlowBatch batch) {
        FlowRecord r = new FlowRecord();
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i, r);
            add(r);
        }
    }

    /// Appends the records of another.
    public void addAll(RecordBlocks other) {
        for (int row = 0; row < other.count; row++) {
            add(other.blocks.get(row >>> BITS), offset(row));
        }
    }

    /// The block that the next record goes to. The first one grows, since most hours of most epochs
    /// have few flows.
    private long[] room() {
        int index = count >>> BITS;
        if (index == blocks.size()) {
            blocks.add(index == 0 ? new long[FEW * RecordWords.COUNT] : block());
        }
        long[] block = blocks.get(index);
        if (offset(count) == block.length) {
            boolean whole = block.length * GROWTH >= BLOCK * RecordWords.COUNT;
            long[] larger = whole ? block() : new long[block.length * GROWTH];
            System.arraycopy(block, 0, larger, 0, block.length);
            blocks.set(index, larger);
            return larger;
        }
        return block;
    }

    private static long[] block() {
        long[] spare = SPARE.poll();
        return spare == null ? new long[BLOCK * RecordWords.COUNT] : spare;
    }

    /// The records as words, one behind the other.
    public long[] words() {
        long[] out = new long[count * RecordWords.COUNT];
        int at = 0;
        for (long[] block : blocks) {
            int length = Math.min(block.length, out.length - at);
            System.arraycopy(block, 0, out, at, length);
            at += length;
        }
        return out;
    }

    /// Appends record `row` to a batch.
    void addTo(FlowBatch batch, int row) {
        RecordWords.addTo(batch, blocks.get(row >>> BITS), offset(row));
    }

    /// Word `word` of record `row`; see [RecordWords].
    long word(int row, int word) {
        return blocks.get(row >>> BITS)[offset(row) + word];
    }

    /// Start of record `row`, microseconds.
    long stime(int row) {
        return RecordWords.stime(blocks.get(row >>> BITS), offset(row));
    }

    /// Lets go of most blocks that wait to be used again. For when nothing is to be written.
    public static void idle() {
        while (SPARE.size() > MAX_IDLE) {
            SPARE.poll();
        }
    }

    /// Forgets the records; others may use the memory.
    public void release() {
        for (long[] block : blocks) {
            if (block.length == BLOCK * RecordWords.COUNT) {
                SPARE.offer(block);
            }
        }
        blocks.clear();
        count = 0;
    }

    private static int offset(int row) {
        return (row & BLOCK - 1) * RecordWords.COUNT;
    }
}

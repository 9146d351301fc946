package dev.rearview.store.hour;

import static dev.rearview.model.FieldNumbers.NUMBERS;
import static dev.rearview.model.FieldNumbers.STIME;
import static dev.rearview.model.FieldNumbers.UPPER_SIP;
import static dev.rearview.model.FieldNumbers.upper;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.LongColumn;
import dev.rearview.model.RecordWords;
import dev.rearview.text.TimeText;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Flows of an hour in memory, column by column: a flow of IPv4 takes some forty octets where its
/// words are 120. The last few wait beside each other until they are enough for a pass over each
/// column.
public final class FlowColumns {
    private static final long HOUR_US = TimeText.HOUR_MS * 1000;

    /// Rows that go to the columns together: what they take stays in a processor's cache.
    private static final int STAGED = 64;

    private static final int FIRST_AWAITED = 8;

    /// log2 of the octets of most times, addresses and counts.
    private static final int FOUR_OCTETS = 2;

    private final NarrowColumn[] columns = new NarrowColumn[NUMBERS];

    /// Flows that come one by one and are in no column yet.
    private @Nullable StagedFlows staged;

    // Rows of what is staged, here or with those of other hours.
    private int[] awaited = {};
    private int awaitedCount;
    private int inColumns;

    public int count() {
        return inColumns + awaitedCount;
    }

    /// Appends a flow.
    void add(FlowRecord r) {
        StagedFlows to = staged;
        if (to == null) {
            to = new StagedFlows(STAGED);
            staged = to;
        } else if (to.room() == 0) {
            settle();
        }
        await(to.add(r));
    }

    /// Has a staged row come with the next [#take].
    ///
    /// @return whether it is the first
    boolean await(int row) {
        if (awaitedCount == awaited.length) {
            awaited = Arrays.copyOf(awaited, Math.max(FIRST_AWAITED, awaitedCount * 2));
        }
        awaited[awaitedCount++] = row;
        return awaitedCount == 1;
    }

    /// Appends the rows that are awaited of what is staged.
    void take(StagedFlows from) {
        int n = awaitedCount;
        if (n == 0) {
            return;
        }
        awaitedCount = 0;
        begin(from.get(STIME, awaited[0]));
        for (int column = 0; column < NUMBERS; column++) {
            from.append(column, awaited, n, columns[column], inColumns);
        }
        inColumns += n;
    }

    /// Puts staged rows to the columns.
    private void settle() {
        StagedFlows own = staged;
        if (own != null) {
            take(own);
            own.clear();
        }
    }

    /// Makes the columns, unless they are there.
    private void begin(long stime) {
        if (columns[0] != null) {
            return;
        }
        for (Field field : Field.all()) {
            int at = field.ordinal();
            columns[at] =
                    switch (field.kind()) {
                        case ADDRESS -> new NarrowColumn(Ip.mapped(0), FOUR_OCTETS);
                        case UINT8 -> new NarrowColumn(0, 0);
                        case UINT16 -> new NarrowColumn(0, 1);
                        case UINT32, UINT64 -> new NarrowColumn(0, FOUR_OCTETS);
                        case TIME ->
                                new NarrowColumn(
                                        stime - Math.floorMod(stime, HOUR_US), FOUR_OCTETS);
                    };
        }
        for (int column = UPPER_SIP; column < NUMBERS; column++) {
            columns[column] = new NarrowColumn(0, FOUR_OCTETS + 1);
        }
    }

    /// Appends all flows of a batch, row by row: whole columns of it would be garbage afterwards.
    void addAll(FlowBatch batch) {
        FlowRecord r = new FlowRecord();
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i, r);
            add(r);
        }
    }

    /// Appends the flows of another.
    public void addAll(FlowColumns other) {
        other.settle();
        int count = other.inColumns;
        if (count == 0) {
            return;
        }
        settle();
        begin(other.columns[STIME].get(0));
        long[] some = new long[Math.min(count, FlowBatch.MAX_ROWS)];
        for (int column = 0; column < NUMBERS; column++) {
            for (int from = 0; from < count; from += some.length) {
                int n = Math.min(some.length, count - from);
                other.columns[column].copy(from, n, some);
                columns[column].append(inColumns + from, some, 0, n);
            }
        }
        inColumns += count;
    }

    /// The records as words, one behind the other.
    public long[] words() {
        settle();
        long[] out = new long[inColumns * RecordWords.COUNT];
        for (Field field : Field.all()) {
            int at = field.ordinal();
            int word = RecordWords.word(field);
            boolean isAddress = field.isAddress();
            for (int row = 0; row < inColumns; row++) {
                int place = row * RecordWords.COUNT + word;
                if (isAddress) {
                    out[place] = columns[upper(field)].get(row);
                    out[place + 1] = columns[at].get(row);
                } else {
                    out[place] |= columns[at].get(row) << RecordWords.shift(field);
                }
            }
        }
        return out;
    }

    /// The value of a field that is no address.
    long get(Field field, int row) {
        settle();
        return columns[field.ordinal()].get(row);
    }

    /// Copies the values of a field that is no address.
    void copy(Field field, int from, int n, long[] to) {
        settle();
        columns[field.ordinal()].copy(from, n, to);
    }

    /// A column of some rows.
    ///
    /// @param hi room for upper words of addresses
    /// @param lo room for values
    Column column(Field field, RowOrder order, long[] hi, long[] lo) {
        settle();
        NarrowColumn column = columns[field.ordinal()];
        int first = order.first();
        if (!field.isAddress()) {
            if (column.isSame()) {
                return LongColumn.constant(column.get(first), order.rows());
            }
            column.gather(order, lo);
            return LongColumn.of(lo);
        }
        NarrowColumn above = columns[upper(field)];
        if (above.isSame() && column.isSame()) {
            return AddressColumn.constant(above.get(first), column.get(first), order.rows());
        }
        column.gather(order, lo);
        if (above.isSame() && above.get(first) == 0) {
            return AddressColumn.ipv4(lo);
        }
        above.gather(order, hi);
        return AddressColumn.of(hi, lo);
    }

    /// Lets go of most memory that waits to be used again. For when nothing is to be written.
    public static void idle() {
        NarrowColumn.idle();
    }

    /// Forgets the flows; others may use the memory.
    public void release() {
        for (NarrowColumn column : columns) {
            if (column != null) {
                column.release();
            }
        }
        awaitedCount = 0;
        inColumns = 0;
        if (staged != null) {
            staged.clear();
        }
    }
}

package dev.rearview.store.hour;

import static dev.rearview.model.FieldNumbers.APPLICATION;
import static dev.rearview.model.FieldNumbers.ATTRIBUTES;
import static dev.rearview.model.FieldNumbers.BYTES;
import static dev.rearview.model.FieldNumbers.DIP;
import static dev.rearview.model.FieldNumbers.DPORT;
import static dev.rearview.model.FieldNumbers.DURATION;
import static dev.rearview.model.FieldNumbers.FLAGS;
import static dev.rearview.model.FieldNumbers.FLOWTYPE;
import static dev.rearview.model.FieldNumbers.INITIAL_FLAGS;
import static dev.rearview.model.FieldNumbers.INPUT;
import static dev.rearview.model.FieldNumbers.MEMO;
import static dev.rearview.model.FieldNumbers.NHIP;
import static dev.rearview.model.FieldNumbers.OUTPUT;
import static dev.rearview.model.FieldNumbers.PACKETS;
import static dev.rearview.model.FieldNumbers.PROTOCOL;
import static dev.rearview.model.FieldNumbers.SAMPLING;
import static dev.rearview.model.FieldNumbers.SENSOR;
import static dev.rearview.model.FieldNumbers.SESSION_FLAGS;
import static dev.rearview.model.FieldNumbers.SIP;
import static dev.rearview.model.FieldNumbers.SPORT;
import static dev.rearview.model.FieldNumbers.STIME;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.LongColumn;
import dev.rearview.model.RecordWords;
import dev.rearview.text.TimeText;

/// Flows of an hour in memory, column by column: a flow of IPv4 takes some forty octets where its
/// words are 120. The last few wait beside each other until they are enough for a pass over each
/// column.
public final class FlowColumns {
    private static final long HOUR_US = TimeText.HOUR_MS * 1000;

    /// Rows that go to the columns together: what they take stays in a processor's cache.
    private static final int STAGED = 64;

    private static final int FIRST_STAGED = 8;

    /// log2 of the octets of most times, addresses and counts.
    private static final int FOUR_OCTETS = 2;

    // Columns of upper words of addresses, behind those of fields by their numbers, which have the
    // lower words.
    private static final int UPPER_SIP = Field.count();
    private static final int UPPER_DIP = UPPER_SIP + 1;
    private static final int UPPER_NHIP = UPPER_SIP + 2;
    private static final int COLUMNS = UPPER_SIP + 3;

    private final NarrowColumn[] columns = new NarrowColumn[COLUMNS];

    /// Rows that are in no column yet: of each column `room` values.
    private long[] staged = {};

    private int room;
    private int stagedCount;
    private int inColumns;

    public int count() {
        return inColumns + stagedCount;
    }

    /// Appends the record that starts at `from[at]`.
    void add(long[] from, int at) {
        FlowRecord r = new FlowRecord();
        RecordWords.unpack(from, at, r);
        add(r);
    }

    void add(FlowRecord r) {
        if (stagedCount == room) {
            makeRoom();
        }
        long[] to = staged;
        int at = stagedCount++;
        to[SIP * room + at] = r.sipLo;
        to[UPPER_SIP * room + at] = r.sipHi;
        to[DIP * room + at] = r.dipLo;
        to[UPPER_DIP * room + at] = r.dipHi;
        to[NHIP * room + at] = r.nhipLo;
        to[UPPER_NHIP * room + at] = r.nhipHi;
        to[STIME * room + at] = r.stime;
        to[DURATION * room + at] = r.duration;
        to[PACKETS * room + at] = r.packets;
        to[BYTES * room + at] = r.bytes;
        to[SPORT * room + at] = r.sport;
        to[DPORT * room + at] = r.dport;
        to[PROTOCOL * room + at] = r.protocol;
        to[FLAGS * room + at] = r.flags;
        to[INITIAL_FLAGS * room + at] = r.initialFlags;
        to[SESSION_FLAGS * room + at] = r.sessionFlags;
        to[ATTRIBUTES * room + at] = r.attributes;
        to[APPLICATION * room + at] = r.application;
        to[MEMO * room + at] = r.memo;
        to[FLOWTYPE * room + at] = r.flowtype;
        to[SENSOR * room + at] = r.sensor;
        to[INPUT * room + at] = r.input;
        to[OUTPUT * room + at] = r.output;
        to[SAMPLING * room + at] = r.sampling;
    }

    /// Makes room for another staged row.
    private void makeRoom() {
        if (room == STAGED) {
            settle();
            return;
        }
        int more = room == 0 ? FIRST_STAGED : STAGED;
        long[] larger = new long[COLUMNS * more];
        for (int column = 0; column < COLUMNS; column++) {
            System.arraycopy(staged, column * room, larger, column * more, room);
        }
        staged = larger;
        room = more;
    }

    /// Puts staged rows to the columns.
    private void settle() {
        int n = stagedCount;
        if (n == 0) {
            return;
        }
        begin(staged[STIME * room]);
        for (int column = 0; column < COLUMNS; column++) {
            columns[column].append(inColumns, staged, column * room, n);
        }
        inColumns += n;
        stagedCount = 0;
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
        for (int column = UPPER_SIP; column < COLUMNS; column++) {
            columns[column] = new NarrowColumn(0, FOUR_OCTETS + 1);
        }
    }

    private static int upper(Field field) {
        return switch (field) {
            case SIP -> UPPER_SIP;
            case DIP -> UPPER_DIP;
            case NHIP -> UPPER_NHIP;
            default -> throw new IllegalArgumentException("no address: " + field);
        };
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
        for (int column = 0; column < COLUMNS; column++) {
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
        stagedCount = 0;
        inColumns = 0;
    }
}

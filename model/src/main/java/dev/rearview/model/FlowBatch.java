package dev.rearview.model;

import org.jspecify.annotations.Nullable;

/// Up to [#MAX_ROWS] flows as columns.
///
/// A batch is either growable (built row by row with [#add]) or a view whose columns are decoded
/// from a file when they are first asked for. Not thread-safe.
public final class FlowBatch {
    /// The most rows of a batch and of a row group, so that a dictionary code fits 16 bits.
    public static final int MAX_ROWS = 65_536;

    /// Words by which arrays of columns are longer than their rows are many, so that the values of
    /// one row, which are written at a time, are not all in the same set of a processor's cache.
    public static final int SPACING = 24;

    /// Of one row in so many, columns are less work than rows.
    private static final int MANY = 8;

    /// Where the columns of a lazy batch come from.
    public interface Loader {
        /// Decodes a column.
        Column column(Field field);

        /// Decodes all columns, by ordinal; null where that is no less work than one after the
        /// other.
        default Column @Nullable [] columns() {
            return null;
        }

        /// Sum of the packets of all rows.
        long packets();

        /// Sum of the octets of all rows.
        long bytes();

        /// Copies a row without columns, where that is less work than decoding them.
        ///
        /// @return whether it did
        default boolean get(int row, FlowRecord into) {
            return false;
        }
    }

    // Of a growable batch: the arrays of its columns, and upper words of addresses.
    private final long[][] rows;
    private final long[][] upper;
    private final @Nullable Column[] columns = new @Nullable Column[Field.count()];
    private final @Nullable Loader loader;
    private final int capacity;
    private int size;

    /// Columns that a lazy batch has decoded, and rows that were copied without them.
    private int decoded;

    private int copied;

    private FlowBatch(int capacity, int size, @Nullable Loader loader) {
        this.rows = new long[loader == null ? Field.count() : 0][];
        this.upper = new long[loader == null ? Field.count() : 0][];
        this.capacity = capacity;
        this.size = size;
        this.loader = loader;
    }

    /// An empty batch that takes `capacity` rows.
    public static FlowBatch allocate(int capacity) {
        if (capacity < 1 || capacity > MAX_ROWS) {
            throw new IllegalArgumentException("capacity must be 1.." + MAX_ROWS + ": " + capacity);
        }
        FlowBatch batch = new FlowBatch(capacity, 0, null);
        for (Field field : Field.all()) {
            int at = field.ordinal();
            batch.rows[at] = new long[capacity + SPACING];
            if (field.isAddress()) {
                batch.upper[at] = new long[capacity + SPACING];
                batch.columns[at] = AddressColumn.of(batch.upper[at], batch.rows[at]);
            } else {
                batch.columns[at] = LongColumn.of(batch.rows[at]);
            }
        }
        return batch;
    }

    /// A batch of `size` rows whose columns come from `loader` on first use.
    public static FlowBatch lazy(int size, Loader loader) {
        return new FlowBatch(size, size, loader);
    }

    /// How many rows fit.
    public int capacity() {
        return capacity;
    }

    public int size() {
        return size;
    }

    public boolean isFull() {
        return size == capacity;
    }

    /// Forgets the rows of a growable batch, keeping its arrays.
    public void reset() {
        size = 0;
    }

    public Column column(Field field) {
        Column column = columns[field.ordinal()];
        if (column == null) {
            if (loader == null) {
                throw new IllegalStateException("no column " + field);
            }
            column = loader.column(field);
            columns[field.ordinal()] = column;
            decoded++;
        }
        return column;
    }

    /// Decodes columns now, so that a damaged one shows before anything is done with the rows.
    ///
    /// @throws java.io.UncheckedIOException if one is damaged
    public void load(Iterable<Field> fields) {
        for (Field field : fields) {
            Column column = column(field);
            if (column.isCoded()) {
                column.codes();
            }
        }
    }

    /// Decodes the columns that were asked of another batch of the same source: who used that will
    /// ask the same of this one.
    public void loadLike(FlowBatch other) {
        // Who takes one row after the other needs all, and who needs most gets them sooner
        // together.
        if (other.copied > other.size / MANY || other.decoded > columns.length / 2) {
            loadAll();
            return;
        }
        for (Field field : Field.all()) {
            if (other.columns[field.ordinal()] != null) {
                column(field);
            }
        }
    }

    /// Decodes all columns, together where that is less work. A damaged one may show later.
    public void loadAll() {
        Column[] all = loader == null || decoded > 0 ? null : loader.columns();
        if (all != null) {
            System.arraycopy(all, 0, columns, 0, all.length);
            decoded = all.length;
            return;
        }
        for (Field field : Field.all()) {
            column(field);
        }
    }

    /// Sum of a volume, PACKETS or BYTES, over some rows.
    public long sum(Field volume, Selection rows) {
        Loader l = loader;
        if (l != null && rows.count() == size) {
            return volume == Field.PACKETS ? l.packets() : l.bytes();
        }
        return longs(volume).sum(rows);
    }

    public LongColumn longs(Field field) {
        return (LongColumn) column(field);
    }

    public AddressColumn addresses(Field field) {
        return (AddressColumn) column(field);
    }

    /// Values of an integer field; at least `size` entries.
    public long[] values(Field field) {
        return longs(field).values();
    }

    /// Appends a row.
    public void add(FlowRecord r) {
        int i = size++;
        address(Field.SIP, i, r.sipHi, r.sipLo);
        address(Field.DIP, i, r.dipHi, r.dipLo);
        address(Field.NHIP, i, r.nhipHi, r.nhipLo);
        rows[Field.SPORT.ordinal()][i] = r.sport;
        rows[Field.DPORT.ordinal()][i] = r.dport;
        rows[Field.PROTOCOL.ordinal()][i] = r.protocol;
        rows[Field.PACKETS.ordinal()][i] = r.packets;
        rows[Field.BYTES.ordinal()][i] = r.bytes;
        rows[Field.FLAGS.ordinal()][i] = r.flags;
        rows[Field.STIME.ordinal()][i] = r.stime;
        rows[Field.DURATION.ordinal()][i] = r.duration;
        rows[Field.SENSOR.ordinal()][i] = r.sensor;
        rows[Field.INPUT.ordinal()][i] = r.input;
        rows[Field.OUTPUT.ordinal()][i] = r.output;
        rows[Field.FLOWTYPE.ordinal()][i] = r.flowtype;
        rows[Field.INITIAL_FLAGS.ordinal()][i] = r.initialFlags;
        rows[Field.SESSION_FLAGS.ordinal()][i] = r.sessionFlags;
        rows[Field.ATTRIBUTES.ordinal()][i] = r.attributes;
        rows[Field.APPLICATION.ordinal()][i] = r.application;
        rows[Field.SAMPLING.ordinal()][i] = r.sampling;
        rows[Field.MEMO.ordinal()][i] = r.memo;
    }

    /// The arrays of a growable batch's columns by ordinal, of addresses their lower words.
    long[][] rows() {
        return rows;
    }

    /// The arrays of upper words of a growable batch's addresses, by ordinal.
    long[][] upper() {
        return upper;
    }

    /// Begins a row, whose values are to be put into all arrays.
    int addRow() {
        return size++;
    }

    private void address(Field field, int row, long hi, long lo) {
        upper[field.ordinal()][row] = hi;
        rows[field.ordinal()][row] = lo;
    }

    /// Copies row `i` into `r`.
    public void get(int i, FlowRecord r) {
        if (loader != null && decoded < columns.length && loader.get(i, r)) {
            copied++;
            return;
        }
        AddressColumn sip = addresses(Field.SIP);
        r.sipHi = sip.hi(i);
        r.sipLo = sip.lo(i);
        AddressColumn dip = addresses(Field.DIP);
        r.dipHi = dip.hi(i);
        r.dipLo = dip.lo(i);
        AddressColumn nhip = addresses(Field.NHIP);
        r.nhipHi = nhip.hi(i);
        r.nhipLo = nhip.lo(i);
        r.sport = (int) longs(Field.SPORT).get(i);
        r.dport = (int) longs(Field.DPORT).get(i);
        r.protocol = (int) longs(Field.PROTOCOL).get(i);
        r.packets = longs(Field.PACKETS).get(i);
        r.bytes = longs(Field.BYTES).get(i);
        r.flags = (int) longs(Field.FLAGS).get(i);
        r.stime = longs(Field.STIME).get(i);
        r.duration = longs(Field.DURATION).get(i);
        r.sensor = (int) longs(Field.SENSOR).get(i);
        r.input = longs(Field.INPUT).get(i);
        r.output = longs(Field.OUTPUT).get(i);
        r.flowtype = (int) longs(Field.FLOWTYPE).get(i);
        r.initialFlags = (int) longs(Field.INITIAL_FLAGS).get(i);
        r.sessionFlags = (int) longs(Field.SESSION_FLAGS).get(i);
        r.attributes = (int) longs(Field.ATTRIBUTES).get(i);
        r.application = (int) longs(Field.APPLICATION).get(i);
        r.sampling = longs(Field.SAMPLING).get(i);
        r.memo = (int) longs(Field.MEMO).get(i);
    }
}

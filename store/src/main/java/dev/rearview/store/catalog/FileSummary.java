package dev.rearview.store.catalog;

import dev.rearview.model.Field;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.MappedFile;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.store.parquet.encoding.Bloom;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What a catalog tells of a whole file.
final class FileSummary implements RowGroupStats {
    /// Octets of the numbers before the filter.
    static final int TOTALS = Integer.BYTES + 4 * Long.BYTES;

    private final int rows;
    private final long packets;
    private final long bytes;
    private final long minStart;
    private final long maxStart;
    private final ByteBuffer filter;
    private final int filterCrc;

    /// Whether the filter's checksum is right, once that was asked.
    private @Nullable Boolean good;

    /// Reads a summary.
    ///
    /// @param file in which the filter lies
    /// @param b where the summary starts, and behind it afterwards
    FileSummary(MappedFile file, ByteBuffer b) {
        rows = b.getInt();
        packets = b.getLong();
        bytes = b.getLong();
        minStart = b.getLong();
        maxStart = b.getLong();
        long filterAt = b.getLong();
        int length = b.getInt();
        filter = length == 0 ? ByteBuffer.allocate(0) : file.slice(filterAt, length);
        filterCrc = b.getInt();
    }

    boolean isFilterGood() {
        Boolean known = good;
        if (known == null) {
            known = Checksum.of(filter.duplicate()) == filterCrc;
            good = known;
        }
        return known;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public long packets() {
        return packets;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long min(Field field) {
        return field == Field.STIME ? minStart : field.isSigned() ? Long.MIN_VALUE : 0;
    }

    @Override
    public long max(Field field) {
        return field == Field.STIME ? maxStart : field.isSigned() ? Long.MAX_VALUE : -1;
    }

    @Override
    public long minHi(Field field) {
        return 0;
    }

    @Override
    public long maxHi(Field field) {
        return -1L;
    }

    @Override
    public boolean mayHold(Field field, long lowHi, long lowLo, long highHi, long highLo) {
        return true;
    }

    @Override
    public boolean mayHold(Field field, long hi, long lo) {
        return field == Field.NHIP
                || filter.capacity() == 0
                || !isFilterGood()
                || Bloom.mayContain(filter, hi, lo);
    }
}

package dev.rearview.store.catalog;

import dev.rearview.model.Field;
import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
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
    private final MappedFile file;
    private final long filterAt;
    private final int filterLength;
    private final int filterCrc;

    /// Whether the filter's checksum is right, once that was asked.
    private @Nullable Boolean good;

    /// All addresses of the directory, null where they are not known.
    private @Nullable DirectoryAddresses addresses;

    /// Reads a summary.
    ///
    /// @param file in which the filter lies
    /// @param b where the summary starts, and behind it afterwards
    FileSummary(MappedFile file, ByteBuffer b) {
        this.file = file;
        rows = b.getInt();
        packets = b.getLong();
        bytes = b.getLong();
        minStart = b.getLong();
        maxStart = b.getLong();
        filterAt = b.getLong();
        filterLength = b.getInt();
        filterCrc = b.getInt();
        if (filterAt < 0 || filterLength < 0 || filterAt > file.size() - filterLength) {
            throw new IllegalStateException("a Bloom filter lies outside the file");
        }
    }

    private ByteBuffer filter() {
        return file.slice(filterAt, filterLength);
    }

    /// Told before anything is asked.
    void addresses(@Nullable DirectoryAddresses all) {
        addresses = all;
    }

    boolean isFilterGood() {
        Boolean known = good;
        if (known == null) {
            known = Checksum.of(filter()) == filterCrc;
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
        DirectoryAddresses all = addresses;
        return all == null
                || field == Field.NHIP
                || !Ip.isMapped(lowHi, lowLo)
                || !Ip.isMapped(highHi, highLo)
                || all.mayHold((int) lowLo, (int) highLo);
    }

    @Override
    public boolean mayHold(Field field, long hi, long lo) {
        return field == Field.NHIP || inFilter(hi, lo);
    }

    private boolean inFilter(long hi, long lo) {
        return filterLength == 0 || !isFilterGood() || Bloom.mayContain(filter(), hi, lo);
    }

    @Override
    public boolean mayHold(Field field, IpSet set) {
        DirectoryAddresses all = addresses;
        if (all == null || field == Field.NHIP || set.isV6() && all.hasOthers()) {
            return true;
        }
        int[] found = all.found(set);
        if (found == null) {
            return true;
        }
        for (int address : found) {
            if (inFilter(0, Ip.mapped(address))) {
                return true;
            }
        }
        return false;
    }
}

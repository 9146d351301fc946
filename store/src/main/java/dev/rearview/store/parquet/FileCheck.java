package dev.rearview.store.parquet;

import dev.rearview.model.AddressColumn;
import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.parquet.ParquetFields.ColumnChunk;
import dev.rearview.store.parquet.ParquetFields.ColumnMetaData;
import dev.rearview.store.parquet.ParquetFields.FileMetaData;
import dev.rearview.store.parquet.ParquetFields.PageHeader;
import dev.rearview.store.parquet.ParquetFields.RowGroup;
import dev.rearview.store.parquet.ParquetFields.Statistics;
import dev.rearview.store.parquet.encoding.Bloom;
import dev.rearview.store.parquet.encoding.ThriftReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a whole Parquet file of the store to see whether it is as it was written.
public final class FileCheck {
    private final ParquetReader reader;
    private final PageIndex index;
    private final RowGroupReader own = new RowGroupReader();

    private FileCheck(ParquetReader reader) {
        this.reader = reader;
        this.index = reader.index();
    }

    /// Reads every page.
    ///
    /// @return flows
    /// @throws MalformedInputException naming what is damaged
    public static long whole(Path parquet) throws IOException {
        try (ParquetReader reader = ParquetReader.open(parquet, parquet.toString())) {
            return new FileCheck(reader).run(false);
        }
    }

    /// As [#whole], and compares statistics, sums, Bloom filters and the footer with the rows.
    public static long deep(Path parquet) throws IOException {
        try (ParquetReader reader = ParquetReader.open(parquet, parquet.toString())) {
            return new FileCheck(reader).run(true);
        }
    }

    private long run(boolean deep) throws IOException {
        List<Map<Integer, Object>> groups =
                ThriftReader.structs(reader.footer(), FileMetaData.ROW_GROUPS);
        if (groups.size() != index.groups()) {
            throw damaged(-1, "footer", groups.size() + " row groups, not " + index.groups());
        }
        long flows = 0;
        int group = 0;
        try {
            for (FlowBatch b = reader.next(); b != null; b = reader.next()) {
                for (Field f : Schema.COLUMNS) {
                    // Decoding is the check.
                    if (f.isAddress()) {
                        addresses(b, f, group, deep);
                    } else {
                        values(b, f, group, deep);
                    }
                }
                microseconds(b.size(), group, deep);
                if (deep) {
                    sums(b, group);
                    footer(groups.get(group), b.size(), group);
                }
                flows += b.size();
                group++;
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (IndexOutOfBoundsException e) {
            throw damaged(-1, "row group " + group, "code beyond its dictionary");
        } catch (IllegalStateException e) {
            throw damaged(-1, "row group " + group, String.valueOf(e.getMessage()));
        }
        return flows;
    }

    private MalformedInputException damaged(long at, String what, String reason) {
        return new MalformedInputException(reader.name(), at, what, reason);
    }

    private void values(FlowBatch b, Field f, int group, boolean deep)
            throws MalformedInputException {
        long[] values = b.values(f);
        if (!deep) {
            return;
        }
        int c = Schema.column(f);
        long flip = f.isSigned() ? 0 : Long.MIN_VALUE;
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        for (int i = 0; i < b.size(); i++) {
            min = Math.min(min, values[i] ^ flip);
            max = Math.max(max, values[i] ^ flip);
        }
        if (min < (index.minLo(group, c) ^ flip) || max > (index.maxLo(group, c) ^ flip)) {
            throw damaged(-1, "column " + name(f), "values beyond the statistics");
        }
    }

    /// Reads the columns of microseconds, which are mostly known to be zeros without that.
    private void microseconds(int rows, int group, boolean deep) throws MalformedInputException {
        for (Field f : Schema.COLUMNS) {
            int c = index.layout().microseconds(f);
            if (c == 0) {
                continue;
            }
            long[] values = own.microseconds(reader, f, group, rows);
            for (int i = 0; deep && i < rows; i++) {
                boolean isOne = values[i] >= 0 && values[i] < StoredColumn.MILLISECOND;
                if (!isOne
                        || values[i] < index.minLo(group, c)
                        || values[i] > index.maxLo(group, c)) {
                    throw damaged(-1, "column " + name(f), "microseconds beyond the statistics");
                }
            }
        }
    }

    private static String name(Field f) {
        return f.parquetColumn().orElseThrow();
    }

    private void addresses(FlowBatch b, Field f, int group, boolean deep)
            throws MalformedInputException {
        AddressColumn column = b.addresses(f);
        long[] hi = column.hi();
        long[] lo = column.lo();
        if (!deep) {
            return;
        }
        int c = Schema.column(f);
        String name = "column " + name(f);
        for (int i = 0; i < b.size(); i++) {
            if (Ip.compare(hi[i], lo[i], index.minHi(group, c), index.minLo(group, c)) < 0
                    || Ip.compare(hi[i], lo[i], index.maxHi(group, c), index.maxLo(group, c)) > 0) {
                throw damaged(-1, name, "addresses beyond the statistics");
            }
        }
        AddressDictionary d = column.dictionary();
        for (int i = 0; i < d.size(); i++) {
            if (i > 0 && Ip.compare(d.hi(i - 1), d.lo(i - 1), d.hi(i), d.lo(i)) >= 0) {
                throw damaged(index.dictionaryAt(group, c), name, "dictionary is not sorted");
            }
        }
        bloom(d, group, c, name);
    }

    private void bloom(AddressDictionary d, int group, int c, String name)
            throws MalformedInputException {
        int length = index.bloomLength(group, c);
        if (length == 0) {
            return;
        }
        long at = index.bloomAt(group, c);
        ByteBuffer bloom = reader.file().slice(at, length);
        if (Checksum.of(bloom.duplicate()) != index.bloomCrc(group, c)) {
            throw damaged(at, name, "checksum of the Bloom filter is wrong");
        }
        for (int i = 0; i < d.size(); i++) {
            if (!Bloom.mayContain(bloom, d.hi(i), d.lo(i))) {
                throw damaged(at, name, "an address is not in the Bloom filter");
            }
        }
    }

    private void sums(FlowBatch b, int group) throws MalformedInputException {
        long packets = 0;
        long bytes = 0;
        long[] packetsOf = b.values(Field.PACKETS);
        long[] bytesOf = b.values(Field.BYTES);
        for (int i = 0; i < b.size(); i++) {
            packets += packetsOf[i];
            bytes += bytesOf[i];
        }
        if (packets != index.packets(group) || bytes != index.bytes(group)) {
            throw damaged(-1, "row group " + group, "sums are wrong");
        }
    }

    /// Compares what the footer tells other readers with our index.
    private void footer(Map<Integer, Object> group, int rows, int g)
            throws MalformedInputException {
        List<StoredColumn> own = index.layout().columns();
        List<Map<Integer, Object>> columns = ThriftReader.structs(group, RowGroup.COLUMNS);
        if (ThriftReader.number(group, RowGroup.NUM_ROWS, -1) != rows
                || columns.size() < own.size()) {
            throw damaged(-1, "footer", "row group " + g + " is another one");
        }
        for (int c = 0; c < own.size(); c++) {
            StoredColumn f = own.get(c);
            Map<Integer, Object> data = ThriftReader.child(columns.get(c), ColumnChunk.META_DATA);
            Map<Integer, Object> statistics = ThriftReader.child(data, ColumnMetaData.STATISTICS);
            boolean same =
                    ThriftReader.number(data, ColumnMetaData.NUM_VALUES, -1) == rows
                            && isValue(
                                    f,
                                    statistics.get(Statistics.MIN_VALUE),
                                    index.minHi(g, c),
                                    index.minLo(g, c))
                            && isValue(
                                    f,
                                    statistics.get(Statistics.MAX_VALUE),
                                    index.maxHi(g, c),
                                    index.maxLo(g, c));
            if (!same) {
                throw damaged(-1, "footer", "says otherwise of " + f.name());
            }
            page(
                    f,
                    ThriftReader.number(data, ColumnMetaData.DATA_PAGE_OFFSET, -1),
                    index.data(g, c));
            if (index.dictionaryAt(g, c) >= 0) {
                page(
                        f,
                        ThriftReader.number(data, ColumnMetaData.DICTIONARY_PAGE_OFFSET, -1),
                        index.dictionary(g, c));
            }
        }
    }

    /// Whether the plain form of a value in the footer is that of the index.
    private static boolean isValue(StoredColumn f, @Nullable Object plain, long hi, long lo) {
        return plain instanceof byte[] octets && Arrays.equals(octets, f.extreme(hi, lo));
    }

    /// Reads the header of a page, which only other readers need.
    ///
    /// @param headerAt where the footer says that it is
    private void page(StoredColumn f, long headerAt, Page page) throws MalformedInputException {
        long length = page.bodyAt() - headerAt;
        boolean same = headerAt >= 4 && length > 0;
        try {
            if (same) {
                ThriftReader in = new ThriftReader(reader.file().slice(headerAt, length));
                Map<Integer, Object> header = in.struct();
                same =
                        in.position() == length
                                && ThriftReader.number(
                                                header, PageHeader.UNCOMPRESSED_PAGE_SIZE, -1)
                                        == page.plainLength()
                                && ThriftReader.number(header, PageHeader.COMPRESSED_PAGE_SIZE, -1)
                                        == page.bodyLength()
                                && ThriftReader.number(header, PageHeader.CRC, -1) == page.crc();
            }
        } catch (RuntimeException e) {
            same = false;
        }
        if (!same) {
            throw damaged(headerAt, "page header", "is not that of " + f.name());
        }
    }
}

package dev.rearview.store.parquet;

import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A row group of a file as it lies there, to be written to another file without a look at its
/// rows.
record StoredGroup(ParquetReader from, int group) {
    /// Whether it is as an uncompressed file of today has it.
    boolean isHot() {
        PageIndex index = from.index();
        if (index.layout() != Layout.SECOND) {
            return false;
        }
        for (int c = 0; c < Layout.SECOND.columns().size(); c++) {
            if (index.dataForm(group, c) != PageIndex.PLAIN
                    || index.dictionaryForm(group, c) == PageIndex.ZSTD) {
                return false;
            }
        }
        return true;
    }

    /// Reads its columns, checking the sums of all octets.
    ///
    /// @throws MalformedInputException if something is damaged
    List<Chunk> chunks() throws IOException {
        List<Chunk> out = new ArrayList<>();
        List<StoredColumn> columns = Layout.SECOND.columns();
        for (int c = 0; c < columns.size(); c++) {
            out.add(chunk(columns.get(c), c));
        }
        return out;
    }

    private Chunk chunk(StoredColumn column, int c) throws IOException {
        PageIndex index = from.index();
        Chunk out = new Chunk(column, index.rows(group));
        int width = index.width(group, c);
        out.delta = width == PageIndex.DELTA;
        out.plain = width == PageIndex.VALUES;
        out.width = out.delta || out.plain ? 0 : width;
        out.codesAt = index.codesAt(group, c);
        out.distinct = index.distinct(group, c);
        out.ladder = index.dictionaryForm(group, c) == PageIndex.LADDER;
        out.plainDictionary = index.dictionary(group, c).plainLength();
        out.dictionary = page(column, c, PageIndex.Part.DICTIONARY);
        out.plainData = index.data(group, c).plainLength();
        out.data = page(column, c, PageIndex.Part.DATA);
        out.bloom = bloom(column, c);
        out.minHi = index.minHi(group, c);
        out.minLo = index.minLo(group, c);
        out.maxHi = index.maxHi(group, c);
        out.maxLo = index.maxLo(group, c);
        return out;
    }

    private byte[] page(StoredColumn column, int c, PageIndex.Part part) throws IOException {
        Page page = from.index().page(group, c, part);
        byte[] out = octets(column, page.bodyAt(), page.bodyLength());
        // A column without codes has no dictionary, whose sum is 0 as that of nothing is.
        if (!from.index().isWhole(group, c, part, ByteBuffer.wrap(out))) {
            throw damaged(column, page.bodyAt(), "page checksum is wrong");
        }
        return out;
    }

    private byte[] bloom(StoredColumn column, int c) throws IOException {
        PageIndex index = from.index();
        long at = index.bloomAt(group, c);
        byte[] out = octets(column, at, index.bloomLength(group, c));
        if (Checksum.of(ByteBuffer.wrap(out)) != index.bloomCrc(group, c)) {
            throw damaged(column, at, "checksum of the Bloom filter is wrong");
        }
        return out;
    }

    private byte[] octets(StoredColumn column, long at, int length) throws IOException {
        if (length == 0) {
            return Chunk.NOTHING;
        }
        boolean fits = length > 0 && length <= RowGroupReader.MAX_STORED;
        if (!fits || at < 0 || at > from.size() - length) {
            throw damaged(column, at, length + " octets do not fit");
        }
        byte[] out = new byte[length];
        if (!from.read(at, ByteBuffer.wrap(out))) {
            from.file().slice(at, length).get(out);
        }
        return out;
    }

    private MalformedInputException damaged(StoredColumn column, long at, String why) {
        return new MalformedInputException(from.name(), at, "column " + column.name(), why);
    }
}

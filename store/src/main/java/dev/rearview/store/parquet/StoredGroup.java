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
        Page dictionary = index.dictionary(group, c);
        out.plainDictionary = dictionary.plainLength();
        out.dictionary =
                octets(column, dictionary.bodyAt(), dictionary.bodyLength(), dictionary.crc());
        Page data = index.data(group, c);
        out.plainData = data.plainLength();
        out.data = octets(column, data.bodyAt(), data.bodyLength(), data.crc());
        out.bloom =
                octets(
                        column,
                        index.bloomAt(group, c),
                        index.bloomLength(group, c),
                        index.bloomCrc(group, c));
        out.minHi = index.minHi(group, c);
        out.minLo = index.minLo(group, c);
        out.maxHi = index.maxHi(group, c);
        out.maxLo = index.maxLo(group, c);
        return out;
    }

    private byte[] octets(StoredColumn column, long at, int length, int crc) throws IOException {
        if (length == 0) {
            return Chunk.NOTHING;
        }
        String what = "column " + column.name();
        if (length < 0
                || length > RowGroupReader.MAX_STORED
                || at < 0
                || at > from.size() - length) {
            throw new MalformedInputException(from.name(), at, what, length + " octets do not fit");
        }
        byte[] out = new byte[length];
        if (!from.read(at, ByteBuffer.wrap(out))) {
            from.file().slice(at, length).get(out);
        }
        if (Checksum.of(ByteBuffer.wrap(out)) != crc) {
            throw new MalformedInputException(from.name(), at, what, "page checksum is wrong");
        }
        return out;
    }
}

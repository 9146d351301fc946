package dev.rearview.store;

import dev.rearview.model.MalformedInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/// Where the pages of a file lie and what they hold, as an array of fixed-size entries that is read
/// where it lies: the same facts as the footer's, which costs a hundred times as much to parse.
///
/// The entries stand between the page indexes and the footer, column by column and within a column
/// row group by row group, with the groups' rows and volumes before them and a trailer behind.
/// Other readers do not know of it.
final class PageIndex {
    static final int PLAIN = 0;
    static final int LADDER = 1;
    static final int ZSTD = 2;

    /// Code width of an entry whose values are deltas.
    static final int DELTA = 255;

    /// Code width of an entry whose values are as they are.
    static final int VALUES = 254;

    private static final int ENTRY = 96;
    private static final int GROUP = 24;
    private static final int TRAILER = 24;
    private static final long MAGIC = 0x3158_4449_5645_5252L;

    private final ByteBuffer data;
    private final int groups;
    private final int columns;

    private PageIndex(ByteBuffer data, int groups, int columns) {
        this.data = data;
        this.groups = groups;
        this.columns = columns;
    }

    /// An index to be filled.
    static PageIndex allocate(int groups, int columns) {
        ByteBuffer b = ByteBuffer.allocate(groups * (GROUP + columns * ENTRY) + TRAILER);
        return new PageIndex(b.order(ByteOrder.LITTLE_ENDIAN), groups, columns);
    }

    /// The index that ends at `end`, or null if none does.
    static @org.jspecify.annotations.Nullable PageIndex find(MappedFile file, String name, long end)
            throws MalformedInputException {
        if (end < TRAILER) {
            return null;
        }
        ByteBuffer t = file.slice(end - TRAILER, TRAILER);
        if (t.getLong(16) != MAGIC) {
            return null;
        }
        int groups = t.getInt(0);
        int columns = t.getInt(4);
        long length = groups * (GROUP + (long) columns * ENTRY);
        boolean fits = groups >= 0 && columns >= Schema.COLUMNS.size() && columns < 1 << 10;
        if (!fits || length > end - TRAILER || length > 1 << 28) {
            throw new MalformedInputException(name, end - TRAILER, "page index", "does not fit");
        }
        ByteBuffer data = file.slice(end - TRAILER - length, length);
        CRC32 crc = new CRC32();
        crc.update(data.duplicate());
        if ((int) crc.getValue() != t.getInt(8)) {
            throw new MalformedInputException(
                    name, end - TRAILER - length, "page index", "checksum is wrong");
        }
        return new PageIndex(data, groups, columns);
    }

    int groups() {
        return groups;
    }

    int rows(int group) {
        return (int) data.getLong(group * GROUP);
    }

    /// Sum of the packets of a row group.
    long packets(int group) {
        return data.getLong(group * GROUP + 8);
    }

    /// Sum of the octets of a row group.
    long bytes(int group) {
        return data.getLong(group * GROUP + 16);
    }

    void setGroup(int group, int rows, long packets, long bytes) {
        data.putLong(group * GROUP, rows);
        data.putLong(group * GROUP + 8, packets);
        data.putLong(group * GROUP + 16, bytes);
    }

    private int entry(int group, int column) {
        return groups * GROUP + (column * groups + group) * ENTRY;
    }

    /// Puts a chunk's entry.
    ///
    /// @param dictionaryAt offset of the dictionary page's body
    /// @param dataAt offset of the data page's body
    void set(
            int group,
            int column,
            Chunk chunk,
            boolean zstd,
            long dictionaryAt,
            int dictionaryLength,
            long dataAt,
            int dataLength,
            long bloomAt,
            int dictionaryCrc,
            int dataCrc) {
        int at = entry(group, column);
        data.putLong(at, dictionaryAt);
        data.putLong(at + 8, dataAt);
        data.putLong(at + 16, bloomAt);
        data.putInt(at + 24, dictionaryLength);
        data.putInt(at + 28, dataLength);
        data.putInt(at + 32, chunk.bloom.length);
        data.putInt(at + 36, chunk.distinct);
        data.putInt(at + 40, chunk.plainDictionary);
        data.putInt(at + 44, chunk.plainData);
        data.putInt(at + 48, chunk.codesAt);
        data.put(at + 52, (byte) (chunk.delta ? DELTA : chunk.plain ? VALUES : chunk.width));
        data.put(at + 53, (byte) (chunk.ladder ? LADDER : zstd ? ZSTD : PLAIN));
        data.put(at + 54, (byte) (zstd && !chunk.ladder ? ZSTD : PLAIN));
        data.putLong(at + 56, chunk.minHi);
        data.putLong(at + 64, chunk.minLo);
        data.putLong(at + 72, chunk.maxHi);
        data.putLong(at + 80, chunk.maxLo);
        data.putInt(at + 88, dictionaryCrc);
        data.putInt(at + 92, dataCrc);
    }

    /// The finished index as it stands in the file.
    byte[] bytes() {
        int length = data.capacity() - TRAILER;
        CRC32 crc = new CRC32();
        crc.update(data.array(), 0, length);
        data.putInt(length, groups);
        data.putInt(length + 4, columns);
        data.putInt(length + 8, (int) crc.getValue());
        data.putLong(length + 16, MAGIC);
        return data.array();
    }

    long dictionaryAt(int group, int column) {
        return data.getLong(entry(group, column));
    }

    long dataAt(int group, int column) {
        return data.getLong(entry(group, column) + 8);
    }

    long bloomAt(int group, int column) {
        return data.getLong(entry(group, column) + 16);
    }

    /// Octets of the dictionary as stored.
    int dictionaryLength(int group, int column) {
        return data.getInt(entry(group, column) + 24);
    }

    /// Octets of the data as stored.
    int dataLength(int group, int column) {
        return data.getInt(entry(group, column) + 28);
    }

    int bloomLength(int group, int column) {
        return data.getInt(entry(group, column) + 32);
    }

    /// Entries of the dictionary.
    int distinct(int group, int column) {
        return data.getInt(entry(group, column) + 36);
    }

    /// Octets of the dictionary once unpacked.
    int plainDictionary(int group, int column) {
        return data.getInt(entry(group, column) + 40);
    }

    /// Octets of the data once unpacked.
    int plainData(int group, int column) {
        return data.getInt(entry(group, column) + 44);
    }

    /// Where the codes start in the unpacked data.
    int codesAt(int group, int column) {
        return data.getInt(entry(group, column) + 48);
    }

    /// Bits of a code, 0 for a constant, [#DELTA] or [#VALUES].
    int width(int group, int column) {
        return data.get(entry(group, column) + 52) & 0xFF;
    }

    /// How the dictionary is packed: [#PLAIN], [#LADDER] or [#ZSTD].
    int dictionaryForm(int group, int column) {
        return data.get(entry(group, column) + 53);
    }

    /// How the data is packed: [#PLAIN] or [#ZSTD].
    int dataForm(int group, int column) {
        return data.get(entry(group, column) + 54);
    }

    /// CRC-32 of the dictionary as stored.
    int dictionaryCrc(int group, int column) {
        return data.getInt(entry(group, column) + 88);
    }

    /// CRC-32 of the data as stored.
    int dataCrc(int group, int column) {
        return data.getInt(entry(group, column) + 92);
    }

    /// Smallest and largest value; the upper words are 0 for integers.
    long minHi(int group, int column) {
        return data.getLong(entry(group, column) + 56);
    }

    long minLo(int group, int column) {
        return data.getLong(entry(group, column) + 64);
    }

    long maxHi(int group, int column) {
        return data.getLong(entry(group, column) + 72);
    }

    long maxLo(int group, int column) {
        return data.getLong(entry(group, column) + 80);
    }
}

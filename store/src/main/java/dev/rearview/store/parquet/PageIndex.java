package dev.rearview.store.parquet;

import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.MappedFile;
import dev.rearview.store.parquet.encoding.Bloom;
import dev.rearview.store.parquet.encoding.SortedFrameReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Where the pages of a file lie and what they hold, as an array of fixed-size entries that is read
/// where it lies: the same facts as the footer's, which costs a hundred times as much to parse.
///
/// The entries stand between the page indexes and the footer, column by column and within a column
/// row group by row group, with the groups' rows and volumes before them and a trailer behind.
/// Other readers do not know of it.
public final class PageIndex {
    static final int PLAIN = 0;
    static final int LADDER = 1;
    public static final int ZSTD = 2;

    /// Says of a dictionary packed by ZSTD that it is a [SortedFrame].
    private static final int SORTED = 1;

    /// Code width of an entry whose values are deltas.
    static final int DELTA = 255;

    /// Code width of an entry whose values are as they are.
    static final int VALUES = 254;

    private static final int ENTRY = 104;
    private static final int GROUP = 24;
    private static final int TRAILER = 32;
    private static final long MAGIC = 0x3358_4449_5645_5252L;

    // The version before differs in its name alone, so that who knows no other takes no file of
    // layout 2 for one of layout 1.
    private static final long SECOND_MAGIC = 0x3258_4449_5645_5252L;

    // The first version has no checksums of Bloom filters and footer: it is read without the
    // filters.
    private static final int FIRST_ENTRY = 96;
    private static final int FIRST_TRAILER = 24;
    private static final long FIRST_MAGIC = 0x3158_4449_5645_5252L;

    private static final byte UNKNOWN = 0;
    private static final byte GOOD = 1;
    private static final byte BAD = 2;

    private final ByteBuffer data;
    private final int groups;
    private final int columns;
    private final Layout layout;
    private final int entryLength;
    private final int footerCrc;

    /// Whether the checksum of a Bloom filter is right, once that was asked; threads that ask at
    /// the same time find the same.
    private final byte[] blooms;

    /// Of which pages of a chunk the checksum is known to be right.
    private final byte[] good;

    private PageIndex(
            ByteBuffer data, Layout layout, int groups, int columns, int entryLength, int crc) {
        this.data = data;
        this.layout = layout;
        this.groups = groups;
        this.columns = columns;
        this.entryLength = entryLength;
        this.footerCrc = crc;
        this.blooms = new byte[groups * columns];
        this.good = new byte[groups * columns];
    }

    /// Which columns the file has.
    Layout layout() {
        return layout;
    }

    /// Octets beside those of the file.
    long heapOctets() {
        return (long) blooms.length + good.length;
    }

    /// The part of a chunk that a page is.
    enum Part {
        DICTIONARY,
        DATA;

        int bit() {
            return 1 << ordinal();
        }
    }

    Page page(int group, int column, Part part) {
        return part == Part.DATA ? data(group, column) : dictionary(group, column);
    }

    /// Whether the checksum of a page is right, which is computed once for a file that is open.
    ///
    /// @param body as it lies in the file
    boolean isWhole(int group, int column, Part part, ByteBuffer body) {
        if (!isGood(group, column, part)) {
            if (Checksum.of(body.duplicate()) != page(group, column, part).crc()) {
                return false;
            }
            isFoundGood(group, column, part);
        }
        return true;
    }

    /// Whether the checksum of a page has been found right since the file was opened.
    boolean isGood(int group, int column, Part part) {
        return (good[group * columns + column] & part.bit()) != 0;
    }

    /// Remembers that it is right; what threads that do so at the same time forget is checked
    /// again.
    private void isFoundGood(int group, int column, Part part) {
        good[group * columns + column] |= (byte) part.bit();
    }

    /// An index to be filled.
    static PageIndex allocate(int groups, int columns) {
        ByteBuffer b = ByteBuffer.allocate(groups * (GROUP + columns * ENTRY) + TRAILER);
        ByteBuffer data = b.order(ByteOrder.LITTLE_ENDIAN);
        return new PageIndex(data, Layout.SECOND, groups, columns, ENTRY, 0);
    }

    /// The index that ends at `end`, or null if none does.
    static @Nullable PageIndex find(MappedFile file, String name, long end)
            throws MalformedInputException {
        if (end < FIRST_TRAILER) {
            return null;
        }
        long magic = file.slice(end - 8, 8).getLong(0);
        if (magic == FIRST_MAGIC) {
            ByteBuffer t = file.slice(end - FIRST_TRAILER, FIRST_TRAILER);
            return find(file, name, t, end - FIRST_TRAILER, Layout.FIRST);
        }
        if (magic != MAGIC && magic != SECOND_MAGIC || end < TRAILER) {
            return null;
        }
        ByteBuffer t = file.slice(end - TRAILER, TRAILER);
        if (Checksum.of(t.slice(0, 20)) != t.getInt(20)) {
            throw new MalformedInputException(
                    name, end - TRAILER, "page index", "checksum of the trailer is wrong");
        }
        Layout layout = magic == MAGIC ? Layout.SECOND : Layout.FIRST;
        return find(file, name, t, end - TRAILER, layout);
    }

    /// The index before a trailer, which tells its version by its length.
    private static PageIndex find(
            MappedFile file, String name, ByteBuffer t, long end, Layout layout)
            throws MalformedInputException {
        boolean first = t.capacity() == FIRST_TRAILER;
        int entryLength = first ? FIRST_ENTRY : ENTRY;
        int groups = t.getInt(0);
        int columns = t.getInt(4);
        long length = groups * (GROUP + (long) columns * entryLength);
        boolean enough = columns >= layout.columns().size();
        boolean fits = groups >= 0 && enough && columns < 1 << 10;
        if (!fits || length > end || length > 1 << 28) {
            throw new MalformedInputException(name, end, "page index", "does not fit");
        }
        ByteBuffer data = file.slice(end - length, length);
        if (Checksum.of(data.duplicate()) != t.getInt(8)) {
            throw new MalformedInputException(
                    name, end - length, "page index", "checksum is wrong");
        }
        int footerCrc = first ? 0 : t.getInt(12);
        return new PageIndex(data, layout, groups, columns, entryLength, footerCrc);
    }

    /// Whether the footer's checksum is in the index, and is not that of these octets.
    boolean isOtherFooter(ByteBuffer footer) {
        return entryLength == ENTRY && Checksum.of(footer.duplicate()) != footerCrc;
    }

    /// Whether a row group may hold an address, by its Bloom filter or else by its dictionary,
    /// where that can be searched; one that is damaged says nothing.
    boolean mayHold(MappedFile file, int group, int column, long hi, long lo) {
        int length = bloomLength(group, column);
        if (length > 0) {
            ByteBuffer bloom = file.slice(bloomAt(group, column), length);
            return !isBloomGood(bloom, group, column) || Bloom.mayContain(bloom, hi, lo);
        }
        return !isSorted(group, column) || isInDictionary(file, group, column, hi, lo);
    }

    private boolean isInDictionary(MappedFile file, int group, int column, long hi, long lo) {
        try {
            Page page = dictionary(group, column);
            ByteBuffer frame = file.slice(page.bodyAt(), page.bodyLength());
            return !isWhole(group, column, Part.DICTIONARY, frame)
                    || SortedFrameReader.holds(frame, hi, lo);
        } catch (RuntimeException e) {
            // Who reads the row group then is told what is wrong with it.
            return true;
        }
    }

    private boolean isBloomGood(ByteBuffer bloom, int group, int column) {
        int at = column * groups + group;
        if (blooms[at] == UNKNOWN) {
            blooms[at] = Checksum.of(bloom.duplicate()) == bloomCrc(group, column) ? GOOD : BAD;
        }
        return blooms[at] == GOOD;
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
        return groups * GROUP + (column * groups + group) * entryLength;
    }

    /// Puts a chunk's entry.
    ///
    /// @param codec of chunks whose dictionary is no [Ladder]
    /// @param bloomAt offset of the Bloom filter's words
    void set(int group, int column, PlacedChunk placed, ParquetWriter.Codec codec, long bloomAt) {
        Chunk chunk = placed.chunk();
        Page dictionary = placed.dictionary();
        Page page = placed.data();
        boolean zstd = codec == ParquetWriter.Codec.ZSTD;
        int at = entry(group, column);
        data.putLong(at, dictionary.bodyAt());
        data.putLong(at + 8, page.bodyAt());
        data.putLong(at + 16, bloomAt);
        data.putInt(at + 24, dictionary.bodyLength());
        data.putInt(at + 28, page.bodyLength());
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
        data.putInt(at + 88, dictionary.crc());
        data.putInt(at + 92, page.crc());
        data.putInt(
                at + 96, chunk.bloom.length == 0 ? 0 : Checksum.of(ByteBuffer.wrap(chunk.bloom)));
        data.put(at + 100, (byte) (chunk.sorted ? SORTED : 0));
    }

    /// The finished index as it stands in the file.
    ///
    /// @param footer that follows it
    byte[] bytes(byte[] footer) {
        int length = data.capacity() - TRAILER;
        data.putInt(length, groups);
        data.putInt(length + 4, columns);
        data.putInt(length + 8, Checksum.of(data.slice(0, length)));
        data.putInt(length + 12, Checksum.of(ByteBuffer.wrap(footer)));
        data.putInt(length + 20, Checksum.of(data.slice(length, 20)));
        data.putLong(length + 24, MAGIC);
        return data.array();
    }

    long dictionaryAt(int group, int column) {
        return data.getLong(entry(group, column));
    }

    public long dataAt(int group, int column) {
        return data.getLong(entry(group, column) + 8);
    }

    public long bloomAt(int group, int column) {
        return data.getLong(entry(group, column) + 16);
    }

    /// Octets of the Bloom filter, 0 where there is none that can be checked.
    public int bloomLength(int group, int column) {
        return entryLength < ENTRY ? 0 : data.getInt(entry(group, column) + 32);
    }

    /// Whether all addresses of a column are IPv4.
    boolean isIpv4(int group, int column) {
        return Ip.isMapped(minHi(group, column), minLo(group, column))
                && Ip.isMapped(maxHi(group, column), maxLo(group, column));
    }

    /// The dictionary page of a chunk, without the place of its header.
    Page dictionary(int group, int column) {
        int at = entry(group, column);
        return new Page(
                -1,
                dictionaryAt(group, column),
                data.getInt(at + 24),
                data.getInt(at + 40),
                data.getInt(at + 88));
    }

    /// The data page of a chunk, without the place of its header.
    Page data(int group, int column) {
        int at = entry(group, column);
        return new Page(
                -1,
                dataAt(group, column),
                data.getInt(at + 28),
                data.getInt(at + 44),
                data.getInt(at + 92));
    }

    /// CRC-32 of the Bloom filter.
    int bloomCrc(int group, int column) {
        return data.getInt(entry(group, column) + 96);
    }

    /// Entries of the dictionary.
    int distinct(int group, int column) {
        return data.getInt(entry(group, column) + 36);
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

    /// Whether the dictionary is packed by ZSTD as a [SortedFrame].
    boolean isSorted(int group, int column) {
        return entryLength == ENTRY && data.get(entry(group, column) + 100) == SORTED;
    }

    /// How the data is packed: [#PLAIN] or [#ZSTD].
    int dataForm(int group, int column) {
        return data.get(entry(group, column) + 54);
    }

    /// Whether all rows have the number 0 in an integer column.
    boolean isZero(int group, int column) {
        return width(group, column) == 0 && minLo(group, column) == 0 && maxLo(group, column) == 0;
    }

    /// Smallest and largest value, of a time the whole one; the upper words are 0 for integers.
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

package dev.rearview.silk;

import dev.rearview.model.MalformedInputException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The header of a SiLK file: 16 fixed octets and a list of entries, all big-endian.
public final class SilkHeader {
    public static final int ENTRY_PACKED_FILE = 1;
    public static final int ENTRY_INVOCATION = 2;
    public static final int ENTRY_ANNOTATION = 3;
    public static final int ENTRY_PROBE_NAME = 4;
    public static final int ENTRY_PREFIX_MAP = 5;
    public static final int ENTRY_BAG = 6;
    public static final int ENTRY_IP_SET = 7;
    public static final int ENTRY_AGGREGATE_BAG = 8;
    public static final int ENTRY_TOMBSTONE = 10;

    /// The SiLK version whose formats are written here: 3.22.1.
    public static final int SILK_VERSION = 3_022_001;

    private static final int MAGIC = 0xDEADBEEF;
    private static final int CURRENT_FILE_VERSION = 16;
    private static final int MAX_ENTRY = 1 << 24;
    private static final int MAX_ENTRIES = 1 << 16;
    private static final String ENDS_EARLY = "ends too early";

    /// One header entry.
    ///
    /// @param id entry id
    /// @param data its octets, without id and length
    public record Entry(int id, byte[] data) {
        /// The data as text up to the first NUL.
        public String text() {
            return text(0);
        }

        /// The data from an octet on as text up to the first NUL.
        public String text(int from) {
            int end = from;
            while (end < data.length && data[end] != 0) {
                end++;
            }
            return end <= from ? "" : new String(data, from, end - from, StandardCharsets.UTF_8);
        }

        static Entry ofText(int id, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return new Entry(id, Arrays.copyOf(bytes, bytes.length + 1));
        }
    }

    /// The packed-file entry.
    ///
    /// @param hourMs milliseconds since 1970
    public record PackedFile(long hourMs, int flowtype, int sensor) {}

    /// What stands in the four octets behind the magic of every version.
    record Start(boolean bigEndian, int format, int fileVersion, int compression) {}

    private final Start start;
    private final int silkVersion;
    private final int recordSize;
    private final int recordVersion;
    private final List<Entry> entries;
    private final int length;

    /// A version of SiLK as people write it.
    public static String versionText(int version) {
        return version / 1_000_000 + "." + version / 1000 % 1000 + "." + version % 1000;
    }

    private SilkHeader(
            Start start,
            int silkVersion,
            int recordSize,
            int recordVersion,
            List<Entry> entries,
            int length) {
        this.start = start;
        this.silkVersion = silkVersion;
        this.recordSize = recordSize;
        this.recordVersion = recordVersion;
        this.entries = List.copyOf(entries);
        this.length = length;
    }

    /// A header of a file version below 16.
    ///
    /// @param length octets of the header as read
    static SilkHeader legacy(Start start, int recordSize, List<Entry> entries, int length) {
        return new SilkHeader(start, 0, recordSize, start.fileVersion, entries, length);
    }

    /// A header to write.
    public static SilkHeader of(
            SilkFormat format,
            int recordVersion,
            int recordSize,
            boolean bigEndian,
            FileSettings settings) {
        int compression = settings.compression().id();
        Start start = new Start(bigEndian, format.id(), CURRENT_FILE_VERSION, compression);
        return new SilkHeader(
                start, settings.silkVersion(), recordSize, recordVersion, settings.entries(), 0);
    }

    public boolean isBigEndian() {
        return start.bigEndian;
    }

    /// Byte order of the data.
    public ByteOrder order() {
        return start.bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    public int format() {
        return start.format;
    }

    public boolean isFormat(SilkFormat wanted) {
        return start.format == wanted.id();
    }

    public int fileVersion() {
        return start.fileVersion;
    }

    public boolean isLegacy() {
        return start.fileVersion < CURRENT_FILE_VERSION;
    }

    public int compression() {
        return start.compression;
    }

    public int silkVersion() {
        return silkVersion;
    }

    public int recordSize() {
        return recordSize;
    }

    public int recordVersion() {
        return recordVersion;
    }

    public List<Entry> entries() {
        return entries;
    }

    /// Octets of the header as read.
    public int length() {
        return length;
    }

    public List<Entry> entries(int id) {
        return entries.stream().filter(e -> e.id() == id).toList();
    }

    public Optional<Entry> entry(int id) {
        return entries.stream().filter(e -> e.id() == id).findFirst();
    }

    public Optional<PackedFile> packedFile() {
        return entry(ENTRY_PACKED_FILE)
                .filter(e -> e.data().length >= 16)
                .map(e -> {
                    ByteBuffer b = ByteBuffer.wrap(e.data());
                    return new PackedFile(b.getLong(), b.getInt(), b.getInt());
                });
    }

    /// The entry of a packed file.
    public static Entry packedFile(PackedFile p) {
        ByteBuffer b = ByteBuffer.allocate(16);
        b.putLong(p.hourMs()).putInt(p.flowtype()).putInt(p.sensor());
        return new Entry(ENTRY_PACKED_FILE, b.array());
    }

    public static Entry probeName(String name) {
        return Entry.ofText(ENTRY_PROBE_NAME, name);
    }

    public static Entry invocation(String command) {
        return Entry.ofText(ENTRY_INVOCATION, command);
    }

    public static Entry annotation(String text) {
        return Entry.ofText(ENTRY_ANNOTATION, text);
    }

    /// Reads a header.
    ///
    /// @param name of the source, for messages
    /// @throws MalformedInputException if it is no SiLK file or damaged
    public static SilkHeader read(InputStream in, String name) throws IOException {
        DataInputStream data = new DataInputStream(in);
        byte[] head = in.readNBytes(8);
        ByteBuffer b = ByteBuffer.wrap(head);
        if (head.length == 0) {
            throw new MalformedInputException(name, -1, "", "is empty");
        }
        if (head.length < 8 || b.getInt(0) != MAGIC) {
            throw new MalformedInputException(name, 0, "", "not a SiLK file");
        }
        Start start = new Start((head[4] & 1) != 0, head[5] & 0xFF, head[6] & 0xFF, head[7] & 0xFF);
        if (start.fileVersion < CURRENT_FILE_VERSION) {
            return LegacyHeader.read(data, name, start);
        }
        byte[] rest = in.readNBytes(8);
        if (rest.length < 8) {
            throw new MalformedInputException(name, -1, "header", ENDS_EARLY);
        }
        ByteBuffer fixed = ByteBuffer.wrap(rest);
        int silkVersion = fixed.getInt();
        int recordSize = Math.max(1, fixed.getShort() & 0xFFFF);
        int recordVersion = fixed.getShort() & 0xFFFF;
        List<Entry> entries = new ArrayList<>();
        int length = 16;
        boolean whole = false;
        try {
            while (!whole) {
                int id = data.readInt();
                int size = data.readInt();
                if (size < 8 || size > MAX_ENTRY || entries.size() > MAX_ENTRIES) {
                    throw new MalformedInputException(
                            name, length, "header entry " + id, "length " + size + " is wrong");
                }
                byte[] value = in.readNBytes(size - 8);
                if (value.length < size - 8) {
                    throw new EOFException();
                }
                length += size;
                whole = id == 0;
                if (!whole) {
                    entries.add(new Entry(id, value));
                }
            }
        } catch (EOFException e) {
            whole = false;
        }
        SilkHeader header =
                new SilkHeader(start, silkVersion, recordSize, recordVersion, entries, length);
        if (!whole) {
            throw new DamagedHeaderException(name, -1, "header", ENDS_EARLY, header);
        }
        return header;
    }

    /// Writes the header, padded to a multiple of the record size.
    public void write(OutputStream out) throws IOException {
        int size = 16 + 8;
        for (Entry e : entries) {
            size += 8 + e.data().length;
        }
        int pad = recordSize <= 1 || size % recordSize == 0 ? 0 : recordSize - size % recordSize;
        ByteBuffer b = ByteBuffer.allocate(size + pad);
        b.putInt(MAGIC).put((byte) (start.bigEndian ? 1 : 0)).put((byte) start.format);
        b.put((byte) start.fileVersion).put((byte) start.compression).putInt(silkVersion);
        b.putShort((short) recordSize).putShort((short) recordVersion);
        for (Entry e : entries) {
            b.putInt(e.id()).putInt(8 + e.data().length).put(e.data());
        }
        b.putInt(0).putInt(8 + pad);
        out.write(b.array());
    }
}

package dev.rearview.silk.structure;

import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.BagType;
import dev.rearview.silk.Blocks;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkFormat;
import dev.rearview.silk.SilkHeader;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// Bag files: versions 1 to 4 are read, 3 and 4 written.
public final class BagFile {
    private static final int ENTRY_LENGTH = 8;
    private static final int WIDE = 16;
    private static final int NARROW_RECORD = 12;
    private static final int WIDE_RECORD = 24;

    private BagFile() {}

    private record Shape(BagType key, int keyOctets, BagType counter, int counterOctets) {}

    /// Reads entries in the order in which they lie in the file.
    public static final class Reader {
        private final SilkFile file;
        private final Shape shape;
        private final boolean wide;
        private final byte[] record;
        private final ByteBuffer numbers;
        private final ByteBuffer addresses;
        private long offset;

        /// @throws MalformedInputException if the file is no bag
        public Reader(SilkFile file) throws IOException {
            this.file = file;
            file.require(SilkFormat.FT_RWBAG, "bag");
            this.shape = shape(file);
            this.wide = shape.keyOctets == WIDE;
            this.record = new byte[shape.keyOctets + shape.counterOctets];
            this.numbers = ByteBuffer.wrap(record).order(file.header().order());
            this.addresses = ByteBuffer.wrap(record);
            this.offset = file.header().length();
        }

        public BagType keyType() {
            return shape.key;
        }

        public BagType counterType() {
            return shape.counter;
        }

        /// Whether keys take sixteen octets.
        public boolean isWide() {
            return wide;
        }

        /// Reads the next entry whose counter is above 0.
        ///
        /// @param row gets the upper and lower word of the key in the mapped 128-bit space, where a
        ///   number is the IPv4 address of the same bits, and the counter
        /// @return false at the end
        /// @throws MalformedInputException if the file ends within an entry
        public boolean next(long[] row) throws IOException {
            InputStream in = file.data();
            int size = record.length;
            for (int n = in.readNBytes(record, 0, size);
                    n > 0;
                    n = in.readNBytes(record, 0, size)) {
                if (n < size) {
                    throw new MalformedInputException(
                            file.name(), offset, "record", "ends after " + n + " of " + size);
                }
                offset += size;
                row[0] = wide ? addresses.getLong(0) : 0;
                row[1] =
                        wide
                                ? addresses.getLong(8)
                                : Ip.mapped((int) number(numbers, 0, shape.keyOctets));
                row[2] = number(numbers, shape.keyOctets, shape.counterOctets);
                if (row[2] != 0) {
                    return true;
                }
            }
            return false;
        }
    }

    private static long number(ByteBuffer b, int at, int octets) {
        return switch (octets) {
            case 1 -> b.get(at) & 0xFF;
            case 2 -> b.getShort(at) & 0xFFFF;
            case 4 -> b.getInt(at) & 0xFFFF_FFFFL;
            default -> b.getLong(at);
        };
    }

    private static Shape shape(SilkFile file) throws MalformedInputException {
        int version = file.header().recordVersion();
        if (version < 1 || version > 4) {
            throw file.unknownVersion();
        }
        Shape shape =
                switch (version) {
                    case 1 -> new Shape(BagType.CUSTOM, 4, BagType.CUSTOM, 4);
                    case 2 -> new Shape(BagType.CUSTOM, 4, BagType.CUSTOM, 8);
                    default -> entry(file);
                };
        file.requireRecordSize(shape.keyOctets + shape.counterOctets);
        return shape;
    }

    private static Shape entry(SilkFile file) throws MalformedInputException {
        Optional<SilkHeader.Entry> entry = file.header().entry(SilkHeader.ENTRY_BAG);
        if (entry.isEmpty()) {
            return new Shape(BagType.CUSTOM, 4, BagType.CUSTOM, 8);
        }
        ByteBuffer b = ByteBuffer.wrap(entry.get().data());
        if (b.remaining() < ENTRY_LENGTH) {
            throw new MalformedInputException(file.name(), 16, "header", "bag entry is too short");
        }
        int key = b.getShort(2);
        int counter = b.getShort(6);
        boolean good =
                (key == 1 || key == 2 || key == 4 || key == WIDE)
                        && (counter == 1 || counter == 2 || counter == 4 || counter == 8);
        if (!good) {
            throw new MalformedInputException(
                    file.name(),
                    16,
                    "header",
                    "bag of keys of " + key + " and counters of " + counter + " octets");
        }
        return new Shape(type(b.getShort(0)), key, type(b.getShort(4)), counter);
    }

    private static BagType type(int id) {
        return BagType.of(id & 0xFFFF).orElse(BagType.CUSTOM);
    }

    /// How a bag is written.
    ///
    /// @param wide whether keys take sixteen octets
    public record Format(BagType key, BagType counter, boolean wide, FileSettings settings) {}

    /// Writes entries in the order in which they come, which must ascend, in native byte order.
    public static final class Writer implements Closeable {
        private final OutputStream out;
        private final boolean wide;
        private final ByteBuffer buffer;

        public Writer(OutputStream sink, Format format) throws IOException {
            this.wide = format.wide;
            int size = wide ? WIDE_RECORD : NARROW_RECORD;
            OutputStream buffered = new BufferedOutputStream(sink, 1 << 16);
            ByteBuffer e = ByteBuffer.allocate(ENTRY_LENGTH);
            e.putShort((short) format.key.id()).putShort((short) (wide ? WIDE : 4));
            e.putShort((short) format.counter.id()).putShort((short) 8);
            FileSettings settings =
                    format.settings.with(new SilkHeader.Entry(SilkHeader.ENTRY_BAG, e.array()));
            boolean big = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
            SilkHeader.of(SilkFormat.FT_RWBAG, wide ? 4 : 3, size, big, settings).write(buffered);
            this.out = Blocks.output(buffered, settings.compression(), size);
            this.buffer = ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
        }

        /// Writes an entry; one without a counter is left out.
        public void add(long hi, long lo, long counter) throws IOException {
            if (counter == 0) {
                return;
            }
            buffer.clear();
            if (wide) {
                buffer.order(ByteOrder.BIG_ENDIAN).putLong(hi).putLong(lo);
                buffer.order(ByteOrder.nativeOrder());
            } else {
                buffer.putInt((int) lo);
            }
            buffer.putLong(counter);
            out.write(buffer.array());
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}

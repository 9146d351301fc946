package dev.rearview.nfcapd;

import dev.rearview.model.MalformedInputException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The outer parts of a file: its header, and blocks, which several readers may share.
final class Container implements Closeable {
    static final int BLOCK_HEADER = 12;

    private static final int MAGIC = 0xA50C;
    private static final int HEADER_1 = 140;
    private static final int STATISTICS_1 = 136;
    private static final int HEADER_2 = 40;
    private static final int RECORDS_1 = 2;
    private static final int RECORDS_2 = 3;

    private final InputStream in;
    private final String name;
    private final int layout;
    private final ByteOrder order;
    private final Packing packing;
    // Of layout 2, 0 where the file was never finished.
    private final long appendix;
    private final long blocks;
    private long offset;
    private long read;
    private boolean ended;
    private @Nullable IOException failure;
    private int readers = 1;

    /// Reads the header; closes `in` if that fails.
    Container(InputStream in, String name) throws IOException {
        this.in = in;
        this.name = name;
        try {
            byte[] start = exactly(4, "file header");
            this.order = start[0] == 0x0C ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
            ByteBuffer first = ByteBuffer.wrap(start).order(order);
            if ((first.getShort() & 0xFFFF) != MAGIC) {
                throw new MalformedInputException(name, 0, "magic", "is not that of nfcapd");
            }
            this.layout = first.getShort() & 0xFFFF;
            switch (layout) {
                case 1 -> {
                    ByteBuffer h = header(HEADER_1 + STATISTICS_1);
                    this.packing = packing(4, () -> Packing.ofFlags(h.getInt(0)));
                    this.blocks = h.getInt(4) & 0xFFFF_FFFFL;
                    this.appendix = 0;
                }
                case 2 -> {
                    ByteBuffer h = header(HEADER_2);
                    if (h.get(13) != 0) {
                        throw new MalformedInputException(name, 17, "encryption", "is not read");
                    }
                    this.packing = packing(16, () -> Packing.of(h.get(12) & 0xFF));
                    this.blocks = h.getInt(32) & 0xFFFF_FFFFL;
                    this.appendix = h.getLong(20);
                    if (appendix != 0 && appendix < HEADER_2) {
                        throw new MalformedInputException(
                                name, 24, "appendix", "lies in the header");
                    }
                }
                default ->
                        throw new MalformedInputException(
                                name, 2, "layout", layout + " is unknown");
            }
        } catch (IOException | RuntimeException e) {
            try (in) {
                throw e;
            }
        }
    }

    private ByteBuffer header(int size) throws IOException {
        return ByteBuffer.wrap(exactly(size - 4, "file header")).order(order);
    }

    private interface Method {
        Packing get();
    }

    private Packing packing(long at, Method method) throws MalformedInputException {
        try {
            return method.get();
        } catch (IllegalArgumentException e) {
            throw new MalformedInputException(
                    name, at, "compression", String.valueOf(e.getMessage()));
        }
    }

    private byte[] exactly(int size, String part) throws IOException {
        byte[] octets = in.readNBytes(size);
        if (octets.length < size) {
            throw new MalformedInputException(name, offset, part, "ends too early");
        }
        offset += size;
        return octets;
    }

    int layout() {
        return layout;
    }

    String name() {
        return name;
    }

    NfcapdReader.Header header() {
        return new NfcapdReader.Header(
                layout,
                order == ByteOrder.BIG_ENDIAN,
                packing.name().toLowerCase(Locale.ROOT) + "(" + packing.ordinal() + ")",
                layout == 1 ? HEADER_1 + STATISTICS_1 : HEADER_2);
    }

    Block newBlock() {
        return new Block(name, packing, order);
    }

    /// Reads the next block of records, packed as it is.
    ///
    /// @return whether there was one; [#fail] tells whether that is for damage
    synchronized boolean read(Block block) {
        if (ended) {
            return false;
        }
        try {
            ended = !next(block);
        } catch (IOException e) {
            failure = e;
            ended = true;
        }
        return !ended;
    }

    private boolean next(Block block) throws IOException {
        if (appendix != 0 ? offset >= appendix : blocks != 0 && read == blocks) {
            if (offset > appendix && appendix != 0 || blocks != 0 && read != blocks) {
                throw new MalformedInputException(
                        name, offset, "block", "is not where the header says");
            }
            return false;
        }
        byte[] head = in.readNBytes(BLOCK_HEADER);
        if (head.length == 0 && appendix == 0 && blocks == 0) {
            // A file that is being written.
            return false;
        }
        if (head.length < BLOCK_HEADER) {
            throw new MalformedInputException(
                    name,
                    offset,
                    "block",
                    read == blocks ? "ends too early" : "of " + blocks + " only " + read);
        }
        ByteBuffer h = ByteBuffer.wrap(head).order(order);
        block.offset = offset;
        block.records = h.getInt();
        int size = h.getInt();
        block.type = h.getShort() & 0xFFFF;
        if (size < 0 || size > Block.MAX_SIZE) {
            throw new MalformedInputException(
                    name,
                    offset,
                    "block",
                    Integer.toUnsignedString(size) + " octets are more than " + Block.MAX_SIZE);
        }
        if (block.type != (layout == 1 ? RECORDS_1 : RECORDS_2)) {
            throw new MalformedInputException(
                    name, offset, "block", "type " + block.type + " is unknown");
        }
        int got = in.readNBytes(block.room(size), 0, size);
        if (got < size) {
            throw new MalformedInputException(
                    name, offset, "block", "ends after " + got + " of " + size + " octets");
        }
        offset += BLOCK_HEADER + size;
        read++;
        return true;
    }

    /// Tells of damage, once.
    synchronized void fail() throws IOException {
        IOException e = failure;
        failure = null;
        if (e != null) {
            throw e;
        }
    }

    /// Reads no more blocks.
    synchronized void stop() {
        ended = true;
    }

    /// Whether there may be more to read.
    synchronized boolean hasMore() {
        return !ended && (blocks == 0 || read < blocks);
    }

    synchronized void share() {
        readers++;
    }

    @Override
    public synchronized void close() throws IOException {
        if (--readers == 0) {
            in.close();
        }
    }
}

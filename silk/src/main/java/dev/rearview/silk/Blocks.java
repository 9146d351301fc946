package dev.rearview.silk;

import dev.rearview.model.MalformedInputException;
import io.airlift.compress.v3.lzo.LzoCompressor;
import io.airlift.compress.v3.lzo.LzoDecompressor;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// The block framing of compressed SiLK files: compressed size, plain size, data; sizes are
/// big-endian and at most 1 MiB.
public final class Blocks {
    static final int MAX_BLOCK = 1 << 20;
    static final int WRITE_BLOCK = 1 << 16;

    /// Octets before the data of a block, its sizes, packed and plain; and of the mark behind the
    /// last.
    static final int FRAME = 8;

    /// What zlib says where the Adler-32 is not that of the data.
    private static final String ZLIB_CHECKSUM = "incorrect data check";

    private Blocks() {}

    /// A stream that compresses, if a method is to be used, what it hands to another.
    ///
    /// @param recordSize octets that are not parted
    public static OutputStream output(OutputStream out, Compression method, int recordSize) {
        return method == Compression.NONE ? out : new Output(out, method, recordSize);
    }

    /// Reads framed blocks as one stream.
    static final class Input extends InputStream {
        private final InputStream in;
        private final String name;
        private final Compression method;
        private byte[] block = new byte[0];
        private int at;
        private long offset;

        Input(InputStream in, String name, Compression method, long offset) {
            this.in = in;
            this.name = name;
            this.method = method;
            this.offset = offset;
        }

        @Override
        public int read() throws IOException {
            return fill() ? block[at++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            if (len == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int n = Math.min(len, block.length - at);
            System.arraycopy(block, at, b, off, n);
            at += n;
            return n;
        }

        private boolean fill() throws IOException {
            while (at == block.length) {
                byte[] sizes = in.readNBytes(FRAME);
                if (sizes.length == 0) {
                    return false;
                }
                if (sizes.length < FRAME) {
                    throw new MalformedInputException(name, offset, "block", "ends too early");
                }
                ByteBuffer b = ByteBuffer.wrap(sizes);
                int packed = b.getInt();
                int plain = b.getInt();
                if (packed == 0 && plain == 0) {
                    return false;
                }
                if (packed == 0) {
                    throw new MalformedInputException(name, offset, "block", "has no data");
                }
                if (packed < 0 || packed > MAX_BLOCK || plain < 0 || plain > MAX_BLOCK) {
                    throw new MalformedInputException(
                            name, offset, "block", "size is above " + MAX_BLOCK);
                }
                byte[] data = in.readNBytes(packed);
                if (data.length < packed) {
                    throw new MalformedInputException(name, offset, "block", "ends too early");
                }
                block = unpack(data, plain);
                at = 0;
                offset += FRAME + packed;
            }
            return true;
        }

        private byte[] unpack(byte[] data, int plain) throws IOException {
            byte[] out = new byte[plain];
            try {
                int n =
                        switch (method) {
                            case NONE -> throw new IllegalStateException("not compressed");
                            case ZLIB -> inflate(data, out);
                            case LZO1X ->
                                    new LzoDecompressor()
                                            .decompress(data, 0, data.length, out, 0, plain);
                            case SNAPPY ->
                                    new SnappyJavaDecompressor()
                                            .decompress(data, 0, data.length, out, 0, plain);
                        };
                if (n == plain) {
                    return out;
                }
            } catch (RuntimeException | DataFormatException e) {
                throw new MalformedInputException(
                        name, offset, "block", "cannot be decompressed (" + e.getMessage() + ")");
            }
            throw new MalformedInputException(name, offset, "block", "has the wrong length");
        }

        /// Decompresses a block to its end, behind which its checksum stands.
        ///
        /// @return octets, which may be one more than there is room for
        private static int inflate(byte[] data, byte[] out) throws DataFormatException {
            try (Inflater inflater = new Inflater()) {
                inflater.setInput(data);
                int n = inflate(inflater, out);
                n += inflate(inflater, new byte[1]);
                if (n == out.length && !inflater.finished()) {
                    throw new DataFormatException("ends before its checksum");
                }
                if (n == out.length && inflater.getRemaining() > 0) {
                    throw new DataFormatException("something follows its checksum");
                }
                return n;
            } catch (DataFormatException e) {
                throw ZLIB_CHECKSUM.equals(e.getMessage())
                        ? new DataFormatException("its checksum is wrong")
                        : e;
            }
        }

        private static int inflate(Inflater inflater, byte[] out) throws DataFormatException {
            int n = 0;
            int got = -1;
            while (n < out.length && got != 0) {
                got = inflater.inflate(out, n, out.length - n);
                n += got;
            }
            return n;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /// Writes framed blocks that hold whole records, each in one go with its frame: what is cut
    /// between two writes ends with a whole block.
    static final class Output extends OutputStream {
        private final OutputStream out;
        private final Compression method;
        private final byte[] block;
        private int at;

        Output(OutputStream out, Compression method, int recordSize) {
            this.out = out;
            this.method = method;
            this.block = new byte[WRITE_BLOCK - WRITE_BLOCK % recordSize];
        }

        @Override
        public void write(int b) throws IOException {
            if (at == block.length) {
                flushBlock();
            }
            block[at++] = (byte) b;
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
            int from = off;
            int left = len;
            while (left > 0) {
                if (at == block.length) {
                    flushBlock();
                }
                int n = Math.min(left, block.length - at);
                System.arraycopy(b, from, block, at, n);
                at += n;
                from += n;
                left -= n;
            }
        }

        private void flushBlock() throws IOException {
            if (at == 0) {
                return;
            }
            byte[] packed;
            int n;
            switch (method) {
                case ZLIB -> {
                    packed = new byte[FRAME + at + at / 100 + 64];
                    try (Deflater deflater = new Deflater()) {
                        deflater.setInput(block, 0, at);
                        deflater.finish();
                        n = deflater.deflate(packed, FRAME, packed.length - FRAME);
                    }
                }
                case LZO1X -> {
                    LzoCompressor lzo = new LzoCompressor();
                    packed = new byte[FRAME + lzo.maxCompressedLength(at)];
                    n = lzo.compress(block, 0, at, packed, FRAME, packed.length - FRAME);
                }
                default -> {
                    SnappyJavaCompressor snappy = new SnappyJavaCompressor();
                    packed = new byte[FRAME + snappy.maxCompressedLength(at)];
                    n = snappy.compress(block, 0, at, packed, FRAME, packed.length - FRAME);
                }
            }
            ByteBuffer.wrap(packed).putInt(n).putInt(at);
            out.write(packed, 0, FRAME + n);
            at = 0;
        }

        @Override
        public void flush() throws IOException {
            flushBlock();
            out.flush();
        }

        @Override
        public void close() throws IOException {
            flushBlock();
            out.close();
        }
    }
}

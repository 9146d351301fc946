package dev.rearview.silk;

import dev.rearview.model.MalformedInputException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// An opened SiLK file of any kind: its header and a stream of its plain data.
public final class SilkFile implements AutoCloseable {
    private static final int BUFFER = 1 << 18;

    private final String name;
    private final SilkHeader header;
    private final InputStream data;

    private SilkFile(String name, SilkHeader header, InputStream data) {
        this.name = name;
        this.header = header;
        this.data = data;
    }

    /// Reads the header and prepares the data; closes `in` if that fails.
    ///
    /// @param gzip whether the name allows the whole file to be gzip-compressed
    public static SilkFile open(InputStream in, String name, boolean gzip) throws IOException {
        try {
            InputStream plain =
                    gzip ? new Named(gunzip(in), name) : new BufferedInputStream(in, BUFFER);
            SilkHeader header = SilkHeader.read(plain, name);
            Compression method = compression(header, name);
            InputStream data =
                    method == Compression.NONE
                            ? plain
                            : new Blocks.Input(plain, name, method, header.length());
            return new SilkFile(name, header, data);
        } catch (IOException | RuntimeException e) {
            try (in) {
                throw e;
            }
        }
    }

    /// The method that a header names.
    ///
    /// @throws DamagedHeaderException if there is no such method
    static Compression compression(SilkHeader header, String name) throws DamagedHeaderException {
        try {
            return Compression.of(header.compression());
        } catch (IllegalArgumentException e) {
            throw new DamagedHeaderException(
                    name, 7, "compression", String.valueOf(e.getMessage()), header);
        }
    }

    /// Whether a name marks a file that may be gzip-compressed as a whole.
    public static boolean mayBeGzip(String name) {
        return name.endsWith(".gz") || name.contains(".gz.");
    }

    /// Decompresses a stream if it starts with gzip's magic.
    public static InputStream gunzip(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
        buffered.mark(2);
        int first = buffered.read();
        int second = buffered.read();
        buffered.reset();
        return first == 0x1F && second == 0x8B
                ? new BufferedInputStream(new GZIPInputStream(buffered, BUFFER), BUFFER)
                : buffered;
    }

    /// A stream that may be gzip-compressed, whose failures name the file.
    private static final class Named extends FilterInputStream {
        private final String name;

        Named(InputStream in, String name) {
            super(in);
            this.name = name;
        }

        private MalformedInputException damaged(IOException e) {
            return new MalformedInputException(name, -1, "gzip", String.valueOf(e.getMessage()));
        }

        @Override
        public int read() throws IOException {
            try {
                return in.read();
            } catch (EOFException | ZipException e) {
                throw damaged(e);
            }
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            try {
                return in.read(b, off, len);
            } catch (EOFException | ZipException e) {
                throw damaged(e);
            }
        }
    }

    public String name() {
        return name;
    }

    public SilkHeader header() {
        return header;
    }

    /// Checks that it is what it is taken for.
    ///
    /// @param what a file of the format is
    /// @throws MalformedInputException if it is not
    public void require(SilkFormat format, String what) throws MalformedInputException {
        if (!header.isFormat(format)) {
            throw new MalformedInputException(
                    name, 5, "file format", SilkFormat.nameOf(header.format()) + " is no " + what);
        }
    }

    /// What is wrong where nothing is known of its record version.
    public MalformedInputException unknownVersion() {
        return new MalformedInputException(
                name, 14, "record version", header.recordVersion() + " is unknown");
    }

    /// Checks the size of its records, which may also be counted as octets.
    ///
    /// @throws MalformedInputException if it is another one
    public void requireRecordSize(int octets) throws MalformedInputException {
        if (header.recordSize() != octets && header.recordSize() != 1) {
            throw new MalformedInputException(
                    name, 12, "record size", header.recordSize() + " should be " + octets);
        }
    }

    /// The data after the header, decompressed.
    public InputStream data() {
        return data;
    }

    @Override
    public void close() throws IOException {
        data.close();
    }
}

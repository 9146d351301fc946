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
            Compression method;
            try {
                method = Compression.of(header.compression());
            } catch (IllegalArgumentException e) {
                throw new DamagedHeaderException(
                        name, 7, "compression", String.valueOf(e.getMessage()), header);
            }
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

    /// The data after the header, decompressed.
    public InputStream data() {
        return data;
    }

    @Override
    public void close() throws IOException {
        data.close();
    }
}

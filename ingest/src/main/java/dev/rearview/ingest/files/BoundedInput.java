package dev.rearview.ingest.files;

import dev.rearview.model.MalformedInputException;
import dev.rearview.silk.SilkFile;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/// An input file, unpacked if it is gzip's, that ends with an error where it unpacks to more than
/// any file of exports does.
final class BoundedInput extends FilterInputStream {
    /// Octets that a file may always unpack to.
    static final long FREE_OCTETS = 64L << 20;

    /// Beyond that, octets for each octet of the file. Exports shrink to a third, captures of
    /// nothing but the same to a fiftieth.
    static final int MAX_RATIO = 200;

    /// Octets of a file as it is unpacked.
    static final long MAX_OCTETS = 64L << 30;

    /// Counts what is read of the file itself.
    private static final class Packed extends FilterInputStream {
        private long octets;

        private Packed(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            octets += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] to, int at, int length) throws IOException {
            int n = super.read(to, at, length);
            octets += Math.max(0, n);
            return n;
        }
    }

    private final String name;
    private final Packed packed;
    private final BooleanSupplier goOn;
    private long octets;
    private long marked;

    private BoundedInput(String name, Packed packed, BooleanSupplier goOn) throws IOException {
        super(SilkFile.gunzip(packed));
        this.name = name;
        this.packed = packed;
        this.goOn = goOn;
    }

    /// @param goOn asked now and then; if not, the file ends with an error
    static BoundedInput open(Path file, BooleanSupplier goOn) throws IOException {
        return of(Files.newInputStream(file), file.toString(), goOn);
    }

    static BoundedInput of(InputStream file, String name, BooleanSupplier goOn) throws IOException {
        try {
            return new BoundedInput(name, new Packed(file), goOn);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void count(long n) throws IOException {
        octets += Math.max(0, n);
        if (octets > MAX_OCTETS) {
            throw new MalformedInputException(name, octets, "", "unpacks to too much");
        }
        if (octets > FREE_OCTETS && octets / MAX_RATIO > packed.octets) {
            throw new MalformedInputException(
                    name, octets, "", "unpacks to more than " + MAX_RATIO + " times its size");
        }
        if (!goOn.getAsBoolean()) {
            throw new IOException("not read to its end");
        }
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
        int n = super.read(to, at, length);
        count(n);
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        long skipped = super.skip(n);
        count(skipped);
        return skipped;
    }

    @Override
    public synchronized void mark(int limit) {
        super.mark(limit);
        marked = octets;
    }

    @Override
    public synchronized void reset() throws IOException {
        super.reset();
        octets = marked;
    }
}

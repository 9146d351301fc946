package dev.rearview.kit.command;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Standard input. A tool that names it twice finds it at its end the second time, also when the
/// first reading has closed it.
final class StandardInput extends FilterInputStream {
    private boolean closed;

    StandardInput(InputStream in) {
        super(in);
    }

    /// The stream that this reads.
    InputStream source() {
        return in;
    }

    @Override
    public int read() throws IOException {
        return closed ? -1 : in.read();
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        return closed ? -1 : in.read(b, off, len);
    }

    @Override
    public int available() throws IOException {
        return closed ? 0 : in.available();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        in.close();
    }
}

package dev.rearview.kit.tables;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Text that goes out in pieces, so that a huge set needs no memory.
public final class TextLines {
    private static final int FLUSH_AT = 1 << 16;

    private final OutputStream out;
    private final StringBuilder buffer = new StringBuilder();

    public TextLines(OutputStream out) {
        this.out = out;
    }

    /// Where the line is put together.
    public StringBuilder buffer() {
        return buffer;
    }

    public void endLine() {
        buffer.append('\n');
        flushIfFull();
    }

    /// Lets what has been put together go out where it is much.
    public void flushIfFull() {
        if (buffer.length() > FLUSH_AT) {
            flush();
        }
    }

    public void flush() {
        try {
            out.write(buffer.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        buffer.setLength(0);
    }
}

package dev.rearview.descriptors;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads from a descriptor, from the place where it stands: whoever shares it sees it move, as with
/// the JDK's stream of a process of its own. A reader that waits is ended by the [Stop] of its run.
public final class DescriptorInput extends InputStream {
    private final Descriptor descriptor;
    private final Stop stop;
    private final boolean mayWait;
    private final Buffers buffers = new Buffers();
    private final Polled polled;
    private final Gated gated = new Gated();

    public DescriptorInput(Descriptor descriptor, Stop stop) throws IOException {
        this.descriptor = descriptor;
        this.stop = stop;
        this.mayWait = descriptor.mayWait();
        Arena arena = Arena.ofAuto();
        this.polled = new Polled(arena, 2);
    }

    /// Where it reads from.
    public Descriptor descriptor() {
        return descriptor;
    }

    /// Whether anything was read, or reading was tried.
    public boolean isUsed() {
        return gated.isUsed();
    }

    /// Puts a gate before the first reading, or none. As long as it does not open, nothing can be
    /// read.
    public void gate(@Nullable Gate before) {
        gated.gate(before);
    }

    /// Waits until something can be read, or the end, or until a bell rings.
    public void awaitOr(Bell bell) throws IOException {
        stop.check();
        Poller.readable(List.of(descriptor, stop.event(), bell.descriptor()), -1);
        stop.check();
    }

    /// Waits until something can be read, or the end.
    ///
    /// @return whether it is the end of a pipe
    public boolean isAtEnd() throws IOException {
        buffers.lock.lock();
        try {
            descriptor.await(polled, Descriptor.READABLE, stop);
            return descriptor.available() == 0;
        } finally {
            buffers.lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        Objects.checkFromIndexSize(off, len, b.length);
        if (len == 0) {
            return 0;
        }
        if (!gated.opens()) {
            throw new IOException("not read");
        }
        buffers.lock.lock();
        try {
            MemorySegment buffer = buffers.get();
            int read = (int) some(buffer, Math.min(len, Buffers.OCTETS));
            MemorySegment.copy(buffer, JAVA_BYTE, 0, b, off, read);
            return read == 0 ? -1 : read;
        } finally {
            buffers.lock.unlock();
        }
    }

    /// Reads some octets, none at the end.
    private long some(MemorySegment to, long most) throws IOException {
        stop.check();
        long read = -1;
        while (read < 0) {
            if (mayWait) {
                descriptor.await(polled, Descriptor.READABLE, stop);
            }
            read = descriptor.readOnce(to, most);
        }
        return read;
    }

    @Override
    public int available() throws IOException {
        return descriptor.available();
    }

    /// Closes the descriptor, but for one behind its gate: the run may begin anew, and whoever gave
    /// the descriptor closes it in the end.
    @Override
    public void close() throws IOException {
        if (gated.isHeld()) {
            return;
        }
        descriptor.close();
        buffers.release();
    }
}

package dev.rearview.descriptors;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes to a descriptor, at the place where it stands or at the end of what it appends to. A
/// writer that waits for a reader is ended by the [Stop] of its run; one that nobody reads fails
/// with the system's message, as the JDK's stream does.
public final class DescriptorOutput extends OutputStream {
    private final Descriptor descriptor;
    private final Stop stop;
    private final boolean mayWait;
    private final boolean isSocket;
    private final Buffers buffers = new Buffers();
    private final MemorySegment vector;
    private final Polled polled;
    private final Gated gated = new Gated();

    public DescriptorOutput(Descriptor descriptor, Stop stop) throws IOException {
        this.descriptor = descriptor;
        this.stop = stop;
        this.mayWait = descriptor.mayWait();
        this.isSocket = mayWait && descriptor.status().isSocket();
        Arena arena = Arena.ofAuto();
        this.vector = Descriptor.vector(arena);
        this.polled = new Polled(arena, 2);
    }

    /// Where it writes to.
    public Descriptor descriptor() {
        return descriptor;
    }

    /// Whether anything was written.
    public boolean isUsed() {
        return gated.isUsed();
    }

    /// Puts a gate before the first octet, or none. As long as it does not open, what is written is
    /// lost.
    public void gate(@Nullable Gate before) {
        gated.gate(before);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
        Objects.checkFromIndexSize(off, len, b.length);
        if (len == 0 || !gated.opens()) {
            return;
        }
        buffers.lock.lock();
        try {
            for (int done = 0; done < len; ) {
                int part = Math.min(len - done, Buffers.OCTETS);
                MemorySegment buffer = buffers.get();
                MemorySegment.copy(b, off + done, buffer, JAVA_BYTE, 0, part);
                for (long at = 0; at < part; ) {
                    at += some(buffer.asSlice(at, part - at));
                }
                done += part;
            }
        } finally {
            buffers.lock.unlock();
        }
    }

    /// Writes some octets, one at least.
    private long some(MemorySegment from) throws IOException {
        while (true) {
            stop.check();
            long written = once(from);
            if (written > 0) {
                return written;
            }
            descriptor.await(polled, Descriptor.WRITABLE, stop);
        }
    }

    private long once(MemorySegment from) throws IOException {
        if (isSocket) {
            return descriptor.sendSome(from, from.byteSize());
        }
        return mayWait
                ? descriptor.writeSome(from, vector)
                : descriptor.writeOnce(from, from.byteSize());
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

package dev.rearview.descriptors;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Wakes who waits for descriptors: one that can be read from the time when this is rung.
public final class Bell implements Closeable {
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;

    private final Descriptor descriptor;

    public Bell() throws IOException {
        int number = Libc.checked(Libc.eventfd(EFD_CLOEXEC | EFD_NONBLOCK));
        this.descriptor = new Descriptor(number);
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    public void ring() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
            descriptor.writeOnce(one, Long.BYTES);
        }
    }

    /// Makes it as if it had not been rung.
    public void silence() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            descriptor.readOnce(arena.allocate(ValueLayout.JAVA_LONG), Long.BYTES);
        }
    }

    @Override
    public void close() throws IOException {
        descriptor.close();
    }
}

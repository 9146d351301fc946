package dev.rearview.store.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file in memory, of any size: read as a whole where it is small, otherwise mapped. The mapping
/// goes with its last reference.
///
/// A segment and not a mapped buffer, which the JDK makes by reflection: 15 ms in a new process.
/// What stands behind segments takes some milliseconds too, so small files do without. Catalogs, of
/// which little is looked at, are larger than that.
public abstract class MappedFile {
    private static final int SMALL = 1 << 17;

    private final long size;

    private MappedFile(long size) {
        this.size = size;
    }

    /// @throws dev.rearview.model.MalformedInputException if it is no regular file
    public static MappedFile open(Path path) throws IOException {
        RegularFile.check(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return of(channel);
        }
    }

    /// The whole of an open file; does not need it to stay open.
    public static MappedFile of(FileChannel channel) throws IOException {
        long size = channel.size();
        if (size > SMALL) {
            return new Mapped(channel, size);
        }
        ByteBuffer whole = ByteBuffer.allocate((int) size);
        while (whole.hasRemaining() && channel.read(whole) >= 0) {}
        return new Read(whole.flip());
    }

    /// Whether it is mapped: what is looked at for the first time costs more then than reading it.
    public final boolean isMapped() {
        return this instanceof Mapped;
    }

    /// Octets that it takes of the heap.
    public final long heapOctets() {
        return this instanceof Read ? size : 0;
    }

    private static final class Read extends MappedFile {
        private final ByteBuffer whole;

        Read(ByteBuffer whole) {
            super(whole.limit());
            this.whole = whole;
        }

        @Override
        ByteBuffer part(long at, long length) {
            return whole.slice((int) at, (int) length);
        }
    }

    private static final class Mapped extends MappedFile {
        private final MemorySegment memory;

        Mapped(FileChannel channel, long size) throws IOException {
            super(size);
            memory = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
        }

        @Override
        ByteBuffer part(long at, long length) {
            return memory.asSlice(at, length).asByteBuffer();
        }
    }

    /// Part of the file that lies inside it.
    abstract ByteBuffer part(long at, long length);

    public final long size() {
        return size;
    }

    /// Part of the file, little-endian.
    ///
    /// @throws IllegalStateException if the file does not reach that far
    public final ByteBuffer slice(long at, long length) {
        if (at < 0 || length < 0 || length > Integer.MAX_VALUE || at > size - length) {
            throw new IllegalStateException(
                    length + " octets at " + at + " lie outside the file of " + size);
        }
        return part(at, length).order(ByteOrder.LITTLE_ENDIAN);
    }
}

package dev.rearview.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file in memory, of any size. The mapping goes with its last reference.
///
/// A segment and not a mapped buffer, which the JDK makes by reflection: 15 ms in a new process.
final class MappedFile {
    private final MemorySegment memory;

    private MappedFile(MemorySegment memory) {
        this.memory = memory;
    }

    static MappedFile open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return new MappedFile(
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
        }
    }

    long size() {
        return memory.byteSize();
    }

    /// Part of the file, little-endian.
    ///
    /// @throws IllegalStateException if the file does not reach that far
    ByteBuffer slice(long at, long length) {
        if (at < 0 || length < 0 || length > Integer.MAX_VALUE || at > size() - length) {
            throw new IllegalStateException(
                    length + " octets at " + at + " lie outside the file of " + size());
        }
        return memory.asSlice(at, length).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }
}

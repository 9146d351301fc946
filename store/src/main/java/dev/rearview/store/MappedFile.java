package dev.rearview.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file in memory, of any size. The mapping goes with its last reference.
final class MappedFile {
    /// Windows overlap, so that what is at most 1 GiB long lies in one of them as a whole.
    private static final int WINDOW_BITS = 30;

    private final ByteBuffer[] windows;
    private final long size;

    private MappedFile(ByteBuffer[] windows, long size) {
        this.windows = windows;
        this.size = size;
    }

    static MappedFile open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer[] windows = new ByteBuffer[(int) (size >>> WINDOW_BITS) + 1];
            for (int i = 0; i < windows.length; i++) {
                long at = (long) i << WINDOW_BITS;
                long length = Math.min(Integer.MAX_VALUE, size - at);
                windows[i] = channel.map(FileChannel.MapMode.READ_ONLY, at, length);
            }
            return new MappedFile(windows, size);
        }
    }

    long size() {
        return size;
    }

    /// Part of the file, little-endian.
    ///
    /// @throws IllegalStateException if the file does not reach that far
    ByteBuffer slice(long at, long length) {
        if (at < 0 || length < 0 || length > 1 << WINDOW_BITS || at > size - length) {
            throw new IllegalStateException(
                    length + " octets at " + at + " lie outside the file of " + size);
        }
        int offset = (int) (at & (1 << WINDOW_BITS) - 1);
        return windows[(int) (at >>> WINDOW_BITS)]
                .slice(offset, (int) length)
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}

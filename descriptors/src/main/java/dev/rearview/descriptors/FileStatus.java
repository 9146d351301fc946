package dev.rearview.descriptors;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// What the system says of a file, which may be a pipe, a socket or a device.
///
/// @param device that it is on: the major number above 32 bits of the minor one
/// @param inode its number there
/// @param mode kind and permissions
/// @param owner number of the user whose it is
/// @param size in octets, of a regular file
/// @param changedNs time of the last change of its contents, nanoseconds since 1970
public record FileStatus(long device, long inode, int mode, int owner, long size, long changedNs) {
    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int BASIC = 0x7ff;
    private static final int OCTETS = 256;
    private static final int KIND = 0xf000;
    private static final long SECOND_NS = 1_000_000_000;

    /// That of a descriptor.
    static FileStatus of(int descriptor) throws IOException {
        return of(descriptor, "", AT_EMPTY_PATH);
    }

    /// That of what a path leads to.
    ///
    /// @param path absolute
    public static FileStatus of(String path) throws IOException {
        return of(AT_FDCWD, path, 0);
    }

    /// That of what is at a path, which may be a link.
    ///
    /// @param path absolute
    public static FileStatus ofLink(String path) throws IOException {
        return of(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW);
    }

    private static FileStatus of(int directory, String path, int flags) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(OCTETS, 8);
            Libc.checked(Libc.statx(directory, arena.allocateFrom(path), flags, BASIC, s));
            return new FileStatus(
                    Integer.toUnsignedLong(s.get(JAVA_INT_UNALIGNED, 136)) << 32
                            | Integer.toUnsignedLong(s.get(JAVA_INT_UNALIGNED, 140)),
                    s.get(JAVA_LONG_UNALIGNED, 32),
                    Short.toUnsignedInt(s.get(JAVA_SHORT_UNALIGNED, 28)),
                    s.get(JAVA_INT_UNALIGNED, 20),
                    s.get(JAVA_LONG_UNALIGNED, 40),
                    s.get(JAVA_LONG_UNALIGNED, 112) * SECOND_NS
                            + Integer.toUnsignedLong(s.get(JAVA_INT_UNALIGNED, 120)));
        }
    }

    public boolean isRegular() {
        return (mode & KIND) == 0x8000;
    }

    public boolean isDirectory() {
        return (mode & KIND) == 0x4000;
    }

    /// Whether it is a pipe, with a name or without.
    public boolean isPipe() {
        return (mode & KIND) == 0x1000;
    }

    public boolean isSocket() {
        return (mode & KIND) == 0xc000;
    }
}

package dev.rearview.resident;

import dev.rearview.descriptors.FileStatus;
import dev.rearview.descriptors.ThisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/// Where the engines of a user have their sockets: a directory that nobody else can write to, with
/// a name in it for each build of the product and each JDK.
///
/// @param directory its path
/// @param key name of the engine in it
public record EngineDirectory(Path directory, String key) {
    private static final int FOR_OTHERS = 077;
    private static final long SECOND_NS = 1_000_000_000;
    private static final long HASH_START = 0xcbf29ce484222325L;
    private static final long HASH_PRIME = 0x100000001b3L;

    /// The one of this user.
    ///
    /// @param variables of the environment
    /// @param jar of the product
    /// @param java the JDK's program
    public static EngineDirectory of(Map<String, String> variables, Path jar, Path java)
            throws IOException {
        String runtime = variables.getOrDefault("XDG_RUNTIME_DIR", "");
        Path above = Path.of(runtime.startsWith("/") ? runtime : "/tmp");
        String name = "rearview-" + Integer.toUnsignedString(ThisProcess.user());
        return new EngineDirectory(above.resolve(name), key(jar, java));
    }

    /// As the client has it.
    private static String key(Path jar, Path java) throws IOException {
        long hash = hashed(HASH_START, "1;");
        for (Path file : new Path[] {jar, java}) {
            FileStatus s = FileStatus.of(file.toAbsolutePath().toString());
            hash =
                    hashed(
                            hash,
                            String.join(
                                            ":",
                                            Long.toHexString(s.device() >>> 32),
                                            Long.toHexString(s.device() & 0xffffffffL),
                                            Long.toHexString(s.inode()),
                                            Long.toHexString(s.size()),
                                            Long.toHexString(s.changedNs() / SECOND_NS))
                                    + "."
                                    + Long.toHexString(s.changedNs() % SECOND_NS)
                                    + ";");
        }
        String digits = Long.toHexString(hash);
        return "0".repeat(Long.BYTES * 2 - digits.length()) + digits;
    }

    private static long hashed(long hash, String text) {
        long out = hash;
        for (byte b : text.getBytes(StandardCharsets.US_ASCII)) {
            out = (out ^ b) * HASH_PRIME;
        }
        return out;
    }

    public Path socket() {
        return directory.resolve(key + ".sock");
    }

    /// Locked by the engine as long as it lives.
    Path lock() {
        return directory.resolve(key + ".lock");
    }

    /// Which files its requests have not ended.
    Path unfinished() {
        return directory.resolve(key + ".files");
    }

    /// What the engine has to tell.
    public Path log() {
        return directory.resolve(key + ".log");
    }

    /// Makes the directory where it is not there.
    ///
    /// @throws IOException if it is not a directory that belongs to this user alone
    public void prepare() throws IOException {
        try {
            Files.createDirectory(
                    directory,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            // Checked now.
        }
        check();
    }

    /// Whether the directory can be trusted.
    ///
    /// @throws IOException if not, with the reason
    public void check() throws IOException {
        FileStatus s = FileStatus.ofLink(directory.toString());
        if (!s.isDirectory() || s.owner() != ThisProcess.user() || (s.mode() & FOR_OTHERS) != 0) {
            throw new IOException(
                    directory + ": not a directory of mode 0700 that belongs to this user");
        }
    }
}

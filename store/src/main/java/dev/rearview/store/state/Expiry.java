package dev.rearview.store.state;

import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What tells those who read a repository that hours were deleted meanwhile: an hour that is gone
/// looks like one that never had a file. It stands in `.rearview/expired` and changes before the
/// first file of an hour is deleted.
///
/// ```
/// expired 1 COUNT SINCE FIRST LAST
/// ```
///
/// @param count rises with each hour that is deleted; a time in milliseconds at first
/// @param since the count before the first of the hours told here
/// @param firstMs start of the earliest hour deleted since then
/// @param lastMs start of the latest one
public record Expiry(long count, long since, long firstMs, long lastMs) {
    private static final Pattern LINE =
            Pattern.compile("expired 1 (\\d{1,18}) (\\d{1,18}) (-?\\d{1,18}) (-?\\d{1,18})\n");

    /// Octets of the file at most: longer ones are not read.
    private static final int MAX_OCTETS = 128;

    /// Hours that are deleted within this time count as one range, since the same run deletes them.
    private static final long RUN_MS = 3_600_000;

    /// Nothing was deleted yet.
    private static final Expiry NONE = new Expiry(0, 0, Long.MAX_VALUE, Long.MIN_VALUE);

    /// What stands there cannot be read: whatever comes next is a change.
    private static final Expiry UNKNOWN = new Expiry(-1, -1, Long.MIN_VALUE, Long.MAX_VALUE);

    // Written out: what the compiler puts here makes classes at its first use, for 10 ms.
    @Override
    public boolean equals(Object o) {
        return o instanceof Expiry e
                && e.count == count
                && e.since == since
                && e.firstMs == firstMs
                && e.lastMs == lastMs;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(count);
    }

    /// The state of a repository. Where nothing ever expired that is one look at the directory.
    public static Expiry of(Path root) {
        Path file = StateDirectory.expired(root);
        try {
            if (RegularFile.checkOwn(file).size() > MAX_OCTETS) {
                return UNKNOWN;
            }
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            Matcher m = LINE.matcher(text);
            return m.matches()
                    ? new Expiry(number(m, 1), number(m, 2), number(m, 3), number(m, 4))
                    : UNKNOWN;
        } catch (NoSuchFileException e) {
            return NONE;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    private static long number(Matcher m, int group) {
        return Long.parseLong(m.group(group));
    }

    /// Whether hours of a range may have been deleted after an earlier state.
    ///
    /// @param firstMs start of the range's first hour
    /// @param lastMs start of its last one
    public boolean mayHaveTaken(Expiry before, long firstMs, long lastMs) {
        if (equals(before)) {
            return false;
        }
        boolean covers = before.count >= since && before.count <= count && !equals(UNKNOWN);
        return !covers || this.firstMs <= lastMs && this.lastMs >= firstMs;
    }

    /// The start of the latest hour deleted by the last run that did, milliseconds since 1970;
    /// empty if none ever was, or that cannot be read. Older hours go first.
    public OptionalLong last() {
        return count <= 0 ? OptionalLong.empty() : OptionalLong.of(lastMs);
    }

    /// Tells that an hour is about to be deleted. To be called by whoever may change manifests. It
    /// is not forced to the disk: after a power cut nobody is reading.
    public static void announce(Path root, long hourMs) throws IOException {
        Expiry before = of(root);
        long nowMs = System.currentTimeMillis();
        boolean goesOn = before.count > 0 && Math.abs(nowMs - before.count) < RUN_MS;
        Expiry next =
                new Expiry(
                        Math.max(before.count + 1, nowMs),
                        goesOn ? before.since : Math.max(before.count, 0),
                        goesOn ? Math.min(before.firstMs, hourMs) : hourMs,
                        goesOn ? Math.max(before.lastMs, hourMs) : hourMs);
        Path file = StateDirectory.expired(root);
        RegularFile.makeDirectory(file.getParent());
        byte[] line = next.line().getBytes(StandardCharsets.ISO_8859_1);
        Disk.replaceUnforced(file, out -> out.write(line));
    }

    private String line() {
        return "expired 1 " + count + " " + since + " " + firstMs + " " + lastMs + "\n";
    }
}

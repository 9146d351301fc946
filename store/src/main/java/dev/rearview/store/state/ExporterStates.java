package dev.rearview.store.state;

import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What exporters had announced by the end of a journal of datagrams, `NUMBER.state` with its
/// number: from there whoever decodes the journal after it begins.
///
/// | octets, big-endian | |
/// |---|---|
/// | 0 | `RRVSTATE` |
/// | 8 | version, 4 octets |
/// | 12 | octets of the body, 4 octets |
/// | 16 | number of the journal |
/// | 24 | when it was, by the clock of those who decode, milliseconds |
/// | 32 | CRC-32 of the body |
/// | 36 | CRC-32 of the 36 octets before |
/// | 40 | the body, which is theirs |
///
/// Safe for several threads.
public final class ExporterStates {
    private static final long MAGIC = 0x5252_5653_5441_5445L;
    private static final int VERSION = 1;
    private static final int HEADER = 40;
    private static final int CRC_AT = 36;
    private static final String SUFFIX = ".state";

    private static final String COUNTED = "counted";
    private static final Pattern LINE = Pattern.compile("counted 1 (\\d{1,18}) (\\d{1,18})\n");

    /// Octets of that file at most.
    private static final int MAX_LINE = 64;

    /// Octets of a state at most; whoever makes one leaves out what does not fit.
    public static final int MAX_OCTETS = 1 << 25;

    private final Path directory;
    private final Quarantine quarantine;

    /// What was saved.
    ///
    /// @param number of the journal at whose end
    /// @param nowMs when, by the clock of those who decode
    public record Saved(long number, long nowMs, ByteBuffer body) {}

    public ExporterStates(Path root, Quarantine quarantine) {
        this.directory = StateDirectory.exporters(root);
        this.quarantine = quarantine;
    }

    /// Removes what an earlier process left that was killed while it wrote. To be called before
    /// anything is saved.
    public void start() {
        try {
            for (Path p : Disk.list(directory)) {
                if (Disk.isTemporary(p.getFileName().toString())) {
                    Files.deleteIfExists(p);
                }
            }
        } catch (IOException e) {
            quarantine.tell(directory, "cannot be cleared: " + e.getMessage());
        }
    }

    private Path path(long number) {
        return directory.resolve(String.format(Locale.ROOT, "%016x", number) + SUFFIX);
    }

    /// Writes a state, forced to the disk, as a whole or not at all.
    public void save(long number, long nowMs, byte[] body) throws IOException {
        RegularFile.makeDirectory(directory);
        ByteBuffer head = ByteBuffer.allocate(HEADER);
        head.putLong(MAGIC).putInt(VERSION).putInt(body.length).putLong(number).putLong(nowMs);
        head.putInt(Checksum.of(ByteBuffer.wrap(body)));
        head.putInt(Checksum.of(head.slice(0, CRC_AT)));
        Disk.replace(
                path(number),
                out -> {
                    out.write(head.array());
                    out.write(body);
                });
    }

    /// The state with the greatest number below one; damaged ones are told of, put into quarantine
    /// and passed over.
    public Optional<Saved> latestBelow(long number) throws IOException {
        for (long n : numbers().headSet(number, false).descendingSet()) {
            Optional<Saved> saved = read(n);
            if (saved.isPresent()) {
                return saved;
            }
        }
        return Optional.empty();
    }

    /// The greatest number below one that has a state, whether or not that is damaged; -1 if there
    /// is none.
    public long numberBelow(long number) throws IOException {
        Long below = numbers().lower(number);
        return below == null ? -1 : below;
    }

    /// Copies a state, forced to the disk, as a whole or not at all.
    public void copy(long number, Path target) throws IOException {
        Disk.replace(target, out -> Files.copy(path(number), out));
    }

    private Optional<Saved> read(long number) throws IOException {
        return read(path(number), number, quarantine);
    }

    /// Reads a copy of a state; a damaged one is told of, put into quarantine and none.
    ///
    /// @param number at the end of which journal it was
    public static Optional<Saved> read(Path path, long number, Quarantine quarantine)
            throws IOException {
        String why = "is no state";
        try {
            long size = RegularFile.checkOwn(path).size();
            if (size >= HEADER && size <= HEADER + MAX_OCTETS) {
                ByteBuffer all = ByteBuffer.allocate((int) size).order(ByteOrder.BIG_ENDIAN);
                try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ)) {
                    while (all.hasRemaining() && in.read(all) >= 0) {
                        // On to the end.
                    }
                }
                if (isWhole(all.flip(), number)) {
                    long nowMs = all.getLong(24);
                    return Optional.of(new Saved(number, nowMs, all.position(HEADER).slice()));
                }
                why = "is damaged";
            }
        } catch (NoSuchFileException e) {
            // A newer one took its place.
            return Optional.empty();
        } catch (IOException e) {
            quarantine.tell(path, "cannot be read: " + e.getMessage());
            return Optional.empty();
        }
        quarantine.take("state", path, why + ", exporters have to announce all of it again");
        return Optional.empty();
    }

    private static boolean isWhole(ByteBuffer all, long number) {
        return all.limit() >= HEADER
                && all.getLong(0) == MAGIC
                && all.getInt(8) == VERSION
                && all.getInt(12) == all.limit() - HEADER
                && all.getLong(16) == number
                && all.getInt(CRC_AT) == Checksum.of(all.slice(0, CRC_AT))
                && all.getInt(32) == Checksum.of(all.slice(HEADER, all.limit() - HEADER));
    }

    /// Deletes the states that nobody needs: all but that from which the oldest journal is decoded
    /// that is not done, and those after it.
    ///
    /// @param oldest number of that journal, or [Long#MAX_VALUE] if there is none
    public void prune(long oldest) throws IOException {
        TreeSet<Long> all = numbers();
        Long needed = all.lower(oldest);
        if (needed != null) {
            for (long n : all.headSet(needed)) {
                Files.deleteIfExists(path(n));
            }
        }
    }

    /// Up to where datagrams are counted in the ledger, as the end of a run leaves it.
    ///
    /// @param number of a journal, before which all are
    /// @param datagrams of that journal that are
    public record Counted(long number, long datagrams) {}

    /// Writes up to where datagrams are counted.
    public void save(Counted counted) throws IOException {
        RegularFile.makeDirectory(directory);
        String line = "counted 1 " + counted.number + " " + counted.datagrams + "\n";
        byte[] octets = line.getBytes(StandardCharsets.ISO_8859_1);
        Disk.replace(directory.resolve(COUNTED), out -> out.write(octets));
    }

    /// Takes what an earlier run wrote: who counts more from here on, and is killed, has not
    /// written it.
    public Optional<Counted> takeCounted() throws IOException {
        Path file = directory.resolve(COUNTED);
        try {
            if (RegularFile.checkOwn(file).size() > MAX_LINE) {
                return Optional.empty();
            }
            String line = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            Files.delete(file);
            Matcher m = LINE.matcher(line);
            return m.matches()
                    ? Optional.of(
                            new Counted(Long.parseLong(m.group(1)), Long.parseLong(m.group(2))))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private TreeSet<Long> numbers() throws IOException {
        TreeSet<Long> out = new TreeSet<>();
        for (Path p : Disk.list(directory)) {
            String name = p.getFileName().toString();
            if (name.matches("[0-9a-f]{16}\\.state")) {
                long number = Long.parseUnsignedLong(name, 0, 16, 16);
                if (number >= 0 && number < RepositoryLock.MAX_EPOCH) {
                    out.add(number);
                }
            }
        }
        return out;
    }
}

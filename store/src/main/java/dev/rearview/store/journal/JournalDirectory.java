package dev.rearview.store.journal;

import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.RepositoryLock;
import dev.rearview.store.state.StateDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// The journals of a repository, and those that it wrote elsewhere in need.
public final class JournalDirectory {
    private final Path directory;
    private final Quarantine quarantine;

    /// Tells the journals of this repository from those of others in an emergency directory.
    private final String owner;

    /// A journal that was taken over.
    ///
    /// @param count of its flows, or datagrams
    public record Adopted(Path path, int count) {}

    /// The journals of a repository, by number.
    ///
    /// @param flows those of flows, and commits
    /// @param raw those of datagrams
    public record Found(List<Path> flows, List<Path> raw) {}

    /// Writes what a journal elsewhere is to hold.
    @FunctionalInterface
    public interface Content {
        void appendTo(Journal journal) throws IOException;
    }

    public JournalDirectory(Path root, Quarantine quarantine) {
        this.directory = StateDirectory.journals(root);
        this.quarantine = quarantine;
        String place = root.toAbsolutePath().normalize().toString();
        this.owner = "rearview-" + Checksum.ofText(place) + "-";
    }

    public Journal create(long epoch, ByteBuffer buffer) throws IOException {
        return Journal.create(directory.resolve(Journal.name(epoch)), epoch, buffer);
    }

    /// A journal of datagrams.
    public Journal createRaw(long epoch) throws IOException {
        Path path = directory.resolve(Journal.rawName(epoch));
        return Journal.create(path, epoch, ByteBuffer.allocate(0));
    }

    /// Where the journal of datagrams of a number is, or was.
    public Path raw(long epoch) {
        return directory.resolve(Journal.rawName(epoch));
    }

    /// Where the journal of flows of a number is, or is going to be.
    public Path flows(long epoch) {
        return directory.resolve(Journal.name(epoch));
    }

    /// Begins the commit of a journal of datagrams, of which nobody knows before [#place].
    public Journal createCommit(long epoch) throws IOException {
        Path temporary = temporary(epoch);
        Files.deleteIfExists(temporary);
        return Journal.create(temporary, epoch, ByteBuffer.allocate(0));
    }

    private Path temporary(long epoch) {
        return directory.resolve("." + Journal.name(epoch) + ".tmp");
    }

    /// Puts a commit in place, for good; where that failed half-way it may be called again.
    public Path place(long epoch) throws IOException {
        Path target = flows(epoch);
        if (Files.exists(temporary(epoch))) {
            Files.move(temporary(epoch), target, StandardCopyOption.ATOMIC_MOVE);
        }
        Disk.sync(directory);
        return target;
    }

    /// Forces the names of journals to the disk.
    public void sync() throws IOException {
        Disk.sync(directory);
    }

    /// Octets of a repository's journals, which others may be writing and removing.
    public static long octets(Path root) throws IOException {
        long octets = 0;
        for (Path p : Disk.list(StateDirectory.journals(root))) {
            octets += isJournal(p.toString()) ? Disk.size(p) : 0;
        }
        return octets;
    }

    private static boolean isJournal(String name) {
        return name.endsWith(Journal.SUFFIX) || name.endsWith(Journal.RAW_SUFFIX);
    }

    /// Looks for journals. Whatever else is in the directory is told of and left alone, but a
    /// journal whose name is none is put into quarantine.
    public Found list() throws IOException {
        List<Path> out = new ArrayList<>();
        List<Path> raw = new ArrayList<>();
        for (Path p : Disk.list(directory)) {
            String name = p.getFileName().toString();
            if (!Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS)) {
                quarantine.tell(p, "not a journal, left alone");
            } else if (Disk.isTemporary(name)) {
                Files.deleteIfExists(p);
            } else if (!isJournal(name)) {
                quarantine.tell(p, "not a journal, left alone");
            } else if (!isName(name)) {
                quarantine.take("journal", p, "no number of an epoch");
            } else {
                (name.endsWith(Journal.RAW_SUFFIX) ? raw : out).add(p);
            }
        }
        out.sort(null);
        raw.sort(null);
        return new Found(out, raw);
    }

    private static boolean isName(String name) {
        return name.matches("[0-9a-f]{16}\\.(journal|raw)")
                && Long.parseUnsignedLong(name, 0, 16, 16) >= 0
                && Long.parseUnsignedLong(name, 0, 16, 16) < RepositoryLock.MAX_EPOCH;
    }

    /// Writes a journal elsewhere, forced to the disk.
    ///
    /// @param name of the journal
    public void spill(Path elsewhere, String name, Content content) throws IOException {
        Files.createDirectories(elsewhere);
        long epoch = Journal.epochOf(elsewhere.resolve(name));
        Path temporary = elsewhere.resolve("." + owner + name + ".tmp");
        try (Journal j = Journal.create(temporary, epoch, ByteBuffer.allocate(0))) {
            content.appendTo(j);
            j.force();
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        Files.move(temporary, elsewhere.resolve(owner + name), StandardCopyOption.ATOMIC_MOVE);
        Disk.sync(elsewhere);
    }

    /// Moves the journals of a kind that [#spill] wrote here.
    ///
    /// @param suffix of their names
    public List<Adopted> adopt(Path elsewhere, String suffix) throws IOException {
        List<Adopted> out = new ArrayList<>();
        List<Path> found = new ArrayList<>();
        for (Path p : Disk.list(elsewhere)) {
            String name = p.getFileName().toString();
            if (name.startsWith(owner)
                    && name.endsWith(suffix)
                    && isName(name.substring(owner.length()))) {
                found.add(p);
            }
        }
        found.sort(null);
        for (Path p : found) {
            if (!Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS)) {
                quarantine.tell(p, "no regular file, left alone");
                continue;
            }
            Path target = directory.resolve(p.getFileName().toString().substring(owner.length()));
            if (Files.exists(target)
                    && (!Files.isRegularFile(target) || Files.mismatch(p, target) >= 0)) {
                quarantine.tell(p, "a journal of this number is there, left alone");
                continue;
            }
            boolean isNew = !Files.exists(target);
            if (isNew) {
                Disk.replace(target, file -> Files.copy(p, file));
            }
            // From here on it is the repository's.
            Files.delete(p);
            if (isNew) {
                int count = (int) count(target);
                out.add(new Adopted(target, count));
                String what = suffix.equals(Journal.SUFFIX) ? " flows" : " datagrams";
                quarantine.tell(p, count + what + " taken over");
            }
        }
        return out;
    }

    private static long count(Path journal) throws IOException {
        long epoch = Journal.epochOf(journal);
        if (journal.toString().endsWith(Journal.SUFFIX)) {
            return JournalReader.read(journal, epoch, (words, n) -> {}).flows();
        }
        try (DatagramFollower f = DatagramFollower.open(journal, epoch, d -> {})) {
            return f.finish().flows();
        }
    }
}

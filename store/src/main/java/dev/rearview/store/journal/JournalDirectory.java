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
    public record Adopted(Path path, int flows) {}

    public JournalDirectory(Path root, Quarantine quarantine) {
        this.directory = StateDirectory.journals(root);
        this.quarantine = quarantine;
        String place = root.toAbsolutePath().normalize().toString();
        this.owner = "rearview-" + Checksum.ofText(place) + "-";
    }

    public Journal create(long epoch, ByteBuffer buffer) throws IOException {
        return Journal.create(directory.resolve(Journal.name(epoch)), epoch, buffer);
    }

    /// Octets of a repository's journals, which others may be writing and removing.
    public static long octets(Path root) throws IOException {
        long octets = 0;
        for (Path p : Disk.list(StateDirectory.journals(root))) {
            octets += p.toString().endsWith(Journal.SUFFIX) ? Disk.size(p) : 0;
        }
        return octets;
    }

    /// Journals by number. Whatever else is in the directory is told of and left alone, but a
    /// journal whose name is none is put into quarantine.
    public List<Path> list() throws IOException {
        List<Path> out = new ArrayList<>();
        for (Path p : Disk.list(directory)) {
            String name = p.getFileName().toString();
            if (!Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS)) {
                quarantine.tell(p, "not a journal, left alone");
            } else if (Disk.isTemporary(name)) {
                Files.deleteIfExists(p);
            } else if (!name.endsWith(Journal.SUFFIX)) {
                quarantine.tell(p, "not a journal, left alone");
            } else if (!isName(name)) {
                quarantine.take("journal", p, "no number of an epoch");
            } else {
                out.add(p);
            }
        }
        out.sort(null);
        return out;
    }

    private static boolean isName(String name) {
        return name.matches("[0-9a-f]{16}\\.journal")
                && Long.parseUnsignedLong(name, 0, 16, 16) >= 0
                && Long.parseUnsignedLong(name, 0, 16, 16) < RepositoryLock.MAX_EPOCH;
    }

    /// Writes flows to a journal elsewhere, forced to the disk.
    public void spill(Path elsewhere, long epoch, long[] words, int count) throws IOException {
        Files.createDirectories(elsewhere);
        Path temporary = elsewhere.resolve("." + owner + Journal.name(epoch) + ".tmp");
        try (Journal j = Journal.create(temporary, epoch, ByteBuffer.allocate(0))) {
            j.append(words, count);
            j.force();
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
        Files.move(
                temporary,
                elsewhere.resolve(owner + Journal.name(epoch)),
                StandardCopyOption.ATOMIC_MOVE);
        Disk.sync(elsewhere);
    }

    /// Moves the journals that [#spill] wrote here.
    public List<Adopted> adopt(Path elsewhere) throws IOException {
        List<Adopted> out = new ArrayList<>();
        List<Path> found = new ArrayList<>();
        for (Path p : Disk.list(elsewhere)) {
            String name = p.getFileName().toString();
            if (name.startsWith(owner) && isName(name.substring(owner.length()))) {
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
                long epoch = Journal.epochOf(target);
                int flows = (int) JournalReader.read(target, epoch, (words, n) -> {}).flows();
                out.add(new Adopted(target, flows));
                quarantine.tell(p, flows + " flows taken over");
            }
        }
        return out;
    }
}

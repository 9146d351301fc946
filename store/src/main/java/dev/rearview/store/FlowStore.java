package dev.rearview.store;

import dev.rearview.model.Field;
import dev.rearview.site.Site;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.hour.SegmentFiles;
import dev.rearview.store.journal.JournalDirectory;
import dev.rearview.store.parquet.Schema;
import dev.rearview.store.state.ExporterStates;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.RepositoryLock;
import dev.rearview.store.state.StateDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A repository that is open for writing. One process at a time owns it.
///
/// [#intake] takes flows in, on one thread: journal first. [#writer] makes small segments of them,
/// named by a manifest for each hour, and seals hours; on another thread, or on the same.
public final class FlowStore implements Closeable {
    private final RepositoryLock lock;
    private final OpenEpochs epochs;
    private final FlowIntake intake;
    private final DatagramIntake datagrams;
    private final FlowWriter writer;
    private final ExporterStates states;

    private FlowStore(Path root, Site site, RepositoryLock lock, Quarantine quarantine)
            throws IOException {
        this.lock = lock;
        this.epochs = new OpenEpochs(lock, quarantine);
        JournalDirectory journals = new JournalDirectory(root, quarantine);
        this.intake = new FlowIntake(journals, epochs);
        this.datagrams = new DatagramIntake(journals, epochs);
        this.states = new ExporterStates(root, quarantine);
        states.start();
        this.writer = new FlowWriter(root, site, lock, quarantine, epochs);
        epochs.grow(new SegmentFiles(root, quarantine).start(journals));
        JournalDirectory.Found found = journals.list();
        epochs.start(found.flows(), found.raw());
    }

    /// Opens a repository for writing. Fast: journals that an earlier process left are found, but
    /// not read; see [FlowWriter#leftovers] and [FlowWriter#recover].
    ///
    /// @param notices told, by any thread, what was damaged, put into quarantine or taken over; one
    ///   line each
    /// @throws IOException if another process owns it
    public static FlowStore open(Path root, Site site, Consumer<String> notices)
            throws IOException {
        RegularFile.makeDirectory(StateDirectory.journals(root));
        RepositoryLock lock = RepositoryLock.own(root);
        try {
            finishReplacement(lock, notices);
            return new FlowStore(root, site, lock, new Quarantine(root, notices));
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// Finishes what a repack that was killed has begun; what cannot be is tried again whenever an
    /// hour changes.
    private static void finishReplacement(RepositoryLock lock, Consumer<String> notices) {
        try {
            lock.change(() -> true);
        } catch (IOException e) {
            notices.accept(String.valueOf(e.getMessage()));
        }
    }

    /// Opens a repository for writing and recovers what an earlier process left in its journals.
    ///
    /// @throws IOException if another process owns it, or not all could be recovered
    public static FlowStore open(Path root, Site site) throws IOException {
        FlowStore store = open(root, site, notice -> {});
        try {
            store.writer.recover();
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /// Takes flows in.
    public FlowIntake intake() {
        return intake;
    }

    /// Takes datagrams in, on one thread, which may be another one.
    public DatagramIntake datagrams() {
        return datagrams;
    }

    /// Takes the journals of datagrams that were found since the last call, oldest first. They are
    /// to be decoded.
    public List<RawJournal> rawLeftovers() {
        return epochs.takeRawLeftovers();
    }

    /// Journals of datagrams that were found and that nobody has taken to decode.
    public int rawLeftoverCount() {
        return epochs.rawLeftovers();
    }

    /// Begins to take what the datagrams of a journal become.
    public DecodedJournal decode(RawJournal journal) {
        return new DecodedJournal(journal, epochs);
    }

    /// What exporters had announced before a journal of datagrams, as far as that is known.
    public Optional<ExporterStates.Saved> stateBefore(long number) throws IOException {
        return states.latestBelow(number);
    }

    /// Takes up to where an earlier run counted what it decoded; empty where it was killed.
    public Optional<ExporterStates.Counted> takeCounted() throws IOException {
        return states.takeCounted();
    }

    /// Keeps up to where this run counted what it decoded.
    public void saveCounted(ExporterStates.Counted counted) throws IOException {
        states.save(counted);
    }

    /// Keeps what exporters have announced by the end of a journal of datagrams.
    ///
    /// @param nowMs when that was, by the clock of those who decode
    public void saveState(long number, long nowMs, byte[] state) throws IOException {
        states.save(number, nowMs, state);
    }

    /// Writes what was taken in.
    public FlowWriter writer() {
        return writer;
    }

    /// Octets of journals whose flows are not all in segments yet. Any thread may ask.
    public long journalOctets() {
        return epochs.octets();
    }

    /// Writes what is pending to segments and trims the journal, where one thread takes and writes.
    ///
    /// @return flows written, by path of the hour relative to the root
    public Map<String, Integer> flush() throws IOException {
        Optional<Epoch> epoch = intake.rotate();
        return epoch.isPresent() ? writer.write(epoch.get(), () -> true) : Map.of();
    }

    /// Fields that the store keeps.
    public static List<Field> columns() {
        return Schema.COLUMNS;
    }

    /// Commits what waits and gives the repository free. Segments are not written: what is in the
    /// journal stays there for the next one who opens the repository.
    @Override
    public void close() throws IOException {
        try (lock;
                datagrams) {
            intake.close();
        }
    }
}

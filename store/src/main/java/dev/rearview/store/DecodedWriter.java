package dev.rearview.store;

import dev.rearview.site.Site;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.hour.FileOrigin;
import dev.rearview.store.hour.HourRows;
import dev.rearview.store.hour.SegmentFiles;
import dev.rearview.store.hour.SegmentWriter;
import dev.rearview.store.journal.Commit;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.journal.JournalDirectory;
import dev.rearview.store.state.ExporterStates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Writes what datagrams of a journal became: segments under names that nobody knows, then what
/// exporters have announced, then the commit. Up to its last step nothing has happened; from there
/// on all of it has. For one thread.
final class DecodedWriter {
    private final SegmentWriter writer;
    private final SegmentFiles files;
    private final JournalDirectory journals;
    private final ExporterStates states;
    private final OpenEpochs epochs;

    DecodedWriter(
            SegmentWriter writer,
            SegmentFiles files,
            JournalDirectory journals,
            ExporterStates states,
            OpenEpochs epochs) {
        this.writer = writer;
        this.files = files;
        this.journals = journals;
        this.states = states;
        this.epochs = epochs;
    }

    /// Writes what was handed over so far and, if that is all, the commit.
    ///
    /// @param goOn asked before each hour
    /// @return the commit, which is to be written as an epoch; empty where there is more to come,
    ///   or nothing came of the journal, which is done then
    /// @throws IOException if something could be written nowhere: it is still there
    Optional<Epoch> write(DecodedJournal d, Site site, BooleanSupplier goOn) throws IOException {
        for (DecodedJournal.Part p = d.part(); p != null; p = d.part()) {
            Failures failures = new Failures();
            write(d, p, site, goOn, failures);
            failures.raise("hours cannot be written, nor the journal");
            if (p.rows().hours() > 0) {
                return Optional.empty();
            }
            d.partWritten();
        }
        DecodedJournal.Ending ending = d.ending();
        // What was handed over before it ended was looked for before that.
        if (ending == null || d.part() != null || d.isDone()) {
            return Optional.empty();
        }
        if (!d.isStateSaved()) {
            states.save(d.number(), ending.nowMs(), ending.state());
            d.stateSaved();
        }
        boolean isEmpty = d.segments().isEmpty() && !d.hasRest() && ending.trouble().isEmpty();
        if (isEmpty) {
            return Optional.empty();
        }
        return Optional.of(commit(d, ending));
    }

    private void write(
            DecodedJournal d,
            DecodedJournal.Part p,
            Site site,
            BooleanSupplier goOn,
            Failures failures) {
        for (Map.Entry<String, HourParts.Part> e : HourParts.of(p.rows(), site).entrySet()) {
            if (!goOn.getAsBoolean()) {
                return;
            }
            HourParts.Part part = e.getValue();
            try {
                writeOrKeep(d, p.epoch(), e.getKey(), part, site);
                part.keys().forEach(key -> p.rows().byHour().remove(key));
                part.rows().release();
            } catch (IOException | RuntimeException failure) {
                failures.add(failure);
            }
        }
    }

    /// Writes an hour's flows to a segment, or else to the commit.
    private void writeOrKeep(
            DecodedJournal d, long epoch, String relative, HourParts.Part part, Site site)
            throws IOException {
        int file = d.newFile();
        Path path = files.path(d.number(), file);
        HourRows.Key key = part.keys().getFirst();
        int flows = part.rows().count();
        Commit.Place place = new Commit.Place(key.flowtype(), key.sensor(), key.hourUs(), relative);
        try {
            files.prepare();
            Map<String, String> metadata =
                    FileOrigin.metadata(epoch, d.number(), HourParts.metadata(key, site));
            FileOrigin.place(place, metadata);
            writer.write(path, part.rows(), metadata);
        } catch (IOException | RuntimeException failure) {
            try {
                Journal commit = d.commit(journals);
                long before = commit.octets();
                commit.append(part.rows().words(), flows);
                epochs.grow(commit.octets() - before);
                return;
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
        d.segments().add(new Commit.Segment(epoch, file, flows, place));
        epochs.grow(Disk.size(path));
    }

    private Epoch commit(DecodedJournal d, DecodedJournal.Ending ending) throws IOException {
        files.prepare();
        files.sync();
        Journal commit = d.commit(journals);
        long before = commit.octets();
        d.complete(commit, ending);
        epochs.grow(commit.octets() - before);
        commit.force();
        Path placed = journals.place(d.number());
        commit.close();
        return Epoch.committed(placed, d.raw().isFound());
    }
}

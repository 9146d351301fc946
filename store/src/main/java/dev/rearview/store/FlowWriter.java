package dev.rearview.store;

import dev.rearview.site.Site;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.hour.EpochSet;
import dev.rearview.store.hour.FlowColumns;
import dev.rearview.store.hour.HourRows;
import dev.rearview.store.hour.HourWriter;
import dev.rearview.store.hour.SegmentFiles;
import dev.rearview.store.hour.SegmentWriter;
import dev.rearview.store.journal.Commit;
import dev.rearview.store.journal.JournalDirectory;
import dev.rearview.store.journal.JournalReader;
import dev.rearview.store.kept.KeptIndex;
import dev.rearview.store.kept.KeptJournals;
import dev.rearview.store.state.ExporterStates;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.RepositoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Writes the flows of ended epochs to segments, named by a manifest for each hour, and seals
/// hours.
///
/// For one thread at a time, that which writes, while another one takes flows in. Any thread may
/// [#use] another site or ask for counts.
///
/// The flows of one journal epoch go to segments that carry the epoch's number, and every hour's
/// manifest remembers it; so recovery after a crash writes what is missing and nothing twice.
public final class FlowWriter {
    private final Path root;
    private final OpenEpochs epochs;
    private final Quarantine quarantine;
    private final JournalDirectory journals;
    private final ExporterStates states;
    private final EpochWriter writer;
    private final DecodedWriter decoded;
    private final SegmentPlacer placer;
    private final Sealer sealer;
    private final AtomicLong lostFlows = new AtomicLong();
    private final AtomicLong lostDatagrams = new AtomicLong();
    private final AtomicLong recovered = new AtomicLong();
    private volatile Site site;
    private volatile @Nullable KeptJournals kept;

    FlowWriter(
            Path root, Site site, RepositoryLock lock, Quarantine quarantine, OpenEpochs epochs) {
        this.root = root;
        this.site = site;
        this.epochs = epochs;
        this.quarantine = quarantine;
        this.journals = new JournalDirectory(root, quarantine);
        this.states = new ExporterStates(root, quarantine);
        SegmentWriter segments = new SegmentWriter();
        HourWriter merger = new HourWriter(segments);
        this.sealer = new Sealer(root, lock, merger, quarantine);
        HourNaming naming = new HourNaming(root, lock, merger, sealer, quarantine, epochs::isLive);
        SegmentFiles files = new SegmentFiles(root, quarantine);
        this.writer = new EpochWriter(root, segments, naming);
        this.decoded = new DecodedWriter(segments, files, journals, states, epochs);
        this.placer = new SegmentPlacer(root, files, naming, epochs, quarantine);
    }

    /// Names sensors and types by another site configuration from now on.
    public void use(Site next) {
        site = next;
    }

    /// Keeps journals of datagrams from now on when their flows are committed.
    public void keep(KeptJournals.Limits limits) {
        kept = new KeptJournals(root, limits, states, quarantine);
    }

    /// What of the journals that are kept was let go since this was opened. Any thread may ask.
    public KeptJournals.LetGo letGo() {
        KeptJournals known = kept;
        return known == null ? KeptJournals.LetGo.NOTHING : known.letGo();
    }

    /// Takes the epochs that were found in journals since the last call, oldest first. They are to
    /// be given to [#write].
    public List<Epoch> leftovers() {
        return epochs.takeLeftovers();
    }

    /// Writes what an earlier process left in its journals.
    ///
    /// @throws IOException after all that could be written was, if some could not
    public void recover() throws IOException {
        Failures failures = new Failures();
        for (Epoch e : leftovers()) {
            try {
                write(e, () -> true);
            } catch (IOException | RuntimeException failure) {
                failures.add(failure);
            }
        }
        failures.raise("journals cannot be recovered");
    }

    /// Flows that were found in journals of an earlier process and written. Any thread may ask.
    public long recovered() {
        return recovered.get();
    }

    /// Flows that were lost in damaged journals since this was opened, as far as the journals tell:
    /// those of batches whose headers are right, and those without a date. A journal counts when it
    /// is put into quarantine. Any thread may ask.
    public long lostFlows() {
        return lostFlows.get();
    }

    /// Datagrams that were lost in damaged journals since this was opened; see [#lostFlows].
    public long lostDatagrams() {
        return lostDatagrams.get();
    }

    /// Writes what datagrams of a journal became, as far as it was handed over, and commits to that
    /// when it is all.
    ///
    /// @param goOn asked before each hour
    /// @return what is to be given to [#write] then
    /// @throws IOException if something could be written nowhere: it waits in memory
    public Optional<Epoch> commit(DecodedJournal journal, BooleanSupplier goOn) throws IOException {
        Optional<Epoch> out = decoded.write(journal, site, goOn);
        if (out.isPresent()) {
            journal.finish();
        } else if (journal.isOver() && !journal.isDone()) {
            // No flow came of it.
            removeRaw(journal.number(), "", KeptIndex.Given.nothing(journal.number()));
            epochs.end(journal.number());
            journal.finish();
        }
        return out;
    }

    /// Writes an epoch's flows to segments and trims the journal. Epochs are written one at a time,
    /// oldest first. What is left, because this was told to stop or failed, stays in the journal,
    /// and [Epoch#isDone] says so: the epoch is to be given here again later.
    ///
    /// @param goOn asked before each hour
    /// @return flows written, by path of the hour relative to the root
    /// @throws IOException if some hours could not be written; all others were
    public Map<String, Integer> write(Epoch epoch, BooleanSupplier goOn) throws IOException {
        if (epoch.isDone()) {
            return Map.of();
        }
        HourRows rows = epoch.take();
        if (rows == null) {
            rows = readBack(epoch);
        }
        Failures failures = new Failures();
        SegmentPlacer.Result placed = placer.place(epoch, site, goOn, failures);
        lostFlows.addAndGet(placed.lost());
        EpochWriter.Result result =
                writer.write(epoch.flowsNumber(), rows, epoch.isAttempted(), site, goOn);
        epoch.attempt();
        Map<String, Integer> written = new LinkedHashMap<>(placed.written());
        result.written().forEach((hour, flows) -> written.merge(hour, flows, Integer::sum));
        if (epoch.isFound()) {
            recovered.addAndGet(written.values().stream().mapToLong(n -> n).sum());
        }
        if (rows.hours() == 0 && epoch.segments().isEmpty()) {
            discard(epoch, rows);
        } else {
            epoch.giveBack(rows);
        }
        failures.raise("segments cannot be put to their hours");
        result.failures().raise("hours cannot be written");
        return written;
    }

    private HourRows readBack(Epoch epoch) throws IOException {
        HourRows rows = new HourRows();
        epoch.clear();
        try {
            JournalReader.Report report =
                    JournalReader.read(epoch.path(), epoch.number(), new Contents(epoch, rows));
            epoch.report(report);
            epoch.epochs().forEach(epochs::begin);
            removeRaw(epoch, report, rows);
        } catch (NoSuchFileException e) {
            quarantine.tell(epoch.path(), "removed by someone, with flows that no segment has");
        }
        return rows;
    }

    private record Contents(Epoch epoch, HourRows rows) implements JournalReader.RecordConsumer {
        @Override
        public void accept(long[] words, int count) {
            rows.add(words, count);
        }

        @Override
        public void segments(Commit part) {
            epoch.take(part);
        }
    }

    /// Removes the journal of datagrams of which a commit says what became.
    ///
    /// @param rows those of its flows that no segment has
    private void removeRaw(Epoch epoch, JournalReader.Report report, HourRows rows)
            throws IOException {
        Commit commit = epoch.commit();
        KeptIndex.Given given = given(epoch, rows);
        if (report.isDamaged()) {
            removeRaw(epoch.number(), "what became of it is damaged", given);
        } else if (commit != null) {
            boolean isThere = Files.exists(journals.raw(epoch.number()));
            try {
                removeRaw(epoch.number(), commit.trouble(), given);
            } finally {
                boolean isGone = !Files.exists(journals.raw(epoch.number()));
                lostDatagrams.addAndGet(isThere && isGone ? commit.lost() : 0);
            }
        }
    }

    private static KeptIndex.Given given(Epoch epoch, HourRows rows) {
        long flows = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (Commit.Segment s : epoch.segments()) {
            flows += s.flows();
            first = Math.min(first, s.place().hourUs());
            last = Math.max(last, s.place().hourUs());
        }
        for (Map.Entry<HourRows.Key, FlowColumns> e : rows.byHour().entrySet()) {
            flows += e.getValue().count();
            first = Math.min(first, e.getKey().hourUs());
            last = Math.max(last, e.getKey().hourUs());
        }
        List<Long> numbers = new ArrayList<>(epoch.epochs());
        numbers.add(epoch.number());
        return new KeptIndex.Given(
                flows, flows == 0 ? 0 : first, flows == 0 ? 0 : last, EpochSet.of(numbers));
    }

    /// Removes a journal of datagrams, or keeps it.
    ///
    /// @param trouble why it is put into quarantine, or ""
    /// @param given what became of it
    private void removeRaw(long number, String trouble, KeptIndex.Given given) throws IOException {
        Path raw = journals.raw(number);
        if (Files.exists(raw)) {
            long octets = Disk.size(raw);
            if (!trouble.isEmpty()) {
                quarantine.take("journal", raw, trouble);
            } else if (!keepRaw(raw, number, given)) {
                Files.deleteIfExists(raw);
            }
            epochs.grow(-octets);
        }
        // Before its commit goes; again where that failed after the journal had gone.
        journals.sync();
        epochs.endRaw(number);
        states.prune(epochs.oldestRaw());
    }

    /// Keeps a journal of datagrams, if that is wanted. Its flows are safe, so that nothing waits
    /// for it where that fails.
    private boolean keepRaw(Path raw, long number, KeptIndex.Given given) {
        KeptJournals known = kept;
        if (known == null) {
            return false;
        }
        try {
            known.keep(raw, number, given);
            return true;
        } catch (IOException e) {
            if (Files.exists(raw)) {
                quarantine.tell(raw, "cannot be kept, and goes: " + e.getMessage());
                return false;
            }
            quarantine.tell(raw, "kept, but: " + e.getMessage());
            return true;
        }
    }

    /// Removes the journal of an epoch whose flows are in segments; one that holds more than these
    /// is kept elsewhere.
    private void discard(Epoch epoch, HourRows rows) throws IOException {
        long octets = Disk.size(epoch.path());
        epoch.close();
        String trouble = trouble(epoch.report(), rows.undated());
        if (!trouble.isEmpty() && octets > 0) {
            quarantine.take("journal", epoch.path(), trouble);
            JournalReader.Report report = epoch.report();
            long lost = report == null ? 0 : report.lostFlows();
            lostFlows.addAndGet(lost + rows.undated());
        }
        Files.deleteIfExists(epoch.path());
        epoch.finish();
        epochs.end(epoch.number());
        epoch.epochs().forEach(epochs::end);
        epochs.grow(-octets);
    }

    private static String trouble(JournalReader.@Nullable Report report, long undated) {
        String damage = report != null && report.isDamaged() ? report.toString() : "";
        if (undated == 0) {
            return damage;
        }
        return damage + (damage.isEmpty() ? "" : "; ") + undated + " flows have no date";
    }

    /// Seals hours: merges their files into compressed ones; and lets go of kept journals.
    ///
    /// @param beforeMs hours that ended, and got their last flows, by then
    /// @param goOn asked before each hour
    /// @return hours sealed
    /// @throws IOException after all that could be sealed was
    public int seal(long beforeMs, BooleanSupplier goOn) throws IOException {
        Failures failures = new Failures();
        KeptJournals known = kept;
        if (known != null) {
            try {
                // What goes makes room.
                known.trim();
            } catch (IOException e) {
                failures.add(e);
            }
        }
        int sealed = sealer.seal(site, beforeMs, goOn);
        failures.raise("kept journals cannot be let go");
        return sealed;
    }

    /// Writes a sealed hour again if files of it have an older layout than those of today. The old
    /// ones stay for their readers, as those that [#seal] merges.
    ///
    /// @param hour path of the classic hourly file
    /// @return whether it was written again
    public boolean convert(Path hour) throws IOException {
        return sealer.convert(hour);
    }
}

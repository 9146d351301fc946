package dev.rearview.store;

import dev.rearview.site.Site;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.Failures;
import dev.rearview.store.hour.HourRows;
import dev.rearview.store.hour.HourWriter;
import dev.rearview.store.hour.SegmentWriter;
import dev.rearview.store.journal.JournalReader;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.RepositoryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    private final OpenEpochs epochs;
    private final Quarantine quarantine;
    private final EpochWriter writer;
    private final Sealer sealer;
    private final AtomicLong lostFlows = new AtomicLong();
    private final AtomicLong recovered = new AtomicLong();
    private volatile Site site;

    FlowWriter(
            Path root, Site site, RepositoryLock lock, Quarantine quarantine, OpenEpochs epochs) {
        this.site = site;
        this.epochs = epochs;
        this.quarantine = quarantine;
        HourWriter merger = new HourWriter(new SegmentWriter());
        this.sealer = new Sealer(root, lock, merger, quarantine);
        this.writer = new EpochWriter(root, lock, merger, sealer, quarantine, epochs::isLive);
    }

    /// Names sensors and types by another site configuration from now on.
    public void use(Site next) {
        site = next;
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
        boolean found = epoch.isFound();
        EpochWriter.Result result =
                writer.write(epoch.number(), rows, epoch.isAttempted(), site, goOn);
        epoch.attempt();
        if (found) {
            recovered.addAndGet(result.written().values().stream().mapToLong(n -> n).sum());
        }
        if (rows.hours() == 0) {
            discard(epoch, rows);
        } else {
            epoch.giveBack(rows);
        }
        result.failures().raise("hours cannot be written");
        return result.written();
    }

    private HourRows readBack(Epoch epoch) throws IOException {
        HourRows rows = new HourRows();
        try {
            epoch.report(JournalReader.read(epoch.path(), epoch.number(), rows::add));
        } catch (NoSuchFileException e) {
            quarantine.tell(epoch.path(), "removed by someone, with flows that no segment has");
        }
        return rows;
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
        epochs.grow(-octets);
    }

    private static String trouble(JournalReader.@Nullable Report report, long undated) {
        String damage = report != null && report.isDamaged() ? report.toString() : "";
        if (undated == 0) {
            return damage;
        }
        return damage + (damage.isEmpty() ? "" : "; ") + undated + " flows have no date";
    }

    /// Seals hours: merges their files into compressed ones.
    ///
    /// @param beforeMs hours that ended, and got their last flows, by then
    /// @param goOn asked before each hour
    /// @return hours sealed
    public int seal(long beforeMs, BooleanSupplier goOn) throws IOException {
        return sealer.seal(site, beforeMs, goOn);
    }
}

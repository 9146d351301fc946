package dev.rearview.store;

import dev.rearview.model.FieldNumbers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import dev.rearview.model.RecordWords;
import dev.rearview.store.hour.HourRows;
import dev.rearview.store.journal.Commit;
import dev.rearview.store.journal.Journal;
import dev.rearview.store.journal.JournalDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// What the datagrams of one journal become. The thread that decodes [#append]s flows, hands them
/// over in parts that fit into memory and [#end]s it; the one that writes gives it to
/// [FlowWriter#commit] for each.
///
/// The first part's epoch is the journal's number; further ones, which only datagrams of very many
/// flows make, have numbers of their own.
public final class DecodedJournal {
    /// Flows that are written together: files are forced to the disk, named and merged one by one,
    /// so that larger ones cost less. They take a sixteenth of the heap, if that is enough.
    private static final int PART_FLOWS = partFlows(Runtime.getRuntime().maxMemory());

    private static final int HEAP_SHARE = 16;

    /// Flows of one epoch.
    ///
    /// @param rows removed as they are written
    record Part(long epoch, HourRows rows, int flows) {}

    /// The end of the journal.
    ///
    /// @param state what exporters have announced by then
    /// @param nowMs when that was, by the clock of those who decode
    /// @param lost datagrams of it, as far as it tells
    /// @param trouble what is wrong with it, or ""
    public record Ending(byte[] state, long nowMs, long lost, String trouble) {}

    private final RawJournal raw;
    private final OpenEpochs epochs;

    // Of the thread that decodes.
    private HourRows gathered = new HourRows();
    private int gatheredCount;
    private boolean isFirst = true;

    private final Queue<Part> parts = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Ending ending;

    // Of the thread that writes.
    private final List<Commit.Segment> segments = new ArrayList<>();
    private int files;
    private @Nullable Journal commit;
    private long rest;
    private int written;
    private boolean stateSaved;
    private boolean appended;
    private volatile boolean done;

    DecodedJournal(RawJournal raw, OpenEpochs epochs) {
        this.raw = raw;
        this.epochs = epochs;
        this.rest = raw.number();
    }

    static int partFlows(long heapOctets) {
        long most = heapOctets / HEAP_SHARE / (RecordWords.COUNT * Long.BYTES);
        return most < 2 * FlowIntake.MAX_EPOCH_FLOWS
                ? FlowIntake.MAX_EPOCH_FLOWS
                : 2 * FlowIntake.MAX_EPOCH_FLOWS;
    }

    public RawJournal raw() {
        return raw;
    }

    long number() {
        return raw.number();
    }

    // Decoding ------------------------------------------------------------------------------------

    /// Takes a flow.
    ///
    /// @return false if it has no date: there is no hour to hold it
    public boolean append(FlowRecord r) {
        if (!HourRows.isDate(r.stime)) {
            return false;
        }
        gathered.add(r);
        gatheredCount++;
        return true;
    }

    /// Takes flows that all have dates.
    ///
    /// @return false if one has none: nothing is taken then
    public boolean append(MessageFlows flows) {
        long[] stime = flows.values(FieldNumbers.STIME);
        for (int i = 0; i < flows.count(); i++) {
            if (!HourRows.isDate(stime[i])) {
                return false;
            }
        }
        gathered.add(flows);
        gatheredCount += flows.count();
        return true;
    }

    /// Whether what was gathered should be handed over, so that a part never has more flows than it
    /// may.
    public boolean isFull() {
        return gatheredCount > PART_FLOWS - MessageFlows.CAPACITY
                || gathered.hours() >= FlowIntake.MAX_OPEN_HOURS;
    }

    /// Hands over what was gathered.
    ///
    /// @return flows of it
    public int handOver() throws IOException {
        int flows = gatheredCount;
        if (flows > 0) {
            long epoch = isFirst ? raw.number() : epochs.newNumber();
            epochs.begin(epoch);
            isFirst = false;
            parts.add(new Part(epoch, gathered, flows));
            gathered = new HourRows();
            gatheredCount = 0;
        }
        return flows;
    }

    /// Says that all was handed over.
    public void end(Ending how) {
        ending = how;
    }

    // Writing -------------------------------------------------------------------------------------

    /// Whether its segments are named by a commit, or nothing came of it.
    boolean isDone() {
        return done;
    }

    void finish() {
        done = true;
    }

    /// Whether all of it is written, but for a commit.
    boolean isOver() {
        return ending != null && parts.isEmpty() && stateSaved;
    }

    @Nullable Part part() {
        return parts.peek();
    }

    /// Says that the first part is written.
    void partWritten() {
        written += parts.remove().flows;
    }

    /// Flows that have left memory since the last call, on the thread that writes.
    public int takeWritten() {
        int out = written;
        written = 0;
        return out;
    }

    /// Whether what was handed over is written and, if that is all, committed to.
    public boolean isWritten() {
        return parts.isEmpty() && (ending == null || done);
    }

    @Nullable Ending ending() {
        return ending;
    }

    List<Commit.Segment> segments() {
        return segments;
    }

    /// A number for the next file.
    int newFile() {
        return files++;
    }

    boolean hasRest() {
        return commit != null;
    }

    /// The commit, which holds the flows that cannot be written elsewhere, and that nobody knows of
    /// yet.
    Journal commit(JournalDirectory journals) throws IOException {
        Journal known = commit;
        if (known == null) {
            known = journals.createCommit(raw.number());
            rest = epochs.newNumber();
            epochs.begin(rest);
            commit = known;
        }
        return known;
    }

    /// Writes the commit's last batch, once.
    void complete(Journal journal, Ending how) throws IOException {
        if (!appended) {
            journal.append(new Commit(rest, how.lost, how.trouble, segments));
            appended = true;
        }
    }

    boolean isStateSaved() {
        return stateSaved;
    }

    void stateSaved() {
        stateSaved = true;
    }
}

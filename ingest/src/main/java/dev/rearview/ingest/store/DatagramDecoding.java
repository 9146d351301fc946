package dev.rearview.ingest.store;

import dev.rearview.ingest.DaemonThreads;
import dev.rearview.ingest.Intake.Decoding;
import dev.rearview.ingest.Notices;
import dev.rearview.ingest.Reception;
import dev.rearview.ingest.Routing;
import dev.rearview.ingest.Ticks;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import dev.rearview.store.DecodedJournal;
import dev.rearview.store.FlowStore;
import dev.rearview.store.RawJournal;
import dev.rearview.store.journal.DatagramBatch;
import dev.rearview.store.journal.DatagramFollower;
import dev.rearview.store.journal.JournalReader;
import dev.rearview.store.state.ExporterStates;
import dev.rearview.wire.Arrival;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import dev.rearview.wire.FlowConsumer;
import dev.rearview.wire.state.StateReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Follows the journals of datagrams and decodes them, on a thread of its own: whether it keeps up,
/// is behind, or takes up what an earlier run left, it reads on. What comes of a journal goes to
/// [SegmentWriting]. Where that is behind, this waits, and nobody else does.
final class DatagramDecoding implements FlowConsumer {
    /// Batches that no journal takes and that wait to be decoded: 8 MB.
    private static final int MAX_REFUSED = 8;

    /// All datagrams of a journal.
    private static final long ALL = Long.MAX_VALUE / 100;

    private static final long LOOK_NS = 100_000_000;

    /// How long datagrams gather in the journal before more are decoded: waking for each commit
    /// costs both threads as much as decoding some dozens.
    private static final long GATHER_NS = 20_000_000;

    /// How long after its end what is in hand may take.
    private static final long GRACE_MS = 700;

    /// How long after something cannot be handed over it is tried again.
    static final long RETRY_MS = 1000;

    /// What is to be done, in the order it came.
    private sealed interface Step {}

    private record Follow(RawJournal journal) implements Step {}

    private record Use(Routing routing) implements Step {}

    /// @param isLast whether there is no way for it any more
    private record Refuse(DatagramBatch batch, boolean isLast) implements Step {}

    private record Run(Runnable task) implements Step {}

    private final FlowStore store;
    private final SegmentWriting segments;
    private final Notices notices;
    private final Queue<Step> steps = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refusedBatches = new AtomicInteger();
    private final Thread thread = DaemonThreads.behind("datagram-decoder").newThread(this::run);
    // Whether nothing comes, so that whatever comes next is worth waking for.
    private volatile boolean isIdle;
    private volatile boolean ageWanted;
    private volatile boolean ending;
    private volatile long untilMs = Long.MAX_VALUE;
    private volatile boolean drained;
    private final AtomicLong lostAtEnd = new AtomicLong();

    // Of the thread, but for the first, which is set before it starts.
    private @Nullable Decoding how;
    private @Nullable DecodedJournal into;
    private @Nullable DatagramFollower follower;
    private boolean isRefused;
    // Whether some of the journal in hand is left for the next run.
    private boolean isLeft;
    // Whether it was told that no number can be had.
    private boolean isUnnumbered;
    private long refusedFlows;
    private long strangers;
    private String stranger = "";
    // The journal at whose end exporters had announced what is known now.
    private long position = -1;
    private boolean isOwn;
    // What an earlier run counted, if that is known; and what this one has of the journal in hand.
    private Optional<ExporterStates.Counted> counted = Optional.empty();
    private long taken;

    DatagramDecoding(FlowStore store, SegmentWriting segments, Notices notices) {
        this.store = store;
        this.segments = segments;
        this.notices = notices;
    }

    // Of the thread that receives -----------------------------------------------------------------

    void start(Decoding decoding) {
        how = decoding;
        thread.start();
    }

    boolean isRunning() {
        return thread.isAlive();
    }

    void use(Routing next) {
        steps.add(new Use(next));
        wake();
    }

    void follow(RawJournal journal) {
        steps.add(new Follow(journal));
        wake();
    }

    /// Has something done after all that came before is decoded, on the thread of this.
    void afterwards(Runnable task) {
        steps.add(new Run(task));
        wake();
    }

    /// Takes datagrams that no journal takes: their flows are counted as lost.
    ///
    /// @param isLast whether that is to be told
    /// @return false if there are too many already
    boolean refuse(DatagramBatch batch, boolean isLast) {
        if (!isLast && refusedBatches.get() >= MAX_REFUSED) {
            return false;
        }
        refusedBatches.incrementAndGet();
        steps.add(new Refuse(batch, isLast));
        wake();
        return true;
    }

    void wake() {
        if (isIdle) {
            LockSupport.unpark(thread);
        }
    }

    void expire() {
        ageWanted = true;
        wake();
    }

    /// Waits until all is decoded.
    ///
    /// @param until after which it is not waited, by [Ticks]
    /// @return whether all is
    boolean finish(long until) {
        untilMs = until;
        ending = true;
        wake();
        if (how == null) {
            return true;
        }
        try {
            thread.join(Math.max(1, until - Ticks.ms()) + GRACE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return drained;
    }

    /// Flows of the datagrams that no journal took at the end.
    long lostAtEnd() {
        return lostAtEnd.get();
    }

    // Of the thread itself ------------------------------------------------------------------------

    private Decoding how() {
        Decoding known = how;
        if (known == null) {
            throw new IllegalStateException("not started");
        }
        return known;
    }

    private void run() {
        try {
            counted = store.takeCounted();
            while (goesOn()) {
                // Asked first: what comes before is done, too.
                boolean isEnd = ending;
                if (turn()) {
                    isIdle = false;
                } else if (isEnd) {
                    end();
                    break;
                } else {
                    rest();
                }
            }
            keepCounted();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | Error e) {
            notices.error("Decoding ends: " + e);
        } finally {
            closeFollower();
        }
    }

    /// Lets datagrams gather, or waits for the first where none came meanwhile.
    private void rest() {
        LockSupport.parkNanos(this, isIdle ? LOOK_NS : GATHER_NS);
        // What comes from now on wakes; what came before is found by the next turn.
        isIdle = true;
    }

    private boolean goesOn() {
        return Ticks.ms() < untilMs;
    }

    /// Does something.
    ///
    /// @return false if there is nothing to do
    private boolean turn() throws IOException, InterruptedException {
        how().settle().run();
        if (ageWanted) {
            ageWanted = false;
            how().reception().expire(Ticks.ms());
            how().age().run();
        }
        DecodedJournal journal = into;
        if (journal != null) {
            return read(journal);
        }
        Step step = steps.poll();
        switch (step) {
            case null -> {
                return false;
            }
            case Follow f -> begin(f.journal);
            case Use u -> how().reception().use(u.routing);
            case Refuse r -> refused(r);
            case Run r -> r.task.run();
        }
        return true;
    }

    /// Notes how far this has come, so that the next run counts the rest.
    private void keepCounted() throws IOException {
        DecodedJournal journal = into;
        ExporterStates.Counted here =
                journal == null
                        ? new ExporterStates.Counted(Math.max(0, position), ALL)
                        : new ExporterStates.Counted(journal.raw().number(), taken);
        boolean isBehind =
                counted.isPresent()
                        && (counted.get().number() > here.number()
                                || counted.get().number() == here.number()
                                        && counted.get().datagrams() > here.datagrams());
        store.saveCounted(isBehind ? counted.get() : here);
    }

    /// Whether an earlier run may have counted the next datagram of a journal.
    private boolean mayBeCounted(RawJournal raw) {
        if (!raw.isFound() || counted.isEmpty()) {
            return raw.isFound();
        }
        ExporterStates.Counted c = counted.get();
        return raw.number() < c.number() || raw.number() == c.number() && taken < c.datagrams();
    }

    private void begin(RawJournal raw) throws IOException {
        // What is known of what an earlier run counted is not counted again.
        how().ledger().recount(true);
        if (!isOwn) {
            recall(raw.number());
        }
        if (!isOwn && !raw.isFound()) {
            isOwn = true;
            takeOver();
        }
        taken = 0;
        how().ledger().recount(mayBeCounted(raw));
        strangers = 0;
        try {
            follower = raw.follow(this::take);
            into = store.decode(raw);
        } catch (NoSuchFileException e) {
            notices.error("A journal was removed by someone: " + e.getMessage());
        }
    }

    /// Takes up what exporters had announced before a journal of an earlier run, unless that is
    /// what is known now.
    private void recall(long number) throws IOException {
        Optional<ExporterStates.Saved> saved = store.stateBefore(number);
        if (saved.isEmpty() || saved.get().number() <= position) {
            return;
        }
        ExporterStates.Saved s = saved.get();
        try {
            how().reception().restore(s.body(), Math.min(s.nowMs(), Ticks.ms()));
        } catch (StateReader.Malformed e) {
            notices.warning("Not all that exporters announced is known: " + e.getMessage());
        }
        position = s.number();
    }

    /// What an earlier run received is decoded: its sessions are gone, and what it missed is its
    /// own.
    private void takeOver() throws IOException {
        Reception reception = how().reception();
        long now = Ticks.ms();
        reception.endSessions();
        byte[] state = reception.save(ExporterStates.MAX_OCTETS, now);
        try {
            reception.restore(ByteBuffer.wrap(state), now);
        } catch (StateReader.Malformed e) {
            throw new IllegalStateException(e);
        }
        // Where that was killed, it may have given up the same.
        how().ledger().recount(counted.isEmpty());
        reception.expire(now);
    }

    /// Reads on.
    private boolean read(DecodedJournal journal) throws IOException, InterruptedException {
        RawJournal raw = journal.raw();
        DatagramFollower from = follower;
        if (from == null) {
            throw new IllegalStateException("no file");
        }
        boolean isEnded = raw.isEnded();
        JournalReader.Report report;
        try {
            if (from.advance(raw.octets())) {
                return true;
            }
            report = isEnded ? from.finish() : null;
        } catch (IOException e) {
            notices.error("Cannot read a journal, it waits for the next start: " + e.getMessage());
            closeFollower();
            into = null;
            return true;
        }
        if (report != null && !isLeft) {
            end(journal, report);
        }
        return isEnded;
    }

    private void end(DecodedJournal journal, JournalReader.Report report)
            throws IOException, InterruptedException {
        closeFollower();
        long now = Ticks.ms();
        byte[] state = how().reception().save(ExporterStates.MAX_OCTETS, now);
        if (!goesOn()) {
            // Nobody writes any more.
            return;
        }
        OptionalInt flows = handOver(journal);
        if (flows.isEmpty()) {
            return;
        }
        journal.end(new DecodedJournal.Ending(state, now, report.lostFlows(), trouble(report)));
        segments.add(journal, flows.getAsInt());
        position = journal.raw().number();
        into = null;
        // Most journals have fewer flows than are handed over before their end.
        segments.awaitRoom(this::goesOn);
    }

    /// Why a journal is kept.
    private String trouble(JournalReader.Report report) {
        String damage = report.isDamaged() ? report.text("datagrams") : "";
        if (strangers == 0) {
            return damage;
        }
        return damage
                + (damage.isEmpty() ? "" : "; ")
                + strangers
                + " datagrams of probes that are no more, such as '"
                + stranger
                + "'";
    }

    private void closeFollower() {
        DatagramFollower open = follower;
        follower = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                notices.warning("A journal cannot be closed: " + e.getMessage());
            }
        }
    }

    private void refused(Refuse r) {
        isRefused = true;
        how().ledger().recount(false);
        refusedFlows = 0;
        r.batch.forEach(this::take);
        isRefused = false;
        if (r.isLast) {
            lostAtEnd.addAndGet(refusedFlows);
        }
        refusedBatches.decrementAndGet();
    }

    private void take(DatagramBatch.Datagram d) {
        DecodedJournal journal = into;
        long now = Ticks.ms();
        if (journal != null && !isRefused) {
            if (isLeft || now >= untilMs) {
                // A batch may take longer to decode than the end may.
                isLeft = true;
                return;
            }
            how().ledger().recount(mayBeCounted(journal.raw()));
            taken++;
        }
        Arrival arrival = new Arrival(d.from().getPort(), d.receivedUs(), Math.min(d.nowMs(), now));
        boolean isKnown =
                how().reception()
                        .take(
                                new Reception.Message(
                                        d.probe(), d.from(), d.session(), arrival, d.bytes()));
        if (!isKnown) {
            strangers++;
            stranger = d.probe();
        }
    }

    /// Takes a flow of the message in hand.
    @Override
    public void accept(FlowRecord r, Counters counters) {
        DecodedJournal journal = into;
        if (isRefused || journal == null) {
            refusedFlows++;
            counters.drop(Drop.DISK_FULL, 1);
        } else if (!journal.append(r)) {
            counters.drop(Drop.BAD_RECORD, 1);
        } else if (journal.isFull()) {
            handOverPart(journal);
        }
    }

    /// Takes flows of the message in hand.
    @Override
    public void accept(MessageFlows flows, Counters counters) {
        DecodedJournal journal = into;
        if (isRefused || journal == null || !journal.append(flows)) {
            FlowConsumer.super.accept(flows, counters);
        } else if (journal.isFull()) {
            handOverPart(journal);
        }
    }

    private void handOverPart(DecodedJournal journal) {
        try {
            OptionalInt flows = handOver(journal);
            if (flows.isPresent()) {
                segments.add(journal, flows.getAsInt());
                segments.awaitRoom(this::goesOn);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Hands over what was gathered. Where no number can be had for it this is tried again and
    /// again: its journal keeps all of it.
    ///
    /// @return flows of it; empty if the end came first, and the journal is left for the next run
    private OptionalInt handOver(DecodedJournal journal) throws InterruptedException {
        while (!isLeft) {
            try {
                int flows = journal.handOver();
                if (isUnnumbered) {
                    isUnnumbered = false;
                    notices.notice("Flows are numbered again");
                }
                return OptionalInt.of(flows);
            } catch (IOException e) {
                if (!isUnnumbered) {
                    isUnnumbered = true;
                    notices.error(
                            "Cannot number flows, the journal keeps their datagrams: "
                                    + e.getMessage());
                }
            }
            isLeft = !waits();
        }
        return OptionalInt.empty();
    }

    /// Waits before something is tried again.
    ///
    /// @return false if the end came meanwhile
    private boolean waits() throws InterruptedException {
        long until = Ticks.ms() + RETRY_MS;
        while (goesOn() && Ticks.ms() < until) {
            Thread.sleep(LOOK_NS / 1_000_000);
        }
        return goesOn();
    }

    /// All is decoded.
    private void end() throws IOException {
        how().settle().run();
        Reception reception = how().reception();
        how().ledger().recount(!isOwn && counted.isEmpty());
        reception.giveUp();
        how().age().run();
        if (position >= 0) {
            // What was given up is not given up again.
            long now = Ticks.ms();
            byte[] state = reception.save(ExporterStates.MAX_OCTETS, now);
            long number = position;
            segments.afterwards(() -> save(number, now, state));
        }
        drained = true;
    }

    private void save(long number, long nowMs, byte[] state) {
        try {
            store.saveState(number, nowMs, state);
        } catch (IOException e) {
            notices.warning("What exporters announced cannot be written: " + e.getMessage());
        }
    }
}

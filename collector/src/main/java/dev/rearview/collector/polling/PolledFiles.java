package dev.rearview.collector.polling;

import dev.rearview.collector.commands.Commands;
import dev.rearview.collector.ledger.LossLedger;
import dev.rearview.collector.ledger.ProbeLine;
import dev.rearview.ingest.Accounts;
import dev.rearview.ingest.Admission;
import dev.rearview.ingest.Configuration;
import dev.rearview.ingest.DaemonThreads;
import dev.rearview.ingest.Intake;
import dev.rearview.ingest.Ledger;
import dev.rearview.ingest.Notices;
import dev.rearview.ingest.Routing;
import dev.rearview.ingest.Ticks;
import dev.rearview.ingest.TimeWindow;
import dev.rearview.ingest.files.ExportFiles;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.site.Probe;
import dev.rearview.wire.Counters;
import dev.rearview.wire.StateBudget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Reads polled files on a thread of its own, so that no file, whatever it holds, keeps datagrams
/// waiting. Its flows go to the intake's thread in chunks; a file that fits into one is stored as a
/// whole or not at all, and is disposed of only when its flows are safe.
public final class PolledFiles {
    /// Flows of a chunk: 8 MB.
    static final int CHUNK_FLOWS = FlowBatch.MAX_ROWS;

    private record Polled(DirectoryPoller poller, Admission.Source source) {
        Probe probe() {
            return source.probe();
        }
    }

    private record Plan(Configuration configuration, List<Polled> polled) {}

    /// Ends the reading of a file that the collector no longer waits for.
    private static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Abandoned() {
            super("not read to its end", null, false, false);
        }
    }

    private final long pollMs;
    private final Accounts accounts;
    private final Notices notices;
    private final Runnable arrived;
    private final Commands commands;
    private final Disposal disposal;
    private final TimeWindow window;
    private final TimeWindow replay;
    private final ExportFiles files;
    private final Admission admission;
    private final Handover handover = new Handover();
    private final Thread thread;
    private final Map<String, DirectoryPoller> pollers = new LinkedHashMap<>();
    private @Nullable Plan plan;
    private boolean isStopping;
    private volatile long abandonAtMs = Long.MAX_VALUE;
    // Of the file in hand.
    private long[] chunk = new long[1024 * RecordWords.COUNT];
    private int chunkFlows;
    private long fileFlows;

    /// What files are read within.
    ///
    /// @param window starts of flows that are believed
    /// @param budget what the exporters in files may hold
    /// @param quarantine where damaged files go without an error directory
    public record Surroundings(TimeWindow window, StateBudget budget, Path quarantine) {}

    /// @param arrived told, on the thread of this, that flows wait
    public PolledFiles(
            Polling polling, Surroundings surroundings, Accounts accounts, Runnable arrived) {
        this.pollMs = polling.pollMs();
        this.accounts = accounts;
        this.notices = accounts.notices();
        this.arrived = arrived;
        this.commands = new Commands(notices::warning);
        this.disposal =
                new Disposal(
                        polling.archive(),
                        polling.error(),
                        surroundings.quarantine,
                        polling.postArchive(),
                        polling.flatArchive(),
                        commands);
        this.replay = surroundings.window.replay();
        this.window = polling.replay() ? replay : surroundings.window;
        this.admission = new Admission(accounts.causes(), this::add);
        this.files =
                new ExportFiles(
                        surroundings.budget, accounts.ledger(), window, this::goesOn, notices);
        this.thread = DaemonThreads.named("file-reader").newThread(this::run);
    }

    /// Polls the directories of a configuration from now on.
    public synchronized void use(Configuration next) {
        Map<String, DirectoryPoller> before = Map.copyOf(pollers);
        pollers.clear();
        List<Polled> polled = new ArrayList<>();
        for (Probe p : next.sensors().probes()) {
            if (p.port() > 0 || p.pollDirectory().isEmpty()) {
                continue;
            }
            Path directory = Path.of(p.pollDirectory().get());
            DirectoryPoller known = before.get(p.name());
            DirectoryPoller poller =
                    known != null && known.directory().equals(directory)
                            ? known
                            : new DirectoryPoller(directory);
            pollers.put(p.name(), poller);
            TimeWindow believed = p.type() == Probe.Type.SILK ? replay : window;
            polled.add(
                    new Polled(
                            poller,
                            new Admission.Source(
                                    next, p, Routing.classifierOf(next, p), believed)));
        }
        plan = new Plan(next, polled);
        notifyAll();
    }

    public synchronized int directoryCount() {
        return pollers.size();
    }

    public void start() {
        thread.start();
    }

    public boolean isRunning() {
        return thread.isAlive();
    }

    /// Gives flows that wait to the intake; on its thread.
    public void store(Intake intake) {
        handover.store(intake);
    }

    /// Flows of files that the intake was given but that are not safe yet.
    public int unsafeCount() {
        return handover.unsafeCount();
    }

    /// Begins no further file.
    ///
    /// @param untilMs until when the file in hand may take, by [Ticks]
    public void stop(long untilMs) {
        abandonAtMs = untilMs;
        synchronized (this) {
            isStopping = true;
            notifyAll();
        }
    }

    /// Takes no more flows.
    ///
    /// @param safe whether those that the intake was given are safe
    public void close(boolean safe) {
        handover.close(safe);
        try {
            // It has only to put the file away, or to leave it.
            thread.join(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        commands.close();
    }

    private boolean goesOn() {
        return Ticks.ms() < abandonAtMs;
    }

    private void run() {
        try {
            while (true) {
                Plan now = next();
                if (now == null) {
                    break;
                }
                files.use(now.configuration.sensors().probes());
                for (Polled p : now.polled) {
                    poll(now, p);
                }
                files.expire();
                await();
            }
            files.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            notices.error("Reading files ends: " + e);
        }
    }

    private synchronized @Nullable Plan next() throws InterruptedException {
        while (plan == null && !isStopping) {
            wait();
        }
        return isStopping ? null : plan;
    }

    private synchronized void await() throws InterruptedException {
        if (!isStopping) {
            wait(pollMs);
        }
    }

    private synchronized boolean isStopping() {
        return isStopping;
    }

    private void poll(Plan now, Polled p) throws InterruptedException {
        for (Path file : p.poller.ready(notices)) {
            if (isStopping()) {
                return;
            }
            read(now, p, file);
        }
    }

    private void read(Plan now, Polled p, Path file) throws InterruptedException {
        Counters counters = accounts.ledger().of(p.probe().name(), Ledger.NONE);
        long[] before = LossLedger.counts(counters);
        ExportFiles.Result result;
        chunkFlows = 0;
        fileFlows = 0;
        admission.begin(p.source, null);
        notices.info(
                "'%s': Directory Reader processing %s file '%s'"
                        .formatted(
                                p.probe().name(), p.probe().type().keyword(), file.getFileName()));
        try {
            result =
                    files.read(
                            file, p.probe(), counters, now.configuration.site(), admission::take);
            tellRecords(p.probe(), file, result, LossLedger.difference(before, counters));
        } catch (Abandoned e) {
            result = failed(ExportFiles.Outcome.INVALID, e);
        } catch (RuntimeException | OutOfMemoryError e) {
            // Whatever a file does: it must not end the daemon.
            notices.error(file + ": " + e);
            result =
                    failed(
                            fileFlows > 0
                                    ? ExportFiles.Outcome.DAMAGED
                                    : ExportFiles.Outcome.INVALID,
                            e);
        }
        if (result.outcome() == ExportFiles.Outcome.INVALID) {
            notices.warning(
                    "File '%s' does not appear to be a valid %s file"
                            .formatted(file, p.probe().type().keyword()));
        }
        if (!goesOn() || !handOver(counters)) {
            notices.notice(file + " is not read to its end and stays where it is");
            return;
        }
        if (!disposal.dispose(file, result, notices)) {
            p.poller.leave(file);
        }
    }

    private static ExportFiles.Result failed(ExportFiles.Outcome outcome, Throwable why) {
        return new ExportFiles.Result(outcome, why.toString(), OptionalLong.empty());
    }

    /// Tells what a file held, as SiLK words it.
    private void tellRecords(Probe probe, Path file, ExportFiles.Result result, long[] counts) {
        if (result.records().isEmpty()) {
            return;
        }
        long records = result.records().getAsLong();
        if (probe.type() == Probe.Type.SILK) {
            String count = String.format(Locale.ROOT, "%10d", records);
            notices.info(file.getFileName() + ": Recs " + count);
        } else {
            notices.info(ProbeLine.of(probe, counts));
        }
        notices.info("Processed file " + file + ", " + records + " records.");
    }

    private void add(FlowRecord r, Counters counters) {
        try {
            // Up to here a file is stored as a whole or not at all. Larger ones must not fill the
            // memory.
            if (chunkFlows == CHUNK_FLOWS && !handOver(counters)) {
                throw new Abandoned();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Abandoned();
        }
        int at = chunkFlows * RecordWords.COUNT;
        if (at == chunk.length) {
            chunk =
                    Arrays.copyOf(
                            chunk, Math.min(chunk.length * 2, CHUNK_FLOWS * RecordWords.COUNT));
        }
        RecordWords.pack(r, chunk, at);
        chunkFlows++;
        fileFlows++;
    }

    private boolean handOver(Counters counters) throws InterruptedException {
        if (!goesOn()) {
            return false;
        }
        boolean safe = chunkFlows == 0 || handover.give(chunk, chunkFlows, counters, arrived);
        chunkFlows = 0;
        return safe;
    }
}

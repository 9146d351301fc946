package dev.rearview.collector;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.RecordWords;
import dev.rearview.site.Probe;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.StateBudget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads polled files on a thread of its own, so that no file, whatever it holds, keeps datagrams
/// waiting. Its flows go to the collector in chunks; a file that fits into one is stored as a whole
/// or not at all, and is disposed of only when its flows are safe.
final class FileIntake {
    /// Flows of a chunk: 8 MB.
    static final int CHUNK_FLOWS = FlowBatch.MAX_ROWS;

    private record Polled(Probe probe, DirectoryPoller poller, Classifier classifier) {}

    private record Plan(Collector.Configuration configuration, List<Polled> polled) {}

    /// Ends the reading of a file that the collector no longer waits for.
    private static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Abandoned() {
            super("not read to its end", null, false, false);
        }
    }

    private final long pollMs;
    private final LossLedger ledger;
    private final LossCauses causes;
    private final Log log;
    private final Runnable arrived;
    private final Commands commands;
    private final Disposal disposal;
    private final TimeWindow window;
    private final TimeWindow replay;
    private final InputFiles files;
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
    private boolean isTimeTold;
    private boolean isSensorTold;

    /// @param quarantine where damaged files go without an error directory
    /// @param arrived told, on the thread of this, that flows wait
    FileIntake(
            Settings settings,
            Path quarantine,
            StateBudget budget,
            LossLedger ledger,
            LossCauses causes,
            Log log,
            Runnable arrived) {
        Settings.Polling polling = settings.polling();
        this.pollMs = polling.pollMs();
        this.ledger = ledger;
        this.causes = causes;
        this.log = log;
        this.arrived = arrived;
        this.commands = new Commands(log::warning);
        this.disposal =
                new Disposal(
                        polling.archive(),
                        polling.error(),
                        quarantine,
                        polling.postArchive(),
                        polling.flatArchive(),
                        commands);
        this.replay = settings.times().window().replay();
        this.window = polling.replay() ? replay : settings.times().window();
        this.files = new InputFiles(budget, ledger, window, this::goesOn, log);
        this.thread = DaemonThreads.named("file-reader").newThread(this::run);
    }

    /// Polls the directories of a configuration from now on.
    synchronized void use(Collector.Configuration next) {
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
            polled.add(new Polled(p, poller, Routing.classifierOf(next, p)));
        }
        plan = new Plan(next, polled);
        notifyAll();
    }

    synchronized int directoryCount() {
        return pollers.size();
    }

    void start() {
        thread.start();
    }

    boolean isRunning() {
        return thread.isAlive();
    }

    /// Puts flows that wait into the journal; on the collector's thread.
    void store(JournalWriting journal) {
        handover.store(journal);
    }

    /// Flows of files that the journal was given but that are not safe yet.
    int unsafeCount() {
        return handover.unsafeCount();
    }

    /// Begins no further file.
    ///
    /// @param untilMs until when the file in hand may take, by [Ticks]
    void stop(long untilMs) {
        abandonAtMs = untilMs;
        synchronized (this) {
            isStopping = true;
            notifyAll();
        }
    }

    /// Takes no more flows.
    ///
    /// @param safe whether those that the journal was given are safe
    void close(boolean safe) {
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
                files.expire(Collector.TEMPLATE_AGE_MS);
                await();
            }
            files.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
        for (Path file : p.poller.ready(log)) {
            if (isStopping()) {
                return;
            }
            read(now, p, file);
        }
    }

    private void read(Plan now, Polled p, Path file) throws InterruptedException {
        Counters counters = ledger.of(p.probe.name(), LossLedger.NONE);
        InputFiles.Result result;
        chunkFlows = 0;
        fileFlows = 0;
        isTimeTold = false;
        isSensorTold = false;
        log.info(
                "'%s': Directory Reader processing %s file '%s'"
                        .formatted(p.probe.name(), p.probe.type().keyword(), file.getFileName()));
        try {
            result =
                    files.read(
                            file,
                            p.probe,
                            counters,
                            now.configuration.site(),
                            (r, c, us) -> take(now, p, r, c, us));
        } catch (Abandoned e) {
            result = new InputFiles.Result(InputFiles.Outcome.INVALID, e.toString());
        } catch (RuntimeException | OutOfMemoryError e) {
            // Whatever a file does: it must not end the daemon.
            log.error(file + ": " + e);
            result =
                    new InputFiles.Result(
                            fileFlows > 0 ? InputFiles.Outcome.DAMAGED : InputFiles.Outcome.INVALID,
                            e.toString());
        }
        if (result.outcome() == InputFiles.Outcome.INVALID) {
            log.warning(
                    "File '%s' does not appear to be a valid %s file"
                            .formatted(file, p.probe.type().keyword()));
        }
        if (!goesOn() || !handOver(counters)) {
            log.notice(file + " is not read to its end and stays where it is");
            return;
        }
        if (!disposal.dispose(file, result, log)) {
            p.poller.leave(file);
        }
    }

    private void take(Plan now, Polled p, FlowRecord r, Counters counters, long receivedUs) {
        TimeWindow believed = p.probe.type() == Probe.Type.SILK ? replay : window;
        long startUs = r.stime;
        if (believed.apply(r, receivedUs)) {
            counters.add(Total.TIMES_REPLACED, 1);
            if (!isTimeTold) {
                isTimeTold = true;
                causes.times(p.probe, LossLedger.NONE, startUs);
            }
        }
        boolean isWhole = p.classifier.classify(r, counters, this::add);
        if (!isWhole && !isSensorTold) {
            isSensorTold = true;
            causes.sensor(now.configuration, p.probe, LossLedger.NONE, r);
        }
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

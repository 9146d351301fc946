package dev.rearview.collector.ledger;

import dev.rearview.collector.log.Log;
import dev.rearview.ingest.DaemonThreads;
import dev.rearview.store.state.Quarantine;
import dev.rearview.store.state.StateDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Keeps the ledger's file, and its series, like the ledger. Any thread may save, or have it saved
/// on a thread of its own.
public final class LedgerSaving implements Closeable {
    private final LossLedger ledger;
    private final SeriesWriting series;
    private final Path path;
    private final Quarantine quarantine;
    private final Log log;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(DaemonThreads.named("ledger"));
    private Future<?> saving = CompletableFuture.completedFuture(null);
    private String saved = "";
    private boolean fails;
    private boolean seriesFails;

    /// @param root the repository
    public LedgerSaving(LossLedger ledger, SeriesWriting series, Path root, Log log) {
        this.ledger = ledger;
        this.series = series;
        this.path = StateDirectory.ledger(root);
        this.quarantine = new Quarantine(root, log::warning);
        this.log = log;
    }

    /// Counts go on from an earlier run; the log tells what is new.
    public void resume() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try {
            LedgerFile.read(path, ledger);
        } catch (IOException e) {
            Path kept = quarantine.put("ledger", path);
            log.warning(
                    "Counts begin anew, as the ledger is damaged: "
                            + e.getMessage()
                            + "; moved to "
                            + kept);
        }
    }

    /// Has the file written, without waiting for the disk; by one thread.
    public void saveBeside() {
        if (saving.isDone()) {
            saving = thread.submit(this::save);
        }
    }

    /// Writes the file if anything was counted since the last time, and the series if a minute has
    /// ended.
    public synchronized void save() {
        write(series::tick);
    }

    /// Writes both for the last time.
    public synchronized void end() {
        write(series::write);
    }

    private interface Step {
        void run() throws IOException;
    }

    private void write(Step step) {
        saveFile();
        try {
            step.run();
            seriesFails = false;
        } catch (IOException e) {
            // Tried every minute, told once.
            if (!seriesFails) {
                log.error("Cannot write the ledger's series: " + e.getMessage());
            }
            seriesFails = true;
        }
    }

    private void saveFile() {
        String text = LedgerFile.text(ledger);
        if (text.equals(saved)) {
            return;
        }
        try {
            LedgerFile.write(text, path);
            saved = text;
            fails = false;
        } catch (IOException e) {
            // Tried every few seconds, told once.
            if (!fails) {
                log.error(
                        String.format(
                                Locale.ROOT,
                                "Cannot write %s, its counts are in this log: %s",
                                path,
                                e.getMessage()));
            }
            fails = true;
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}

package dev.rearview.collector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;

/// Keeps the ledger's file like the ledger. Any thread may save.
final class LedgerSaving {
    private final LossLedger ledger;
    private final Path path;
    private final Log log;
    private String saved = "";
    private boolean fails;

    LedgerSaving(LossLedger ledger, Path path, Log log) {
        this.ledger = ledger;
        this.path = path;
        this.log = log;
    }

    /// Counts go on from an earlier run; the log tells what is new.
    void resume() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try {
            LedgerFile.read(path, ledger);
        } catch (IOException e) {
            Path kept = path.resolveSibling("quarantine");
            Files.createDirectories(kept);
            String time = Instant.now().toString().replaceAll("[-:]", "");
            kept = kept.resolve("ledger-" + time + "-" + path.getFileName());
            Files.move(path, kept);
            log.warning(
                    "Counts begin anew, as the ledger is damaged: "
                            + e.getMessage()
                            + "; moved to "
                            + kept);
        }
    }

    /// Writes the file if anything was counted since the last time.
    synchronized void save() {
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
}

package dev.rearview.collector.ledger;

import dev.rearview.wire.Counters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A row of a ledger's file, for those who look at it while a collector may be running.
///
/// @param probe name of the probe, "-" where no probe takes what was sent
/// @param exporter address or network of the sender, "-" where it is not known, "others" for those
///   that have no row
/// @param activeMs when it last counted anything, milliseconds since 1970, 0 if that is not known
/// @param lostMs when it last lost something, 0 if it never did or that is not known
/// @param details of the last run: sets of data without a template, by `awaited:DOMAIN/ID` and
///   `given-up:DOMAIN/ID`; templates with an element that no flow field needs, by
///   `unknown:ENTERPRISE/ID`
public record LedgerEntry(
        String probe,
        String exporter,
        long activeMs,
        long lostMs,
        Counters counters,
        Map<String, Long> details) {
    /// Reads a ledger.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    /// @throws IOException if it is damaged
    public static List<LedgerEntry> read(Path ledger) throws IOException {
        return LedgerFile.entries(ledger);
    }

    /// Whether it is one exporter that a probe takes.
    public boolean isExporter() {
        boolean address = exporter.indexOf('.') > 0 || exporter.indexOf(':') >= 0;
        return address && exporter.indexOf('/') < 0 && !probe.equals(LossLedger.NONE);
    }

    /// All that was lost; what was left out on purpose is not.
    public long lost() {
        return LossLedger.lost(LossLedger.counts(counters));
    }
}

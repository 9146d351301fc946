package dev.rearview.ingest;

import dev.rearview.wire.Counters;

/// A ledger for what is decoded, some of it once more: what an earlier run received it may have
/// counted, so that it is not counted again.
public final class RecountLedger implements Ledger {
    private final Ledger ledger;
    private boolean again;
    private long switches;

    public RecountLedger(Ledger ledger) {
        this.ledger = ledger;
    }

    /// Says what comes now. On the thread that counts.
    ///
    /// @param isAgain whether it may have been counted
    public void recount(boolean isAgain) {
        switches += again == isAgain ? 0 : 1;
        again = isAgain;
    }

    @Override
    public Counters of(String probe, String exporter) {
        return again ? new Counters() : ledger.of(probe, exporter);
    }

    @Override
    public long generation() {
        return ledger.generation() + switches;
    }
}

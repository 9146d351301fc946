package dev.rearview.tools.store;

import dev.rearview.store.FlowStore;
import dev.rearview.store.Inventory;
import dev.rearview.store.kept.KeptJournals;
import java.io.IOException;
import java.util.List;

/// Seals the hours that have ended, `seal`, or writes sealed ones again: `convert`.
final class Sealing {
    /// Times that a seal is tried: to merge, to delete what was merged, to catalog what has
    /// settled.
    private static final int ROUNDS = 3;

    private static final long SETTLE_MS = 1_100;

    private final Work work;

    Sealing(Work work) {
        this.work = work;
    }

    /// Merges, seals and catalogs what can be, and prints how many hours were sealed.
    void run() throws IOException {
        long before = sealedHours();
        try (FlowStore store = open()) {
            seal(store);
        }
        tell("sealed", Math.max(0, sealedHours() - before));
    }

    /// Does the same, but first writes sealed hours again whose files have an older layout, and
    /// prints how many these were.
    ///
    /// @param hours that are looked at
    void convert(List<Inventory.Hour> hours) throws IOException {
        long[] converted = {0};
        try (FlowStore store = open()) {
            for (Inventory.Hour h : hours) {
                if (h.sealed()) {
                    attempt(() -> converted[0] += store.writer().convert(h.path()) ? 1 : 0);
                }
            }
            seal(store);
        }
        tell("converted", converted[0]);
    }

    private FlowStore open() throws IOException {
        FlowStore store =
                FlowStore.open(
                        work.root(),
                        work.site(),
                        notice -> work.env().err().println("store: " + notice));
        KeptJournals.asBefore(work.root()).ifPresent(store.writer()::keep);
        return store;
    }

    private void seal(FlowStore store) throws IOException {
        attempt(store.writer()::recover);
        tellOfDatagrams(store.rawLeftoverCount());
        for (int i = 0; i <= ROUNDS; i++) {
            if (i > 0) {
                pause();
            }
            attempt(() -> store.writer().seal(System.currentTimeMillis(), () -> true));
        }
    }

    private void tell(String what, long hours) throws IOException {
        if (work.table().isStructured()) {
            work.row(List.of(what + "-hours#"), List.of(hours));
        } else {
            work.print(what + " " + hours + (hours == 1 ? " hour" : " hours"));
        }
    }

    /// Tells of journals that only whoever has the collector's configuration can decode.
    private void tellOfDatagrams(int journals) {
        if (journals > 0) {
            work.env()
                    .err()
                    .println(
                            "store: "
                                    + journals
                                    + " journals of datagrams wait for the collector, which decodes"
                                    + " them when it starts");
        }
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /// Does what can be done, and tells of the rest.
    private void attempt(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            work.report(e);
        }
    }

    private long sealedHours() throws IOException {
        return Inventory.of(work.root(), work.site()).hours().stream()
                .filter(Inventory.Hour::sealed)
                .count();
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(SETTLE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

package dev.rearview.store;

import dev.rearview.store.journal.DatagramBatch;
import dev.rearview.store.journal.DatagramFollower;
import dev.rearview.store.kept.KeptIndex;
import dev.rearview.store.kept.KeptJournals;
import dev.rearview.store.state.ExporterStates;
import dev.rearview.store.state.Quarantine;
import java.io.IOException;
import java.util.Optional;

/// A kept journal that is decoded once more.
///
/// @param begins whether what exporters had announced is to be taken from [#state]; otherwise it is
///   what they have announced by the end of the journal before
public record RepackSource(KeptJournals.Kept kept, KeptIndex index, boolean begins) {
    /// What exporters had announced at its begin; empty where none had announced anything.
    ///
    /// @throws IOException if it is damaged
    public Optional<ExporterStates.Saved> state(Quarantine quarantine) throws IOException {
        if (kept.state().isEmpty()) {
            return Optional.empty();
        }
        long after = index.after();
        Optional<ExporterStates.Saved> out =
                ExporterStates.read(kept.state().get(), after, quarantine);
        if (out.isEmpty()) {
            throw new IOException(kept.state().get() + ": damaged");
        }
        return out;
    }

    /// Opens it for reading.
    public DatagramFollower follow(DatagramBatch.DatagramConsumer out) throws IOException {
        return DatagramFollower.open(kept.journal(), kept.number(), out);
    }
}

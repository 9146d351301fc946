package dev.rearview.engine.run;

import dev.rearview.engine.match.FlowTagger;
import dev.rearview.engine.match.NearKeys;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Flows with the number of their group.
record TaggedFlows(FlowStream of, NearKeys keys, FlowTagger.Options options) implements FlowStream {
    @Override
    public boolean inOrder(RowConsumer consumer) throws IOException {
        FlowTagger tagger = new FlowTagger(keys, options, consumer);
        boolean good;
        try {
            good = of.inOrder(tagger);
        } catch (IOException e) {
            // What was good has its place in the output.
            tagger.finish();
            throw e;
        }
        tagger.finish();
        return good;
    }

    @Override
    public Optional<ScanCounts> estimate() throws IOException {
        return of.estimate();
    }

    @Override
    public List<String> explain() {
        return of.explain();
    }
}

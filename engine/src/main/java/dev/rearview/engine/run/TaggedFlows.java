package dev.rearview.engine.run;

import dev.rearview.engine.match.FlowTagger;
import dev.rearview.engine.match.NearKeys;
import dev.rearview.engine.scan.RowConsumer;
import java.io.IOException;

/// Flows with the number of their group.
record TaggedFlows(FlowStream of, NearKeys keys, FlowTagger.Options options)
        implements PassingFlows {
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
}

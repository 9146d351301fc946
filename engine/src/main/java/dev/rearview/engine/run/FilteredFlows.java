package dev.rearview.engine.run;

import dev.rearview.engine.plan.Product.Part;
import dev.rearview.engine.scan.PreparedConsumer;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/// Flows that pass a test, or fail it; counts them on the way.
public final class FilteredFlows implements FlowStream {
    private final FlowStream source;
    private final Splitter splitter;
    private final Part part;

    /// @param part which flows go on
    FilteredFlows(FlowStream source, Splitter splitter, Part part) {
        this.source = source;
        this.splitter = splitter;
        this.part = part;
    }

    @Override
    public boolean inOrder(RowConsumer consumer) throws IOException {
        return source.inOrder(splitter.before(consumer, part));
    }

    @Override
    public <T> boolean inOrder(PreparedConsumer<T> consumer) throws IOException {
        return source.inOrder(consumer.behind(c -> splitter.before(c, part)));
    }

    @Override
    public boolean inAnyOrder(Supplier<? extends RowConsumer> consumers) throws IOException {
        return source.inAnyOrder(() -> splitter.before(consumers.get(), part));
    }

    /// What was counted; complete once the flows have been read.
    public SplitCounts counts() {
        return splitter.counts(source);
    }

    @Override
    public Optional<ScanCounts> estimate() throws IOException {
        return source instanceof ScannedFlows ? source.estimate() : Optional.empty();
    }

    @Override
    public List<String> explain() {
        List<String> out = new ArrayList<>();
        if (source instanceof ScannedFlows) {
            out.addAll(source.explain());
        }
        out.add(String.format(Locale.ROOT, "            %,d handed on", counts().written()));
        return out;
    }
}

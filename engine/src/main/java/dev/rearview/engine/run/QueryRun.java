package dev.rearview.engine.run;

import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.group.SizeStatistics;
import dev.rearview.engine.group.TimeBins;
import dev.rearview.engine.plan.Product;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import dev.rearview.model.Field;
import dev.rearview.sets.IpSet;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A query that runs once, and what it makes. Its products can be asked for when all flows have
/// been [read][#read], until it is closed.
public final class QueryRun implements Closeable {
    private final FlowStream flows;
    private final Map<Product, Maker> makers;

    QueryRun(FlowStream flows, Map<Product, Maker> makers) {
        this.flows = flows;
        this.makers = makers;
    }

    /// Reads all flows.
    ///
    /// @return whether no input failed; if one did, the attendant has been told
    public boolean read() throws IOException {
        boolean ordered = makers.values().stream().anyMatch(Maker::needsOrder);
        boolean good = ordered ? flows.inOrder(consumer()) : flows.inAnyOrder(this::consumer);
        for (Maker m : makers.values()) {
            m.end();
        }
        return good;
    }

    /// A consumer for one thread that feeds all products.
    private RowConsumer consumer() {
        List<RowConsumer> consumers = new ArrayList<>();
        EnumSet<Field> columns = EnumSet.noneOf(Field.class);
        for (Maker m : makers.values()) {
            consumers.add(m.consumer());
            columns.addAll(m.columns());
        }
        if (consumers.size() == 1) {
            return consumers.getFirst();
        }
        return (batch, rows) -> {
            if (!rows.isEmpty()) {
                // All products get the batch, or none does.
                batch.load(columns);
            }
            for (RowConsumer c : consumers) {
                c.accept(batch, rows.copy());
            }
            return true;
        };
    }

    private <M extends Maker> M maker(Product product, Class<M> type) {
        Maker maker = makers.get(product);
        if (maker == null) {
            throw new IllegalArgumentException("no product of this query: " + product);
        }
        return type.cast(maker);
    }

    /// The groups of a product.
    public GroupBy groups(Product.Groups product) {
        return maker(product, Makers.Grouping.class).groups();
    }

    public TimeBins bins(Product.Bins product) {
        return maker(product, Makers.Binning.class).bins();
    }

    public IpSet addresses(Product.Addresses product) {
        return maker(product, Makers.Collecting.class).set();
    }

    public SizeStatistics sizes(Product.Sizes product) {
        return maker(product, Makers.Measuring.class).sizes();
    }

    public Comparison difference(Product.Difference product) {
        return maker(product, Comparing.class).result();
    }

    /// What was counted so far; complete once all flows have been read.
    public SplitCounts counts(Product.Split product) {
        return maker(product, Splitter.class).counts(flows);
    }

    /// What would be read and left out, by catalogs and indexes alone; empty where that is not
    /// known before the reading.
    public Optional<ScanCounts> estimate() throws IOException {
        return flows.estimate();
    }

    /// What was read, a line each, for a person; complete once the flows have been read.
    public List<String> explain() {
        return flows.explain();
    }

    @Override
    public void close() throws IOException {
        for (Maker m : makers.values()) {
            m.close();
        }
    }
}

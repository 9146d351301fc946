package dev.rearview.engine.run;

import dev.rearview.engine.contacts.ContactGraph;
import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.group.SizeStatistics;
import dev.rearview.engine.group.TimeBins;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.engine.scan.ScanCounts;
import dev.rearview.model.Field;
import dev.rearview.sets.IpSet;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/// A query that runs once, and what it makes. Its products can be asked for when all flows have
/// been [read][#read], until it is closed.
public final class QueryRun implements Closeable {
    private final FlowStream flows;
    private final List<Maker> makers;

    /// @param makers one for each product
    QueryRun(FlowStream flows, List<Maker> makers) {
        this.flows = flows;
        this.makers = makers;
    }

    /// Reads all flows.
    ///
    /// @return whether no input failed; if one did, the attendant has been told
    public boolean read() throws IOException {
        boolean ordered = makers.stream().anyMatch(Maker::needsOrder);
        boolean good = ordered ? flows.inOrder(consumer()) : flows.inAnyOrder(this::consumer);
        for (Maker m : makers) {
            m.end();
        }
        return good;
    }

    /// A consumer for one thread that feeds all products.
    private RowConsumer consumer() {
        List<RowConsumer> consumers = new ArrayList<>();
        EnumSet<Field> columns = EnumSet.noneOf(Field.class);
        for (Maker m : makers) {
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

    /// The groups of a product.
    ///
    /// @param product its place in the query, as for all others below
    public GroupBy groups(int product) {
        return ((Makers.Grouping) makers.get(product)).groups();
    }

    public TimeBins bins(int product) {
        return ((Makers.Binning) makers.get(product)).bins();
    }

    public IpSet addresses(int product) {
        return ((Makers.Collecting) makers.get(product)).set();
    }

    public SizeStatistics sizes(int product) {
        return ((Makers.Measuring) makers.get(product)).sizes();
    }

    public Comparison difference(int product) {
        return ((Comparing) makers.get(product)).result();
    }

    public ContactGraph contacts(int product) {
        return ((Contacting) makers.get(product)).graph();
    }

    /// What a split has counted so far; complete once all flows have been read.
    public SplitCounts counts(int product) {
        return ((Splitter) makers.get(product)).counts(flows);
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
        for (Maker m : makers) {
            m.close();
        }
    }
}

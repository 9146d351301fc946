package dev.rearview.engine.plan;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.engine.group.TimeBins.LoadScheme;
import dev.rearview.model.Field;
import java.util.List;

/// What is made of the flows of a [Query].
public sealed interface Product {
    /// What is done with each case.
    interface Cases<R> {
        R rows(Rows p);

        R flows(Flows p);

        R split(Split p);

        R groups(Groups p);

        R bins(Bins p);

        R addresses(Addresses p);

        R sizes(Sizes p);

        R difference(Difference p);

        R contacts(Contacts p);
    }

    <R> R accept(Cases<R> cases);

    /// Values of each flow, in order.
    ///
    /// @param last if above 0, no more than the last so many
    record Rows(List<Expr> columns, long last) implements Product {
        public Rows {
            columns = List.copyOf(columns);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.rows(this);
        }
    }

    /// The flows themselves, in order.
    ///
    /// @param path as the user spelt it; "-" is standard output
    record Flows(String path) implements Product {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.flows(this);
        }
    }

    /// The flows that pass a test, those that fail it, and how many they are.
    ///
    /// @param mostPassing passing flows that are written, 0 for all
    /// @param mostFailing failing flows that are written, 0 for all
    record Split(
            Predicate test,
            List<Output> outputs,
            long mostPassing,
            long mostFailing,
            Counting counting)
            implements Product {
        public Split {
            outputs = List.copyOf(outputs);
            if (mostPassing < 0 || mostFailing < 0) {
                throw new IllegalArgumentException("fewer than no flows");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.split(this);
        }

        /// Whether flows of a part are written.
        public boolean writes(Part part) {
            return outputs.stream().anyMatch(o -> o.part() == part);
        }

        /// Flows of a part that are written, 0 for all.
        public long most(Part part) {
            return switch (part) {
                case PASSING -> mostPassing;
                case FAILING -> mostFailing;
                case ALL -> 0;
            };
        }
    }

    /// Which flows of a split.
    enum Part {
        PASSING,
        FAILING,
        ALL
    }

    /// What is counted of a split.
    enum Counting {
        /// The flows that are written or handed on.
        ROWS,
        /// Also those read, and those that pass.
        OUTCOMES,
        /// Also packets and octets.
        VOLUMES
    }

    /// Where a part of the flows goes.
    ///
    /// @param path as the user spelt it; "-" is standard output
    record Output(Part part, String path) {}

    /// Flows grouped by keys, with values of each group.
    ///
    /// @param keys none for all flows together
    /// @param values of each group
    /// @param runs whether equal keys that do not follow each other are groups of their own
    record Groups(List<Expr> keys, List<Aggregate> values, boolean runs) implements Product {
        public Groups {
            keys = List.copyOf(keys);
            values = List.copyOf(values);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.groups(this);
        }
    }

    /// Flows, octets and packets in bins of time.
    ///
    /// @param sizeMs width of a bin
    /// @param originMs a time at which a bin starts, or `TimeBins.FROM_FIRST_FLOW`
    /// @param firstMs start of the first bin that counts, or `Long.MIN_VALUE`
    /// @param endMs end of the last bin that counts, exclusive, or `Long.MAX_VALUE`
    record Bins(LoadScheme scheme, long sizeMs, long originMs, long firstMs, long endMs)
            implements Product {
        public Bins {
            if (sizeMs <= 0) {
                throw new IllegalArgumentException("bins without width");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.bins(this);
        }
    }

    /// The set of addresses.
    ///
    /// @param of which addresses of a flow
    record Addresses(List<Field> of) implements Product {
        public Addresses {
            of = List.copyOf(of);
            if (!of.stream().allMatch(Field::isAddress)) {
                throw new IllegalArgumentException("no addresses");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.addresses(this);
        }
    }

    /// How large flows are: minimum, maximum, quartiles and intervals of octets, packets and octets
    /// for each packet.
    ///
    /// @param protocols of which it is told, beside all of them together
    record Sizes(List<Integer> protocols) implements Product {
        public Sizes {
            protocols = List.copyOf(protocols);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.sizes(this);
        }
    }

    /// Where flows begin to differ from others.
    record Difference(FlowPlan from) implements Product {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.difference(this);
        }
    }

    /// Whom hosts contacted, whom those contacted afterwards, and so on. The flows are read once
    /// for each hop.
    ///
    /// A host is reached when a contact from a host that was reached before starts. Of each host
    /// reached by fewer than `hops` contacts, those of its contacts count that start at or after
    /// the earliest time at which so few contacts can have reached it.
    ///
    /// @param from where it begins: reached when the window starts
    /// @param firstUs when the window starts, in microseconds since 1970
    /// @param lastUs the last start of a flow that counts
    /// @param hops contacts on the longest way
    record Contacts(
            SetRef from,
            long firstUs,
            long lastUs,
            int hops,
            ContactRules rules,
            ContactBounds bounds)
            implements Product {
        /// The longest way.
        public static final int MAX_HOPS = 100;

        public Contacts {
            if (hops < 1 || hops > MAX_HOPS) {
                throw new IllegalArgumentException("hops must be 1 to " + MAX_HOPS);
            }
            if (lastUs < firstUs) {
                throw new IllegalArgumentException("a window that ends before it starts");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.contacts(this);
        }
    }
}

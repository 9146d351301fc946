package dev.rearview.engine.plan;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.scan.Ipv6Policy;
import java.util.List;

/// Flows: where they come from, and what is done with them before anything is made of them. Data
/// only: it compares, and travels as text.
public sealed interface FlowPlan {
    /// What is done with each case.
    interface Cases<R> {
        R files(Files p);

        R hours(Hours p);

        R upstream(Upstream p);

        R policy(Policy p);

        R filter(Filter p);

        R sort(Sort p);

        R first(First p);
    }

    <R> R accept(Cases<R> cases);

    /// The flows of files, one file after the other.
    ///
    /// @param names as the user spelt them; "-" is standard input
    record Files(List<String> names) implements FlowPlan {
        public Files {
            names = List.copyOf(names);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.files(this);
        }
    }

    /// The flows of hours of a repository.
    ///
    /// @param root as the user spelt it
    /// @param flowtypes `class/type`, in the order wanted
    /// @param sensors names, in the order wanted; empty for all of each class
    /// @param firstMs start of the first hour, in milliseconds since 1970
    /// @param lastMs start of the last hour
    /// @param withMissing whether hours without a file are told of
    record Hours(
            String root,
            List<String> flowtypes,
            List<String> sensors,
            long firstMs,
            long lastMs,
            boolean withMissing)
            implements FlowPlan {
        public Hours {
            flowtypes = List.copyOf(flowtypes);
            sensors = List.copyOf(sensors);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.hours(this);
        }
    }

    /// The flows that the command before hands on in the same process.
    record Upstream() implements FlowPlan {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.upstream(this);
        }
    }

    /// What a policy makes of the families of addresses.
    record Policy(FlowPlan of, Ipv6Policy policy) implements FlowPlan {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.policy(this);
        }
    }

    /// Flows that pass a test.
    record Filter(FlowPlan of, Predicate predicate) implements FlowPlan {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.filter(this);
        }
    }

    /// Flows in order.
    ///
    /// @param keys the first one being the most significant
    /// @param reverse from high to low
    /// @param presorted whether each input is in order already, so that inputs are merged only
    record Sort(FlowPlan of, List<Expr> keys, boolean reverse, boolean presorted)
            implements FlowPlan {
        public Sort {
            keys = List.copyOf(keys);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.sort(this);
        }
    }

    /// The first flows.
    ///
    /// @param rows how many; of the others the inputs need not be read
    record First(FlowPlan of, long rows) implements FlowPlan {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.first(this);
        }
    }

    /// The same plan with another one in place of [Upstream].
    default FlowPlan graft(FlowPlan upstream) {
        return accept(new Grafting(upstream));
    }
}

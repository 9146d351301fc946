package dev.rearview.engine.plan;

import dev.rearview.engine.addresses.AddressMap;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.match.FlowCombiner;
import dev.rearview.engine.match.FlowMatcher;
import dev.rearview.engine.match.FlowTagger;
import dev.rearview.engine.scan.Ipv6Policy;
import dev.rearview.model.Field;
import java.util.List;
import java.util.Optional;

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

        R skip(Skip p);

        R copy(Copy p);

        R mask(Mask p);

        R randomize(Randomize p);

        R combine(Combine p);

        R match(Match p);

        R distinct(Distinct p);

        R tag(Tag p);
    }

    <R> R accept(Cases<R> cases);

    /// What is done with the flows of one plan.
    sealed interface OfOne extends FlowPlan {
        FlowPlan of();
    }

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
    record Policy(FlowPlan of, Ipv6Policy policy) implements OfOne {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.policy(this);
        }
    }

    /// Flows that pass a test.
    record Filter(FlowPlan of, Predicate predicate) implements OfOne {
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
    record Sort(FlowPlan of, List<Expr> keys, boolean reverse, boolean presorted) implements OfOne {
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
    record First(FlowPlan of, long rows) implements OfOne {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.first(this);
        }
    }

    /// Flows but for the first.
    ///
    /// @param rows how many are left out
    record Skip(FlowPlan of, long rows) implements OfOne {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.skip(this);
        }
    }

    /// Flows that are written to a file on their way; all of them, whatever is wanted behind it.
    ///
    /// @param path as the user spelt it; "-" is standard output
    record Copy(FlowPlan of, String path) implements OfOne {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.copy(this);
        }
    }

    /// Flows whose addresses are cut down to prefixes.
    record Mask(FlowPlan of, List<Prefixes> addresses) implements OfOne {
        public Mask {
            addresses = List.copyOf(addresses);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.mask(this);
        }
    }

    /// How much of an address is kept.
    ///
    /// @param address of a flow
    /// @param ipv4Bits of addresses of IPv4 flows, 0 to 32
    /// @param ipv6Bits of addresses of IPv6 flows, 0 to 128
    record Prefixes(Field address, int ipv4Bits, int ipv6Bits) {
        public Prefixes {
            if (!address.isAddress()
                    || ipv4Bits < 0
                    || ipv4Bits > 32
                    || ipv6Bits < 0
                    || ipv6Bits > 128) {
                throw new IllegalArgumentException("no prefixes of an address");
            }
        }
    }

    /// Flows with other addresses in place of some of theirs.
    ///
    /// @param sources of which flows the source is another
    /// @param destinations of which flows the destination is another
    /// @param octets what each octet of an address becomes, as [AddressMap] has it; none where each
    ///   address becomes another one each time
    /// @param seed of random numbers
    record Randomize(
            FlowPlan of, Predicate sources, Predicate destinations, List<Integer> octets, long seed)
            implements OfOne {
        public Randomize {
            octets = List.copyOf(octets);
            if (!octets.isEmpty()) {
                AddressMap.check(octets);
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.randomize(this);
        }
    }

    /// Flows of which those that a timeout cut are one again. They come last, in the order of their
    /// keys.
    ///
    /// @param same fields in which the parts of a flow agree
    /// @param maxIdleMs from the end of a part to the start of the next one, [Long#MAX_VALUE] for
    ///   any time
    record Combine(FlowPlan of, List<Field> same, long maxIdleMs) implements OfOne {
        public Combine {
            same = List.copyOf(same);
            FlowCombiner.check(same);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.combine(this);
        }
    }

    /// The flows of two sides that belong to one event, as [FlowMatcher] finds and marks them.
    ///
    /// @param queries in the order of their keys and then of their start
    /// @param responses in the order of their keys and then of their start
    /// @param queryKeys compared one by one with `responseKeys`
    record Match(
            FlowPlan queries,
            FlowPlan responses,
            List<Expr> queryKeys,
            List<Expr> responseKeys,
            FlowMatcher.Options options)
            implements FlowPlan {
        public Match {
            queryKeys = List.copyOf(queryKeys);
            responseKeys = List.copyOf(responseKeys);
            if (queryKeys.size() != responseKeys.size()) {
                throw new IllegalArgumentException("keys of one side only");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.match(this);
        }
    }

    /// A value that may differ a little among flows that belong together.
    ///
    /// @param most by how much; of an address how many of its last bits do not count
    record Near(Expr of, long most) {
        public Near {
            if (most < 0) {
                throw new IllegalArgumentException("a difference below 0");
            }
        }
    }

    /// The first of flows that follow each other and are the same.
    ///
    /// @param same what is equal in flows that are the same
    /// @param near what is nearly that of the first one, in numbers
    record Distinct(FlowPlan of, List<Expr> same, List<Near> near) implements OfOne {
        public Distinct {
            same = List.copyOf(same);
            near = List.copyOf(near);
            if (near.stream().anyMatch(n -> n.of().words() != 1)) {
                throw new IllegalArgumentException("an address that is nearly another");
            }
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.distinct(this);
        }
    }

    /// Flows of which those that follow each other and belong to one group have its number in their
    /// next hop, as [FlowTagger] gives it.
    ///
    /// @param same what is equal in a group
    /// @param near what is nearly that of the flow before
    record Tag(FlowPlan of, List<Expr> same, Optional<Near> near, FlowTagger.Options options)
            implements OfOne {
        public Tag {
            same = List.copyOf(same);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.tag(this);
        }
    }
}

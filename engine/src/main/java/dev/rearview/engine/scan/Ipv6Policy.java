package dev.rearview.engine.scan;

import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.filter.References;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.Selection;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What happens to records of either family when they are read.
public enum Ipv6Policy {
    /// IPv6 records are dropped.
    IGNORE,
    /// IPv6 records of mapped addresses become IPv4, others are dropped.
    ASV4,
    /// Records stay as they are.
    MIX,
    /// IPv4 records become IPv6.
    FORCE,
    /// IPv4 records are dropped.
    ONLY;

    private static final Filter IPV6 = filter(Flows.IPV6);
    private static final Filter IPV4 = filter(Flows.IPV4);

    private static Filter filter(Predicate predicate) {
        try {
            return new Compiler(References.NONE).filter(predicate);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Whether IPv6 addresses can come out.
    public boolean allowsV6() {
        return this == MIX || this == FORCE || this == ONLY;
    }

    /// Applies the policy to one record; false means it is dropped.
    public boolean apply(FlowRecord r) {
        return switch (this) {
            case MIX -> true;
            case IGNORE -> !r.isIpv6();
            case ASV4 -> r.toIpv4();
            case ONLY -> r.isIpv6();
            case FORCE -> {
                if (!r.isIpv6()) {
                    r.setIpv6(true);
                }
                yield true;
            }
        };
    }

    /// Applies the policy to all that a source gives.
    public FlowSource wrap(FlowSource source) {
        return this == MIX ? source : new Filtered(source, new Copier(this));
    }

    /// Applies the policy to all that a consumer is given.
    public RowConsumer wrap(RowConsumer consumer) {
        return switch (this) {
            case MIX -> consumer;
            case IGNORE ->
                    (batch, rows) -> {
                        IPV4.retain(batch, rows);
                        return consumer.accept(batch, rows);
                    };
            case ONLY ->
                    (batch, rows) -> {
                        IPV6.retain(batch, rows);
                        return consumer.accept(batch, rows);
                    };
            case ASV4 -> {
                Copier copier = new Copier(this);
                yield (batch, rows) -> {
                    Selection v6 = rows.copy();
                    IPV6.retain(batch, v6);
                    if (v6.isEmpty()) {
                        return consumer.accept(batch, rows);
                    }
                    FlowBatch copy = copier.copy(batch, rows);
                    return consumer.accept(copy, Selection.all(copy.size()));
                };
            }
            case FORCE -> {
                Copier copier = new Copier(this);
                yield (batch, rows) -> {
                    FlowBatch copy = copier.copy(batch, rows);
                    return consumer.accept(copy, Selection.all(copy.size()));
                };
            }
        };
    }

    /// Copies the records that the policy leaves.
    private static final class Copier {
        private final Ipv6Policy policy;
        private final FlowRecord record = new FlowRecord();
        private @Nullable FlowBatch out;

        Copier(Ipv6Policy policy) {
            this.policy = policy;
        }

        /// The copy is valid until the next call.
        FlowBatch copy(FlowBatch in, Selection rows) {
            FlowBatch result = out;
            if (result == null || result.capacity() < in.size()) {
                result = FlowBatch.allocate(Math.max(1, in.size()));
                out = result;
            }
            result.reset();
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                in.get(i, record);
                if (policy.apply(record)) {
                    result.add(record);
                }
            }
            return result;
        }
    }

    private record Filtered(FlowSource source, Copier copier) implements FlowSource {
        @Override
        public @Nullable FlowBatch next() throws IOException {
            FlowBatch in = source.next();
            return in == null ? null : copier.copy(in, Selection.all(in.size()));
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}

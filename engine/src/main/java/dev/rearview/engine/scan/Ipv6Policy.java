package dev.rearview.engine.scan;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
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
        return this == MIX ? source : new Filtered(source, filter());
    }

    /// What applies the policy to batches.
    public Filter filter() {
        return new Filter();
    }

    /// Applies the policy to one batch after the other.
    public final class Filter {
        private final FlowRecord record = new FlowRecord();
        private @Nullable FlowBatch out;

        private Filter() {}

        /// The records from `from` on that the policy leaves; valid until the next call.
        public FlowBatch apply(FlowBatch in, int from) {
            if (Ipv6Policy.this == MIX && from == 0) {
                return in;
            }
            FlowBatch result = out;
            if (result == null || result.capacity() < in.size()) {
                result = FlowBatch.allocate(Math.max(1, in.size()));
                out = result;
            }
            result.reset();
            for (int i = from; i < in.size(); i++) {
                in.get(i, record);
                if (Ipv6Policy.this.apply(record)) {
                    result.add(record);
                }
            }
            return result;
        }
    }

    private record Filtered(FlowSource source, Filter filter) implements FlowSource {
        @Override
        public @Nullable FlowBatch next() throws IOException {
            FlowBatch in = source.next();
            return in == null ? null : filter.apply(in, 0);
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}

package dev.rearview.engine.match;

import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import java.io.IOException;
import java.util.List;

/// Makes one flow again of those that an exporter cut at its active timeout. Parts that may belong
/// together come one after the other, in order of time.
public final class FlowCombiner {
    private static final int PART = Attributes.TIMED_OUT | Attributes.CONTINUED;

    /// What SiLK's records can hold of packets, octets and milliseconds.
    private static final long MOST = 0xFFFF_FFFFL;

    /// Takes flows; the record is reused.
    @FunctionalInterface
    public interface Sink {
        void accept(FlowRecord record) throws IOException;
    }

    private final List<Field> same;
    private final long maxIdleMs;
    private final FlowRecord flow = new FlowRecord();
    private boolean any;
    private long read;
    private long complete;
    private long missingEnd;
    private long missingBoth;
    private long missingStart;
    private long eliminated;
    private long madeComplete;
    private long leastIdle = -1;
    private long formerIdle;
    private long mostIdle;

    /// @param same fields in which the parts of a flow agree
    /// @param maxIdleMs from the end of a part to the start of the next one
    public FlowCombiner(List<Field> same, long maxIdleMs) {
        check(same);
        this.same = List.copyOf(same);
        this.maxIdleMs = maxIdleMs;
    }

    /// Whether attributes say that a flow is a part.
    public static boolean isPart(long attributes) {
        return (attributes & PART) != 0;
    }

    /// Fails where parts cannot be told apart by some of the fields.
    ///
    /// @throws IllegalArgumentException that names the first of them
    public static void check(List<Field> fields) {
        FlowRecord none = new FlowRecord();
        fields.forEach(f -> isSame(f, none, none));
    }

    private static boolean isSame(Field field, FlowRecord a, FlowRecord b) {
        return switch (field) {
            case SIP -> a.sipHi == b.sipHi && a.sipLo == b.sipLo;
            case DIP -> a.dipHi == b.dipHi && a.dipLo == b.dipLo;
            case NHIP -> a.nhipHi == b.nhipHi && a.nhipLo == b.nhipLo;
            case SPORT -> a.sport == b.sport;
            case DPORT -> a.dport == b.dport;
            case PROTOCOL -> a.protocol == b.protocol;
            case SENSOR -> a.sensor == b.sensor;
            case FLOWTYPE -> a.flowtype == b.flowtype;
            case INPUT -> a.input == b.input;
            case OUTPUT -> a.output == b.output;
            case APPLICATION -> a.application == b.application;
            default -> throw new IllegalArgumentException(field + " does not tell flows apart");
        };
    }

    /// Counts flows that are no parts.
    public void whole(long flows) {
        read += flows;
        complete += flows;
    }

    /// Takes the next part.
    public void part(FlowRecord part, Sink out) throws IOException {
        read++;
        if (any && belongs(part)) {
            add(part);
            return;
        }
        end(out);
        flow.copyFrom(part);
        any = true;
    }

    private boolean belongs(FlowRecord next) {
        if ((flow.attributes & Attributes.TIMED_OUT) == 0
                || (next.attributes & Attributes.CONTINUED) == 0) {
            return false;
        }
        for (Field field : same) {
            if (!isSame(field, flow, next)) {
                return false;
            }
        }
        return idleMs(next) <= maxIdleMs
                && Long.compareUnsigned(flow.packets + next.packets, MOST) <= 0
                && Long.compareUnsigned(flow.bytes + next.bytes, MOST) <= 0
                && endMs(next) - flow.stimeMs() <= MOST;
    }

    private static long endMs(FlowRecord r) {
        return r.stimeMs() + r.durationMs();
    }

    /// Negative where the two overlap.
    private long idleMs(FlowRecord next) {
        return next.stimeMs() - endMs(flow);
    }

    private void add(FlowRecord next) {
        count(idleMs(next));
        flow.packets += next.packets;
        flow.bytes += next.bytes;
        flow.flags |= next.flags;
        flow.sessionFlags |= next.initialFlags | next.sessionFlags;
        flow.duration = next.stime + next.duration - flow.stime;
        int either = Attributes.FIN_FOLLOWED | Attributes.EXPANDED;
        int both = ~(either | Attributes.TIMED_OUT | Attributes.CONTINUED);
        flow.attributes =
                (flow.attributes | next.attributes) & either
                        | flow.attributes & next.attributes & both
                        | flow.attributes & (Attributes.CONTINUED | Attributes.IPV6)
                        | next.attributes & Attributes.TIMED_OUT;
        eliminated++;
    }

    private void count(long idleMs) {
        if (Long.compareUnsigned(idleMs, leastIdle) < 0) {
            leastIdle = idleMs;
        }
        if (Long.compareUnsigned(idleMs, mostIdle) > 0) {
            formerIdle = mostIdle;
            mostIdle = idleMs;
        }
    }

    /// Hands out the last flow.
    public void end(Sink out) throws IOException {
        if (!any) {
            return;
        }
        boolean hasStart = (flow.attributes & Attributes.CONTINUED) == 0;
        boolean hasEnd = (flow.attributes & Attributes.TIMED_OUT) == 0;
        if (hasStart && hasEnd) {
            madeComplete++;
        } else if (hasStart) {
            missingEnd++;
        } else if (hasEnd) {
            missingStart++;
        } else {
            missingBoth++;
        }
        any = false;
        out.accept(flow);
    }

    /// What became of the flows.
    public CombineCounts counts() {
        return new CombineCounts(
                read,
                complete,
                new CombineCounts.Missing(missingEnd, missingBoth, missingStart),
                eliminated,
                madeComplete,
                new CombineCounts.Idle(read == 0 ? 0 : leastIdle, formerIdle, mostIdle));
    }
}

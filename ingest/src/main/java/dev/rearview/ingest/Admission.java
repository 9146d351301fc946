package dev.rearview.ingest;

import dev.rearview.model.FieldNumbers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import dev.rearview.site.Probe;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.FlowConsumer;
import java.net.InetAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What becomes of a decoded flow, whether a socket received it or a file has it: the time window,
/// the largest volumes, then the classifier, and from there one copy for each sensor goes on. What
/// is changed or lost on the way is counted; times and sensors are explained once for each message
/// or file. For one thread.
public final class Admission {
    private final Causes causes;
    private final FlowConsumer out;
    // Of the message or file in hand.
    private @Nullable Source source;
    private boolean isTimeTold;
    private boolean isSensorTold;

    private final FlowRecord record = new FlowRecord();

    /// Where flows come from.
    ///
    /// @param classifier that of the probe
    /// @param window starts of flows that are believed
    public record Source(
            Configuration configuration, Probe probe, Classifier classifier, TimeWindow window) {}

    private @Nullable InetAddress from;

    /// @param causes told why something is changed or lost
    /// @param out takes flows with their sensor and type
    public Admission(Causes causes, FlowConsumer out) {
        this.causes = causes;
        this.out = out;
    }

    /// A message, or a file, begins.
    ///
    /// @param exporter who sent it, null if that is not known
    public void begin(Source next, @Nullable InetAddress exporter) {
        source = next;
        from = exporter;
        isTimeTold = false;
        isSensorTold = false;
    }

    /// Takes a flow, which is changed.
    ///
    /// @param receivedUs when it came, microseconds since 1970
    public void take(FlowRecord r, Counters counters, long receivedUs) {
        Source of = Objects.requireNonNull(source);
        long startUs = r.stime;
        if (of.window.apply(r, receivedUs)) {
            counters.add(Total.TIMES_REPLACED, 1);
            if (!isTimeTold) {
                isTimeTold = true;
                causes.times(of.probe, exporter(), startUs);
            }
        }
        if (clip(r)) {
            counters.add(Total.VOLUMES_CLIPPED, 1);
        }
        boolean isWhole = of.classifier.classify(r, counters, out);
        if (!isWhole && !isSensorTold) {
            isSensorTold = true;
            causes.sensor(of.configuration, of.probe, exporter(), r);
        }
    }

    /// Takes flows of the message in hand, which are changed: together, where nothing is to be
    /// changed or told of any and each goes to one sensor, else one by one.
    ///
    /// @param receivedUs when they came, microseconds since 1970
    public void take(MessageFlows flows, Counters counters, long receivedUs) {
        Source of = Objects.requireNonNull(source);
        if (of.window.holds(flows, receivedUs)
                && !isAnyToBeClipped(flows)
                && of.classifier.assign(flows, counters)) {
            out.accept(flows, counters);
            return;
        }
        for (int i = 0; i < flows.count(); i++) {
            flows.get(i, record);
            take(record, counters, receivedUs);
        }
    }

    private static boolean isAnyToBeClipped(MessageFlows flows) {
        long[] packets = flows.values(FieldNumbers.PACKETS);
        long[] bytes = flows.values(FieldNumbers.BYTES);
        long any = 0;
        for (int i = 0; i < flows.count(); i++) {
            any |= packets[i] | bytes[i];
        }
        return any < 0;
    }

    /// Gives a flow of more packets or octets than the store can keep the most that it can.
    ///
    /// @return whether it did
    private static boolean clip(FlowRecord r) {
        boolean isMore = (r.packets | r.bytes) < 0;
        r.packets = r.packets < 0 ? Long.MAX_VALUE : r.packets;
        r.bytes = r.bytes < 0 ? Long.MAX_VALUE : r.bytes;
        return isMore;
    }

    private String exporter() {
        return from == null ? Ledger.NONE : from.getHostAddress();
    }
}

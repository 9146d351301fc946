package dev.rearview.engine.detect;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.model.Volume;
import dev.rearview.sets.IpSet;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Finds sources that scan, among flows of IPv4 that come grouped by source, protocol and
/// destination. Each source is judged once the next one comes; what is kept meanwhile does not grow
/// with its flows.
public final class ScanDetector {
    /// Which model judges.
    public enum Model {
        /// The walk; the regression where the walk finds no scan.
        HYBRID,
        /// The threshold random walk, of TCP alone.
        WALK,
        /// Bayesian logistic regression.
        REGRESSION
    }

    /// @param active the internal addresses that are in use, of which the walk needs to know
    /// @param theta0 probability that a connection of a benign source succeeds
    /// @param theta1 probability that one of a scanner does
    /// @param explains whether verdicts say what they come from
    public record Settings(
            Model model, IpSet active, double theta0, double theta1, boolean explains) {}

    /// Is told what was found.
    public interface Listener {
        /// A source has been judged.
        void judged(Verdict verdict) throws IOException;
    }

    /// Sources of fewer flows are left alone by the regression.
    public static final int FEWEST = 32;

    private static final double LIKELY = 0.5;

    private final Model model;
    private final boolean explains;
    private final Listener listener;
    private final RandomWalk walk;
    private final TcpMetrics tcp = new TcpMetrics();
    private final UdpMetrics udp = new UdpMetrics();
    private final IcmpMetrics icmp = new IcmpMetrics();
    private final Sums sums = new Sums();
    private boolean isSorted = true;
    private long lastKey = -1;

    public ScanDetector(Settings settings, Listener listener) {
        this.model = settings.model;
        this.explains = settings.explains;
        this.listener = listener;
        this.walk = new RandomWalk(settings.active, settings.theta0, settings.theta1);
    }

    /// Takes a flow, which may be reused; one of another protocol than ICMP, TCP and UDP is left
    /// out.
    public void add(FlowRecord r) throws IOException {
        Metrics metrics = metrics(r.protocol);
        if (metrics == null) {
            return;
        }
        long key = (r.sipLo & 0xFFFF_FFFFL) << 8 | r.protocol;
        if (key != lastKey) {
            finish();
            isSorted &= key > lastKey;
            lastKey = key;
            sums.start((int) r.sipLo, r.protocol);
            metrics.clear();
            walk.clear();
        }
        sums.add(r);
        if (walks(r.protocol)) {
            walk.add(r);
        }
        if (model != Model.WALK) {
            metrics.add(r);
        }
    }

    /// Judges the last source.
    public void end() throws IOException {
        finish();
    }

    /// Whether sources and protocols have come in ascending order.
    public boolean isSorted() {
        return isSorted;
    }

    private boolean walks(int protocol) {
        return model != Model.REGRESSION && protocol == Protocols.TCP;
    }

    private @Nullable Metrics metrics(int protocol) {
        return switch (protocol) {
            case Protocols.TCP -> tcp;
            case Protocols.UDP -> udp;
            case Protocols.ICMP -> icmp;
            default -> null;
        };
    }

    private void finish() throws IOException {
        if (sums.flows == 0) {
            return;
        }
        Verdict.Source source = sums.source();
        sums.flows = 0;
        if (walks(source.protocol()) && isSettledByWalk()) {
            listener.judged(ofWalk(source));
        } else if (model != Model.WALK) {
            listener.judged(ofRegression(source));
        }
    }

    /// A source that has contacted nothing internal, too little to be sure, is none that the
    /// regression is asked about either.
    private boolean isSettledByWalk() {
        return model == Model.WALK || walk.isScan() || !walk.isBenign() && walk.missesAll();
    }

    private Verdict ofWalk(Verdict.Source source) {
        Verdict.Outcome outcome =
                walk.isScan()
                        ? Verdict.Outcome.SCAN
                        : walk.isBenign() ? Verdict.Outcome.BENIGN : Verdict.Outcome.UNKNOWN;
        return new Verdict(source, outcome, Model.WALK, walk.ratio(), explains ? walk.text() : "");
    }

    private Verdict ofRegression(Verdict.Source source) {
        if (source.volume().flows() < FEWEST) {
            return new Verdict(
                    source, Verdict.Outcome.UNKNOWN, Model.REGRESSION, 0, "missile: small");
        }
        Metrics metrics = metrics(source.protocol());
        if (metrics == null) {
            throw new IllegalStateException("no metrics of protocol " + source.protocol());
        }
        double probability = 1 / (1 + Math.exp(-metrics.score()));
        Verdict.Outcome outcome =
                probability >= LIKELY ? Verdict.Outcome.SCAN : Verdict.Outcome.UNKNOWN;
        return new Verdict(
                source, outcome, Model.REGRESSION, probability, explains ? metrics.text() : "");
    }

    /// What the flows of a source come to.
    private static final class Sums {
        private int address;
        private int protocol;
        private long flows;
        private long packets;
        private long bytes;
        private long startMs;
        private long lastStartMs;
        private long endMs;

        void start(int from, int of) {
            address = from;
            protocol = of;
            flows = 0;
            packets = 0;
            bytes = 0;
            startMs = Long.MAX_VALUE;
            lastStartMs = Long.MIN_VALUE;
        }

        void add(FlowRecord r) {
            long start = Math.floorDiv(r.stime, 1000L);
            flows++;
            packets += r.packets;
            bytes += r.bytes;
            startMs = Math.min(startMs, start);
            if (start >= lastStartMs) {
                lastStartMs = start;
                endMs = start + Math.floorDiv(r.duration, 1000L);
            }
        }

        Verdict.Source source() {
            return new Verdict.Source(
                    address, protocol, new Volume(flows, packets, bytes), startMs, endMs);
        }
    }
}

package dev.rearview.engine.detect;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.TcpFlags;
import java.util.Locale;

/// The metrics of TCP. All weights but that of backscatter were computed from observed
/// probabilities (see `docs/reference/scan-models.md`).
final class TcpMetrics extends Metrics {
    private static final double CONSTANT = -2.838;
    private static final double NO_ACK = 3.30867;
    private static final double SMALL = -0.15705;
    private static final double PORTS = -0.0023192;
    private static final double LARGE = -1.047413;
    private static final double SPREAD = 3.163019;
    private static final double BACKSCATTER = -SPREAD;

    private final PortSet ports = new PortSet();
    private long withoutAck;
    private long backscatter;

    @Override
    void forget() {
        ports.clear();
        withoutAck = 0;
        backscatter = 0;
    }

    @Override
    void arrived(int destination) {
        ports.clear();
    }

    @Override
    void count(FlowRecord r) {
        ports.add(r.sport);
        if ((r.flags & TcpFlags.ACK) == 0) {
            withoutAck++;
        }
        if (isAnswer(r.flags)) {
            backscatter++;
        }
    }

    /// SYN and ACK, or a reset with or without ACK, and nothing else: what a victim sends to
    /// addresses that somebody forged.
    private static boolean isAnswer(int flags) {
        return flags == (TcpFlags.SYN | TcpFlags.ACK)
                || flags == TcpFlags.RST
                || flags == (TcpFlags.RST | TcpFlags.ACK);
    }

    /// Source ports towards the last destination, for each destination: what SiLK's average is.
    private double portsPerDestination() {
        return (double) ports.size() / destinations();
    }

    @Override
    double score() {
        return CONSTANT
                + NO_ACK * share(withoutAck)
                + SMALL * smallShare()
                + PORTS * portsPerDestination()
                + LARGE * largeShare()
                + SPREAD * share(destinations())
                + BACKSCATTER * share(backscatter);
    }

    @Override
    String text() {
        return String.format(
                Locale.ROOT,
                "tcp (%.3f, %.3f, %.3f, %.3f, %.3f, %.3f)",
                share(withoutAck),
                smallShare(),
                portsPerDestination(),
                largeShare(),
                share(destinations()),
                share(backscatter));
    }
}

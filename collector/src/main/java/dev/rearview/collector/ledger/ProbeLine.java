package dev.rearview.collector.ledger;

import dev.rearview.site.Probe;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow5.NetFlow5;

/// What the log tells of a probe, as SiLK words it.
public final class ProbeLine {
    private ProbeLine() {}

    /// What is told when it begins.
    public static String begins(Probe p) {
        if (p.port() == 0) {
            return "Creating Directory Reader poller for %s probe %s on '%s'"
                    .formatted(p.type().keyword(), p.name(), p.pollDirectory().orElse(""));
        }
        return "Creating %s Reader for probe '%s' on [%s]:%d"
                .formatted(reader(p.type()), p.name(), p.listenAs().orElse("*"), p.port());
    }

    private static String reader(Probe.Type type) {
        return switch (type) {
            case NETFLOW_V5 -> "PDU";
            case NETFLOW_V9 -> "NetFlowV9";
            case IPFIX -> "IPFIX";
            case SFLOW -> "sFlow";
            case NETFLOW -> "NetFlow";
            case FLOW -> "Flow";
            case SILK -> type.keyword();
        };
    }

    /// What came to it.
    ///
    /// @param n as of [LossLedger#news]
    public static String of(Probe probe, long[] n) {
        boolean pdus = probe.type() == Probe.Type.NETFLOW_V5;
        return "'" + probe.name() + "': " + (pdus ? pdus(n) : flows(probe, n));
    }

    private static String pdus(long[] n) {
        long all = LossLedger.total(n, Total.DATAGRAMS);
        long bad = LossLedger.dropped(n, Drop.MALFORMED) + LossLedger.dropped(n, Drop.VERSION);
        return NetFlow5.summary(
                all - bad,
                all,
                LossLedger.total(n, Total.FLOWS),
                LossLedger.dropped(n, Drop.SEQUENCE_GAP),
                LossLedger.dropped(n, Drop.BAD_RECORD));
    }

    private static String flows(Probe probe, long[] n) {
        long gap = LossLedger.dropped(n, Drop.SEQUENCE_GAP);
        boolean listens = probe.port() > 0;
        String missing =
                switch (probe.type()) {
                    case NETFLOW_V9 -> listens ? ", nf9: missing-pkts " + gap : "";
                    case SFLOW -> listens ? ", sflow: missing-pkts " + gap : "";
                    // Records of some formats, packets of others.
                    case NETFLOW, FLOW -> listens ? ", missing " + gap : "";
                    case NETFLOW_V5, IPFIX, SILK -> "";
                };
        return Ipfix.summary(
                        LossLedger.total(n, Total.FLOWS),
                        LossLedger.total(n, Total.REVERSE_FLOWS),
                        LossLedger.dropped(n, Drop.IGNORED))
                + missing;
    }
}

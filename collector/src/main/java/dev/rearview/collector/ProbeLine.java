package dev.rearview.collector;

import dev.rearview.site.Probe;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;

/// What came to a probe, as SiLK words it.
final class ProbeLine {
    private ProbeLine() {}

    /// @param n as of [LossLedger#news]
    static String of(Probe probe, long[] n) {
        boolean pdus = probe.type() == Probe.Type.NETFLOW_V5;
        return "'" + probe.name() + "': " + (pdus ? pdus(n) : flows(probe, n));
    }

    private static String pdus(long[] n) {
        long all = LossLedger.total(n, Total.DATAGRAMS);
        long bad = LossLedger.dropped(n, Drop.MALFORMED) + LossLedger.dropped(n, Drop.VERSION);
        return "Pkts %d/%d, Recs %d, MissRecs %d, BadRecs %d"
                .formatted(
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
        return "forward %d, reverse %d, ignored %d%s"
                .formatted(
                        LossLedger.total(n, Total.FLOWS),
                        LossLedger.total(n, Total.REVERSE_FLOWS),
                        LossLedger.dropped(n, Drop.IGNORED),
                        missing);
    }
}

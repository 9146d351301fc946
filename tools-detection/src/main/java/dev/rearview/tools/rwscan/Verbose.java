package dev.rearview.tools.rwscan;

import dev.rearview.engine.detect.ScanDetector;
import dev.rearview.engine.detect.Verdict;
import dev.rearview.model.FlowRecord;
import dev.rearview.text.FlagText;
import dev.rearview.text.IpFormat;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What is told of the analysis on standard error, for whoever wants to follow it.
final class Verbose {
    /// Nothing is told of a source's result unless it has so many flows.
    static final long NO_RESULTS = Long.MAX_VALUE;

    private static final int ADDRESS_BITS = 32;

    private final PrintStream err;
    private final boolean flows;
    private final long fewest;
    private final int progressBits;
    private final List<String> held = new ArrayList<>();
    private long heldOf = -1;
    private int count;
    private int block;
    private boolean anyBlock;

    /// @param flows whether flows of sources that the regression looks at are printed
    /// @param fewest flows of a source whose result is printed
    /// @param progressBits length of the blocks of addresses that are told, 0 for none
    Verbose(PrintStream err, boolean flows, long fewest, int progressBits) {
        this.err = err;
        this.flows = flows;
        this.fewest = fewest;
        this.progressBits = Math.min(progressBits, ADDRESS_BITS);
    }

    /// Told of each flow that is analysed.
    void flow(FlowRecord r) {
        if (progressBits > 0) {
            progress((int) r.sipLo);
        }
        if (flows) {
            print(r);
        }
    }

    private void progress(int address) {
        int now = address >>> (ADDRESS_BITS - progressBits);
        if (!anyBlock || now != block) {
            anyBlock = true;
            block = now;
            int base = now << (ADDRESS_BITS - progressBits);
            err.println("progress: " + IpFormat.ofIpv4(base) + "/" + progressBits);
        }
    }

    /// The first flows of a source are held back until there are enough for the regression.
    private void print(FlowRecord r) {
        long source = r.sipLo << 8 | r.protocol;
        if (source != heldOf) {
            heldOf = source;
            held.clear();
            count = 0;
        }
        held.add(text(r));
        if (++count >= ScanDetector.FEWEST) {
            held.forEach(err::println);
            held.clear();
        }
    }

    private static String text(FlowRecord r) {
        StringBuilder flags = new StringBuilder();
        FlagText.flags(r.flags, false, flags);
        return String.format(
                Locale.ROOT,
                "%s:%d -> %s:%d [%d] %s packets=%d bytes=%d",
                IpFormat.ofIpv4((int) r.sipLo),
                r.sport,
                IpFormat.ofIpv4((int) r.dipLo),
                r.dport,
                r.protocol,
                flags,
                r.packets,
                r.bytes);
    }

    void result(Verdict verdict) {
        Verdict.Source source = verdict.source();
        if (source.volume().flows() < fewest) {
            return;
        }
        err.printf(
                Locale.ROOT,
                "1. %s [%d] (%d) \t%s\t%s (%.3f)%n",
                IpFormat.ofIpv4(source.address()),
                source.protocol(),
                source.volume().flows(),
                verdict.reason(),
                verdict.outcome().name().toLowerCase(Locale.ROOT),
                verdict.probability());
    }
}

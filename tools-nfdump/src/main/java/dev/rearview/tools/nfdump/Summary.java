package dev.rearview.tools.nfdump;

import dev.rearview.tools.nfdump.filter.Rates;
import java.util.Locale;

/// What is told of all flows that passed, and of all that were read.
///
/// @param passed flows, counts and times of those that passed
/// @param records that passed
/// @param read all flows that were read
/// @param octets of the inputs
/// @param cpuNanos that this process has used
/// @param wallNanos that passed
record Summary(
        Shown passed, long records, Totals read, long octets, long cpuNanos, long wallNanos) {
    /// How it is printed.
    enum Kind {
        TEXT,
        CSV,
        NONE
    }

    void print(Kind kind, TimeWindow window, Style style, StringBuilder out) {
        long ms = passed.durationMs();
        long bps = Rates.bitsPerSecond(passed.bytes, ms);
        long pps = Rates.packetsPerSecond(passed.packets, ms);
        long bpp = ms == 0 ? 0 : Rates.bytesPerPacket(passed.bytes, passed.packets);
        if (kind == Kind.CSV) {
            out.append("Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n");
            out.append(passed.flows).append(',').append(Long.toUnsignedString(passed.bytes));
            out.append(',').append(Long.toUnsignedString(passed.packets)).append(',').append(bps);
            out.append(',').append(pps).append(',').append(bpp).append('\n');
            return;
        }
        if (kind == Kind.NONE) {
            return;
        }
        out.append("Summary: total flows: ").append(passed.flows);
        out.append(", total bytes: ").append(style.count(passed.bytes));
        out.append(", total packets: ").append(style.count(passed.packets));
        out.append(", avg bps: ").append(style.count(bps));
        out.append(", avg pps: ").append(style.count(pps));
        out.append(", avg bpp: ").append(style.count(bpp));
        out.append("\nTime window: ");
        style.time(window.firstMs(), false, ' ', out);
        style.time(window.lastMs(), false, ' ', out.append(" - "));
        // What another command of this process hands over is not seen when it is read.
        long processed = Math.max(read.flows(), records);
        double wall = wallNanos / 1e9;
        out.append("\nTotal flows processed: ").append(processed);
        out.append(", passed: ").append(records).append(", Blocks skipped: 0, Bytes read: ");
        out.append(octets).append('\n');
        out.append(
                String.format(
                        Locale.ROOT,
                        "Sys: %.4fs User: %.4fs Wall: %.4fs flows/second: %.1f Runtime: %.4fs%n",
                        0.0,
                        cpuNanos / 1e9,
                        wall,
                        wall > 0 ? processed / wall : 0.0,
                        wall));
    }
}

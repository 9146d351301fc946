package dev.rearview.tools.nfdump;

import dev.rearview.tools.nfdump.filter.Rates;

/// Prints the table of a statistic.
///
/// @param total of all flows, for shares
record StatisticText(Statistic statistic, Style style, boolean csv, boolean quiet, Shown total) {
    /// Columns of a value, but of a whole address of IPv6.
    private static final int VALUE_WIDTH = 17;

    void begin(Order order, long limit, StringBuilder out) {
        if (quiet) {
            return;
        }
        if (csv) {
            // Titles differ as they do in nfdump.
            out.append(
                    order == Order.FLOWS
                            ? "ts,te,td,pr,val,fl,flP,ipkt,ipktP,ibyt,ibytP,ipps,ibps,ibpp\n"
                            : "ts,te,td,pr,val,fl,flP,pkt,pktP,byt,bytP,pps,bps,bpp\n");
            return;
        }
        out.append("Top ");
        if (limit > 0) {
            out.append(limit).append(' ');
        }
        String title = statistic.element().title();
        out.append(title).append(" ordered by ").append(order.title()).append(":\n");
        out.append("Date first seen                 Duration Proto ");
        Style.right(title, width(), out);
        out.append("    Flows(%)     Packets(%)       Bytes(%)         pps      bps   bpp\n");
    }

    private int width() {
        return style.full() && statistic.element().isAddress() ? style.addressWidth() : VALUE_WIDTH;
    }

    /// @param value what the line is of
    void line(Shown l, String value, StringBuilder out) {
        String protocol = statistic.showsProtocol() ? Tag.protocol(l.flow.protocol, style) : "any";
        long bps = Rates.bitsPerSecond(l.bytes, l.durationMs());
        long pps = Rates.packetsPerSecond(l.packets, l.durationMs());
        long bpp = Rates.bytesPerPacket(l.bytes, l.packets);
        if (csv) {
            style.time(l.firstMs, false, ' ', out);
            style.time(l.lastMs, false, ' ', out.append(','));
            out.append(',').append(Style.seconds(l.durationMs())).append(',').append(protocol);
            out.append(',').append(value.strip());
            out.append(',').append(l.flows).append(',').append(share(l.flows, total.flows));
            out.append(',').append(l.packets).append(',').append(share(l.packets, total.packets));
            out.append(',').append(l.bytes).append(',').append(share(l.bytes, total.bytes));
            out.append(',').append(pps).append(',').append(bps).append(',').append(bpp);
            out.append('\n');
            return;
        }
        style.time(l.firstMs, true, ' ', out);
        out.append(' ');
        if (style.full() && statistic.element().isAddress()) {
            Style.right(Style.seconds(l.durationMs()), 9, out);
        } else {
            style.duration(l.durationMs(), out);
        }
        out.append(' ');
        Style.left(protocol, 5, out);
        out.append(' ');
        Style.right(value, width(), out);
        column(Long.toString(l.flows), share(l.flows, total.flows), out);
        column(style.count(l.packets), share(l.packets, total.packets), out);
        column(style.count(l.bytes), share(l.bytes, total.bytes), out);
        Style.right(style.count(pps), 8, out.append(' '));
        Style.right(style.count(bps), 8, out.append(' '));
        Style.right(Long.toString(bpp), 5, out.append(' '));
        out.append('\n');
    }

    private static void column(String count, String share, StringBuilder out) {
        Style.right(count, 8, out.append(' '));
        out.append('(');
        Style.right(share, 4, out);
        out.append(')');
    }

    private static String share(long part, long whole) {
        return Style.tenths(whole == 0 ? 0.0 : 100.0 * part / whole);
    }

    /// What follows the last line.
    void end(StringBuilder out) {
        out.append('\n');
    }
}

package dev.rearview.tools.rwscanquery;

import dev.rearview.catalogue.Database;
import dev.rearview.model.Ip;
import dev.rearview.model.Volume;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpRange;
import dev.rearview.text.TimeFormat;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A scan, as the table `scans` has it.
record ScanRow(long id, int source, int protocol, Times times, Volume volume, Model model) {
    /// A time; what is behind the seconds does not count.
    private static final Pattern TIME =
            Pattern.compile("(?s)(\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d)(?:[^0-9].*)?");

    private static final long MAX_ADDRESS = 0xFFFF_FFFFL;

    /// When it began and ended, in UTC.
    record Times(String start, String end) {}

    /// Which model found it, and how sure it was.
    record Model(int number, double probability) {}

    /// Takes scans.
    @FunctionalInterface
    interface Taker {
        void take(ScanRow row) throws IOException;
    }

    /// Hands out the scans that were active in a window, by their ends.
    ///
    /// @param sources those that count; all if empty
    static void select(Database database, ScanWindow window, Optional<IpSet> sources, Taker out)
            throws IOException {
        String time = database.isPostgres() ? "CAST(? AS TIMESTAMP)" : "?";
        if (sources.isPresent() && sources.get().isEmpty()) {
            return;
        }
        Optional<IpRange> span = sources.map(IpSet::span);
        database.select(
                "SELECT id, sip, proto, stime, etime, flows, packets, bytes, scan_model, scan_prob"
                        + " FROM scans WHERE stime < "
                        + time
                        + " AND etime >= "
                        + time
                        + " AND sip BETWEEN ? AND ? ORDER BY etime, id",
                s -> {
                    s.setString(1, TimeFormat.ISO.format(window.endMs()));
                    s.setString(2, TimeFormat.ISO.format(window.startMs()));
                    s.setLong(3, span.map(ScanRow::lowest).orElse(0L));
                    s.setLong(4, span.map(ScanRow::highest).orElse(MAX_ADDRESS));
                },
                r -> {
                    ScanRow row = of(r);
                    if (sources.isEmpty() || sources.get().contains(0, Ip.mapped(row.source))) {
                        out.take(row);
                    }
                });
    }

    private static long lowest(IpRange span) {
        return Ip.compare(span.loHi(), span.loLo(), 0, Ip.MAPPED) < 0
                ? 0
                : Ip.isMapped(span.loHi(), span.loLo()) ? span.loLo() & MAX_ADDRESS : MAX_ADDRESS;
    }

    private static long highest(IpRange span) {
        return Ip.isMapped(span.hiHi(), span.hiLo()) ? span.hiLo() & MAX_ADDRESS : MAX_ADDRESS;
    }

    private static ScanRow of(ResultSet r) throws SQLException {
        long sip = r.getLong(2);
        if (sip < 0 || sip > MAX_ADDRESS) {
            throw new SQLException("scan " + r.getLong(1) + " has the source " + sip);
        }
        return new ScanRow(
                r.getLong(1),
                (int) sip,
                r.getInt(3),
                new Times(time(r.getString(4)), time(r.getString(5))),
                new Volume(r.getLong(6), r.getLong(7), r.getLong(8)),
                new Model(r.getInt(9), r.getDouble(10)));
    }

    private static String time(String text) throws SQLException {
        Matcher m = TIME.matcher(text == null ? "" : text);
        if (!m.matches()) {
            throw new SQLException("'" + text + "' is not a time");
        }
        return m.group(1);
    }

    String address() {
        return IpFormat.ofIpv4(source);
    }
}

package dev.rearview.store.ledger;

import dev.rearview.store.disk.Checksum;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What one exporter of a probe sent and lost in a period of about a minute, or which sensors a
/// probe feeds, or that the collector ran.
///
/// As text it is a line of five columns, with a tab between each two:
///
/// ```
/// 2026-11-28T10:15:03Z  P0  192.0.2.1  flows=120 lost:sequence-gap=3  1c291ca3
/// 2026-11-28T10:15:03Z  P0  -          sensors=S0,S1                  8d7c2f10
/// 2026-11-28T10:15:03Z  -   -          up=57                          77a1e5d2
/// ```
///
/// The last is the CRC-32 of all octets before it.
///
/// @param startMs when it began, milliseconds since 1970, whole seconds
/// @param probe name of the probe, [#NONE] where no probe takes what was sent
/// @param exporter address or network of the sender, `others`, or [#NONE] where it is not known
/// @param counts by name; `up` is how many seconds the collector ran
/// @param sensors names of those that the probe feeds; empty in lines that tell something else
public record LedgerPeriod(
        long startMs,
        String probe,
        String exporter,
        Map<String, Long> counts,
        List<String> sensors) {
    /// No probe, or a sender that is not known.
    public static final String NONE = "-";

    /// The count of seconds in which the collector ran.
    public static final String UP = "up";

    /// What names of counts of losses begin with.
    public static final String LOST = "lost:";

    /// What is longer is no such line: a few dozen counts, or a site's sensors.
    static final int MAX_CHARS = 1 << 20;

    private static final String SENSORS = "sensors=";
    private static final int COLUMNS = 5;

    /// Counts of an exporter.
    public static LedgerPeriod counts(
            long startMs, String probe, String exporter, Map<String, Long> counts) {
        return new LedgerPeriod(startMs, probe, exporter, counts, List.of());
    }

    /// That the collector ran from a moment on.
    public static LedgerPeriod running(long startMs, long seconds) {
        return counts(startMs, NONE, NONE, Map.of(UP, seconds));
    }

    /// Which sensors a probe feeds from a moment on.
    public static LedgerPeriod feeding(long startMs, String probe, List<String> sensors) {
        return new LedgerPeriod(startMs, probe, NONE, Map.of(), sensors);
    }

    /// Whether it tells that the collector ran.
    public boolean isRunning() {
        return probe.equals(NONE) && counts.containsKey(UP);
    }

    /// A count, 0 where there is none.
    public long count(String name) {
        return counts.getOrDefault(name, 0L);
    }

    /// The line, with its end.
    String line() {
        StringBuilder out = new StringBuilder();
        out.append(Instant.ofEpochSecond(startMs / 1000)).append('\t');
        out.append(probe).append('\t').append(exporter).append('\t');
        if (!sensors.isEmpty()) {
            out.append(SENSORS).append(String.join(",", sensors));
        } else {
            String space = "";
            for (Map.Entry<String, Long> e : counts.entrySet()) {
                out.append(space).append(e.getKey()).append('=').append(e.getValue());
                space = " ";
            }
        }
        out.append('\t');
        return out.append(Checksum.ofText(out.toString())).append('\n').toString();
    }

    /// The period of a line without its end.
    ///
    /// @throws IllegalArgumentException if it is none
    static LedgerPeriod parse(String line) {
        int at = line.lastIndexOf('\t') + 1;
        String[] columns = line.split("\t", -1);
        if (columns.length != COLUMNS
                || !line.substring(at).equals(Checksum.ofText(line.substring(0, at)))) {
            throw new IllegalArgumentException("no line of the ledger, or a damaged one");
        }
        long startMs;
        try {
            startMs = Instant.parse(columns[0]).toEpochMilli();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("no time", e);
        }
        String told = columns[3];
        if (told.startsWith(SENSORS)) {
            List<String> sensors = List.of(told.substring(SENSORS.length()).split(",", -1));
            return feeding(startMs, columns[1], sensors);
        }
        Map<String, Long> counts = new LinkedHashMap<>();
        for (String count : told.split(" ", -1)) {
            int equals = count.indexOf('=');
            long n = Long.parseLong(count.substring(equals + 1));
            if (equals <= 0 || n < 0) {
                throw new IllegalArgumentException("no count");
            }
            counts.put(count.substring(0, equals), n);
        }
        return counts(startMs, columns[1], columns[2], counts);
    }
}

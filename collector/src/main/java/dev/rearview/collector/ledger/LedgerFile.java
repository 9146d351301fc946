package dev.rearview.collector.ledger;

import dev.rearview.model.MalformedInputException;
import dev.rearview.store.disk.Checksum;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.disk.RegularFile;
import dev.rearview.store.ledger.LedgerPeriod;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The ledger as tab-separated text: probe, exporter, what, count. `active` is no count but the
/// second since 1970 in which a row last changed, nor is `lost-active`, that of its last loss;
/// `awaited:DOMAIN/ID` and `given-up:DOMAIN/ID` tell of data sets without a template since the
/// process started, `unknown:ENTERPRISE/ID` of templates with an element that no flow field needs.
/// The last line is a checksum of all before it; the first version had neither.
final class LedgerFile {
    private static final String VERSION = "#rearview ledger 2\n";
    private static final String HEADER = "#probe\texporter\twhat\tcount\n";
    private static final String CHECKSUM = "#crc32 ";
    private static final String ACTIVE = "active";
    private static final String LOST_ACTIVE = "lost-active";
    private static final String AWAITED = "awaited:";
    private static final String GIVEN_UP = "given-up:";
    private static final String UNKNOWN = "unknown:";

    /// What is larger is no ledger: all rows with all counts take less.
    private static final long MAX_OCTETS = 64 << 20;

    private static final class Row {
        private final Counters counters = new Counters();
        private long activeMs;
        private long lostMs;
        // Of one run: templates that data waited for, and elements without a meaning.
        private final Map<String, Long> details = new LinkedHashMap<>();
    }

    private LedgerFile() {}

    /// The file's content.
    static String text(LossLedger ledger) {
        Map<LossLedger.Key, LossLedger.Activity> activity = ledger.activity();
        StringBuilder text = new StringBuilder(VERSION).append(HEADER);
        ledger.entries()
                .forEach((key, c) -> {
                    int before = text.length();
                    for (Counters.Total t : Counters.Total.values()) {
                        line(key, t.name().toLowerCase(Locale.ROOT), c.total(t), text);
                    }
                    for (Drop d : Drop.values()) {
                        line(key, LedgerPeriod.LOST + d.label(), c.dropped(d), text);
                    }
                    for (Counters.Awaited a : c.awaited()) {
                        String of = a.isOthers() ? "others" : a.domain() + "/" + a.templateId();
                        line(key, AWAITED + of, a.sets(), text);
                        line(key, GIVEN_UP + of, a.givenUpSets(), text);
                    }
                    c.unknownElements()
                            .forEach((e, n) ->
                                    line(key, UNKNOWN + e.enterprise() + "/" + e.id(), n, text));
                    if (text.length() > before) {
                        LossLedger.Activity at =
                                activity.getOrDefault(key, new LossLedger.Activity(0, 0));
                        line(key, ACTIVE, at.activeMs() / 1000, text);
                        line(key, LOST_ACTIVE, at.lostMs() / 1000, text);
                    }
                });
        String sum = Checksum.ofText(text.toString());
        return text.append(CHECKSUM).append(sum).append('\n').toString();
    }

    static void write(String text, Path path) throws IOException {
        Disk.replaceUnforced(path, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static void line(LossLedger.Key key, String what, long count, StringBuilder text) {
        if (count != 0) {
            text.append(key.probe()).append('\t').append(key.exporter()).append('\t');
            text.append(what).append('\t').append(count).append('\n');
        }
    }

    /// Takes up the counts of an earlier run.
    ///
    /// @throws MalformedInputException if the ledger is damaged; nothing of it is taken then
    static void read(Path path, LossLedger into) throws IOException {
        long now = System.currentTimeMillis();
        rows(path)
                .forEach((key, row) ->
                        into.restore(
                                key,
                                new LossLedger.Activity(
                                        row.activeMs == 0 ? now : row.activeMs, row.lostMs),
                                row.counters));
    }

    /// The rows for those who look at them.
    ///
    /// @throws MalformedInputException if the ledger is damaged
    static List<LedgerEntry> entries(Path path) throws IOException {
        List<LedgerEntry> out = new ArrayList<>();
        rows(path)
                .forEach((key, row) ->
                        out.add(
                                new LedgerEntry(
                                        key.probe(),
                                        key.exporter(),
                                        row.activeMs,
                                        row.lostMs,
                                        row.counters,
                                        row.details)));
        return out;
    }

    private static Map<LossLedger.Key, Row> rows(Path path) throws IOException {
        if (RegularFile.checkOwn(path).size() > MAX_OCTETS) {
            throw new MalformedInputException(path.toString(), 0, "", "is too large");
        }
        String text = new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
        if (text.startsWith(VERSION)) {
            int at = text.lastIndexOf('\n' + CHECKSUM) + 1;
            String sum = CHECKSUM + Checksum.ofText(text.substring(0, Math.max(0, at))) + "\n";
            if (at == 0 || !text.substring(at).equals(sum)) {
                throw new MalformedInputException(
                        path.toString(), Math.max(0, at), "checksum", "is wrong");
            }
        }
        Map<LossLedger.Key, Row> rows = new LinkedHashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (!line.startsWith("#")) {
                try {
                    take(line.split("\t", -1), rows);
                } catch (IllegalArgumentException e) {
                    throw new MalformedInputException(
                            path + ":" + number, -1, "", String.valueOf(e.getMessage()));
                }
            }
        }
        return rows;
    }

    private static void take(String[] columns, Map<LossLedger.Key, Row> rows) {
        if (columns.length != 4) {
            throw new IllegalArgumentException("four columns are expected");
        }
        Row row = rows.computeIfAbsent(new LossLedger.Key(columns[0], columns[1]), k -> new Row());
        String what = columns[2];
        long count = Long.parseLong(columns[3]);
        if (what.startsWith(AWAITED) || what.startsWith(GIVEN_UP) || what.startsWith(UNKNOWN)) {
            // Of an earlier run; how many these were is among the totals.
            row.details.put(what, count);
        } else if (what.equals(ACTIVE)) {
            row.activeMs = count * 1000;
        } else if (what.equals(LOST_ACTIVE)) {
            row.lostMs = count * 1000;
        } else if (what.startsWith(LedgerPeriod.LOST)) {
            row.counters.drop(Drop.labelled(what.substring(LedgerPeriod.LOST.length())), count);
        } else {
            row.counters.add(Counters.Total.valueOf(what.toUpperCase(Locale.ROOT)), count);
        }
    }
}

package dev.rearview.collector;

import dev.rearview.model.MalformedInputException;
import dev.rearview.wire.Counters;
import dev.rearview.wire.Drop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// What every exporter sent and what became of it: flows stored, and losses by reason.
public final class LossLedger {
    private static final int MAX_EXPORTERS = 65_536;
    private static final String LOST = "lost:";

    /// @param probe name of the probe
    /// @param exporter address of the sender, "-" where it is not known
    public record Key(String probe, String exporter) implements Comparable<Key> {
        @Override
        public int compareTo(Key o) {
            int c = probe.compareTo(o.probe);
            return c != 0 ? c : exporter.compareTo(o.exporter);
        }
    }

    private final Map<Key, Counters> entries = new ConcurrentHashMap<>();

    /// The counters of an exporter; beyond the table's limit new exporters share one entry.
    public Counters of(String probe, String exporter) {
        Key key = new Key(probe, exporter);
        Counters known = entries.get(key);
        if (known != null) {
            return known;
        }
        Key wanted = entries.size() < MAX_EXPORTERS ? key : new Key(probe, "others");
        return entries.computeIfAbsent(wanted, k -> new Counters());
    }

    /// A snapshot in order.
    public Map<Key, Counters> entries() {
        return new TreeMap<>(entries);
    }

    /// Writes the ledger as tab-separated text: probe, exporter, what, count.
    public void write(Path path) throws IOException {
        StringBuilder text = new StringBuilder("#probe\texporter\twhat\tcount\n");
        entries()
                .forEach((key, c) -> {
                    for (Counters.Total t : Counters.Total.values()) {
                        line(key, t.name().toLowerCase(Locale.ROOT), c.total(t), text);
                    }
                    for (Drop d : Drop.values()) {
                        line(key, LOST + d.label(), c.dropped(d), text);
                    }
                });
        Path temporary = path.resolveSibling("." + path.getFileName() + ".tmp");
        Files.writeString(temporary, text, StandardCharsets.UTF_8);
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Takes up the counts of an earlier run, which [#write] left.
    ///
    /// @throws MalformedInputException if a line is not one of a ledger; those before it are taken
    public void read(Path path) throws IOException {
        int number = 0;
        for (String line : Files.readAllLines(path)) {
            number++;
            if (line.startsWith("#")) {
                continue;
            }
            String[] columns = line.split("\t", -1);
            try {
                if (columns.length != 4) {
                    throw new IllegalArgumentException("four columns are expected");
                }
                restore(of(columns[0], columns[1]), columns[2], Long.parseLong(columns[3]));
            } catch (IllegalArgumentException e) {
                throw new MalformedInputException(
                        path + ":" + number, -1, "", String.valueOf(e.getMessage()));
            }
        }
    }

    private static void restore(Counters c, String what, long count) {
        if (what.startsWith(LOST)) {
            c.drop(Drop.labelled(what.substring(LOST.length())), count);
        } else {
            c.add(Counters.Total.valueOf(what.toUpperCase(Locale.ROOT)), count);
        }
    }

    private static void line(Key key, String what, long count, StringBuilder text) {
        if (count != 0) {
            text.append(key.probe).append('\t').append(key.exporter).append('\t');
            text.append(what).append('\t').append(count).append('\n');
        }
    }
}

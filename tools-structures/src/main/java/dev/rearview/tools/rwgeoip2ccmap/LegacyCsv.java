package dev.rearview.tools.rwgeoip2ccmap;

import dev.rearview.model.Ip;
import dev.rearview.sets.CountryCode;
import dev.rearview.text.IpText;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// CSV of ranges: the legacy GeoIP country file (first, last, two numbers, code, name), and the
/// plain form `first,last,code` that other databases use.
final class LegacyCsv implements CountrySource {
    private static final int PLAIN_COLUMNS = 3;
    private static final int COLUMNS = 6;

    private final byte[] data;
    private final String name;
    private final boolean v6;

    /// @param skipped told of each line that is left out, as file, line and reason
    LegacyCsv(byte[] data, String name, Consumer<String> skipped) throws IOException {
        this.data = data;
        this.name = name;
        boolean[] first = {true, false};
        long[] lines =
                read(
                        (loHi, loLo, hiHi, hiLo, country) -> {
                            if (first[0]) {
                                first[0] = false;
                                first[1] = !Ip.isMapped(loHi, loLo);
                            }
                        },
                        skipped);
        if (lines[0] > 0 && lines[0] == lines[1]) {
            throw new IOException(name + ": no line is CSV of addresses and countries");
        }
        this.v6 = first[1];
    }

    /// Whether the first line holds IPv6 addresses.
    boolean isV6() {
        return v6;
    }

    @Override
    public void forEach(RangeConsumer out) throws IOException {
        read(out, reason -> {});
    }

    /// @return how many lines there are, and how many of them were left out
    private long[] read(RangeConsumer out, Consumer<String> skipped) throws IOException {
        long[] lines = {0, 0};
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(
                                new ByteArrayInputStream(data), StandardCharsets.ISO_8859_1))) {
            int number = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                lines[0]++;
                try {
                    take(line, number, out);
                } catch (IllegalArgumentException e) {
                    lines[1]++;
                    skipped.accept(name + ":" + number + ": " + e.getMessage() + "; skipped");
                }
            }
        }
        return lines;
    }

    /// @throws IllegalArgumentException if the line says nothing of a country, as in SiLK
    private void take(String line, int number, RangeConsumer out) throws IOException {
        List<String> raw = raw(line);
        boolean isPlain = raw.size() == PLAIN_COLUMNS;
        if (!line.startsWith("\"") && !isPlain) {
            throw new IllegalArgumentException("does not begin with a quote");
        }
        List<String> cells = cells(line);
        if (cells.contains("")) {
            throw new IllegalArgumentException("has an empty column");
        }
        if (!isPlain && raw.size() != COLUMNS) {
            throw new IOException(
                    name + ":" + number + ": expected 6 columns, or 3, not " + raw.size());
        }
        Ip low = IpText.parse(cells.get(0));
        Ip high = IpText.parse(cells.get(1));
        int at = isPlain ? 2 : 4;
        boolean known = isPlain || raw.get(at).startsWith("\"");
        int country = known ? CountryCode.parse(cells.get(at)) : CountryCode.UNKNOWN;
        if (low.compareTo(high) <= 0) {
            out.range(low.hi(), low.lo(), high.hi(), high.lo(), country);
        }
    }

    /// Splits a CSV line; quotes protect commas, blanks around cells are dropped.
    static List<String> cells(String line) {
        return split(line).stream().map(c -> c.replace("\"", "").strip()).toList();
    }

    /// The cells of a line with their quotes.
    ///
    /// @throws IllegalArgumentException if a quote is not closed
    private static List<String> raw(String line) {
        if (line.chars().filter(c -> c == '"').count() % 2 != 0) {
            throw new IllegalArgumentException("has an open quote");
        }
        return split(line).stream().map(String::strip).toList();
    }

    private static List<String> split(String line) {
        List<String> out = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                out.add(line.substring(from, i));
                from = i + 1;
            }
        }
        out.add(line.substring(from));
        return out;
    }
}

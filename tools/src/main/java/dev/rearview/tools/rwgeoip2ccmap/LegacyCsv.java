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

/// CSV of ranges: the legacy GeoIP country file (first, last, two numbers, code, name), and the
/// plain form `first,last,code` that other databases use.
final class LegacyCsv implements CountrySource {
    private final byte[] data;
    private final String name;
    private final boolean v6;

    LegacyCsv(byte[] data, String name) throws IOException {
        this.data = data;
        this.name = name;
        boolean[] first = {true, false};
        read((loHi, loLo, hiHi, hiLo, country) -> {
            if (first[0]) {
                first[0] = false;
                first[1] = !Ip.isMapped(loHi, loLo);
            }
        });
        this.v6 = first[1];
    }

    /// Whether the first line holds IPv6 addresses.
    boolean isV6() {
        return v6;
    }

    @Override
    public void forEach(RangeConsumer out) throws IOException {
        read(out);
    }

    private void read(RangeConsumer out) throws IOException {
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
                List<String> cells = cells(line);
                boolean plain = cells.size() == 3;
                if (!plain && cells.size() != 6) {
                    throw new IOException(
                            name
                                    + ":"
                                    + number
                                    + ": expected 6 columns, or 3, not "
                                    + cells.size());
                }
                try {
                    Ip low = IpText.parse(cells.get(0));
                    Ip high = IpText.parse(cells.get(1));
                    int country = CountryCode.parse(cells.get(plain ? 2 : 4));
                    if (low.compareTo(high) <= 0) {
                        out.range(low.hi(), low.lo(), high.hi(), high.lo(), country);
                    }
                } catch (IllegalArgumentException e) {
                    // As in SiLK, a line with a bad value gives no country.
                }
            }
        }
    }

    /// Splits a CSV line; quotes protect commas, blanks around cells are dropped.
    static List<String> cells(String line) {
        List<String> out = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                out.add(cell.toString().strip());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        out.add(cell.toString().strip());
        return out;
    }
}

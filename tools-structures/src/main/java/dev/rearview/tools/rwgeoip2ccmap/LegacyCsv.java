package dev.rearview.tools.rwgeoip2ccmap;

import dev.rearview.model.Ip;
import dev.rearview.sets.CountryCode;
import dev.rearview.text.IpText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/// CSV of ranges: the legacy GeoIP country file (first, last, two numbers, code, name), and the
/// plain form `first,last,code` that other databases use.
final class LegacyCsv implements CountrySource {
    private static final int PLAIN_COLUMNS = 3;
    private static final int COLUMNS = 6;

    private final CsvText text;
    private final String name;
    private final boolean v6;

    /// @param skipped told of each line that is left out, as file, line and reason
    LegacyCsv(byte[] data, String name, Consumer<String> skipped) throws IOException {
        this.text = new CsvText(new String(data, StandardCharsets.ISO_8859_1), name);
        this.name = name;
        boolean[] first = {true, false};
        Reading reading =
                new Reading(
                        (loHi, loLo, hiHi, hiLo, country) -> {
                            if (first[0]) {
                                first[0] = false;
                                first[1] = !Ip.isMapped(loHi, loLo);
                            }
                        },
                        skipped);
        text.forEach(reading);
        if (reading.rows > 0 && reading.rows == reading.leftOut) {
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
        text.forEach(new Reading(out, reason -> {}));
    }

    /// Takes the rows of the text for ranges, and counts those that are none.
    private final class Reading implements CsvText.Rows {
        private final RangeConsumer out;
        private final Consumer<String> skipped;
        private long rows;
        private long leftOut;

        Reading(RangeConsumer out, Consumer<String> skipped) {
            this.out = out;
            this.skipped = skipped;
        }

        @Override
        public boolean take(CsvText.Row row) throws IOException {
            int columns = row.cells().size();
            boolean isRow = columns == PLAIN_COLUMNS || columns == COLUMNS;
            if (!isRow && row.lines() > 1) {
                return false;
            }
            rows++;
            try {
                range(row);
            } catch (IllegalArgumentException e) {
                leaveOut(row.line(), String.valueOf(e.getMessage()));
            }
            return true;
        }

        @Override
        public void openQuote(int line) {
            rows++;
            leaveOut(line, "has an open quote");
        }

        private void leaveOut(int line, String reason) {
            leftOut++;
            skipped.accept(name + ":" + line + ": " + reason + "; skipped");
        }

        /// @throws IllegalArgumentException if the row says nothing of a country, as in SiLK
        private void range(CsvText.Row row) throws IOException {
            List<CsvText.Cell> cells = row.cells();
            boolean isPlain = cells.size() == PLAIN_COLUMNS;
            if (!cells.getFirst().isQuoted() && !isPlain) {
                throw new IllegalArgumentException("does not begin with a quote");
            }
            if (row.texts().contains("")) {
                throw new IllegalArgumentException("has an empty column");
            }
            if (!isPlain && cells.size() != COLUMNS) {
                throw new IOException(
                        name
                                + ":"
                                + row.line()
                                + ": expected 6 columns, or 3, not "
                                + cells.size());
            }
            Ip low = IpText.parse(cells.get(0).text());
            Ip high = IpText.parse(cells.get(1).text());
            CsvText.Cell code = cells.get(isPlain ? 2 : 4);
            boolean isKnown = isPlain || code.isQuoted();
            int country = isKnown ? CountryCode.parse(code.text()) : CountryCode.UNKNOWN;
            if (low.compareTo(high) <= 0) {
                out.range(low.hi(), low.lo(), high.hi(), high.lo(), country);
            }
        }
    }
}

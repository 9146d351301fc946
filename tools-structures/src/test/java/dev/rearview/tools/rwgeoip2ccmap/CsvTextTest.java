package dev.rearview.tools.rwgeoip2ccmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTextTest {
    /// Rows as `LINE:CELL|CELL`, with the quoted cells in quotes; open quotes as `LINE!`.
    private static List<String> rows(String text, int columns) throws IOException {
        List<String> out = new ArrayList<>();
        new CsvText(text, "t.csv")
                .forEach(
                        new CsvText.Rows() {
                            @Override
                            public boolean take(CsvText.Row row) {
                                if (row.cells().size() != columns && row.lines() > 1) {
                                    return false;
                                }
                                List<String> cells =
                                        row.cells().stream()
                                                .map(c ->
                                                        c.isQuoted()
                                                                ? '"' + c.text() + '"'
                                                                : c.text())
                                                .toList();
                                out.add(row.line() + ":" + String.join("|", cells));
                                return true;
                            }

                            @Override
                            public void openQuote(int line) {
                                out.add(line + "!");
                            }
                        });
        return out;
    }

    @Test
    void quotesProtectCommasAndEndsOfLines() throws IOException {
        assertThat(rows("a,\"b, c\"\n\n \"d\ne\" , f \r\n  \n\"g\",\"\"\n", 2))
                .containsExactly("1:a|\"b, c\"", "3:\"d\ne\"|f", "6:\"g\"|\"\"");
    }

    @Test
    void aLineWithAnOpenQuoteCostsNoOther() throws IOException {
        assertThat(rows("\"a\",\"b\"\n\"c\",\"d\n\"e\",\"f\"\r\n\"g\nh,i\n\"j\",\"k", 2))
                .containsExactly("1:\"a\"|\"b\"", "2!", "3:\"e\"|\"f\"", "4!", "5:h|i", "6!");
    }

    @Test
    void anOpenQuoteEndsAtTheLargestCell() throws IOException {
        String line = "\"a\",\"b\"\n";
        assertThat(rows("\"c\n" + "x,y\n".repeat(50_000) + line, 2))
                .hasSize(50_002)
                .startsWith("1!", "2:x|y")
                .endsWith("50002:\"a\"|\"b\"");
    }

    @Test
    void thereAreNotManyOpenQuotes() {
        assertThatThrownBy(() -> rows("a\n" + "\"b\n\"".repeat(1001), 2))
                .isInstanceOf(IOException.class)
                .hasMessage("t.csv:1002: too many quotes are not closed");
    }

    @Test
    void aCountryNameMayHaveSeveralLines() throws IOException {
        String text =
                """
                "1.0.0.0","1.0.0.255","0","0","AU","Australia
                and islands"
                "2.0.0.0","2.0.0.255","0","0","FR","France
                "3.0.0.0","3.0.0.255","0","0","XYZ","x"
                """;
        List<String> told = new ArrayList<>();
        List<String> ranges = new ArrayList<>();
        new LegacyCsv(text.getBytes(StandardCharsets.ISO_8859_1), "c.csv", told::add)
                .forEach((loHi, loLo, hiHi, hiLo, country) ->
                        ranges.add(Long.toHexString(loLo) + " " + country));
        // 0x6175 is "au".
        assertThat(ranges).containsExactly("ffff01000000 " + 0x6175);
        assertThat(told).hasSize(2);
        assertThat(told.get(0)).isEqualTo("c.csv:3: has an open quote; skipped");
        assertThat(told.get(1)).startsWith("c.csv:4: ").contains("XYZ");
    }

    @Test
    void titlesThatAreMissingAreToldWithTheirLine(@TempDir Path directory) throws IOException {
        Path locations = directory.resolve("G-Locations-en.csv");
        Files.writeString(directory.resolve("G-Blocks-IPv4.csv"), "network,geoname_id\n");
        Files.writeString(directory.resolve("G-Blocks-IPv6.csv"), "network,geoname_id\n");
        Files.writeString(locations, "\n\ngeoname_id,country_iso_code\n1,DE\n");
        assertThatThrownBy(() -> GeoIp2.csv(directory, List.of(GeoIp2.Choice.LOCATION)))
                .isInstanceOf(IOException.class)
                .hasMessage(locations + ":3: does not name the columns");
        Files.writeString(locations, "");
        assertThatThrownBy(() -> GeoIp2.csv(directory, List.of(GeoIp2.Choice.LOCATION)))
                .isInstanceOf(IOException.class)
                .hasMessage(locations + ": has no line that names the columns");
    }
}

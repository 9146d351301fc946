package dev.rearview.tools.rwgeoip2ccmap;

import dev.rearview.sets.CountryCode;
import dev.rearview.text.IpRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// GeoIP2 and GeoLite2 country databases: a directory of CSV files, or one `.mmdb`.
final class GeoIp2 {
    /// Which of a network's values counts, in the order they are tried.
    enum Choice {
        LOCATION("country", "geoname_id"),
        REGISTERED("registered_country", "registered_country_geoname_id"),
        REPRESENTED("represented_country", "represented_country_geoname_id"),
        CONTINENT("continent", ""),
        FLAGS("traits", "");

        private final String binaryKey;
        private final String csvColumn;

        Choice(String binaryKey, String csvColumn) {
            this.binaryKey = binaryKey;
            this.csvColumn = csvColumn;
        }

        /// The key of a `.mmdb` database.
        String binaryKey() {
            return binaryKey;
        }
    }

    /// @param continent code of the continent, empty if none
    /// @param country code of the country, empty if none
    private record Place(String continent, String country) {}

    private GeoIp2() {}

    /// The CSV files of a directory.
    static CountrySource csv(Path directory, List<Choice> order) throws IOException {
        Path v4 = find(directory, "-Blocks-IPv4.csv");
        Path v6 = find(directory, "-Blocks-IPv6.csv");
        Map<String, Place> places = places(find(directory, "-Locations-en.csv"));
        return out -> {
            blocks(v6, places, order, out);
            blocks(v4, places, order, out);
        };
    }

    private static Path find(Path directory, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(p -> p.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .findFirst()
                    .orElseThrow(() -> new IOException(directory + ": no file *" + suffix));
        }
    }

    private static Map<String, Place> places(Path file) throws IOException {
        Map<String, Place> out = new HashMap<>();
        read(
                file,
                List.of("geoname_id", "continent_code", "country_iso_code"),
                (title, cells) -> {
                    int id = title.indexOf("geoname_id");
                    int continent = title.indexOf("continent_code");
                    int country = title.indexOf("country_iso_code");
                    if (cells.size() <= Math.max(id, Math.max(continent, country))) {
                        return false;
                    }
                    out.put(cells.get(id), new Place(cells.get(continent), cells.get(country)));
                    return true;
                });
        return out;
    }

    private static void blocks(
            Path file,
            Map<String, Place> places,
            List<Choice> order,
            CountrySource.RangeConsumer out)
            throws IOException {
        read(
                file,
                List.of(),
                (title, cells) -> {
                    if (cells.size() != title.size()) {
                        return false;
                    }
                    Optional<Integer> country = csvCountry(title, cells, places, order);
                    if (country.isPresent()) {
                        network(cells.getFirst(), country.get(), out);
                    }
                    return true;
                });
    }

    private static void network(String cell, int country, CountrySource.RangeConsumer out)
            throws IOException {
        try {
            IpRange r = IpRange.parse(cell);
            out.range(r.loHi(), r.loLo(), r.hiHi(), r.hiLo(), country);
        } catch (IllegalArgumentException e) {
            // As in SiLK, a line with a bad network gives no country.
        }
    }

    /// Takes the rows below a file's titles.
    private interface RowConsumer {
        /// @return whether there are enough cells
        boolean row(List<String> title, List<String> cells) throws IOException;
    }

    /// @param needed titles without which it is no such file
    private static void read(Path file, List<String> needed, RowConsumer out) throws IOException {
        List<String> title = new ArrayList<>();
        new CsvText(Files.readString(file), file.toString())
                .forEach(
                        new CsvText.Rows() {
                            @Override
                            public boolean take(CsvText.Row row) throws IOException {
                                if (!title.isEmpty()) {
                                    return out.row(title, row.texts());
                                }
                                title.addAll(row.texts());
                                if (!title.containsAll(needed)) {
                                    throw new IOException(
                                            file
                                                    + ":"
                                                    + row.line()
                                                    + ": does not name the columns");
                                }
                                return true;
                            }

                            @Override
                            public void openQuote(int line) {
                                // As any line with too few cells, it gives no country.
                            }
                        });
        if (title.isEmpty() && !needed.isEmpty()) {
            throw new IOException(file + ": has no line that names the columns");
        }
    }

    private static Optional<Integer> csvCountry(
            List<String> title, List<String> cells, Map<String, Place> places, List<Choice> order) {
        int continentAt = order.indexOf(Choice.CONTINENT);
        List<Place> found = new ArrayList<>();
        for (int i = 0; i < order.size(); i++) {
            Choice choice = order.get(i);
            if (choice == Choice.FLAGS) {
                Optional<Integer> flag =
                        flags(
                                cell(title, cells, "is_anonymous_proxy").equals("1"),
                                cell(title, cells, "is_satellite_provider").equals("1"));
                if (flag.isPresent()) {
                    return flag;
                }
            } else if (choice == Choice.CONTINENT) {
                for (Place p : found) {
                    if (!p.continent.isEmpty()) {
                        return code(p.continent);
                    }
                }
            } else {
                Place p = places.get(cell(title, cells, choice.csvColumn));
                if (p == null) {
                    continue;
                }
                found.add(p);
                if (!p.country.isEmpty()) {
                    return code(p.country);
                }
                if (continentAt >= 0 && continentAt < i && !p.continent.isEmpty()) {
                    return code(p.continent);
                }
            }
        }
        return Optional.empty();
    }

    private static String cell(List<String> title, List<String> cells, String column) {
        int i = title.indexOf(column);
        return i < 0 ? "" : cells.get(i);
    }

    static Optional<Integer> flags(boolean proxy, boolean satellite) {
        return proxy
                ? Optional.of(CountryCode.parse("a1"))
                : satellite ? Optional.of(CountryCode.parse("a2")) : Optional.empty();
    }

    static Optional<Integer> code(String code) {
        try {
            return Optional.of(CountryCode.parse(code));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

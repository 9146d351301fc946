package dev.rearview.tools.rwgeoip2ccmap;

import com.maxmind.db.DatabaseRecord;
import com.maxmind.db.Networks;
import com.maxmind.db.Reader;
import dev.rearview.model.Ip;
import dev.rearview.sets.CountryCode;
import dev.rearview.text.IpRange;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            List<String> title = title(reader);
            int id = title.indexOf("geoname_id");
            int continent = title.indexOf("continent_code");
            int country = title.indexOf("country_iso_code");
            if (id < 0 || continent < 0 || country < 0) {
                throw new IOException(file + ": the first line does not name the columns");
            }
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                List<String> cells = LegacyCsv.cells(line);
                if (cells.size() > Math.max(id, Math.max(continent, country))) {
                    out.put(cells.get(id), new Place(cells.get(continent), cells.get(country)));
                }
            }
        }
        return out;
    }

    private static List<String> title(BufferedReader reader) throws IOException {
        String line = reader.readLine();
        return LegacyCsv.cells(line == null ? "" : line);
    }

    private static void blocks(
            Path file,
            Map<String, Place> places,
            List<Choice> order,
            CountrySource.RangeConsumer out)
            throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            List<String> title = title(reader);
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                List<String> cells = LegacyCsv.cells(line);
                if (cells.size() != title.size()) {
                    continue;
                }
                Optional<Integer> country = csvCountry(title, cells, places, order);
                if (country.isEmpty()) {
                    continue;
                }
                try {
                    IpRange r = IpRange.parse(cells.getFirst());
                    out.range(r.loHi(), r.loLo(), r.hiHi(), r.hiLo(), country.get());
                } catch (IllegalArgumentException e) {
                    // As in SiLK, a line with a bad network gives no country.
                }
            }
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

    private static Optional<Integer> flags(boolean proxy, boolean satellite) {
        return proxy
                ? Optional.of(CountryCode.parse("a1"))
                : satellite ? Optional.of(CountryCode.parse("a2")) : Optional.empty();
    }

    private static Optional<Integer> code(String code) {
        try {
            return Optional.of(CountryCode.parse(code));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// A `.mmdb` file.
    ///
    /// @param v4Map whether the map to make is IPv4, where ::/96 counts as IPv4
    static CountrySource binary(Path file, List<Choice> order, boolean v4Map) {
        return out -> {
            try (Reader reader = new Reader(new File(file.toString()))) {
                @SuppressWarnings("rawtypes")
                Networks<Map> networks = reader.networks(Map.class);
                while (networks.hasNext()) {
                    @SuppressWarnings("rawtypes")
                    DatabaseRecord<Map> record = networks.next();
                    Map<?, ?> data = record.data();
                    if (data == null) {
                        continue;
                    }
                    Optional<Integer> country = binaryCountry(data, order);
                    if (country.isPresent()) {
                        put(
                                record.network().networkAddress(),
                                record.network().prefixLength(),
                                v4Map,
                                country.get(),
                                out);
                    }
                }
            } catch (com.maxmind.db.InvalidDatabaseException
                    | com.maxmind.db.InvalidNetworkException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
        };
    }

    /// Whether a `.mmdb` file holds IPv6.
    static boolean isV6(Path file) throws IOException {
        try (Reader reader = new Reader(new File(file.toString()))) {
            return reader.getMetadata().ipVersion() == 6;
        } catch (com.maxmind.db.InvalidDatabaseException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static void put(
            InetAddress address,
            int length,
            boolean v4Map,
            int country,
            CountrySource.RangeConsumer out) {
        byte[] bytes = address.getAddress();
        ByteBuffer b = ByteBuffer.wrap(bytes);
        if (bytes.length == 4) {
            int own = length > 32 ? length - 96 : length;
            long low = b.getInt() & 0xFFFF_FFFFL;
            long high = low | (1L << (32 - own)) - 1;
            // In an IPv6 database IPv4 lies in ::/96.
            long base = v4Map ? Ip.MAPPED : 0;
            out.range(0, low | base, 0, high | base, country);
            return;
        }
        IpRange r = IpRange.block(Ip.v6(b.getLong(), b.getLong()), Math.max(1, length));
        boolean inV4 = r.loHi() == 0 && r.hiHi() == 0 && (r.hiLo() >>> 32) == 0;
        long base = v4Map && inV4 ? Ip.MAPPED : 0;
        out.range(r.loHi(), r.loLo() | base, r.hiHi(), r.hiLo() | base, country);
    }

    private static Optional<Integer> binaryCountry(Map<?, ?> data, List<Choice> order) {
        for (Choice choice : order) {
            if (!(data.get(choice.binaryKey) instanceof Map<?, ?> part)) {
                continue;
            }
            Optional<Integer> country =
                    switch (choice) {
                        case FLAGS ->
                                flags(
                                        Boolean.TRUE.equals(part.get("is_anonymous_proxy")),
                                        Boolean.TRUE.equals(part.get("is_satellite_provider")));
                        case CONTINENT -> continent(part);
                        default ->
                                part.get("iso_code") instanceof String s
                                        ? code(s)
                                        : Optional.empty();
                    };
            if (country.isPresent()) {
                return country;
            }
        }
        return Optional.empty();
    }

    /// North America's code is Namibia's, so SiLK writes `xn`.
    private static Optional<Integer> continent(Map<?, ?> part) {
        if (!(part.get("code") instanceof String s)) {
            return Optional.empty();
        }
        return code(s.toUpperCase(Locale.ROOT).equals("NA") ? "xn" : s);
    }
}

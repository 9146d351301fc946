package dev.rearview.tools.rwgeoip2ccmap;

import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.CountryCode;
import dev.rearview.tools.rwgeoip2ccmap.GeoIp2.Choice;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A country database as `.mmdb`: a search tree, the values to which it leads, and a description
/// behind a marker near the end.
final class MaxMindDb implements CountrySource {
    private static final byte[] MARKER = {
        (byte) 0xAB, (byte) 0xCD, (byte) 0xEF, 'M', 'a', 'x', 'M', 'i', 'n', 'd', '.', 'c', 'o', 'm'
    };

    /// Octets at the end of a file in which the marker is sought.
    private static final int DESCRIPTION = 1 << 17;

    private final byte[] data;
    private final String name;
    private final List<Choice> order;
    private final boolean v4Map;
    private final int nodes;
    private final int recordBits;
    private final int bits;
    private final MaxMindValues values;
    private final Map<Integer, Optional<Integer>> known = new HashMap<>();

    /// @param name for messages
    /// @param order which of a network's values counts
    /// @param v4Map whether the map to make is IPv4, where ::/96 counts as IPv4
    MaxMindDb(byte[] data, String name, List<Choice> order, boolean v4Map)
            throws MalformedInputException {
        this.data = data;
        this.name = name;
        this.order = order;
        this.v4Map = v4Map;
        int marker = marker(data);
        if (marker < 0) {
            throw new MalformedInputException(name, -1, "", "no MaxMind database");
        }
        MaxMindValues about = new MaxMindValues(data, name, marker + MARKER.length, data.length);
        long count = number(about, "node_count");
        long size = number(about, "record_size");
        long version = number(about, "ip_version");
        boolean known = (size == 24 || size == 28 || size == 32) && (version == 4 || version == 6);
        if (!known) {
            throw new MalformedInputException(
                    name, marker, "description", "records of " + size + " bits, IPv" + version);
        }
        long tree = count * (size / 4);
        if (count < 1 || tree > marker - MaxMindTree.SEPARATOR) {
            throw new MalformedInputException(
                    name, marker, "description", count + " nodes do not fit the file");
        }
        this.nodes = (int) count;
        this.recordBits = (int) size;
        this.bits = version == 6 ? 128 : 32;
        this.values = new MaxMindValues(data, name, (int) tree + MaxMindTree.SEPARATOR, marker);
    }

    /// Whether data has the marker of such a database.
    static boolean is(byte[] data) {
        return marker(data) >= 0;
    }

    private static int marker(byte[] data) {
        int lowest = Math.max(0, data.length - DESCRIPTION);
        for (int i = data.length - MARKER.length; i >= lowest; i--) {
            if (Arrays.equals(data, i, i + MARKER.length, MARKER, 0, MARKER.length)) {
                return i;
            }
        }
        return -1;
    }

    private static long number(MaxMindValues about, String key) throws MalformedInputException {
        OptionalInt at = about.find(0, key);
        return at.isPresent() ? about.number(at.getAsInt()) : -1;
    }

    /// Whether it holds IPv6.
    boolean isV6() {
        return bits == 128;
    }

    @Override
    public void forEach(RangeConsumer out) throws MalformedInputException {
        new MaxMindTree(data, name, nodes, recordBits, bits)
                .forEach((hi, lo, free, value) -> {
                    Optional<Integer> country = known.get(value);
                    if (country == null) {
                        country = country(value);
                        known.put(value, country);
                    }
                    country.ifPresent(c -> put(hi, lo, free, c, out));
                });
    }

    private void put(long hi, long lo, int free, int country, RangeConsumer out) {
        long endHi = hi | ~Ip.maskHi(128 - free);
        long endLo = lo | ~Ip.maskLo(128 - free);
        // In an IPv6 database IPv4 lies in ::/96.
        boolean ipv4 = hi == 0 && endHi == 0 && endLo >>> 32 == 0;
        long base = v4Map && ipv4 ? Ip.MAPPED : 0;
        out.range(hi, lo | base, endHi, endLo | base, country);
    }

    private Optional<Integer> country(int place) throws MalformedInputException {
        for (Choice choice : order) {
            OptionalInt part = values.find(place, choice.binaryKey());
            if (part.isEmpty()) {
                continue;
            }
            Optional<Integer> country = country(choice, part.getAsInt());
            if (country.isPresent()) {
                return country;
            }
        }
        return Optional.empty();
    }

    private Optional<Integer> country(Choice choice, int part) throws MalformedInputException {
        return switch (choice) {
            case FLAGS ->
                    GeoIp2.flags(
                            isTrue(part, "is_anonymous_proxy"),
                            isTrue(part, "is_satellite_provider"));
            case CONTINENT -> {
                String code = text(part, "code");
                // North America's code is Namibia's, so SiLK writes `xn`.
                boolean america = code.toUpperCase(Locale.ROOT).equals("NA");
                yield america ? Optional.of(CountryCode.parse("xn")) : GeoIp2.code(code);
            }
            case LOCATION, REGISTERED, REPRESENTED -> GeoIp2.code(text(part, "iso_code"));
        };
    }

    private String text(int map, String key) throws MalformedInputException {
        OptionalInt at = values.find(map, key);
        return at.isPresent() ? values.text(at.getAsInt()) : "";
    }

    private boolean isTrue(int map, String key) throws MalformedInputException {
        OptionalInt at = values.find(map, key);
        return at.isPresent() && values.isTrue(at.getAsInt());
    }
}

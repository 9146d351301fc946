package dev.rearview.sets;

import dev.rearview.text.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// A key or counter of an aggregate bag, as SiLK names and numbers it; ascending by number.
public enum AggregateField {
    SIPV4(0, "sIPv4", 4),
    DIPV4(1, "dIPv4", 4),
    SPORT(2, "sPort", 2),
    DPORT(3, "dPort", 2),
    PROTOCOL(4, "protocol", 1),
    PACKETS(5, "packets", 4),
    BYTES(6, "bytes", 4),
    FLAGS(7, "flags", 1),
    STIME(8, "sTime", 4),
    DURATION(9, "duration", 4),
    ETIME(10, "eTime", 4),
    SENSOR(11, "sensor", 2),
    INPUT(12, "input", 2),
    OUTPUT(13, "output", 2),
    NHIPV4(14, "nhIPv4", 4),
    INITIAL_FLAGS(15, "initialFlags", 1),
    SESSION_FLAGS(16, "sessionFlags", 1),
    ATTRIBUTES(17, "attributes", 1),
    APPLICATION(18, "application", 2),
    CLASS(19, "class", 1),
    TYPE(20, "type", 1),
    ICMP_TYPE(24, "icmpType", 1),
    ICMP_CODE(25, "icmpCode", 1),
    SIPV6(26, "sIPv6", 16),
    DIPV6(27, "dIPv6", 16),
    NHIPV6(28, "nhIPv6", 16),
    ANY_IPV4(29, "any-IPv4", 4),
    ANY_IPV6(30, "any-IPv6", 16),
    ANY_PORT(31, "any-port", 2),
    ANY_SNMP(32, "any-snmp", 2),
    ANY_TIME(33, "any-time", 4),
    CUSTOM_KEY(34, "custom-key", 8),
    SCC(35, "scc", 2),
    DCC(36, "dcc", 2),
    ANY_CC(37, "any-cc", 2),
    SIP_PMAP(38, "sip-pmap", 4),
    DIP_PMAP(39, "dip-pmap", 4),
    ANY_IP_PMAP(40, "any-ip-pmap", 4),
    SPORT_PMAP(41, "sport-pmap", 4),
    DPORT_PMAP(42, "dport-pmap", 4),
    ANY_PORT_PMAP(43, "any-port-pmap", 4),
    RECORDS(0xC000, "records", 8),
    SUM_PACKETS(0xC001, "sum-packets", 8),
    SUM_BYTES(0xC002, "sum-bytes", 8),
    SUM_DURATION(0xC003, "sum-duration", 8),
    CUSTOM_COUNTER(0xC004, "custom-counter", 8);

    private static final int FIRST_COUNTER = 0xC000;

    private final int id;
    private final String label;
    private final int octets;

    AggregateField(int id, String label, int octets) {
        this.id = id;
        this.label = label;
        this.octets = octets;
    }

    /// The number that header entries hold.
    public int id() {
        return id;
    }

    /// The name as SiLK writes it.
    public String label() {
        return label;
    }

    /// Octets in a file.
    public int octets() {
        return octets;
    }

    /// Words in memory: two for an IPv6 address, otherwise one.
    public int words() {
        return octets == 16 ? 2 : 1;
    }

    public boolean isCounter() {
        return id >= FIRST_COUNTER;
    }

    public boolean isIpv4() {
        return this == SIPV4 || this == DIPV4 || this == NHIPV4 || this == ANY_IPV4;
    }

    public boolean isIpv6() {
        return octets == 16;
    }

    public boolean isTime() {
        return this == STIME || this == ETIME || this == ANY_TIME;
    }

    public boolean isFlags() {
        return this == FLAGS || this == INITIAL_FLAGS || this == SESSION_FLAGS;
    }

    public boolean isCountry() {
        return this == SCC || this == DCC || this == ANY_CC;
    }

    public boolean isMapValue() {
        return label.endsWith("-pmap");
    }

    public static Optional<AggregateField> of(int id) {
        return Arrays.stream(values()).filter(f -> f.id == id).findFirst();
    }

    /// The fields that text and switches can name.
    public static List<AggregateField> nameable() {
        List<AggregateField> out = new ArrayList<>();
        for (AggregateField f : values()) {
            if (!f.isMapValue()) {
                out.add(f);
            }
        }
        return out;
    }

    public static List<String> names(List<AggregateField> of) {
        return of.stream().map(AggregateField::label).toList();
    }

    /// The one of some fields that a name stands for, whose case does not matter and which may be
    /// abbreviated.
    ///
    /// @throws IllegalArgumentException if there is none, or several fit
    public static AggregateField named(String name, List<AggregateField> choices) {
        Map<String, AggregateField> known = new LinkedHashMap<>();
        choices.forEach(f -> known.put(f.label.toLowerCase(Locale.ROOT), f));
        String full = Names.unique(name.strip().toLowerCase(Locale.ROOT), known.keySet(), "field");
        return Objects.requireNonNull(known.get(full));
    }

    /// The fields of a comma list, of which none may come twice; empty items are skipped.
    public static List<AggregateField> list(String text, List<AggregateField> choices) {
        List<AggregateField> out = new ArrayList<>();
        for (String name : text.split(",", -1)) {
            if (name.isBlank()) {
                continue;
            }
            AggregateField f = named(name, choices);
            if (out.contains(f)) {
                throw new IllegalArgumentException("'" + f.label + "' is given twice");
            }
            out.add(f);
        }
        if (out.isEmpty()) {
            throw new IllegalArgumentException("no field");
        }
        return out;
    }

    /// What keys, or counters, of a bag are once this field alone is left.
    public BagType bagType() {
        return switch (this) {
            case SCC -> BagType.SIP_COUNTRY;
            case DCC -> BagType.DIP_COUNTRY;
            case ANY_CC -> BagType.ANY_COUNTRY;
            case ICMP_TYPE, ICMP_CODE, CUSTOM_KEY, CUSTOM_COUNTER -> BagType.CUSTOM;
            default -> BagType.valueOf(name());
        };
    }
}

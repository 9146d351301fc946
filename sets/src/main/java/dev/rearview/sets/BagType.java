package dev.rearview.sets;

import dev.rearview.text.Names;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What the keys or the counters of a bag stand for, as SiLK names and numbers it.
public enum BagType {
    SIPV4(0, "sIPv4"),
    DIPV4(1, "dIPv4"),
    SPORT(2, "sPort"),
    DPORT(3, "dPort"),
    PROTOCOL(4, "protocol"),
    PACKETS(5, "packets"),
    BYTES(6, "bytes"),
    FLAGS(7, "flags"),
    STIME(8, "sTime"),
    DURATION(9, "duration"),
    ETIME(10, "eTime"),
    SENSOR(11, "sensor"),
    INPUT(12, "input"),
    OUTPUT(13, "output"),
    NHIPV4(14, "nhIPv4"),
    INITIAL_FLAGS(15, "initialFlags"),
    SESSION_FLAGS(16, "sessionFlags"),
    ATTRIBUTES(17, "attributes"),
    APPLICATION(18, "application"),
    CLASS(19, "class"),
    TYPE(20, "type"),
    ICMP_TYPE_CODE(24, "icmpTypeCode"),
    SIPV6(25, "sIPv6"),
    DIPV6(26, "dIPv6"),
    NHIPV6(27, "nhIPv6"),
    RECORDS(28, "records"),
    SUM_PACKETS(29, "sum-packets"),
    SUM_BYTES(30, "sum-bytes"),
    SUM_DURATION(31, "sum-duration"),
    ANY_IPV4(32, "any-IPv4"),
    ANY_IPV6(33, "any-IPv6"),
    ANY_PORT(34, "any-port"),
    ANY_SNMP(35, "any-snmp"),
    ANY_TIME(36, "any-time"),
    SIP_COUNTRY(37, "sip-country"),
    DIP_COUNTRY(38, "dip-country"),
    ANY_COUNTRY(39, "any-country"),
    SIP_PMAP(40, "sip-pmap"),
    DIP_PMAP(41, "dip-pmap"),
    ANY_IP_PMAP(42, "any-ip-pmap"),
    SPORT_PMAP(43, "sport-pmap"),
    DPORT_PMAP(44, "dport-pmap"),
    ANY_PORT_PMAP(45, "any-port-pmap"),
    CUSTOM(255, "custom");

    /// Types of one line are of one kind, which the last of them names.
    private static final List<List<BagType>> KINDS =
            List.of(
                    List.of(SIPV4, DIPV4, NHIPV4, ANY_IPV4),
                    List.of(SIPV6, DIPV6, NHIPV6, ANY_IPV6),
                    List.of(SPORT, DPORT, ANY_PORT),
                    List.of(INPUT, OUTPUT, ANY_SNMP),
                    List.of(PACKETS, SUM_PACKETS),
                    List.of(BYTES, SUM_BYTES),
                    List.of(INITIAL_FLAGS, SESSION_FLAGS, FLAGS),
                    List.of(STIME, ETIME, ANY_TIME),
                    List.of(DURATION, SUM_DURATION),
                    List.of(SIP_COUNTRY, DIP_COUNTRY, ANY_COUNTRY),
                    List.of(SIP_PMAP, DIP_PMAP, ANY_IP_PMAP),
                    List.of(SPORT_PMAP, DPORT_PMAP, ANY_PORT_PMAP));

    private final int id;
    private final String label;

    BagType(int id, String label) {
        this.id = id;
        this.label = label;
    }

    /// The number that header entries hold.
    public int id() {
        return id;
    }

    /// The name as SiLK writes it.
    public String label() {
        return label;
    }

    public static Optional<BagType> of(int id) {
        return Arrays.stream(values()).filter(t -> t.id == id).findFirst();
    }

    /// The names of all types, in the order of their numbers.
    public static List<String> names() {
        return Arrays.stream(values()).map(BagType::label).toList();
    }

    /// The type of a name, whose case does not matter and which may be abbreviated.
    ///
    /// @throws IllegalArgumentException if there is none, or several fit
    public static BagType named(String name) {
        return named(name, List.of(values()));
    }

    /// The one of some types that a name stands for.
    public static BagType named(String name, List<BagType> choices) {
        Map<String, BagType> known = new LinkedHashMap<>();
        choices.forEach(t -> known.put(t.label.toLowerCase(Locale.ROOT), t));
        String full = Names.unique(name.strip().toLowerCase(Locale.ROOT), known.keySet(), "type");
        return Objects.requireNonNull(known.get(full));
    }

    public boolean isIpv4() {
        return KINDS.get(0).contains(this);
    }

    public boolean isIpv6() {
        return KINDS.get(1).contains(this);
    }

    public boolean isIp() {
        return isIpv4() || isIpv6();
    }

    /// Whether keys are, or may be, addresses.
    public boolean mayBeIp() {
        return isIp() || this == CUSTOM;
    }

    public boolean isTime() {
        return this == STIME || this == ETIME || this == ANY_TIME;
    }

    public boolean isFlags() {
        return this == FLAGS || this == INITIAL_FLAGS || this == SESSION_FLAGS;
    }

    public boolean isCountry() {
        return this == SIP_COUNTRY || this == DIP_COUNTRY || this == ANY_COUNTRY;
    }

    /// Whether keys are values of a prefix map of addresses.
    public boolean isAddressMap() {
        return this == SIP_PMAP || this == DIP_PMAP || this == ANY_IP_PMAP;
    }

    /// Whether keys are values of a prefix map of protocols and ports.
    public boolean isPortMap() {
        return this == SPORT_PMAP || this == DPORT_PMAP || this == ANY_PORT_PMAP;
    }

    /// The type of keys that hold addresses, once one of them is, or none any more need be, IPv6.
    public BagType ofWidth(boolean wide) {
        return switch (this) {
            case SIPV4, SIPV6 -> wide ? SIPV6 : SIPV4;
            case DIPV4, DIPV6 -> wide ? DIPV6 : DIPV4;
            case NHIPV4, NHIPV6 -> wide ? NHIPV6 : NHIPV4;
            case ANY_IPV4, ANY_IPV6 -> wide ? ANY_IPV6 : ANY_IPV4;
            default -> this;
        };
    }

    /// The type of what is put together from this and another type.
    public BagType combined(BagType other) {
        if (this == other) {
            return this;
        }
        if (isIp() && other.isIp()) {
            return isIpv4() && other.isIpv4() ? ANY_IPV4 : ANY_IPV6;
        }
        for (List<BagType> kind : KINDS) {
            if (kind.contains(this) && kind.contains(other)) {
                return kind.getLast();
            }
        }
        boolean times = (isTime() || this == DURATION) && (other.isTime() || other == DURATION);
        return times ? ANY_TIME : CUSTOM;
    }
}

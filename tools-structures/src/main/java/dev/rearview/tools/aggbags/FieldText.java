package dev.rearview.tools.aggbags;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.sets.AggregateField;
import dev.rearview.sets.CountryCode;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.text.FlagText;
import dev.rearview.text.IpFormat;
import dev.rearview.text.IpText;
import dev.rearview.text.TimeFormat;
import dev.rearview.text.TimeText;
import java.util.Optional;
import java.util.function.Supplier;

/// The values of aggregate bags as text.
final class FieldText {
    private static final long MAX_32 = 0xFFFF_FFFFL;

    // Asked when a value needs it: switches are parsed before it is known which site is meant.
    private final Supplier<Site> site;

    FieldText(Supplier<Site> site) {
        this.site = site;
    }

    /// How values are printed.
    ///
    /// @param integerSensors whether columns of sensors are as narrow as their numbers
    /// @param integerFlags whether columns of TCP flags are as narrow as their numbers
    record Style(IpFormat ip, TimeFormat time, boolean integerSensors, boolean integerFlags) {}

    // Parsing -------------------------------------------------------------------------------------

    /// Puts the value of a field into `row[at]`, and `row[at + 1]` for an IPv6 address. Nothing
    /// stands for 0, or for a sensor, class, type or country that is not known.
    ///
    /// @throws IllegalArgumentException naming what is wrong
    void parse(AggregateField field, String text, long[] row, int at) {
        String s = text.strip();
        if (field.isIpv6()) {
            Ip ip = s.isEmpty() ? Ip.v6(0, 0) : IpText.parse(s);
            row[at] = ip.hi();
            row[at + 1] = ip.lo();
            return;
        }
        row[at] = s.isEmpty() ? nothing(field) : number(field, s);
    }

    private static long nothing(AggregateField field) {
        if (field.isCountry()) {
            return CountryCode.UNKNOWN;
        }
        return switch (field) {
            case SENSOR -> FlowRecord.NO_SENSOR;
            case CLASS, TYPE -> FlowRecord.NO_FLOWTYPE;
            default -> 0;
        };
    }

    /// Whether a line of text may end with the delimiter before a field of which there is nothing.
    static boolean mayBeMissing(AggregateField field) {
        return field.isFlags()
                || field.isCountry()
                || field == AggregateField.ATTRIBUTES
                || field == AggregateField.SENSOR
                || field == AggregateField.CLASS
                || field == AggregateField.TYPE;
    }

    /// The words of a value that a switch gives; only flags may be empty.
    ///
    /// @throws IllegalArgumentException naming what is wrong
    long[] given(AggregateField field, String value) {
        if (value.isBlank() && !field.isFlags() && field != AggregateField.ATTRIBUTES) {
            throw new IllegalArgumentException("no value");
        }
        long[] words = new long[2];
        parse(field, value, words, 0);
        return words;
    }

    private long number(AggregateField field, String s) {
        if (field.isIpv4()) {
            Ip ip = IpText.parse(s);
            // SiLK's value for an address that IPv4 does not have.
            return ip.isMapped() ? ip.bits() & MAX_32 : 0;
        }
        if (field.isFlags()) {
            return FlagText.parseFlags(s);
        }
        if (field.isTime()) {
            return TimeText.parse(s).ms() / 1000;
        }
        if (field.isCountry()) {
            return country(s);
        }
        return switch (field) {
            case ATTRIBUTES -> FlagText.parseAttributes(s);
            case SENSOR -> sensor(s);
            case CLASS -> flowtypeOfClass(s);
            case TYPE -> flowtype(site.get().defaultClass().map(FlowClass::name), s);
            case PACKETS, BYTES -> IpText.parseUnsigned(s, -1L, field.label()) & MAX_32;
            case DURATION -> IpText.parseUnsigned(s, MAX_32, field.label());
            default ->
                    IpText.parseUnsigned(
                            s,
                            field.octets() == 8 ? -1L : (1L << field.octets() * 8) - 1,
                            field.label());
        };
    }

    private static long country(String s) {
        try {
            return CountryCode.parse(s);
        } catch (IllegalArgumentException e) {
            // Printed as "??".
            return CountryCode.UNKNOWN;
        }
    }

    private long sensor(String s) {
        if (Character.isDigit(s.charAt(0))) {
            return IpText.parseUnsigned(s, FlowRecord.NO_SENSOR - 1, "sensor");
        }
        return site.get().sensor(s).map(Sensor::id).orElse(FlowRecord.NO_SENSOR);
    }

    private long flowtypeOfClass(String s) {
        return site.get().flowClass(s).stream()
                .flatMap(c -> c.types().stream())
                .mapToInt(Flowtype::id)
                .min()
                .orElse(FlowRecord.NO_FLOWTYPE);
    }

    private long flowtype(Optional<String> className, String type) {
        return className
                .flatMap(c -> site.get().flowtype(c, type))
                .map(Flowtype::id)
                .orElse(FlowRecord.NO_FLOWTYPE);
    }

    /// The flowtype of a class and a type of it.
    long flowtype(String className, String type) {
        return flowtype(Optional.of(className.strip()), type.strip());
    }

    // Printing ------------------------------------------------------------------------------------

    int width(AggregateField field, Style style) {
        if (field.isIpv4() || field.isIpv6()) {
            return style.ip.width(field.isIpv6());
        }
        if (field.isTime()) {
            return style.time.width();
        }
        if (field.isCountry()) {
            return 2;
        }
        if (field.isFlags()) {
            return style.integerFlags ? 3 : 8;
        }
        return switch (field) {
            case PROTOCOL, ICMP_TYPE, ICMP_CODE -> 3;
            case ATTRIBUTES -> 8;
            case PACKETS, BYTES, CUSTOM_KEY, RECORDS, SUM_DURATION -> 10;
            case SUM_PACKETS -> 15;
            case SUM_BYTES, CUSTOM_COUNTER -> 20;
            case SENSOR -> style.integerSensors ? 5 : site.get().sensorWidth();
            case CLASS -> site.get().classWidth();
            case TYPE -> site.get().typeWidth();
            default -> field.isMapValue() ? 10 : 5;
        };
    }

    boolean isNumeric(AggregateField field, Style style) {
        boolean text =
                field.isIpv4()
                        || field.isIpv6()
                        || field.isCountry()
                        || field.isFlags()
                        || field == AggregateField.ATTRIBUTES
                        || field == AggregateField.SENSOR
                        || field == AggregateField.CLASS
                        || field == AggregateField.TYPE;
        return !text && (!field.isTime() || style.time.style() == TimeFormat.Style.EPOCH);
    }

    /// Appends the value at `row[at]`.
    void print(AggregateField field, long[] row, int at, Style style, StringBuilder out) {
        long v = row[at];
        if (field.isIpv6()) {
            style.ip.format(v, row[at + 1], true, out);
        } else if (field.isIpv4()) {
            style.ip.format(0, Ip.mapped((int) v), false, out);
        } else if (field.isTime()) {
            style.time.format(v * 1000, out);
        } else if (field.isCountry()) {
            out.append(CountryCode.text((int) v));
        } else if (field.isFlags()) {
            FlagText.flags((int) v, false, out);
        } else {
            switch (field) {
                case ATTRIBUTES -> FlagText.attributes((int) v, false, out);
                case SENSOR -> out.append(site.get().sensorName((int) v));
                case CLASS -> out.append(className((int) v));
                case TYPE -> out.append(site.get().typeName((int) v));
                default -> out.append(Long.toUnsignedString(v));
            }
        }
    }

    private String className(int flowtype) {
        Site s = site.get();
        return s.flowtypes().isEmpty() ? Integer.toString(flowtype) : s.className(flowtype);
    }
}

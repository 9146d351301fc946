package dev.rearview.tools.bags;

import dev.rearview.kit.fields.BagKeys;
import dev.rearview.model.Ip;
import dev.rearview.sets.BagType;
import dev.rearview.sets.CountryCode;
import dev.rearview.sets.PrefixMap;
import dev.rearview.site.Site;
import dev.rearview.text.FlagText;
import dev.rearview.text.IpFormat;
import dev.rearview.text.TimeFormat;
import java.util.Optional;

/// Prints the keys of a bag: each by its type, unless a format is asked for.
final class KeyText {
    private static final TimeFormat TIMES = TimeFormat.DEFAULT.withMilliseconds(false);
    private static final int FLAG_WIDTH = 8;
    private static final int NUMBER_WIDTH = 10;
    private static final int HEX_WIDTH = 8;
    private static final String UNKNOWN = "UNKNOWN";

    /// Appends a key.
    @FunctionalInterface
    private interface Form {
        void append(long hi, long lo, StringBuilder out);
    }

    private final int width;
    private final boolean numeric;
    private final Form form;

    private KeyText(int width, boolean numeric, Form form) {
        this.width = width;
        this.numeric = numeric;
        this.form = form;
    }

    /// @throws IllegalArgumentException if the format does not go with the type
    static KeyText of(
            BagType type,
            boolean wide,
            Optional<KeyFormat> format,
            Site site,
            Optional<PrefixMap> map) {
        if (type.isCountry() || type.isAddressMap() || type.isPortMap()) {
            if (format.isPresent()) {
                throw unfit(type);
            }
            return type.isCountry() ? country() : label(type, map);
        }
        if (type.isTime()) {
            if (format.isPresent() && format.get().time().isEmpty()) {
                throw unfit(type);
            }
            return time(format.flatMap(KeyFormat::time).orElse(TIMES));
        }
        if (type.mayBeIp()) {
            if (format.isPresent() && format.get().time().isPresent()) {
                if (type.isIp()) {
                    throw unfit(type);
                }
                return time(format.get().time().get());
            }
            IpFormat ip = format.flatMap(KeyFormat::ip).orElse(IpFormat.CANONICAL);
            return address(ip, wide);
        }
        if (format.isPresent()) {
            if (!format.get().numbersOnly()) {
                throw unfit(type);
            }
            return number(format.get().ip().orElseThrow());
        }
        if (type.isFlags()) {
            return new KeyText(
                    FLAG_WIDTH, false, (hi, lo, out) -> FlagText.flags((int) lo, false, out));
        }
        return switch (type) {
            case ATTRIBUTES ->
                    new KeyText(
                            FLAG_WIDTH,
                            false,
                            (hi, lo, out) -> FlagText.attributes((int) lo, false, out));
            case SENSOR -> sensor(site);
            default -> number(new IpFormat(IpFormat.Style.DECIMAL, IpFormat.Mapping.NONE, false));
        };
    }

    private static IllegalArgumentException unfit(BagType type) {
        return new IllegalArgumentException(
                "--key-format does not go with keys of type " + type.label());
    }

    private static KeyText address(IpFormat ip, boolean wide) {
        return new KeyText(ip.width(wide), false, (hi, lo, out) -> ip.format(hi, lo, wide, out));
    }

    private static KeyText country() {
        return new KeyText(2, false, (hi, lo, out) -> out.append(CountryCode.text((int) lo)));
    }

    private static KeyText label(BagType type, Optional<PrefixMap> map) {
        PrefixMap m =
                map.orElseThrow(() ->
                        new IllegalArgumentException(
                                "keys of type " + type.label() + " need --pmap-file"));
        if (type.isPortMap() != (m.kind() == PrefixMap.Kind.PROTO_PORT)) {
            throw new IllegalArgumentException(
                    "the prefix map does not go with keys of type " + type.label());
        }
        int width = m.widestLabel();
        return new KeyText(width, false, (hi, lo, out) -> out.append(label(m, width, (int) lo)));
    }

    /// A number without a text is blank where it lies among the map's labels, and itself beyond
    /// them.
    private static String label(PrefixMap map, int width, int key) {
        if (key == BagKeys.UNKNOWN) {
            return UNKNOWN.substring(0, Math.min(width, UNKNOWN.length()));
        }
        boolean known = key >= 0 && key < map.labels().size();
        return known ? map.labels().get(key) : Integer.toUnsignedString(key);
    }

    private static KeyText time(TimeFormat format) {
        return new KeyText(
                format.width(),
                format.style() == TimeFormat.Style.EPOCH,
                (hi, lo, out) -> format.format((lo & 0xFFFF_FFFFL) * 1000, out));
    }

    private static KeyText sensor(Site site) {
        int width = site.sensorWidth();
        return new KeyText(
                width,
                false,
                (hi, lo, out) ->
                        out.append(site.sensorName((int) Math.min(lo & 0xFFFF_FFFFL, 0xFFFF))));
    }

    private static KeyText number(IpFormat format) {
        boolean hexadecimal = format.style() == IpFormat.Style.HEXADECIMAL;
        int width = hexadecimal ? HEX_WIDTH : NUMBER_WIDTH;
        return new KeyText(
                width,
                !hexadecimal,
                (hi, lo, out) -> {
                    long v = lo & 0xFFFF_FFFFL;
                    String s = hexadecimal ? Long.toHexString(v) : Long.toString(v);
                    out.repeat('0', format.zeroPadded() ? width - s.length() : 0).append(s);
                });
    }

    int width() {
        return width;
    }

    boolean isNumeric() {
        return numeric;
    }

    String of(long hi, long lo) {
        StringBuilder out = new StringBuilder(40);
        form.append(hi, lo, out);
        return out.toString();
    }

    String of(Ip key) {
        return of(key.hi(), key.lo());
    }
}

package dev.rearview.tools.rwpmapbuild;

import dev.rearview.model.Ip;
import dev.rearview.sets.PrefixMap;
import dev.rearview.sets.PrefixMapBuilder;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpText;
import org.jspecify.annotations.Nullable;

/// The text of a prefix map: statements, then ranges with their labels.
final class MapText {
    private static final long MAX_NUMBER = 0x7FFF_FFFEL;
    private static final int MAX_LABELS = 1 << 24;

    private final boolean ignoreErrors;
    private PrefixMap.@Nullable Kind mode;
    private boolean modeByStatement;
    private @Nullable PrefixMapBuilder builder;
    private String mapName = "";
    private boolean numberedLabels;
    private boolean hasDefault;
    private boolean hasRange;

    /// @param mode what the keys are, as far as that is known before the text
    /// @param ignoreErrors whether a name that is not wholly good is kept as far as it is
    MapText(PrefixMap.@Nullable Kind mode, boolean ignoreErrors) {
        this.mode = mode;
        this.ignoreErrors = ignoreErrors;
    }

    /// What keys a mode means.
    static PrefixMap.Kind mode(String v) {
        return switch (v) {
            case "ipv4" -> PrefixMap.Kind.IPV4;
            case "ipv6" -> PrefixMap.Kind.IPV6;
            case "proto-port" -> PrefixMap.Kind.PROTO_PORT;
            default -> throw new IllegalArgumentException("expected ipv4, ipv6 or proto-port");
        };
    }

    /// The map of what has been taken in.
    PrefixMap map() {
        return builder().build(mapName);
    }

    private PrefixMapBuilder builder() {
        PrefixMapBuilder b = builder;
        if (b == null) {
            PrefixMap.Kind kind = mode;
            b = new PrefixMapBuilder(kind == null ? PrefixMap.Kind.IPV4 : kind);
            builder = b;
        }
        return b;
    }

    /// Takes one statement or range in.
    ///
    /// @param s without comment and blanks at its ends, not empty
    /// @throws IllegalArgumentException saying what is wrong with it
    void statement(String s) {
        String[] words = s.split("[ \\t]+", 3);
        switch (words[0]) {
            case "mode" -> modeStatement(words);
            case "map-name" -> mapNameStatement(words);
            case "label" -> labelStatement(s);
            case "default" -> defaultStatement(s);
            default -> range(s);
        }
    }

    private void modeStatement(String[] words) {
        if (words.length != 2) {
            throw new IllegalArgumentException(
                    "expected 'mode ipv4', 'mode ipv6' or 'mode proto-port'");
        }
        PrefixMap.Kind kind = words[1].equals("ip") ? PrefixMap.Kind.IPV4 : mode(words[1]);
        PrefixMap.Kind known =
                builder != null && (hasRange || modeByStatement) ? builder().kind() : mode;
        if (known != null && known != kind) {
            throw new IllegalArgumentException("the mode is already set");
        }
        if (builder != null && builder().kind() != kind) {
            throw new IllegalArgumentException("the mode must come before labels and ranges");
        }
        mode = kind;
        modeByStatement = true;
    }

    private void mapNameStatement(String[] words) {
        if (words.length != 2) {
            throw new IllegalArgumentException("expected one name after 'map-name'");
        }
        String name = words[1];
        int cut = name.indexOf(',') >= 0 ? name.indexOf(',') : name.indexOf(':');
        if (!mapName.isEmpty()) {
            throw new IllegalArgumentException("the map has a name already");
        }
        if (cut >= 0) {
            mapName = ignoreErrors ? name.substring(0, cut) : "";
            throw new IllegalArgumentException("a map name must not hold a comma or a colon");
        }
        mapName = name;
    }

    private void labelStatement(String s) {
        String[] words = s.split("[ \\t]+", 3);
        if (words.length < 3) {
            throw new IllegalArgumentException("expected 'label NUMBER TEXT'");
        }
        long number = IpText.parseUnsigned(words[1], MAX_NUMBER, "label number");
        if (number > MAX_LABELS) {
            throw new IllegalArgumentException("label number " + number + " is too large");
        }
        if (hasRange || (hasDefault && !numberedLabels)) {
            throw new IllegalArgumentException("labels must come before the default and ranges");
        }
        PrefixMapBuilder b = builder();
        String text = words[2];
        boolean same = b.labelOf((int) number).equals(text);
        if (!same && (b.hasLabel(text) || !b.labelOf((int) number).isEmpty())) {
            throw new IllegalArgumentException("label " + number + " or its text is already used");
        }
        b.define((int) number, text);
        numberedLabels = true;
    }

    private void defaultStatement(String s) {
        String[] words = s.split("[ \\t]+", 2);
        if (words.length < 2) {
            throw new IllegalArgumentException("expected a label after 'default'");
        }
        if (hasRange || hasDefault) {
            throw new IllegalArgumentException("the default must come once, before the ranges");
        }
        builder().setDefault(value(words[1]));
        hasDefault = true;
    }

    private int value(String label) {
        PrefixMapBuilder b = builder();
        if (!numberedLabels) {
            return b.label(label);
        }
        if (b.hasLabel(label)) {
            return b.label(label);
        }
        if (label.matches("[0-9]{1,9}") && !b.labelOf(Integer.parseInt(label)).isEmpty()) {
            return Integer.parseInt(label);
        }
        throw new IllegalArgumentException("no label statement defines '" + label + "'");
    }

    private void range(String s) {
        PrefixMapBuilder b = builder();
        int first = firstBlank(s);
        if (first < 0) {
            throw new IllegalArgumentException("expected a range and a label");
        }
        String low = s.substring(0, first);
        String rest = s.substring(first).strip();
        if (b.kind() != PrefixMap.Kind.PROTO_PORT && low.indexOf('/') >= 0) {
            if (low.matches("[0-9]+/.*")) {
                throw new IllegalArgumentException(
                        "an integer has no prefix length: '" + low + "'");
            }
            IpRange block = IpRange.parse(low);
            put(b, family(b, block.v6(), low), block, label(rest));
            return;
        }
        int second = firstBlank(rest);
        if (second < 0) {
            throw new IllegalArgumentException("expected LOW HIGH LABEL or CIDR LABEL");
        }
        String high = rest.substring(0, second);
        int label = label(rest.substring(second).strip());
        if (b.kind() == PrefixMap.Kind.PROTO_PORT) {
            ports(b, low, high, label);
            return;
        }
        boolean lowIsNumber = low.matches("[0-9]+");
        if (lowIsNumber != high.matches("[0-9]+")) {
            throw new IllegalArgumentException("an integer and an address do not make a range");
        }
        Ip a = IpText.parse(low);
        Ip z = IpText.parse(high);
        boolean v6 = a.v6() || z.v6();
        boolean six = family(b, v6, a.v6() ? low : high);
        if (a.compareTo(z) > 0 || !a.v6() && lowIsNumber && v6) {
            throw new IllegalArgumentException("range '" + low + " " + high + "' runs down");
        }
        put(b, six, new IpRange(a.hi(), a.lo(), z.hi(), z.lo(), v6), label);
    }

    private static int firstBlank(String s) {
        for (int i = 0; i < s.length(); i++) {
            if (s.charAt(i) == ' ' || s.charAt(i) == '\t') {
                return i;
            }
        }
        return -1;
    }

    private int label(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("expected a label");
        }
        if (!hasDefault) {
            defaultUnknown();
        }
        hasRange = true;
        return value(text);
    }

    /// Without a default statement the other keys are UNKNOWN.
    private void defaultUnknown() {
        PrefixMapBuilder b = builder();
        b.setDefault(b.label("UNKNOWN"));
        hasDefault = true;
    }

    private static boolean family(PrefixMapBuilder b, boolean v6, String text) {
        if (v6 && b.kind() == PrefixMap.Kind.IPV4) {
            throw new IllegalArgumentException("'" + text + "' is IPv6, and the map IPv4");
        }
        return b.kind() == PrefixMap.Kind.IPV6;
    }

    private static void put(PrefixMapBuilder b, boolean six, IpRange r, int label) {
        if (six) {
            b.put(r.loHi(), r.loLo(), r.hiHi(), r.hiLo(), label);
        } else {
            b.put(r.loLo() & 0xFFFF_FFFFL, r.hiLo() & 0xFFFF_FFFFL, label);
        }
    }

    private static void ports(PrefixMapBuilder b, String low, String high, int label) {
        int slashLow = low.indexOf('/');
        int slashHigh = high.indexOf('/');
        if ((slashLow < 0) != (slashHigh < 0)) {
            throw new IllegalArgumentException("expected two protocols or two protocol/port pairs");
        }
        long a = pair(low, slashLow, 0);
        long z = pair(high, slashHigh, 0xFFFF);
        if (a > z) {
            throw new IllegalArgumentException("range '" + low + " " + high + "' runs down");
        }
        b.put(a, z, label);
    }

    private static long pair(String s, int slash, int port) {
        long protocol =
                IpText.parseUnsigned(slash < 0 ? s : s.substring(0, slash), 255, "protocol");
        long p = slash < 0 ? port : IpText.parseUnsigned(s.substring(slash + 1), 65535, "port");
        return protocol << 16 | p;
    }
}

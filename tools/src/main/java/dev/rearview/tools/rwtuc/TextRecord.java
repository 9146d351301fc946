package dev.rearview.tools.rwtuc;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.site.FlowClass;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.text.FlagText;
import dev.rearview.text.IpText;
import dev.rearview.text.Nearest;
import dev.rearview.text.NumberRange;
import dev.rearview.text.TimeText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Makes flow records of named text values.
final class TextRecord {
    private static final long MAX_DURATION_MS = 0xFFFF_FFFFL;
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int ICMP6 = 58;

    /// What a column may hold.
    enum Column {
        IGNORE(0, "ignore"),
        SIP(1, "sip"),
        DIP(2, "dip"),
        SPORT(3, "sport"),
        DPORT(4, "dport"),
        PROTOCOL(5, "protocol"),
        PACKETS(6, "packets", "pkts"),
        BYTES(7, "bytes"),
        FLAGS(8, "flags"),
        STIME(9, "stime", "stime+msec"),
        DURATION(10, "duration", "dur", "dur+msec"),
        ETIME(11, "etime", "etime+msec"),
        SENSOR(12, "sensor"),
        INPUT(13, "in"),
        OUTPUT(14, "out"),
        NHIP(15, "nhip"),
        CLASS(20, "class"),
        TYPE(21, "type"),
        INITIAL_FLAGS(26, "initialflags"),
        SESSION_FLAGS(27, "sessionflags"),
        ATTRIBUTES(28, "attributes"),
        APPLICATION(29, "application"),
        ITYPE(0, "itype"),
        ICODE(0, "icode");

        private final int id;
        private final List<String> names;

        Column(int id, String... names) {
            this.id = id;
            this.names = List.of(names);
        }

        /// The column of a number, empty if there is none.
        static Optional<Column> of(int number) {
            // 22 to 24 are the names with "+msec" of start, end and duration.
            int id =
                    switch (number) {
                        case 22 -> 9;
                        case 23 -> 11;
                        case 24 -> 10;
                        default -> number;
                    };
            return Arrays.stream(values()).filter(c -> c.id == id && id != 0).findFirst();
        }

        /// The column of a name, which may be abbreviated.
        static Column named(String name) {
            String wanted = name.strip().toLowerCase(Locale.ROOT);
            Column found = null;
            for (Column c : values()) {
                for (String n : c.names) {
                    if (n.equals(wanted)) {
                        return c;
                    }
                    if (!wanted.isEmpty() && n.startsWith(wanted) && c != found) {
                        if (found != null) {
                            throw new IllegalArgumentException("field '" + name + "' is ambiguous");
                        }
                        found = c;
                    }
                }
            }
            if (found == null) {
                throw new IllegalArgumentException(
                        Nearest.unknown(
                                "field",
                                name,
                                Arrays.stream(values()).map(c -> c.names.getFirst()).toList()));
            }
            return found;
        }
    }

    private final Site site;

    TextRecord(Site site) {
        this.site = site;
    }

    /// Fills `r` from the values of one line.
    ///
    /// @throws IllegalArgumentException naming the faulty value
    void fill(Map<Column, String> values, FlowRecord r) {
        r.clear();
        long start = -1;
        long end = -1;
        long duration = -1;
        r.packets = 1;
        boolean hasBytes = false;
        EnumMap<Column, String> late = new EnumMap<>(Column.class);
        Ip sip = Ip.v4(0);
        Ip dip = Ip.v4(0);
        Ip nhip = Ip.v4(0);
        for (Map.Entry<Column, String> e : values.entrySet()) {
            String v = e.getValue();
            switch (e.getKey()) {
                case SIP -> sip = IpText.parse(v);
                case DIP -> dip = IpText.parse(v);
                case NHIP -> nhip = IpText.parse(v);
                case SPORT -> r.sport = (int) number(v, 0, 65535);
                case DPORT -> r.dport = (int) number(v, 0, 65535);
                case PROTOCOL -> r.protocol = (int) number(v, 0, 255);
                case PACKETS -> r.packets = number(v, 1, 0xFFFF_FFFFL);
                case BYTES -> {
                    r.bytes = number(v, 1, 0xFFFF_FFFFL);
                    hasBytes = true;
                }
                case FLAGS -> r.flags = FlagText.parseFlags(v);
                case STIME -> start = time(v);
                case ETIME -> end = time(v);
                case DURATION -> duration = duration(v);
                case INPUT -> r.input = number(v, 0, 65535);
                case OUTPUT -> r.output = number(v, 0, 65535);
                case APPLICATION -> r.application = (int) number(v, 0, 65535);
                case ATTRIBUTES -> r.attributes |= FlagText.parseAttributes(v);
                case SENSOR -> r.sensor = sensor(v);
                default -> late.put(e.getKey(), v);
            }
        }
        if (!hasBytes) {
            r.bytes = r.packets;
        }
        addresses(r, sip, dip, nhip);
        times(r, start, end, duration);
        icmp(r, late);
        flags(r, late);
        flowtype(r, late);
    }

    private static long number(String v, long min, long max) {
        long n = IpText.parseUnsigned(v.startsWith("+") ? v.substring(1) : v, max, "number");
        if (n < min) {
            throw new IllegalArgumentException(n + " is below " + min);
        }
        return n;
    }

    private static long time(String v) {
        if (v.endsWith(".")) {
            throw new IllegalArgumentException("time '" + v + "' ends with a point");
        }
        if (v.matches("[0-9]{9,}(\\.[0-9]+)?")) {
            BigDecimal seconds = new BigDecimal(v);
            long ms = seconds.movePointRight(3).setScale(0, RoundingMode.DOWN).longValue();
            if (ms < 536_870_912_000L || ms >= 2_147_483_648_000L) {
                throw new IllegalArgumentException("time '" + v + "' is out of range");
            }
            return ms;
        }
        return TimeText.parse(v).ms();
    }

    private static long duration(String v) {
        long ms = (long) (NumberRange.decimal(v) * 1000 + 1e-6);
        if (ms > MAX_DURATION_MS) {
            throw new IllegalArgumentException("duration '" + v + "' is above 4294967.295");
        }
        return ms;
    }

    private int sensor(String v) {
        if (v.matches("[0-9]+")) {
            return (int) number(v, 0, 65534);
        }
        return site.sensor(v).map(Sensor::id).orElse(FlowRecord.NO_SENSOR);
    }

    private static void addresses(FlowRecord r, Ip sip, Ip dip, Ip nhip) {
        r.setIpv6(sip.v6() || dip.v6() || nhip.v6());
        r.sipHi = sip.hi();
        r.sipLo = sip.lo();
        r.dipHi = dip.hi();
        r.dipLo = dip.lo();
        r.nhipHi = nhip.hi();
        r.nhipLo = nhip.lo();
    }

    private static void times(FlowRecord r, long start, long end, long duration) {
        long s = start;
        long d = Math.max(0, duration);
        if (start < 0 && end >= 0) {
            s = end - d;
        } else if (start >= 0 && end >= 0 && duration < 0) {
            d = end - start;
            if (d < 0) {
                throw new IllegalArgumentException("the flow ends before it starts");
            }
            if (d > MAX_DURATION_MS) {
                throw new IllegalArgumentException("the duration is above 4294967.295");
            }
        }
        r.stime = Math.max(0, s) * 1000;
        r.duration = d * 1000;
    }

    private static void icmp(FlowRecord r, Map<Column, String> late) {
        String type = late.get(Column.ITYPE);
        String code = late.get(Column.ICODE);
        if (type == null || code == null) {
            return;
        }
        int t = (int) number(type, 0, 255);
        int c = (int) number(code, 0, 255);
        if (r.protocol == ICMP || r.protocol == ICMP6) {
            r.dport = t << 8 | c;
        }
    }

    private static void flags(FlowRecord r, Map<Column, String> late) {
        String initial = late.get(Column.INITIAL_FLAGS);
        String session = late.get(Column.SESSION_FLAGS);
        if (initial == null || session == null) {
            return;
        }
        int i = FlagText.parseFlags(initial);
        int s = FlagText.parseFlags(session);
        if (r.protocol == TCP && (i | s) != 0) {
            r.initialFlags = i;
            r.sessionFlags = s;
            r.flags = i | s;
            r.attributes |= Attributes.EXPANDED;
        }
    }

    private void flowtype(FlowRecord r, Map<Column, String> late) {
        String type = late.get(Column.TYPE);
        String className = late.get(Column.CLASS);
        if (className == null && site.classes().size() == 1) {
            className = site.classes().getFirst().name();
        }
        if (type == null || className == null) {
            // As SiLK has it: one without the other gives the first flowtype.
            if (type != null || late.containsKey(Column.CLASS)) {
                r.flowtype = 0;
            }
            return;
        }
        Optional<FlowClass> c = site.flowClass(className);
        if (c.isPresent()) {
            r.flowtype =
                    site.flowtype(c.get().name(), type)
                            .map(dev.rearview.site.Flowtype::id)
                            .orElse(FlowRecord.NO_FLOWTYPE);
        }
    }
}

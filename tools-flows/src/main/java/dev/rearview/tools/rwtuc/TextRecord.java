package dev.rearview.tools.rwtuc;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.Protocols;
import dev.rearview.site.Flowtype;
import dev.rearview.site.Sensor;
import dev.rearview.site.Site;
import dev.rearview.text.FlagText;
import dev.rearview.text.IpText;
import dev.rearview.text.NumberRange;
import dev.rearview.text.TimeFormat;
import dev.rearview.text.TimeText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;

/// Makes flow records of named text values.
final class TextRecord {
    private static final int MAX_OCTET = 255;
    private static final long MAX_DURATION_MS = 0xFFFF_FFFFL;

    private final Site site;
    private final InstantSource clock;

    /// @param clock says when flows start whose time is not given
    TextRecord(Site site, InstantSource clock) {
        this.site = site;
        this.clock = clock;
    }

    /// Checks a value that every record gets.
    ///
    /// @return its text as records take it
    /// @throws IllegalArgumentException if it is none
    String checked(Column column, String value) {
        if (column == Column.STIME || column == Column.ETIME) {
            return TimeFormat.DEFAULT.format(isEpoch(value) ? time(value) : moment(value));
        }
        if (column == Column.ITYPE || column == Column.ICODE) {
            number(value, 0, MAX_OCTET);
        } else if (column == Column.INITIAL_FLAGS || column == Column.SESSION_FLAGS) {
            FlagText.parseFlags(value);
        } else {
            fill(Map.of(column, value), new FlowRecord());
        }
        return value;
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
        r.sensor = 0;
        boolean hasBytes = false;
        boolean hasEnd = values.containsKey(Column.STIME) && values.containsKey(Column.DURATION);
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
                case PROTOCOL -> r.protocol = (int) number(v, 0, MAX_OCTET);
                case PACKETS -> r.packets = number(v, 1, 0xFFFF_FFFFL);
                case BYTES -> {
                    r.bytes = number(v, 1, 0xFFFF_FFFFL);
                    hasBytes = true;
                }
                case FLAGS -> r.flags = FlagText.parseFlags(v);
                case STIME -> start = time(v);
                case ETIME -> end = hasEnd ? end : time(v);
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
        long n = IpText.parseUnsigned(v, max, "number");
        if (n < min) {
            throw new IllegalArgumentException(n + " is below " + min);
        }
        return n;
    }

    private static boolean isEpoch(String v) {
        return v.matches("[0-9]{9,}(\\.[0-9]*)?");
    }

    private static long moment(String v) {
        return TimeText.parse(v).ms();
    }

    /// A time of the input: in SiLK's forms, whatever else switches take.
    private static long time(String v) {
        if (v.endsWith(".")) {
            throw new IllegalArgumentException("time '" + v + "' ends with a point");
        }
        if (isEpoch(v)) {
            BigDecimal seconds = new BigDecimal(v);
            long ms = seconds.movePointRight(3).setScale(0, RoundingMode.DOWN).longValue();
            if (ms < 536_870_912_000L || ms >= 2_147_483_648_000L) {
                throw new IllegalArgumentException("time '" + v + "' is out of range");
            }
            return ms;
        }
        if (v.indexOf('/') < 0) {
            throw new IllegalArgumentException("'" + v + "' is not a date (YYYY/MM/DD)");
        }
        return moment(v);
    }

    private static long duration(String v) {
        long ms = (long) (NumberRange.decimal(v) * 1000 + 1e-6);
        if (ms > MAX_DURATION_MS) {
            throw new IllegalArgumentException("duration '" + v + "' is above 4294967.295");
        }
        return ms;
    }

    private int sensor(String v) {
        if (v.matches("[+]?[0-9]+")) {
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

    private void times(FlowRecord r, long start, long end, long duration) {
        long s = start;
        long d = Math.max(0, duration);
        if (start < 0) {
            s = end >= 0 ? end - d : clock.millis();
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
        int t = (int) number(type, 0, MAX_OCTET);
        int c = (int) number(code, 0, MAX_OCTET);
        if (r.protocol == Protocols.ICMP || r.protocol == Protocols.ICMPV6) {
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
        if (r.protocol == Protocols.TCP && (i | s) != 0) {
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
            // As SiLK has it: what is not given whole is the first flowtype.
            r.flowtype = 0;
            return;
        }
        r.flowtype =
                site.flowClass(className)
                        .flatMap(c -> site.flowtype(c.name(), type))
                        .map(Flowtype::id)
                        .orElse(FlowRecord.NO_FLOWTYPE);
    }
}

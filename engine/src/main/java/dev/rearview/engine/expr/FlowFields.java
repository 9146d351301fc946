package dev.rearview.engine.expr;

import dev.rearview.engine.expr.FlowField.Shape;
import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The registry of fields: name, aliases, number, value, look, width and unit of each, once. A
/// derived field that can be said with the expressions there are needs a line here, and nothing
/// elsewhere.
public final class FlowFields {
    /// The attributes by which rwsort sorts: all but what SiLK does not keep there.
    private static final long SORTED_ATTRIBUTES =
            0xFF & ~(Attributes.IPV6 | Attributes.TIME_REPLACED);

    private static final Shape ADDRESS = new Shape(Look.ADDRESS, 0, 16, Unit.NONE);
    private static final Shape PORT = new Shape(Look.NUMBER, 5, 2, Unit.NONE);
    private static final Shape TCP_FLAGS = new Shape(Look.FLAGS, 0, 1, Unit.NONE);
    private static final Shape ADDRESS_TYPE = new Shape(Look.ADDRESS_TYPE, 1, 4, Unit.NONE);
    private static final Shape COUNTRY = new Shape(Look.COUNTRY, 3, 4, Unit.NONE);

    public static final FlowField SIP = address(1, "sIP", Field.SIP);
    public static final FlowField DIP = address(2, "dIP", Field.DIP);
    public static final FlowField SPORT = number(3, "sPort", Field.SPORT, PORT);
    public static final FlowField DPORT = number(4, "dPort", Field.DPORT, PORT);
    public static final FlowField PROTOCOL =
            number(5, "protocol", Field.PROTOCOL, new Shape(Look.NUMBER, 3, 1, Unit.NONE))
                    .alias("proto");
    public static final FlowField PACKETS =
            number(6, "packets", Field.PACKETS, new Shape(Look.NUMBER, 10, 4, Unit.PACKETS))
                    .alias("pkts");
    public static final FlowField BYTES =
            number(7, "bytes", Field.BYTES, new Shape(Look.NUMBER, 10, 4, Unit.OCTETS));
    public static final FlowField FLAGS = number(8, "flags", Field.FLAGS, TCP_FLAGS);
    public static final FlowField STIME = time(9, "sTime", Flows.START_MS, Look.TIME);
    public static final FlowField DURATION =
            time(10, "duration", Flows.DURATION_MS, Look.DURATION).alias("dur");
    public static final FlowField ETIME = time(11, "eTime", Flows.END_MS, Look.TIME);
    public static final FlowField SENSOR =
            number(12, "sensor", Field.SENSOR, new Shape(Look.SENSOR, 0, 2, Unit.NONE));
    public static final FlowField INPUT = number(13, "in", Field.INPUT, PORT);
    public static final FlowField OUTPUT = number(14, "out", Field.OUTPUT, PORT);
    public static final FlowField NHIP = address(15, "nhIP", Field.NHIP);
    public static final FlowField STYPE =
            map(16, "sType", new MapRef.AddressTypes(), true, ADDRESS_TYPE);
    public static final FlowField DTYPE =
            map(17, "dType", new MapRef.AddressTypes(), false, ADDRESS_TYPE);
    public static final FlowField SCC = map(18, "scc", new MapRef.Countries(), true, COUNTRY);
    public static final FlowField DCC = map(19, "dcc", new MapRef.Countries(), false, COUNTRY);
    public static final FlowField CLASS =
            number(20, "class", Field.FLOWTYPE, new Shape(Look.CLASS, 0, 1, Unit.NONE));
    public static final FlowField TYPE =
            number(21, "type", Field.FLOWTYPE, new Shape(Look.TYPE, 0, 1, Unit.NONE));
    public static final FlowField STIME_MS =
            time(22, "sTime+msec", Flows.START_MS, Look.TIME_WITH_MILLISECONDS);
    public static final FlowField ETIME_MS =
            time(23, "eTime+msec", Flows.END_MS, Look.TIME_WITH_MILLISECONDS);
    public static final FlowField DURATION_MS =
            time(24, "dur+msec", Flows.DURATION_MS, Look.DURATION_WITH_MILLISECONDS);
    public static final FlowField INITIAL_FLAGS =
            number(26, "initialFlags", Field.INITIAL_FLAGS, TCP_FLAGS);
    public static final FlowField SESSION_FLAGS =
            number(27, "sessionFlags", Field.SESSION_FLAGS, TCP_FLAGS);
    public static final FlowField ATTRIBUTES =
            FlowField.of(
                    28,
                    "attributes",
                    Expr.of(Field.ATTRIBUTES).bits(0, Attributes.VISIBLE),
                    new Shape(Look.ATTRIBUTES, 8, 1, Unit.NONE));
    public static final FlowField APPLICATION = number(29, "application", Field.APPLICATION, PORT);

    /// Type of ICMP flows, absent from others.
    public static final FlowField ICMP_TYPE = icmp("iType", Flows.ICMP_TYPE);

    /// Code of ICMP flows, absent from others.
    public static final FlowField ICMP_CODE = icmp("iCode", Flows.ICMP_CODE);

    /// 1-in-N of the exporter, which SiLK does not have.
    public static final FlowField SAMPLING =
            FlowField.of(
                    "sampling",
                    Expr.of(Field.SAMPLING),
                    new Shape(Look.NUMBER_IF_KNOWN, 10, 4, Unit.PACKETS_PER_SAMPLE));

    /// YAF's hash of a flow's key.
    public static final FlowField FLOW_KEY =
            FlowField.of("flowkey", new Expr.FlowKey(), new Shape(Look.NUMBER, 10, 4, Unit.NONE));

    /// What rwmatch leaves in the next hop: 0xFF in the top octet for an answer.
    public static final FlowField MATCH =
            FlowField.of(
                            "<->Match#",
                            new Expr.Ipv4(Expr.of(Field.NHIP)),
                            new Shape(Look.MATCH, 10, 4, Unit.NONE))
                    .alias("match");

    /// The number of icmpTypeCode, which stands for both.
    public static final int ICMP_TYPE_CODE_NUMBER = 25;

    /// SiLK's fields in the order in which all of them are printed.
    public static final List<FlowField> SILK =
            List.of(
                    SIP,
                    DIP,
                    SPORT,
                    DPORT,
                    PROTOCOL,
                    PACKETS,
                    BYTES,
                    FLAGS,
                    STIME,
                    DURATION,
                    ETIME,
                    SENSOR,
                    INPUT,
                    OUTPUT,
                    NHIP,
                    INITIAL_FLAGS,
                    SESSION_FLAGS,
                    ATTRIBUTES,
                    APPLICATION,
                    CLASS,
                    TYPE,
                    STIME_MS,
                    ETIME_MS,
                    DURATION_MS,
                    ICMP_TYPE,
                    ICMP_CODE,
                    STYPE,
                    DTYPE,
                    SCC,
                    DCC);

    /// Fields that SiLK does not have.
    public static final List<FlowField> OWN = List.of(SAMPLING);

    private FlowFields() {}

    private static FlowField address(int number, String name, Field field) {
        return FlowField.of(number, name, Expr.of(field), ADDRESS);
    }

    private static FlowField number(int number, String name, Field field, Shape shape) {
        return FlowField.of(number, name, Expr.of(field), shape);
    }

    private static FlowField time(int number, String name, Expr value, Look look) {
        return FlowField.of(number, name, value, new Shape(look, 0, 4, Unit.MILLISECONDS));
    }

    private static FlowField map(
            int number, String name, MapRef map, boolean ofSource, Shape shape) {
        return FlowField.of(number, name, new Expr.Label(map, ofSource), shape);
    }

    private static FlowField icmp(String name, Expr part) {
        Expr value = new Expr.When(Flows.ICMP, part, new Expr.Constant(FlowField.ABSENT));
        return FlowField.of(name, value, new Shape(Look.NUMBER_IF_PRESENT, 3, 1, Unit.NONE));
    }

    /// What a prefix map says of source or destination.
    ///
    /// @param maxWidth of the column, 0 for what the labels need
    public static FlowField label(String name, MapRef map, boolean ofSource, int maxWidth) {
        return map(0, name, map, ofSource, new Shape(Look.LABEL, maxWidth, 4, Unit.NONE));
    }

    /// The internal or external address, by a flow's type.
    ///
    /// @param source numbers of the types whose source counts
    /// @param destination numbers of those whose destination does
    public static FlowField sideAddress(
            String name, List<Integer> source, List<Integer> destination) {
        return FlowField.of(
                name,
                new Expr.Side(source, destination),
                new Shape(Look.ADDRESS_AS_IT_IS, 0, 4, Unit.NONE));
    }

    /// The port that goes with [#sideAddress]; 0 of ICMP flows.
    public static FlowField sidePort(String name, List<Integer> source, List<Integer> destination) {
        Expr none = new Expr.Constant(0);
        Expr either =
                new Expr.When(
                        isType(source),
                        Expr.of(Field.SPORT),
                        new Expr.When(isType(destination), Expr.of(Field.DPORT), none));
        return FlowField.of(name, new Expr.When(Flows.ICMP, none, either), PORT);
    }

    private static Predicate isType(List<Integer> numbers) {
        BitSet set = new BitSet();
        numbers.forEach(set::set);
        return Predicate.in(Field.FLOWTYPE, set);
    }

    /// The quantities of SiLK's flowrate plug-in.
    ///
    /// @param zeroUs what a duration of 0 counts as, in microseconds
    public static List<FlowField> rates(int zeroUs) {
        Expr packets = Expr.of(Field.PACKETS);
        Expr bytes = Expr.of(Field.BYTES);
        Expr payload = Flows.payload();
        return List.of(
                rate(
                        "pckts/sec",
                        Flows.perSecond(packets, zeroUs),
                        Look.RATE,
                        Unit.PACKETS_PER_SECOND),
                rate(
                        "bytes/sec",
                        Flows.perSecond(bytes, zeroUs),
                        Look.RATE,
                        Unit.OCTETS_PER_SECOND),
                rate("bytes/packet", Flows.bytesPerPacket(), Look.RATE, Unit.OCTETS_PER_PACKET),
                rate("payload-bytes", payload, Look.NUMBER, Unit.OCTETS),
                rate(
                        "payload-rate",
                        Flows.perSecond(payload, zeroUs),
                        Look.RATE,
                        Unit.OCTETS_PER_SECOND));
    }

    private static FlowField rate(String name, Expr value, Look look, Unit unit) {
        return FlowField.of(name, value, new Shape(look, 15, 8, unit));
    }

    /// Whether source or destination is where the worm Conficker.C would listen.
    ///
    /// @param seed weeks since 5 January 1970, or what the start of the flow says
    public static List<FlowField> conficker(Optional<Long> seed) {
        Shape shape = new Shape(Look.NUMBER, 4, 1, Unit.NONE);
        return List.of(
                FlowField.of("sconficker", new Expr.Conficker(true, seed), shape),
                FlowField.of("dconficker", new Expr.Conficker(false, seed), shape));
    }

    /// The ports of a flow, or type and code of an ICMP flow.
    public static FlowField portOrIcmp(FlowField field) {
        Expr part =
                field.isSame(SPORT)
                        ? Flows.ICMP_TYPE
                        : field.isSame(DPORT) ? Flows.ICMP_CODE : null;
        return part == null ? field : field.with(new Expr.When(Flows.ICMP, part, field.value()));
    }

    /// The name that people know of a stored field.
    static String nameOf(Field field) {
        for (FlowField f : SILK) {
            if (f.value() instanceof Expr.Stored s && s.field() == field) {
                return f.name();
            }
        }
        return field.name().toLowerCase(Locale.ROOT);
    }

    /// What a person reads of an expression: the name of a field with this value, or what it says.
    public static String textOf(Expr value) {
        return SILK.stream()
                .filter(f -> f.value().equals(value))
                .findFirst()
                .map(FlowField::name)
                .orElseGet(value::text);
    }

    /// What rwsort compares of a field.
    public static Expr sorted(FlowField field) {
        return field.isSame(ATTRIBUTES)
                ? Expr.of(Field.ATTRIBUTES).bits(0, SORTED_ATTRIBUTES)
                : withoutAbsence(field).value();
    }

    /// The same field with 0 where a flow does not have it.
    public static FlowField withoutAbsence(FlowField field) {
        return field.look() == Look.NUMBER_IF_PRESENT
                        && field.value() instanceof Expr.When when
                        && when.otherwise() instanceof Expr.Constant
                ? field.with(new Expr.When(when.test(), when.then(), new Expr.Constant(0)))
                : field;
    }
}

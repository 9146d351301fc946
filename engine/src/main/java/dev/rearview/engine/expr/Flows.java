package dev.rearview.engine.expr;

import dev.rearview.model.Attributes;
import dev.rearview.model.Field;
import dev.rearview.model.Protocols;
import java.util.List;

/// What is said of flows in several places, once.
public final class Flows {
    /// Flows with IPv6 addresses.
    public static final Predicate IPV6 =
            Predicate.bits(Field.ATTRIBUTES, Attributes.IPV6, Attributes.IPV6);

    /// Flows with IPv4 addresses.
    public static final Predicate IPV4 = Predicate.bits(Field.ATTRIBUTES, 0, Attributes.IPV6);

    /// Flows whose destination port is a type and code of ICMP, as SiLK's tools print them.
    public static final Predicate ICMP =
            Predicate.any(
                    List.of(
                            Predicate.is(Field.PROTOCOL, Protocols.ICMP),
                            Predicate.all(
                                    List.of(
                                            Predicate.is(Field.PROTOCOL, Protocols.ICMPV6),
                                            IPV6))));

    /// Flows of ICMP over IPv4 and of ICMPv6 over IPv6, as rwfilter tests them.
    public static final Predicate ICMP_OF_ITS_FAMILY =
            Predicate.any(
                    List.of(
                            Predicate.all(
                                    List.of(Predicate.is(Field.PROTOCOL, Protocols.ICMP), IPV4)),
                            Predicate.all(
                                    List.of(
                                            Predicate.is(Field.PROTOCOL, Protocols.ICMPV6),
                                            IPV6))));

    /// The type of an ICMP flow: the upper octet of what it has as its destination port.
    public static final Expr ICMP_TYPE = Expr.of(Field.DPORT).bits(8, 0xFF);

    /// The type of service of a flow that comes from a file of nfcapd.
    public static final Expr TYPE_OF_SERVICE = Expr.of(Field.MEMO).bits(0, 0xFF);

    /// The type of service behind the exporter, of such a flow.
    public static final Expr OTHER_TYPE_OF_SERVICE = Expr.of(Field.MEMO).bits(8, 0xFF);

    /// The code of an ICMP flow.
    public static final Expr ICMP_CODE = Expr.of(Field.DPORT).bits(0, 0xFF);

    /// Start in milliseconds, rounded down.
    public static final Expr START_MS = Expr.of(Field.STIME).dividedBy(1000);

    /// Duration in milliseconds, rounded down.
    public static final Expr DURATION_MS = Expr.of(Field.DURATION).dividedBy(1000);

    /// End in milliseconds, as SiLK has it: start and duration, each rounded down.
    public static final Expr END_MS = START_MS.plus(DURATION_MS);

    /// What a duration of 0 counts as in rates where nothing else is said, in microseconds: as in
    /// SiLK's flowrate.
    public static final int ZERO_DURATION_US = 400;

    private Flows() {}

    /// Octets of payload, assuming headers without options.
    public static Expr payload() {
        Expr ip = new Expr.When(IPV6, new Expr.Constant(40), new Expr.Constant(20));
        Expr transport =
                new Expr.When(
                        Predicate.is(Field.PROTOCOL, Protocols.TCP),
                        new Expr.Constant(20),
                        new Expr.When(
                                Predicate.is(Field.PROTOCOL, Protocols.UDP),
                                new Expr.Constant(8),
                                new Expr.Constant(0)));
        Expr headers = Expr.of(Field.PACKETS).times(ip.plus(transport));
        return new Expr.Binary(
                Expr.Operator.AT_LEAST, Expr.of(Field.BYTES).minus(headers), new Expr.Constant(0));
    }

    /// Duration in microseconds, cut to milliseconds, where 0 counts as `zeroUs`.
    public static Expr durationOr(int zeroUs) {
        return new Expr.When(
                Predicate.range(DURATION_MS, 0, 0),
                new Expr.Constant(zeroUs),
                DURATION_MS.times(new Expr.Constant(1000)));
    }

    /// A number for each second.
    ///
    /// @param zeroUs what a duration of 0 counts as, in microseconds
    public static Expr.Ratio perSecond(Expr number, int zeroUs) {
        return new Expr.Ratio(number, durationOr(zeroUs), 1e6);
    }

    /// Octets for each packet.
    public static Expr.Ratio bytesPerPacket() {
        return new Expr.Ratio(Expr.of(Field.BYTES), Expr.of(Field.PACKETS), 1);
    }
}

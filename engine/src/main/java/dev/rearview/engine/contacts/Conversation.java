package dev.rearview.engine.contacts;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.model.Field;
import dev.rearview.model.Protocols;
import dev.rearview.model.TcpFlags;
import java.util.BitSet;
import java.util.List;

/// What a flow tells of the conversation that it is half of.
final class Conversation {
    private static final int SYN_ACK = TcpFlags.SYN | TcpFlags.ACK;
    private static final int DCCP = 33;
    private static final int UDP_LITE = 136;

    private static final Predicate TCP = Predicate.is(Field.PROTOCOL, Protocols.TCP);

    /// Flows whose ports say who is the client. TCP's are among them where its flags do not.
    static final Predicate WITH_PORTS =
            Predicate.in(
                    Field.PROTOCOL,
                    set(Protocols.TCP, Protocols.UDP, DCCP, Protocols.SCTP, UDP_LITE));

    /// The first packet asked for a connection, or no packet of the flow was an answer.
    private static final Predicate ASKS =
            Predicate.all(
                    List.of(
                            TCP,
                            Predicate.any(
                                    List.of(
                                            Predicate.bits(
                                                    Field.INITIAL_FLAGS, TcpFlags.SYN, SYN_ACK),
                                            Predicate.all(
                                                    List.of(
                                                            Predicate.bits(
                                                                    Field.INITIAL_FLAGS,
                                                                    0,
                                                                    TcpFlags.SYN),
                                                            Predicate.bits(
                                                                    Field.FLAGS,
                                                                    TcpFlags.SYN,
                                                                    SYN_ACK)))))));

    /// The first packet accepted a connection.
    private static final Predicate ACCEPTS =
            Predicate.all(List.of(TCP, Predicate.bits(Field.INITIAL_FLAGS, SYN_ACK, SYN_ACK)));

    private static final Predicate REQUEST = Predicate.all(List.of(Flows.ICMP, icmpType(8, 128)));

    private static final Predicate REPLY = Predicate.all(List.of(Flows.ICMP, icmpType(0, 129)));

    /// Source port less destination port.
    private static final Expr PORTS = Expr.of(Field.SPORT).minus(Expr.of(Field.DPORT));

    /// The source may have begun the conversation.
    static final Predicate OF_CLIENT =
            Predicate.any(
                    List.of(
                            ASKS,
                            Predicate.all(
                                    List.of(
                                            Predicate.not(ACCEPTS),
                                            Predicate.not(REPLY),
                                            Predicate.any(
                                                    List.of(
                                                            Predicate.not(WITH_PORTS),
                                                            Predicate.range(PORTS, 0, 0xFFFF)))))));

    /// The source may have been called upon.
    static final Predicate OF_SERVER =
            Predicate.any(
                    List.of(
                            ACCEPTS,
                            Predicate.all(
                                    List.of(
                                            Predicate.not(ASKS),
                                            Predicate.not(REQUEST),
                                            Predicate.any(
                                                    List.of(
                                                            Predicate.not(WITH_PORTS),
                                                            Predicate.range(
                                                                    PORTS, -0xFFFF, 0)))))));

    /// A flow of TCP that only an established connection has: data, or an orderly end, beside an
    /// acknowledgement.
    static final Predicate ESTABLISHED =
            Predicate.all(
                    List.of(
                            TCP,
                            anyFlags(TcpFlags.ACK),
                            Predicate.any(
                                    List.of(anyFlags(TcpFlags.PSH), anyFlags(TcpFlags.FIN)))));

    /// A flow that is an answer: anything but a mere refusal.
    static final Predicate ANSWERS =
            Predicate.not(
                    Predicate.all(
                            List.of(
                                    TCP,
                                    anyFlags(TcpFlags.RST),
                                    Predicate.not(anyFlags(TcpFlags.SYN)),
                                    Predicate.not(anyFlags(TcpFlags.PSH)),
                                    Predicate.not(anyFlags(TcpFlags.FIN)))));

    private Conversation() {}

    private static BitSet set(int... numbers) {
        BitSet out = new BitSet();
        for (int n : numbers) {
            out.set(n);
        }
        return out;
    }

    /// A flag was on in some packet.
    private static Predicate anyFlags(int flag) {
        return Predicate.any(
                List.of(
                        Predicate.bits(Field.FLAGS, flag, flag),
                        Predicate.bits(Field.INITIAL_FLAGS, flag, flag),
                        Predicate.bits(Field.SESSION_FLAGS, flag, flag)));
    }

    /// @param four type of ICMP over IPv4
    /// @param six type of ICMPv6
    private static Predicate icmpType(int four, int six) {
        return Predicate.any(
                List.of(
                        Predicate.all(
                                List.of(
                                        Predicate.is(Field.PROTOCOL, Protocols.ICMP),
                                        Predicate.range(Flows.ICMP_TYPE, four, four))),
                        Predicate.all(
                                List.of(
                                        Predicate.is(Field.PROTOCOL, Protocols.ICMPV6),
                                        Predicate.range(Flows.ICMP_TYPE, six, six)))));
    }
}

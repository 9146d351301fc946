package dev.rearview.tools.rwpackchecker;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.model.Field;
import dev.rearview.model.Protocols;
import dev.rearview.text.FlagText;
import dev.rearview.text.IntegerList;
import dev.rearview.text.IpText;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/// All tests that there are, in the order in which they are told.
final class Checks {
    private static final int MAX_U8 = 0xFF;
    private static final int MAX_U16 = 0xFFFF;
    private static final String MAX_U32 = "4294967295";

    /// Octets for each packet that fit no frame.
    private static final String MOST_OCTETS = "16384";

    /// Packets that an hourly file of SiLK's first formats can hold.
    private static final String MOST_PACKETS = "67108864";

    /// Seconds that such a file can hold.
    private static final long MOST_SECONDS = 4096;

    private static final Expr OCTETS = Expr.of(Field.BYTES);
    private static final Expr PACKETS = Expr.of(Field.PACKETS);

    /// Octets for each packet, rounded down.
    private static final Expr PER_PACKET = divided(OCTETS, PACKETS);

    /// Octets for each second as SiLK counts them: whole octets for each millisecond, of which one
    /// more is counted than the flow lasted, times a thousand.
    private static final Expr PER_SECOND =
            divided(OCTETS, Flows.DURATION_MS.plus(new Expr.Constant(1)))
                    .times(new Expr.Constant(1000));

    private final List<Check> all = new ArrayList<>();

    Checks() {
        // Flows that are read do not have a ratio of their own besides their counts.
        all.add(
                new Check(
                                "",
                                "BPP Calculation is incorrect",
                                false,
                                v -> Predicate.not(Predicate.ALWAYS))
                        .by(""));
        all.add(
                new Check(
                                "",
                                "Elapsed Time >",
                                true,
                                v -> above(Flows.DURATION_MS.dividedBy(1000), MOST_SECONDS))
                        .by(Long.toString(MOST_SECONDS)));
        bounds("bpp-ratio", "Byte/Packet Ratio", PER_PACKET, "1", MOST_OCTETS);
        bounds("bps-ratio", "Byte/Second Ratio", PER_SECOND, "0", MAX_U32);
        bounds("packets", "Packet Count", PACKETS, "1", MOST_PACKETS);
        bounds("bytes", "Byte Count", OCTETS, "1", MAX_U32);
        perPacket("tcp", Protocols.TCP);
        perPacket("udp", Protocols.UDP);
        perPacket("icmp", Protocols.ICMP);
        list("protocol", "Protocol", v -> in(Field.PROTOCOL, v, MAX_U8));
        list("flags", "TCP Flag Combination", Checks::flags);
        list("sip", "Source IP", v -> member(Field.SIP, v));
        list("dip", "Destination IP", v -> member(Field.DIP, v));
        list("sport", "Source Port", v -> in(Field.SPORT, v, MAX_U16));
        list("dport", "Destination Port", v -> in(Field.DPORT, v, MAX_U16));
        list("nhip", "Next Hop IP", v -> member(Field.NHIP, v));
        list("input", "SNMP Input", v -> in(Field.INPUT, v, MAX_U16));
        list("output", "SNMP Output", v -> in(Field.OUTPUT, v, MAX_U16));
    }

    List<Check> all() {
        return all;
    }

    /// The names of those that can be set.
    List<String> names() {
        return all.stream().map(Check::name).filter(n -> !n.isEmpty()).toList();
    }

    /// All names, with the values that tests have of themselves.
    String overview() {
        StringBuilder out = new StringBuilder();
        for (Check c : all) {
            if (!c.name().isEmpty()) {
                out.append(out.isEmpty() ? "" : ", ").append(c.name());
                out.append(c.value().isEmpty() ? "" : "=" + c.value());
            }
        }
        return out.toString();
    }

    /// The test of a name that is one of [#names].
    Check named(String name) {
        return all.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    }

    private static Expr divided(Expr dividend, Expr divisor) {
        return new Expr.Binary(Expr.Operator.DIVIDED_BY, dividend, divisor);
    }

    private static Predicate below(Expr value, long limit) {
        return limit == 0
                ? Predicate.not(Predicate.ALWAYS)
                : Predicate.unsigned(value, 0, limit - 1);
    }

    private static Predicate above(Expr value, long limit) {
        return limit == Long.MAX_VALUE
                ? Predicate.not(Predicate.ALWAYS)
                : Predicate.unsigned(value, limit + 1, Long.MAX_VALUE);
    }

    private static long number(String text) {
        return IpText.parseUnsigned(text, Long.MAX_VALUE, "number");
    }

    private void bounds(String name, String title, Expr value, String least, String most) {
        all.add(
                new Check("min-" + name, title + " <", true, v -> below(value, number(v)))
                        .by(least));
        all.add(
                new Check("max-" + name, title + " >", true, v -> above(value, number(v)))
                        .by(most));
    }

    /// Octets for each packet of one protocol.
    private void perPacket(String protocol, int number) {
        Predicate only = Predicate.is(Field.PROTOCOL, number);
        String name = protocol + "-bpp-ratio";
        String title = protocol.toUpperCase(Locale.ROOT) + " Byte/Packet Ratio";
        all.add(
                new Check(
                                "min-" + name,
                                title + " <",
                                true,
                                v -> Predicate.all(List.of(only, below(PER_PACKET, number(v)))))
                        .by("1"));
        all.add(
                new Check(
                                "max-" + name,
                                title + " >",
                                true,
                                v -> Predicate.all(List.of(only, above(PER_PACKET, number(v)))))
                        .by(MOST_OCTETS));
    }

    private void list(String name, String title, Check.Meaning member) {
        all.add(new Check("match-" + name, title + " inside the match set", false, member));
        all.add(
                new Check(
                        "nomatch-" + name,
                        title + " outside the nomatch set",
                        false,
                        v -> Predicate.not(member.of(v))));
    }

    private static Predicate in(Field field, String list, int most) {
        return Predicate.in(field, IntegerList.parse(list, 0, most));
    }

    /// The flags are one of some combinations, as a whole.
    private static Predicate flags(String list) {
        BitSet combinations = new BitSet();
        for (String item : list.split(",", -1)) {
            if (item.isBlank()) {
                throw new IllegalArgumentException("empty combination of flags");
            }
            combinations.set(FlagText.parseFlags(item));
        }
        return Predicate.in(Field.FLAGS, combinations);
    }

    private static Predicate member(Field field, String file) {
        return Predicate.address(field, new SetRef.File(SwitchValues.path(file)));
    }
}

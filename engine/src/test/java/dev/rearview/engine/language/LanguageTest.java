package dev.rearview.engine.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Expr.Operator;
import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Look;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.RandomData;
import dev.rearview.engine.expr.RecordText;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.model.Field;
import dev.rearview.text.FlagText;
import dev.rearview.text.IpRange;
import dev.rearview.text.NumberRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LanguageTest {
    private static final Names NAMES =
            new Names() {
                @Override
                public BitSet numbers(Look look, String name) {
                    BitSet out = new BitSet();
                    switch (look + " " + name) {
                        case "TYPE in" -> out.set(0);
                        case "TYPE inweb" -> out.set(2);
                        case "SENSOR S1" -> out.set(1);
                        case "CLASS all" -> out.set(0, 8);
                        default -> throw new IllegalArgumentException("unknown " + name);
                    }
                    return out;
                }

                @Override
                public void checkLabel(MapRef map, String label) {
                    if (label.equals("nowhere")) {
                        throw new IllegalArgumentException("no label '" + label + "'");
                    }
                }
            };

    private static Predicate test(String text) {
        return Language.test(text, NAMES);
    }

    private static Expr value(String text) {
        return Language.field("x", text, NAMES).value();
    }

    private static Predicate in(Field field, long low, long high) {
        return Predicate.range(field, low, high);
    }

    private static Predicate in(Expr e, long... ranges) {
        List<NumberRange.Integers> all = new ArrayList<>();
        for (int i = 0; i < ranges.length; i += 2) {
            all.add(new NumberRange.Integers(ranges[i], ranges[i + 1]));
        }
        return new Predicate.In(e, all);
    }

    private static Expr of(Field field) {
        return Expr.of(field);
    }

    @Test
    void comparisonsWithConstantsAreWhatSwitchesMake() {
        assertThat(test("dport = 53")).isEqualTo(in(Field.DPORT, 53, 53));
        assertThat(test("53 == dPort")).isEqualTo(in(Field.DPORT, 53, 53));
        assertThat(test("dport >= 1024")).isEqualTo(in(Field.DPORT, 1024, 65535));
        assertThat(test("1024 > dport")).isEqualTo(in(Field.DPORT, 0, 1023));
        assertThat(test("dport in (80, 81, 443, 8000-8999)"))
                .isEqualTo(in(of(Field.DPORT), 80, 81, 443, 443, 8000, 8999));
        assertThat(test("dport not in [1-5]")).isEqualTo(Predicate.not(in(Field.DPORT, 1, 5)));
        assertThat(test("bytes >= 1M")).isEqualTo(in(Field.BYTES, 1_000_000, -1));
        assertThat(test("bytes > 1.5Ki")).isEqualTo(in(Field.BYTES, 1537, -1));
        assertThat(test("bytes > 1.5")).isEqualTo(in(Field.BYTES, 2, -1));
        assertThat(test("bytes = 1.5")).isEqualTo(in(of(Field.BYTES)));
        assertThat(test("dport > 65535")).isEqualTo(in(of(Field.DPORT)));
        assertThat(test("duration >= 5")).isEqualTo(in(Field.DURATION, 5_000_000, Long.MAX_VALUE));
        assertThat(test("duration in 1m-2m"))
                .isEqualTo(in(Field.DURATION, 60_000_000, 120_000_999));
        assertThat(test("duration < 1.5s")).isEqualTo(in(Field.DURATION, 0, 1_499_999));
        assertThat(test("bytes/packets >= 60"))
                .isEqualTo(new Predicate.DecimalIn(Flows.bytesPerPacket(), 60, Double.MAX_VALUE));
        assertThat(test("packets/duration <= 5"))
                .isEqualTo(new Predicate.DecimalIn(Flows.perSecond(of(Field.PACKETS), 400), 0, 5));
        assertThat(test("bpp < 60"))
                .isEqualTo(new Predicate.DecimalIn(Flows.bytesPerPacket(), 0, Math.nextDown(60.0)));
    }

    @Test
    void timesAreThoseOfSwitches() {
        long day = 1_706_745_600_000_000L;
        assertThat(test("stime >= 2024/02/01")).isEqualTo(in(Field.STIME, day, Long.MAX_VALUE));
        assertThat(test("stime in 2024/02/01-2024-02-02"))
                .isEqualTo(in(Field.STIME, day, day + 2 * 86_400_000_000L - 1));
        assertThat(test("stime in (2024/02/01:13)"))
                .isEqualTo(
                        in(Field.STIME, day + 13 * 3_600_000_000L, day + 14 * 3_600_000_000L - 1));
        assertThat(test("etime <= 2024/02/01T00:00:01.5"))
                .isEqualTo(in(Flows.END_MS, Long.MIN_VALUE, day / 1000 + 1500));
        assertThat(test("stime = 1706745600")).isEqualTo(in(Field.STIME, day, day + 999));
        assertThat(test("stime >= 2024/02/01 + 1h"))
                .isEqualTo(in(Field.STIME, day + 3_600_000_000L, Long.MAX_VALUE));
    }

    @Test
    void addressesAreThoseOfSwitches() {
        List<IpRange> ten = List.of(IpRange.parse("10.0.0.0/8"));
        assertThat(test("sip in 10.0.0.0/8")).isEqualTo(Predicate.address(Field.SIP, ten));
        assertThat(test("sip = 10.0.0.0/8")).isEqualTo(Predicate.address(Field.SIP, ten));
        assertThat(test("sip in (10.0.0.1,2001:db8::/32, 10.0.0.3-10.0.0.7)"))
                .isEqualTo(
                        Predicate.address(
                                Field.SIP,
                                List.of(
                                        IpRange.parse("10.0.0.1"),
                                        IpRange.parse("2001:db8::/32"),
                                        new IpRange(
                                                0,
                                                0xFFFF_0A00_0003L,
                                                0,
                                                0xFFFF_0A00_0007L,
                                                false))));
        assertThat(test("dip != 10.x.1-3.7"))
                .isEqualTo(
                        Predicate.not(new Predicate.AddressMatches(of(Field.DIP), "10.x.1-3.7")));
        assertThat(test("nhip in (set('a.set'), '10.1,3.x.x')"))
                .isEqualTo(
                        Predicate.any(
                                List.of(
                                        new Predicate.AddressIn(
                                                of(Field.NHIP), new SetRef.File("a.set")),
                                        new Predicate.AddressMatches(
                                                of(Field.NHIP), "10.1,3.x.x"))));
        assertThat(test("prefix(sip, 24) = 10.1.2.0"))
                .isEqualTo(Predicate.address(Field.SIP, List.of(IpRange.parse("10.1.2.0/24"))));
        assertThat(test("prefix(sip, 24) = 10.1.2.3")).isEqualTo(new Predicate.Any(List.of()));
        assertThat(test("prefix(sip, 24) = prefix(dip, 24)"))
                .isEqualTo(
                        new Predicate.SameAddress(
                                new Expr.Network(of(Field.SIP), 24, 64),
                                new Expr.Network(of(Field.DIP), 24, 64)));
    }

    @Test
    void namesLabelsAndFlags() {
        assertThat(test("type in (in, inweb)")).isEqualTo(in(of(Field.FLOWTYPE), 0, 0, 2, 2));
        assertThat(test("type = 'in'")).isEqualTo(in(Field.FLOWTYPE, 0, 0));
        assertThat(test("class = all")).isEqualTo(in(Field.FLOWTYPE, 0, 7));
        assertThat(test("sensor != S1")).isEqualTo(Predicate.not(in(Field.SENSOR, 1, 1)));
        assertThat(test("in in 5 and protocol = tcp"))
                .isEqualTo(Predicate.all(List.of(in(Field.INPUT, 5, 5), in(Field.PROTOCOL, 6, 6))));
        assertThat(test("country(sip) in (us, 'de')"))
                .isEqualTo(
                        new Predicate.LabelIn(
                                new Expr.Label(new MapRef.Countries(), true), List.of("us", "de")));
        assertThat(test("scc = dcc"))
                .isEqualTo(
                        in(
                                new Expr.Label(new MapRef.Countries(), true)
                                        .minus(new Expr.Label(new MapRef.Countries(), false)),
                                0,
                                0));
        assertThat(test("label('m.pmap', dport) = 'a b'"))
                .isEqualTo(
                        new Predicate.LabelIn(
                                new Expr.Label(new MapRef.File("m.pmap"), false), List.of("a b")));
        assertThat(test("flags = flags('S/SA')"))
                .isEqualTo(
                        new Predicate.BitsMatch(
                                of(Field.FLAGS), FlagText.parsePairs("S/SA", false, 16)));
        assertThat(test("flags in ('S/SA', 'F/F')"))
                .isEqualTo(
                        new Predicate.BitsMatch(
                                of(Field.FLAGS), FlagText.parsePairs("S/SA,F/F", false, 16)));
        assertThat(test("initialflags = 'SA'")).isEqualTo(in(Field.INITIAL_FLAGS, 0x12, 0x12));
        assertThat(test("flags & 'SF' != 0"))
                .isEqualTo(Predicate.not(in(of(Field.FLAGS).bits(0, 3), 0, 0)));
        assertThat(test("attributes = 'T/T'"))
                .isEqualTo(
                        new Predicate.BitsMatch(
                                of(Field.ATTRIBUTES), FlagText.parsePairs("T/T", true, 8)));
    }

    @Test
    void valuesAreComputed() {
        Expr bytes = of(Field.BYTES);
        assertThat(value("bytes")).isEqualTo(bytes);
        assertThat(value("8 * bytes / duration"))
                .isEqualTo(
                        new Expr.Ordered(
                                Flows.perSecond(
                                        new Expr.Binary(
                                                Operator.TIMES, new Expr.Constant(8), bytes),
                                        400)));
        assertThat(value("bps"))
                .isEqualTo(
                        new Expr.Ordered(Flows.perSecond(bytes.times(new Expr.Constant(8)), 400)));
        assertThat(value("scaled(bytes)"))
                .isEqualTo(
                        new Expr.Ordered(
                                bytes.times(
                                        new Expr.Binary(
                                                Operator.AT_LEAST,
                                                of(Field.SAMPLING),
                                                new Expr.Constant(1)))));
        assertThat(value("bin(stime, 1h)")).isEqualTo(Flows.START_MS.downTo(3_600_000));
        assertThat(value("1 + 2 * 3 - 4 // 3")).isEqualTo(new Expr.Ordered(new Expr.Constant(6)));
        assertThat(value("-(2 + 3) % 4")).isEqualTo(new Expr.Ordered(new Expr.Constant(3)));
        assertThat(value("1 / 4 + 0.5")).isEqualTo(new Expr.Ordered(new Expr.Real(0.75)));
        assertThat(value("bytes > 5 or ipv6"))
                .isEqualTo(
                        new Expr.When(
                                Predicate.any(List.of(in(Field.BYTES, 6, -1), Flows.IPV6)),
                                new Expr.Constant(1),
                                new Expr.Constant(0)));
        FlowField hour = Language.field("hour", "hour(stime)", NAMES);
        assertThat(hour.look()).isEqualTo(Look.SIGNED);
        assertThat(hour.name()).isEqualTo("hour");
    }

    @Test
    void notBindsMoreThanAndAndThatMoreThanOr() {
        Predicate a = in(Field.SPORT, 1, 1);
        Predicate b = in(Field.SPORT, 2, 2);
        Predicate c = in(Field.SPORT, 3, 3);
        assertThat(test("sport=1 or not sport=2 and sport=3"))
                .isEqualTo(Predicate.any(List.of(a, Predicate.all(List.of(Predicate.not(b), c)))));
        assertThat(test("(sport=1 || sport=2) && !(sport=3)"))
                .isEqualTo(Predicate.all(List.of(Predicate.any(List.of(a, b)), Predicate.not(c))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "dport = = 53 | 9 | expected a field, a number",
                "dport | 1 | expected a test, such as",
                "dport = 53 sport | 12 | expected an operator",
                "dprot = 53 | 1 | did you mean 'dPort'?",
                "bytes > 'x' | 9 | a number is not compared with text",
                "sip > 10.0.0.1 | 5 | only compared by =, != and in",
                "sip = 10.0.0.300 | 7 | 300",
                "stime > 2024/13/01 | 9 | month",
                "(bytes > 5 | 11 | expected ')' or an operator, not the end",
                "bytes in (1, 2 | 15 | expected ',' or ')'",
                "bytes in (5-1) | 11 | the range runs down",
                "hour(bytes) = 5 | 6 | expected a time",
                "cuntry(sip) = us | 1 | did you mean 'country'?",
                "country(sip) = nowhere | 16 | no label 'nowhere'",
                "prefix(sip, 33) = 10.0.0.0 | 13 | expected a number from 0 to 32",
                "duration > 1.0001 and bytes > 10x | 31 | expected a number such as",
                "duration > 5us | 12 | expected a number such as",
                "sip = dport | 5 | an address is not compared with a number",
                "stime + 5 > 7 | 7 | a time goes with a duration",
                "1 < bytes < 5 | 11 | expected 'and' between two comparisons",
                "label('m) = 5 | 7 | has no second '",
                "bytes > 99999999999999999999 | 9 | above 64 bits",
                "flags = 'Q/S' | 9 | unknown TCP flag",
                "bytes > 5 $ | 11 | '$' is no part of an expression",
                "not in (5) | 5 | unknown function 'in'"
            })
    void errorsPointAtTheColumn(String text, int column, String message) {
        assertThatThrownBy(() -> test(text))
                .isInstanceOf(SyntaxException.class)
                .hasMessageStartingWith("column " + column + ": ")
                .hasMessageContaining(message)
                .hasMessageEndingWith("\n  " + text + "\n  " + " ".repeat(column - 1) + "^");
    }

    @Test
    void aDurationHasAKnownUnitOrIsOfSeconds() {
        assertThat(Language.duration("30")).isEqualTo(30_000);
        assertThat(Language.duration(" 1.5 ")).isEqualTo(1_500);
        assertThat(Language.duration("250ms")).isEqualTo(250);
        assertThat(Language.duration("5m")).isEqualTo(300_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "m",
                "5min",
                "5 minutes",
                "5q",
                "5us",
                "5kB",
                "5m5",
                "1.0001",
                "\u0665s"
            })
    void whatIsNoDurationIsRefused(String text) {
        assertThatThrownBy(() -> Language.duration(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no duration such as 30s or 5m");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "not ", "-", "1+", "bits(", "sip in (set(", "if(true, 1,"})
    void nestingIsBounded(String open) {
        assertThatThrownBy(() -> test(open.repeat(10_000))).isInstanceOf(SyntaxException.class);
        assertThatThrownBy(() -> test("1" + " - 1".repeat(1000) + " > bytes"))
                .hasMessageContaining("nested more than 40 deep");
        assertThatThrownBy(() -> test("x".repeat(100_000)))
                .hasMessageContaining("longer than 65536");
    }

    @Test
    void theDeepestTextStillTravels() {
        String deep = "(bytes > 5 and ".repeat(19) + "hour(stime) = 5" + ")".repeat(19);
        for (String text : List.of(deep, "bytes" + " % 7".repeat(38) + " > 5")) {
            Predicate p = test(text);
            assertThat(RecordText.read(RecordText.write(new Predicate.Not(p)), Predicate.Not.class))
                    .isEqualTo(new Predicate.Not(p));
        }
    }

    // Round trip --------------------------------------------------------------------------------

    @Test
    void whatIsWrittenReadsAsTheSame() {
        int compared = 0;
        for (int seed = 0; seed < 4000; seed++) {
            Predicate p = new RandomData(seed).predicate(4);
            if (Canonical.is(p)) {
                String text = Language.write(p);
                assertThat(test(text)).as(text).isEqualTo(p);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(1000);
    }
}

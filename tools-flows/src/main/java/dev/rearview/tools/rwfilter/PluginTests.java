package dev.rearview.tools.rwfilter;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.kit.command.Env;
import dev.rearview.kit.fields.BuiltInPlugins;
import dev.rearview.kit.fields.FieldCatalog;
import dev.rearview.kit.fields.FlowRate;
import dev.rearview.kit.options.Options;
import dev.rearview.model.Field;
import dev.rearview.model.Protocols;
import dev.rearview.text.IpText;
import dev.rearview.text.NumberRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;

/// The built-in plug-ins, and the switches that they add.
final class PluginTests {
    private final TestSwitches tests;
    private final BuiltInPlugins used = new BuiltInPlugins();

    /// Tests of rates, which want to know what a duration of 0 counts as.
    private final List<IntFunction<Predicate>> rates = new ArrayList<>();

    /// Tests of the sides where Conficker.C would listen, which want to know the week.
    private final List<Function<Optional<Long>, Predicate>> conficker = new ArrayList<>();

    private Optional<Long> confickerSeed = Optional.empty();
    private int zeroDurationUs = Flows.ZERO_DURATION_US;

    PluginTests(TestSwitches tests) {
        this.tests = tests;
    }

    void declare(Options o) {
        o.value("plugin", "NAME", BuiltInPlugins.HELP, v -> plugin(v, o))
                .words(() -> BuiltInPlugins.NAMES);
        BuiltInPlugins.declarePython(o, "python-expr", "--expr");
        BuiltInPlugins.declarePython(o, "python-file", "--expr, or a plug-in in Java");
        catalogue(o, "ipa-src-expr", "source", Side.SOURCE);
        catalogue(o, "ipa-dst-expr", "destination", Side.DESTINATION);
        catalogue(o, "ipa-any-expr", "source or destination", Side.EITHER);
    }

    /// What the plug-in ipafilter adds, which SiLK loads unasked where it is installed.
    private void catalogue(Options o, String name, String what, Side side) {
        o.value(
                        name,
                        "EXPR",
                        "Pass flows whose "
                                + what
                                + " address this is true of in the catalogue of rwipaimport, such"
                                + " as \"in watch at 2026/11/24\"",
                        v ->
                                tests.add(
                                        side.of(field ->
                                                Predicate.address(
                                                        field, new SetRef.Catalogued(v)))))
                .once()
                .inFull();
    }

    /// The jars of plug-ins in Java.
    List<String> jars(Env env) {
        return used.jars(env);
    }

    boolean isEmpty() {
        return rates.isEmpty() && conficker.isEmpty() && confickerSeed.isEmpty();
    }

    /// To be called after all switches.
    void resolve() {
        rates.forEach(r -> tests.add(r.apply(zeroDurationUs)));
        conficker.forEach(c -> tests.add(c.apply(confickerSeed)));
        if (conficker.isEmpty() && confickerSeed.isPresent()) {
            // As SiLK has it: with a seed the test is on, and no side of a flow is asked for.
            tests.add(Predicate.any(List.of()));
        }
    }

    private void plugin(String value, Options o) {
        switch (used.add(value)) {
            case BuiltInPlugins.FLOW_RATE -> flowRate(o);
            case BuiltInPlugins.CONFICKER -> conficker(o);
            case BuiltInPlugins.FLOW_KEY ->
                    tests.once(
                            o,
                            "flowkey",
                            "LIST",
                            "Pass flows whose flow key hash is one of these",
                            v -> tests.add(flowKeys(v)));
            case BuiltInPlugins.APPLICATION_MISMATCH -> tests.add(applicationMismatch());
            default -> {}
        }
    }

    private void conficker(Options o) {
        side(o, "s", "source", seed -> scanned(true, seed));
        side(o, "d", "destination", seed -> scanned(false, seed));
        side(
                o,
                "a",
                "source or destination",
                seed -> Predicate.any(List.of(scanned(true, seed), scanned(false, seed))));
        tests.once(
                o,
                FieldCatalog.CONFICKER_SEED,
                "SEED",
                FieldCatalog.CONFICKER_SEED_HELP,
                v -> confickerSeed = Optional.of(FieldCatalog.confickerSeed(v)));
    }

    private void side(
            Options o, String letter, String what, Function<Optional<Long>, Predicate> test) {
        o.flag(
                letter + "-conficker",
                "Pass TCP and UDP flows whose " + what + " is where Conficker.C would listen",
                () -> conficker.add(test));
    }

    private static Predicate scanned(boolean source, Optional<Long> seed) {
        return Predicate.range(new Expr.Conficker(source, seed), 1, 1);
    }

    private static Predicate flowKeys(String list) {
        TreeSet<Long> keys = new TreeSet<>();
        for (String item : list.split(",", -1)) {
            if (!item.isEmpty()) {
                keys.add(
                        item.startsWith("0x")
                                ? Long.parseLong(item.substring(2), 16)
                                : IpText.parseUnsigned(item, 0xFFFF_FFFFL, "key"));
            }
        }
        return new Predicate.In(
                new Expr.FlowKey(),
                keys.stream().map(k -> new NumberRange.Integers(k, k)).toList());
    }

    /// TCP and UDP flows whose application is known and is neither of their ports.
    private static Predicate applicationMismatch() {
        BitSet protocols = new BitSet();
        protocols.set(Protocols.TCP);
        protocols.set(Protocols.UDP);
        Expr application = Expr.of(Field.APPLICATION);
        return Predicate.all(
                List.of(
                        Predicate.in(Field.PROTOCOL, protocols),
                        Predicate.not(Predicate.is(Field.APPLICATION, 0)),
                        differs(application, Field.SPORT),
                        differs(application, Field.DPORT)));
    }

    private static Predicate differs(Expr application, Field port) {
        return Predicate.not(Predicate.range(application.minus(Expr.of(port)), 0, 0));
    }

    private void flowRate(Options o) {
        tests.once(
                o,
                FlowRate.ZERO_DURATION,
                "MICROSECONDS",
                FlowRate.ZERO_DURATION_HELP,
                v -> zeroDurationUs = FlowRate.zeroDurationUs(v));
        tests.once(
                o,
                "payload-bytes",
                "RANGE",
                "Pass flows whose payload bytes are in this range",
                v -> {
                    NumberRange.Integers r = NumberRange.integers(v, true);
                    tests.add(Predicate.unsigned(Flows.payload(), r.low(), r.high()));
                });
        rate(o, "payload-rate", Flows.payload());
        rate(o, "packets-per-second", Expr.of(Field.PACKETS));
        rate(o, "bytes-per-second", Expr.of(Field.BYTES));
    }

    private void rate(Options o, String name, Expr number) {
        tests.once(
                o,
                name,
                "RANGE",
                "Pass flows whose rate is in this range",
                v -> {
                    NumberRange.Decimals r = NumberRange.decimals(v);
                    rates.add(zeroUs ->
                            new Predicate.DecimalIn(
                                    Flows.perSecond(number, zeroUs), r.low(), r.high()));
                });
    }
}

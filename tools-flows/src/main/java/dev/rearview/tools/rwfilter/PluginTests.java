package dev.rearview.tools.rwfilter;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.kit.fields.FlowRate;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.Field;
import dev.rearview.model.Protocols;
import dev.rearview.text.IpText;
import dev.rearview.text.Nearest;
import dev.rearview.text.NumberRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/// The built-in plug-ins, and the switches that they add.
final class PluginTests {
    private static final List<String> NAMES =
            List.of(
                    "flowrate.so",
                    "flowkey.so",
                    "app-mismatch.so",
                    "int-ext-fields.so",
                    "cutmatch.so");

    private final TestSwitches tests;
    private final Set<String> used = new HashSet<>();

    /// Tests of rates, which want to know what a duration of 0 counts as.
    private final List<IntFunction<Predicate>> rates = new ArrayList<>();

    private int zeroDurationUs = FlowRate.DEFAULT_ZERO_DURATION_US;

    PluginTests(TestSwitches tests) {
        this.tests = tests;
    }

    void declare(Options o) {
        o.value(
                        "plugin",
                        "NAME",
                        "Use a built-in plug-in: flowrate.so, flowkey.so, app-mismatch.so",
                        v -> plugin(v, o))
                .words(() -> NAMES);
    }

    boolean isEmpty() {
        return rates.isEmpty();
    }

    /// To be called after all switches.
    void resolve() {
        rates.forEach(r -> tests.add(r.apply(zeroDurationUs)));
    }

    private void plugin(String value, Options o) {
        String name = value.substring(value.lastIndexOf('/') + 1);
        if (!used.add(name)) {
            throw new ToolException("--plugin=" + name + " is given twice");
        }
        switch (name) {
            case "flowrate.so" -> flowRate(o);
            case "flowkey.so" ->
                    tests.once(
                            o,
                            "flowkey",
                            "LIST",
                            "Pass flows whose flow key hash is one of these",
                            v -> tests.add(flowKeys(v)));
            case "app-mismatch.so" -> tests.add(applicationMismatch());
            case "int-ext-fields.so", "cutmatch.so" -> {}
            default -> throw new ToolException(Nearest.unknown("plug-in", value, NAMES));
        }
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
                "flowrate-zero-duration",
                "MICROSECONDS",
                "What a duration of 0 counts as; default 400",
                v -> {
                    zeroDurationUs = (int) IpText.parseUnsigned(v, Integer.MAX_VALUE, "duration");
                    if (zeroDurationUs == 0) {
                        throw new IllegalArgumentException("must be above 0");
                    }
                });
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

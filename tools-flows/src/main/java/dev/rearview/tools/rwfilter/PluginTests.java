package dev.rearview.tools.rwfilter;

import dev.rearview.engine.filter.Predicates;
import dev.rearview.kit.fields.FlowRate;
import dev.rearview.kit.fields.PluginFields;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.Field;
import dev.rearview.text.IpText;
import dev.rearview.text.Nearest;
import dev.rearview.text.NumberRange;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
                            v -> {
                                Set<Long> keys = new HashSet<>();
                                for (String item : v.split(",", -1)) {
                                    if (!item.isEmpty()) {
                                        keys.add(
                                                item.startsWith("0x")
                                                        ? Long.parseLong(item.substring(2), 16)
                                                        : IpText.parseUnsigned(
                                                                item, 0xFFFF_FFFFL, "key"));
                                    }
                                }
                                tests.add(
                                        Predicates.row((b, i) ->
                                                keys.contains(PluginFields.flowKey(b, i))));
                            });
            case "app-mismatch.so" ->
                    tests.add(
                            Predicates.row((b, i) -> {
                                long protocol = b.values(Field.PROTOCOL)[i];
                                long application = b.values(Field.APPLICATION)[i];
                                return (protocol == 6 || protocol == 17)
                                        && application != 0
                                        && application != b.values(Field.SPORT)[i]
                                        && application != b.values(Field.DPORT)[i];
                            }));
            case "int-ext-fields.so", "cutmatch.so" -> {}
            default -> throw new ToolException(Nearest.unknown("plug-in", value, NAMES));
        }
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
                    tests.add(Predicates.row((b, i) -> r.contains(FlowRate.payload(b, i))));
                });
        rate(o, "payload-rate", FlowRate.Rate.PAYLOAD_RATE);
        rate(o, "packets-per-second", FlowRate.Rate.PACKETS_PER_SECOND);
        rate(o, "bytes-per-second", FlowRate.Rate.BYTES_PER_SECOND);
    }

    private void rate(Options o, String name, FlowRate.Rate rate) {
        tests.once(
                o,
                name,
                "RANGE",
                "Pass flows whose rate is in this range",
                v -> {
                    NumberRange.Decimals r = NumberRange.decimals(v);
                    tests.add(
                            Predicates.row((b, i) ->
                                    r.contains(FlowRate.rate(rate, b, i, zeroDurationUs))));
                });
    }
}

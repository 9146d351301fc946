package dev.rearview.tools.rwp2yaf2silk;

import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.meter.MeterOptions;
import dev.rearview.text.IpText;
import dev.rearview.text.ShellWords;
import java.util.List;

/// The switches of yaf that `--yaf-args` may hold, as what the meter is told. Those that say how
/// yaf sends its records, or what it adds to them that flows of SiLK have no place for, change
/// nothing here.
final class YafArguments {
    private static final int MAX_SECONDS = 0x7FFF_FFFF;

    /// Switches that say nothing about flows of SiLK.
    private static final List<String> WITHOUT_MEANING =
            List.of(
                    "silk",
                    "applabel",
                    "mac",
                    "entropy",
                    "delta",
                    "flow-stats",
                    "udp-payload",
                    "export-payload",
                    "export-interface",
                    "metadata-export",
                    "force-ip6-export",
                    "force-read-all",
                    "no-stats",
                    "no-tombstone",
                    "verbose");

    /// The same with a value.
    private static final List<String> WITHOUT_MEANING_WITH_VALUE =
            List.of(
                    "applabel-rules",
                    "max-payload",
                    "max-export",
                    "max-frags",
                    "observation-domain",
                    "stats",
                    "log",
                    "loglevel");

    private final MeterOptions meter = new MeterOptions();
    private boolean isList;
    private boolean goesOn;
    private int input;
    private int output;

    /// Reads a line of switches.
    ///
    /// @throws IllegalArgumentException where one is none of yaf's, or cannot be followed
    YafArguments read(String line) {
        Options o = new Options();
        declare(o);
        try {
            List<String> operands = o.parse(ShellWords.command(line));
            ToolException.refuse(operands);
        } catch (ToolException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return this;
    }

    private void declare(Options o) {
        o.value("idle-timeout", "S", "", v -> meter.idleUs(seconds(v)));
        o.value("active-timeout", "S", "", v -> meter.activeUs(seconds(v)));
        o.value(
                "max-flows",
                "N",
                "",
                v -> meter.maxFlows(IpText.parseUnsigned(v, Integer.MAX_VALUE, "number")));
        o.flag("uniflow", "", () -> meter.biflow(false));
        o.flag("gre-decode", "", () -> meter.entersTunnels(true));
        o.flag("no-frag", "", () -> meter.fragmented(MeterOptions.Fragmented.LEFT_OUT));
        o.flag("ip4-only", "", () -> meter.families(MeterOptions.Families.IPV4));
        o.flag("ip6-only", "", () -> meter.families(MeterOptions.Families.IPV6));
        o.flag("no-vlan-in-key", "", () -> meter.keysVlan(false));
        o.flag("caplist", "", () -> isList = true);
        o.flag("noerror", "", () -> goesOn = true);
        o.value("ingress", "N", "", v -> input = number(v));
        o.value("egress", "N", "", v -> output = number(v));
        for (String name : WITHOUT_MEANING) {
            o.flag(name, "", () -> {});
        }
        for (String name : WITHOUT_MEANING_WITH_VALUE) {
            o.value(name, "VALUE", "", v -> {});
        }
    }

    private static long seconds(String v) {
        return IpText.parseUnsigned(v, MAX_SECONDS, "seconds") * 1_000_000L;
    }

    private static int number(String v) {
        return (int) IpText.parseUnsigned(v, 0xFFFF, "interface");
    }

    MeterOptions meter() {
        return meter;
    }

    /// Whether the input names captures, a line each.
    boolean isList() {
        return isList;
    }

    /// Whether a damaged capture of a list does not end the work.
    boolean goesOn() {
        return goesOn;
    }

    int input() {
        return input;
    }

    int output() {
        return output;
    }
}

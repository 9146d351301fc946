package dev.rearview.tools.rwp2yaf2silk;

import dev.rearview.kit.flows.FlowOutput;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.text.ShellWords;
import java.util.List;

/// The switches of rwipfix2silk that `--rwipfix2silk-args` may hold.
final class ConverterArguments {
    private final FlowOutput output;
    private boolean hasVlans;
    private boolean printsStatistics;

    /// @param output what the switches on notes and compression are for
    ConverterArguments(FlowOutput output) {
        this.output = output;
    }

    /// Reads a line of switches.
    ///
    /// @throws IllegalArgumentException where one is none of rwipfix2silk's
    void read(String line) {
        Options o = new Options();
        o.value("interface-values", "KIND", "", this::interfaces);
        o.flag("print-statistics", "", () -> printsStatistics = true);
        // There are no messages of IPFIX to log.
        o.value("log-destination", "PATH", "", v -> {});
        o.value("log-flags", "LIST", "", v -> {});
        output.declareFormat(o);
        try {
            List<String> operands = o.parse(ShellWords.command(line));
            ToolException.refuse(operands);
        } catch (ToolException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private void interfaces(String kind) {
        hasVlans =
                switch (kind) {
                    case "vlan" -> true;
                    case "snmp" -> false;
                    default -> throw new IllegalArgumentException("expected snmp or vlan");
                };
    }

    /// Whether a flow's input interface is its VLAN.
    boolean hasVlans() {
        return hasVlans;
    }

    boolean printsStatistics() {
        return printsStatistics;
    }
}

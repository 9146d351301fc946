package dev.rearview.kit.fields;

import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.expr.Look;
import dev.rearview.model.Protocols;
import java.util.List;

/// What rwuniq and rwstats show of the type and code of ICMP in a group's key. They are 0 for other
/// flows, and what of it prints depends on the other keys.
final class IcmpKeys {
    private static final int NONE = -1;
    private static final int TYPE_SHIFT = 8;

    private final int protocolAt;
    private final int portAt;
    private final boolean anyAddress;

    /// @param all the fields of the key
    IcmpKeys(List<FlowField> all) {
        this.protocolAt = wordOf(FlowFields.PROTOCOL, all);
        this.portAt = wordOf(FlowFields.DPORT, all);
        this.anyAddress = all.stream().anyMatch(f -> f.value().words() == 2);
    }

    private static int wordOf(FlowField wanted, List<FlowField> fields) {
        int at = 0;
        for (FlowField f : fields) {
            if (f.isSame(wanted)) {
                return at;
            }
            at += f.value().words();
        }
        return NONE;
    }

    static boolean isIcmp(FlowField field) {
        return field.look() == Look.NUMBER_IF_PRESENT;
    }

    /// Appends the value of one group.
    ///
    /// @param from where the words of its key start
    /// @param v6 whether an address of the key is IPv6
    void print(FlowField field, long[] words, int from, long value, boolean v6, StringBuilder out) {
        boolean isCode = field.name().equals(FlowFields.ICMP_CODE.name());
        if (protocolAt == NONE) {
            long port = portAt == NONE ? 0 : words[from + portAt];
            long ofPort = port >>> (isCode ? 0 : TYPE_SHIFT) & 0xFF;
            out.append(portAt == NONE ? value : ofPort);
            return;
        }
        // Protocol 58 is ICMPv6 in IPv6 records only, which a key without addresses does not tell;
        // but 0 is no type of it.
        boolean icmp6 = v6 || value != 0 || isCode && !anyAddress;
        long protocol = words[from + protocolAt];
        if (protocol == Protocols.ICMP || protocol == Protocols.ICMPV6 && icmp6) {
            out.append(value);
        }
    }
}

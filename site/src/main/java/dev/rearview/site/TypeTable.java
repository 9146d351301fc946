package dev.rearview.site;

import dev.rearview.model.FieldNumbers;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.MessageFlows;
import dev.rearview.model.Protocols;
import java.util.function.ToLongFunction;

/// The types of many flows at a sensor, as [PackingLogic#typeOf] decides that of one: by the
/// networks they come from and go to and by whether they are of the web, so that each is one look
/// into a table, without a decision that a processor could guess wrong.
public final class TypeTable {
    private static final int NETWORK_BITS = 2;
    private static final int WEB_SHIFT = 2 * NETWORK_BITS;
    private static final int TYPES = 2 << WEB_SHIFT;

    /// All ports of the web are below.
    private static final int LOW_PORTS_BITS = 13;

    private static final int LOW_PORTS = 1 << LOW_PORTS_BITS;
    private static final byte[] WEB = new byte[LOW_PORTS];

    static {
        for (int port = 0; port < 1 << Short.SIZE; port++) {
            if (PackingLogic.isWebPort(port)) {
                WEB[port] = 1;
            }
        }
    }

    private final SensorBlock block;
    private final long[] values = new long[TYPES];

    /// @param valueOf what a type is told as
    public TypeTable(PackingLogic logic, SensorBlock block, ToLongFunction<PackedType> valueOf) {
        this.block = block;
        FlowRecord r = new FlowRecord();
        for (int i = 0; i < TYPES; i++) {
            boolean isWeb = i >>> WEB_SHIFT != 0;
            r.protocol = isWeb ? Protocols.TCP : 0;
            r.dport = isWeb ? PackingLogic.WEB_PORT : 0;
            int source = i >>> NETWORK_BITS & (1 << NETWORK_BITS) - 1;
            int destination = i & (1 << NETWORK_BITS) - 1;
            PackedType type =
                    logic.decide(
                            SensorBlock.DECISIONS.get(source),
                            SensorBlock.DECISIONS.get(destination),
                            r);
            values[i] = valueOf.applyAsLong(type);
        }
    }

    /// Tells the type of each flow, where that is all that becomes of it.
    ///
    /// @param out gets what the types are told as
    /// @return false if flows may be kept away from the sensor, or a firewall decides, or there are
    ///   addresses of IPv6: nothing is told then
    public boolean of(MessageFlows flows, long[] out) {
        boolean isPlain = !flows.varies(FieldNumbers.MEMO) && flows.same(FieldNumbers.MEMO) == 0;
        if (block.isFiltered() || !isPlain || !flows.isMapped()) {
            return false;
        }
        long[] sip = flows.values(FieldNumbers.SIP);
        long[] dip = flows.values(FieldNumbers.DIP);
        long[] input = flows.values(FieldNumbers.INPUT);
        long[] output = flows.values(FieldNumbers.OUTPUT);
        long[] sport = flows.values(FieldNumbers.SPORT);
        long[] dport = flows.values(FieldNumbers.DPORT);
        long[] protocol = flows.values(FieldNumbers.PROTOCOL);
        for (int i = 0; i < flows.count(); i++) {
            int source = block.sourceOf(input[i], 0, sip[i]);
            int destination = block.destinationOf(output[i], 0, dip[i]);
            int web = isTcp(protocol[i]) & (isWeb(sport[i]) | isWeb(dport[i]));
            out[i] = values[web << WEB_SHIFT | source << NETWORK_BITS | destination];
        }
        return true;
    }

    /// 1 for TCP, else 0.
    private static int isTcp(long protocol) {
        return (int) ((protocol ^ Protocols.TCP) - 1 >>> Long.SIZE - 1);
    }

    /// 1 for a port of the web, else 0.
    private static int isWeb(long port) {
        int isLow = (int) (port - LOW_PORTS >>> Long.SIZE - 1);
        return isLow & WEB[(int) port & LOW_PORTS - 1];
    }
}

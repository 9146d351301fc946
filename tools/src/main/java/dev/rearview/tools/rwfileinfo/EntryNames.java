package dev.rearview.tools.rwfileinfo;

import dev.rearview.sets.BagType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Names of the keys and counters of bags and aggregate bags, as header entries number them.
final class EntryNames {
    private static final int FIRST_COUNTER = 0xC000;

    private static final String[] AGGREGATE = {
        "sIPv4",
        "dIPv4",
        "sPort",
        "dPort",
        "protocol",
        "packets",
        "bytes",
        "flags",
        "sTime",
        "duration",
        "eTime",
        "sensor",
        "input",
        "output",
        "nhIPv4",
        "initialFlags",
        "sessionFlags",
        "attributes",
        "application",
        "class",
        "type",
        "",
        "",
        "",
        "icmpType",
        "icmpCode",
        "sIPv6",
        "dIPv6",
        "nhIPv6",
        "any-IPv4",
        "any-IPv6",
        "any-port",
        "any-snmp",
        "any-time",
        "custom-key",
        "scc",
        "dcc",
        "any-cc",
        "sip-pmap",
        "dip-pmap",
        "any-ip-pmap",
        "sport-pmap",
        "dport-pmap",
        "any-port-pmap"
    };

    private static final String[] COUNTERS = {
        "records", "sum-packets", "sum-bytes", "sum-duration", "custom-counter"
    };

    private EntryNames() {}

    static String bag(ByteBuffer b) {
        return "key: "
                + bagName(b.getShort(0))
                + " @ "
                + b.getShort(2)
                + " octets; counter: "
                + bagName(b.getShort(4))
                + " @ "
                + b.getShort(6)
                + " octets";
    }

    private static String bagName(int id) {
        return BagType.of(id).map(BagType::label).orElse("?" + id);
    }

    static String aggregateBag(ByteBuffer b) {
        int fields = b.getShort(4);
        int keys = b.getShort(6);
        List<String> key = new ArrayList<>();
        List<String> counter = new ArrayList<>();
        for (int i = 0; i < fields && 8 + i * 2 + 2 <= b.capacity(); i++) {
            int id = b.getShort(8 + i * 2) & 0xFFFF;
            (i < keys ? key : counter).add(aggregateName(id));
        }
        return "key: " + String.join(",", key) + "; counter: " + String.join(",", counter);
    }

    private static String aggregateName(int id) {
        if (id >= FIRST_COUNTER) {
            int i = id - FIRST_COUNTER;
            return i < COUNTERS.length ? COUNTERS[i] : "?" + id;
        }
        return id < AGGREGATE.length ? AGGREGATE[id] : "?" + id;
    }
}

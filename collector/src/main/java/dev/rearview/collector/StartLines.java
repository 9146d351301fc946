package dev.rearview.collector;

import dev.rearview.site.Probe;

/// What SiLK's log tells of a probe when it begins.
final class StartLines {
    private StartLines() {}

    static String of(Probe p) {
        if (p.port() == 0) {
            return "Creating Directory Reader poller for %s probe %s on '%s'"
                    .formatted(p.type().keyword(), p.name(), p.pollDirectory().orElse(""));
        }
        return "Creating %s Reader for probe '%s' on [%s]:%d"
                .formatted(reader(p.type()), p.name(), p.listenAs().orElse("*"), p.port());
    }

    private static String reader(Probe.Type type) {
        return switch (type) {
            case NETFLOW_V5 -> "PDU";
            case NETFLOW_V9 -> "NetFlowV9";
            case IPFIX -> "IPFIX";
            case SFLOW -> "sFlow";
            case NETFLOW -> "NetFlow";
            case FLOW -> "Flow";
            case SILK -> type.keyword();
        };
    }
}

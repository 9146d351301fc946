package dev.rearview.tools.rwptoflow;

import dev.rearview.kit.options.Options;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.text.IpText;

/// What switches say of all flows, because packets do not.
final class FixedValues {
    private static final int MAX_SENSOR = 65_534;
    private static final int MAX_INTERFACE = 65_535;

    private int sensor = FlowRecord.NO_SENSOR;
    private long input;
    private long output;
    private int nextHop;

    void declare(Options o) {
        o.value(
                "set-sensorid",
                "N",
                "Number of the flows' sensor, 0-65534; default is none",
                v -> sensor = (int) IpText.parseUnsigned(v, MAX_SENSOR, "sensor"));
        o.value(
                "set-inputindex",
                "N",
                "The flows' input interface, 0-65535; default 0",
                v -> input = IpText.parseUnsigned(v, MAX_INTERFACE, "interface"));
        o.value(
                "set-outputindex",
                "N",
                "The flows' output interface, 0-65535; default 0",
                v -> output = IpText.parseUnsigned(v, MAX_INTERFACE, "interface"));
        o.value(
                "set-nexthopip",
                "ADDRESS",
                "The flows' next hop, an address of IPv4; default 0.0.0.0",
                v -> {
                    Ip ip = IpText.parse(v.strip());
                    if (ip.v6()) {
                        throw new IllegalArgumentException("not an address of IPv4");
                    }
                    nextHop = ip.bits();
                });
    }

    void set(FlowRecord r) {
        r.sensor = sensor;
        r.input = input;
        r.output = output;
        r.setNhipV4(nextHop);
    }
}

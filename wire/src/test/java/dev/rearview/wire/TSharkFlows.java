package dev.rearview.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads flows from TShark's decode of NetFlow, IPFIX and sFlow.
final class TSharkFlows {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MMM ppd, yyyy HH:mm:ss.nnnnnnnnn 'UTC'", Locale.ROOT);

    /// Of the header of a message: when it was sent and when its exporter started, milliseconds.
    private record Header(long sent, long boot) {}

    private final List<Flow> out;
    private Header header = new Header(0, -1);
    private long boot = -1;

    TSharkFlows(List<Flow> out) {
        this.out = out;
    }

    /// Reads the flows of one packet; what its options tell holds for the next.
    void packet(JsonNode packet) {
        walk("", packet);
    }

    private void walk(String key, JsonNode node) {
        if (node.isArray()) {
            node.forEach(n -> walk(key, n));
            return;
        }
        if (!node.isObject()) {
            return;
        }
        if (key.equals("cflow")) {
            long sent = time(node.path("timestamp").asText());
            JsonNode up = node.path("sysuptime");
            header = new Header(sent, up.isMissingNode() ? -1 : sent - millis(up.asText()));
        }
        if (key.startsWith("Flow sample") || key.startsWith("Expanded flow sample")) {
            sample(node);
        } else if (key.startsWith("Flow ") || key.startsWith("pdu ")) {
            record(node);
        } else {
            for (Map.Entry<String, JsonNode> e : node.properties()) {
                walk(e.getKey(), e.getValue());
            }
        }
    }

    private static JsonNode nth(JsonNode node, int n) {
        return node.isArray() ? node.path(n) : n == 0 ? node : node.path("none");
    }

    private static long number(JsonNode node) {
        String s = node.asText("");
        return s.isEmpty() ? 0 : Long.decode(s);
    }

    private static long millis(String seconds) {
        return new java.math.BigDecimal(seconds).movePointRight(3).longValue();
    }

    private static long time(String text) {
        // Years of nine digits come from damaged or invented records.
        if (text.isEmpty() || text.length() > 35) {
            return -1;
        }
        return LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    private void record(JsonNode f) {
        JsonNode sip = f.path("srcaddr").isMissingNode() ? f.path("srcaddrv6") : f.path("srcaddr");
        JsonNode dip = f.path("dstaddr").isMissingNode() ? f.path("dstaddrv6") : f.path("dstaddr");
        if (f.has("sys_init_time")) {
            // An option record: times of the domain's flows count from here.
            boot = time(f.path("sys_init_time").asText());
        }
        if (sip.isMissingNode() && dip.isMissingNode()) {
            return;
        }
        for (int direction = 0; direction < 2; direction++) {
            long packets = count(f, "packets", direction);
            long bytes = count(f, "octets", direction);
            if (packets == 0 || bytes == 0) {
                continue;
            }
            int protocol = (int) number(f.path("protocol"));
            boolean icmp = protocol == 1 || protocol == 58;
            int sport = icmp ? 0 : (int) number(nth(f.path("srcport"), 0));
            int dport = (int) number(nth(f.path("dstport"), 0));
            if (icmp) {
                if (f.has("icmp_ipv4_type")) {
                    dport =
                            (int)
                                    (number(f.path("icmp_ipv4_type")) << 8
                                            | number(f.path("icmp_ipv4_code")));
                }
                for (String name :
                        List.of("icmp_type_code_ipv4", "icmp_type", "icmp_type_code_ipv6")) {
                    if (f.has(name)) {
                        dport = (int) number(nth(f.path(name), 0));
                    }
                }
            }
            // Where a record has several pairs of times, the absolute one counts.
            int pair = f.path("timedelta_tree").path(1).has("abstimestart") ? 1 : 0;
            long start = start(nth(f.path("timedelta_tree"), pair), f);
            long duration =
                    f.has("timedelta") ? millis(nth(f.path("timedelta"), pair).asText()) : 0;
            InetAddress a = address(sip);
            InetAddress b = address(dip);
            long in = number(f.path("inputint"));
            long outward = number(f.path("outputint"));
            boolean back = direction == 1;
            out.add(
                    new Flow(
                            back ? b : a,
                            back ? a : b,
                            back && !icmp ? dport : sport,
                            back && !icmp ? sport : dport,
                            protocol,
                            packets,
                            bytes,
                            (int) number(nth(f.path("tcpflags"), direction)) & 0xFF,
                            back ? outward : in,
                            back ? in : outward,
                            start,
                            duration));
        }
    }

    /// Counts since the last export, else in total, else behind the exporter.
    private static long count(JsonNode f, String of, int direction) {
        for (String prefix : List.of("", "permanent_", "post_")) {
            long n = number(nth(f.path(prefix + of), direction));
            if (n != 0) {
                return n;
            }
        }
        return 0;
    }

    private static InetAddress address(JsonNode n) {
        return Flow.address(n.asText("0.0.0.0"));
    }

    private long start(JsonNode tree, JsonNode f) {
        if (tree.has("timestart")) {
            return fromBoot(millis(tree.path("timestart").asText()));
        }
        for (JsonNode n : List.of(tree, f)) {
            if (n.has("abstimestart")) {
                String text = n.path("abstimestart").asText();
                // TShark takes 0 milliseconds after the exporter's start for a point in time.
                return text.startsWith("Jan  1, 1970 00:00:00.000") ? fromBoot(0) : time(text);
            }
        }
        return header.sent;
    }

    private long fromBoot(long relative) {
        long start = header.boot < 0 ? boot : header.boot;
        return start < 0 ? -1 : start + relative;
    }

    private void sample(JsonNode s) {
        JsonNode h = s.path("Raw packet header").path("sflow_245.header_tree");
        JsonNode ip = nth(h.path("ip"), 0);
        JsonNode six = nth(h.path("ipv6"), 0);
        boolean v6 = ip.isMissingNode();
        if (v6 && six.isMissingNode()) {
            return;
        }
        int protocol = (int) number(nth(v6 ? six.path("ipv6.nxt") : ip.path("ip.proto"), 0));
        // Only the layer that the outer header names: tunnels hold more.
        String layer =
                switch (protocol) {
                    case 1 -> "icmp";
                    case 6 -> "tcp";
                    case 17 -> "udp";
                    case 58 -> "icmpv6";
                    default -> "none";
                };
        JsonNode l4 = h.path(layer);
        long typeAndCode = number(l4.path(layer + ".type")) << 8 | number(l4.path(layer + ".code"));
        out.add(
                new Flow(
                        address(nth(v6 ? six.path("ipv6.src") : ip.path("ip.src"), 0)),
                        address(nth(v6 ? six.path("ipv6.dst") : ip.path("ip.dst"), 0)),
                        (int) number(l4.path(layer + ".srcport")),
                        (int) (number(l4.path(layer + ".dstport")) | typeAndCode),
                        protocol,
                        1,
                        v6
                                ? 40 + number(nth(six.path("ipv6.plen"), 0))
                                : number(nth(ip.path("ip.len"), 0)),
                        (int) number(l4.path("tcp.flags")) & 0xFF,
                        interfaceOf(s, "input"),
                        interfaceOf(s, "output"),
                        -1,
                        0));
    }

    /// An interface as it stands in the sample, what became of the packet in its top two bits.
    private static long interfaceOf(JsonNode s, String way) {
        JsonNode expanded = s.path("flow_sample." + way + "_interface_value");
        if (!expanded.isMissingNode()) {
            return number(expanded);
        }
        return number(s.path("flow_sample." + way + "_interface"));
    }
}

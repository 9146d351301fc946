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

    private TSharkFlows(List<Flow> out) {
        this.out = out;
    }

    static void of(JsonNode packet, List<Flow> out) {
        new TSharkFlows(out).walk("", packet);
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
        if (key.startsWith("Flow ") || key.startsWith("pdu ")) {
            record(node);
        } else if (key.startsWith("Flow sample") || key.startsWith("Expanded flow sample")) {
            sample(node);
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
        if (text.isEmpty()) {
            return -1;
        }
        return LocalDateTime.parse(text, TIME).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    private void record(JsonNode f) {
        JsonNode sip = f.path("srcaddr").isMissingNode() ? f.path("srcaddrv6") : f.path("srcaddr");
        JsonNode dip = f.path("dstaddr").isMissingNode() ? f.path("dstaddrv6") : f.path("dstaddr");
        if (sip.isMissingNode() && dip.isMissingNode()) {
            return;
        }
        for (int direction = 0; direction < 2; direction++) {
            long packets = number(nth(f.path("packets"), direction));
            long bytes = number(nth(f.path("octets"), direction));
            if (packets == 0 || bytes == 0) {
                continue;
            }
            int protocol = (int) number(f.path("protocol"));
            boolean icmp = protocol == 1 || protocol == 58;
            int sport = icmp ? 0 : (int) number(f.path("srcport"));
            int dport = (int) number(f.path("dstport"));
            if (icmp) {
                for (String name :
                        List.of("icmp_type_code_ipv4", "icmp_type", "icmp_type_code_ipv6")) {
                    if (f.has(name)) {
                        dport = (int) number(f.path(name));
                    }
                }
            }
            JsonNode tree = f.path("timedelta_tree");
            long start = start(tree, f);
            long duration = f.has("timedelta") ? millis(f.path("timedelta").asText()) : 0;
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

    private static InetAddress address(JsonNode n) {
        return Flow.address(n.asText("0.0.0.0"));
    }

    private long start(JsonNode tree, JsonNode f) {
        if (tree.has("timestart")) {
            long relative = millis(tree.path("timestart").asText());
            return header.boot + relative - (relative > 0x7FFF_FFFFL ? 1L << 32 : 0);
        }
        for (JsonNode n : List.of(tree, f)) {
            if (n.has("abstimestart")) {
                return time(n.path("abstimestart").asText());
            }
        }
        return header.sent;
    }

    private void sample(JsonNode s) {
        JsonNode h = s.path("Raw packet header").path("sflow_245.header_tree");
        JsonNode ip = nth(h.path("ip"), 0);
        JsonNode six = nth(h.path("ipv6"), 0);
        boolean v6 = ip.isMissingNode();
        if (v6 && six.isMissingNode()) {
            return;
        }
        JsonNode tcp = h.path("tcp");
        JsonNode udp = h.path("udp");
        JsonNode icmp = h.path("icmp").isMissingNode() ? h.path("icmpv6") : h.path("icmp");
        String prefix = icmp == h.path("icmp") ? "icmp" : "icmpv6";
        JsonNode ports = tcp.isMissingNode() ? udp : tcp;
        String layer = tcp.isMissingNode() ? "udp" : "tcp";
        long dport =
                icmp.isMissingNode()
                        ? number(ports.path(layer + ".dstport"))
                        : number(icmp.path(prefix + ".type")) << 8
                                | number(icmp.path(prefix + ".code"));
        long protocol =
                v6 ? number(nth(six.path("ipv6.nxt"), 0)) : number(nth(ip.path("ip.proto"), 0));
        out.add(
                new Flow(
                        address(nth(v6 ? six.path("ipv6.src") : ip.path("ip.src"), 0)),
                        address(nth(v6 ? six.path("ipv6.dst") : ip.path("ip.dst"), 0)),
                        (int) number(ports.path(layer + ".srcport")),
                        (int) dport,
                        (int) protocol,
                        1,
                        v6
                                ? 40 + number(nth(six.path("ipv6.plen"), 0))
                                : number(nth(ip.path("ip.len"), 0)),
                        (int) number(tcp.path("tcp.flags")) & 0xFF,
                        interfaceOf(s, "input"),
                        interfaceOf(s, "output"),
                        0,
                        0));
    }

    /// Of an interface in short form the top two bits say what it is: 0 is a plain index.
    private static long interfaceOf(JsonNode s, String way) {
        JsonNode expanded = s.path("flow_sample." + way + "_interface_value");
        if (!expanded.isMissingNode()) {
            return number(expanded);
        }
        long value = number(s.path("flow_sample." + way + "_interface"));
        return value >>> 30 == 0 ? value : 0;
    }
}

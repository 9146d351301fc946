package dev.rearview.site;

import dev.rearview.site.Lexer.Line;
import dev.rearview.site.Lexer.Mistake;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A probe block of sensor.conf while it is read.
final class ProbeBlock {
    static final Set<String> LOG_FLAGS =
            Set.of(
                    "all",
                    "default",
                    "none",
                    "bad",
                    "missing",
                    "firewall-event",
                    "record-timestamps",
                    "sampling",
                    "show-templates");
    static final Set<String> QUIRKS =
            Set.of(
                    "none",
                    "firewall-event",
                    "firewall-update",
                    "inner-header",
                    "missing-ips",
                    "nf9-out-is-reverse",
                    "nf9-sysuptime-seconds",
                    "sflow-ip-length",
                    "zero-packets");

    private final String name;
    private final Probe.Type type;
    private final Place place;
    private int port;
    private @Nullable String protocol;
    private @Nullable String listenAs;
    private final List<String> acceptFrom = new ArrayList<>();
    private @Nullable String pollDirectory;
    private @Nullable String readFromFile;
    private boolean vlan;
    private final Set<String> logFlags = new LinkedHashSet<>();
    private final Set<String> quirks = new LinkedHashSet<>();

    ProbeBlock(String name, Probe.Type type, Place place) {
        this.name = name;
        this.type = type;
        this.place = place;
    }

    /// Where it begins.
    Place place() {
        return place;
    }

    void statement(Line l) throws Mistake {
        switch (l.first()) {
            case "listen-on-port" -> port = Lexer.number(l.one("port"), 1, 65535, "port");
            case "protocol" -> {
                String word = l.one("protocol").toLowerCase(Locale.ROOT);
                if (!word.equals("tcp") && !word.equals("udp")) {
                    throw new Mistake("expected protocol 'tcp' or 'udp', not '" + word + "'");
                }
                protocol = word;
            }
            case "listen-as-host" -> listenAs = l.one("host");
            case "accept-from-host" -> acceptFrom.addAll(l.list());
            case "poll-directory" -> pollDirectory = l.one("directory");
            case "read-from-file" -> readFromFile = l.one("file");
            case "listen-on-unix-socket", "listen-on-unix-domain-socket" ->
                    throw new Mistake("no probe type takes flows from a Unix domain socket");
            case "interface-values" ->
                    vlan =
                            switch (l.one("'snmp' or 'vlan'")) {
                                case "snmp" -> false;
                                case "vlan" -> true;
                                default ->
                                        throw new Mistake(
                                                "expected interface-values 'snmp' or 'vlan'");
                            };
            case "log-flags" -> names(l, LOG_FLAGS, logFlags);
            case "quirks" -> names(l, QUIRKS, quirks);
            case "priority" -> Lexer.number(l.one("number"), 0, 100, "priority");
            default -> throw new Mistake("unknown keyword '" + l.first() + "' in a probe block");
        }
    }

    private static void names(Line l, Set<String> known, Set<String> into) throws Mistake {
        for (String word : l.list()) {
            if (!known.contains(word)) {
                throw new Mistake(
                        "unknown name '"
                                + word
                                + "' after '"
                                + l.first()
                                + "'; known: "
                                + String.join(", ", known.stream().sorted().toList()));
            }
            into.add(word);
        }
        if (into.contains("none") && into.size() > 1) {
            throw new Mistake("'none' stands alone after '" + l.first() + "'");
        }
    }

    /// The probe, if its statements go together.
    Probe finish() throws Mistake {
        int sources =
                (port > 0 ? 1 : 0)
                        + (pollDirectory != null ? 1 : 0)
                        + (readFromFile != null ? 1 : 0);
        require(
                sources == 1,
                "needs exactly one of listen-on-port, poll-directory and read-from-file");
        require(
                port == 0 || protocol != null,
                "listen-on-port needs 'protocol udp' or 'protocol tcp'");
        require(
                port > 0 || (listenAs == null && acceptFrom.isEmpty()),
                "listen-as-host and accept-from-host need a port");
        boolean tcp = "tcp".equals(protocol);
        require(!tcp || type == Probe.Type.IPFIX, "only ipfix listens on tcp");
        require(!vlan || type != Probe.Type.NETFLOW_V5, "netflow-v5 has no VLANs");
        boolean udpOnly = type == Probe.Type.NETFLOW_V9 || type == Probe.Type.SFLOW;
        require(
                pollDirectory == null || !udpOnly,
                type.keyword()
                        + " is received over UDP; files and captures are polled by netflow-v5,"
                        + " ipfix, netflow, flow and silk probes");
        require(port == 0 || type != Probe.Type.SILK, "a silk probe polls a directory");
        return new Probe(
                name,
                type,
                new Probe.Source(
                        port,
                        tcp,
                        Optional.ofNullable(listenAs),
                        List.copyOf(acceptFrom),
                        Optional.ofNullable(pollDirectory),
                        Optional.ofNullable(readFromFile)),
                vlan,
                Set.copyOf(logFlags),
                Set.copyOf(quirks));
    }

    private void require(boolean fulfilled, String what) throws Mistake {
        if (!fulfilled) {
            throw new Mistake("probe '" + name + "': " + what);
        }
    }
}

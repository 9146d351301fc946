package dev.rearview.site;

import dev.rearview.sets.IpSet;
import dev.rearview.site.SensorBlock.Definition;
import dev.rearview.site.SensorBlock.Side;
import dev.rearview.text.IpText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads sensor.conf: probes, groups and sensors.
public final class SensorConf {
    private static final int MAX_INCLUDES = 8;
    private static final int MAX_INTERFACE = 65535;
    private static final Set<String> LOG_FLAGS =
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
    private static final Set<String> QUIRKS =
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

    /// Loads an IP set file.
    @FunctionalInterface
    public interface SetLoader {
        IpSet load(Path path) throws IOException;
    }

    /// What a configuration says.
    ///
    /// @param probes in order of appearance
    /// @param sensors in order of appearance
    public record Result(List<Probe> probes, List<SensorBlock> sensors) {
        /// The sensor blocks that a probe feeds, in order.
        public List<SensorBlock> sensorsOf(Probe probe) {
            return sensors.stream()
                    .filter(s ->
                            s.probes().getOrDefault(probe.type(), List.of()).contains(probe.name()))
                    .toList();
        }
    }

    private static final class Group {
        final BitSet interfaces = new BitSet();
        final AddressList blocks = new AddressList();
        final AddressList sets = new AddressList();
        String kind = "";
    }

    private static final class ProbeBlock {
        final String name;
        final Probe.Type type;
        int port;
        @Nullable String protocol;
        @Nullable String listenAs;
        final List<String> acceptFrom = new ArrayList<>();
        @Nullable String pollDirectory;
        @Nullable String readFromFile;
        boolean vlan;
        final Set<String> logFlags = new LinkedHashSet<>();
        final Set<String> quirks = new LinkedHashSet<>();

        ProbeBlock(String name, Probe.Type type) {
            this.name = name;
            this.type = type;
        }
    }

    private final Site site;
    private final PackingLogic logic;
    private final SetLoader sets;
    private final Map<String, Probe> probes = new LinkedHashMap<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final List<SensorBlock> sensors = new ArrayList<>();
    private @Nullable ProbeBlock inProbe;
    private @Nullable Group inGroup;
    private @Nullable SensorBlock inSensor;
    private Path file;
    private int line;

    private SensorConf(Path file, Site site, PackingLogic logic, SetLoader sets) {
        this.file = file;
        this.site = site;
        this.logic = logic;
        this.sets = sets;
    }

    /// Reads a configuration and the files it includes. One without probes is none: it would take
    /// nothing in, and is most often a file that is just being written.
    ///
    /// @throws ConfigException naming file, line and what was expected
    public static Result read(Path file, Site site, PackingLogic logic, SetLoader sets)
            throws IOException {
        SensorConf conf = new SensorConf(file, site, logic, sets);
        conf.file(file, 0);
        if (conf.probes.isEmpty()) {
            throw new ConfigException(file, Math.max(1, conf.line), "no probe is defined");
        }
        return new Result(List.copyOf(conf.probes.values()), List.copyOf(conf.sensors));
    }

    private ConfigException error(String message) {
        return new ConfigException(file, line, message);
    }

    private void file(Path path, int depth) throws IOException {
        Path outer = file;
        int outerLine = line;
        file = path;
        for (Lexer.Line l : Lexer.read(path, true)) {
            line = l.number();
            statement(l, depth);
        }
        if (inProbe != null || inGroup != null || inSensor != null) {
            String open = inProbe != null ? "probe" : inGroup != null ? "group" : "sensor";
            throw error("expected 'end " + open + "' before the end of the file");
        }
        file = outer;
        line = outerLine;
    }

    private void statement(Lexer.Line l, int depth) throws IOException {
        ProbeBlock p = inProbe;
        Group g = inGroup;
        SensorBlock s = inSensor;
        if (p != null) {
            probe(p, l);
        } else if (g != null) {
            group(g, l);
        } else if (s != null) {
            sensor(s, l);
        } else {
            top(l, depth);
        }
    }

    private void top(Lexer.Line l, int depth) throws IOException {
        switch (l.first()) {
            case "probe" -> {
                if (l.count() != 3) {
                    throw error("expected 'probe NAME TYPE'");
                }
                String name = name(l.words().get(1), "probe");
                if (probes.containsKey(name)) {
                    throw error("probe '" + name + "' is already defined");
                }
                inProbe = new ProbeBlock(name, type(l.words().get(2)));
            }
            case "group" -> {
                String name = name(one(l, "group name"), "group");
                if (groups.containsKey(name)) {
                    throw error("group '" + name + "' is already defined");
                }
                inGroup = new Group();
                groups.put(name, inGroup);
            }
            case "sensor" -> {
                String name = one(l, "sensor name");
                Sensor known =
                        site.sensor(name)
                                .orElseThrow(() ->
                                        error(
                                                "sensor '"
                                                        + name
                                                        + "' is not defined in the site"
                                                        + " configuration"));
                inSensor = new SensorBlock(known, line);
            }
            case "include" -> {
                if (depth >= MAX_INCLUDES) {
                    throw error("more than " + MAX_INCLUDES + " nested includes");
                }
                file(Path.of(one(l, "file name")), depth + 1);
            }
            default ->
                    throw error(
                            "expected 'probe', 'group', 'sensor' or 'include', not '"
                                    + l.first()
                                    + "'");
        }
    }

    private Probe.Type type(String keyword) throws ConfigException {
        if (keyword.equals("netflow")) {
            return Probe.Type.NETFLOW_V5;
        }
        for (Probe.Type t : Probe.Type.values()) {
            if (t.keyword().equals(keyword)) {
                return t;
            }
        }
        throw error(
                "expected a probe type (netflow-v5, netflow-v9, ipfix, sflow or silk), not '"
                        + keyword
                        + "'");
    }

    private String name(String name, String what) throws ConfigException {
        if (!name.matches("[A-Za-z][^\\s/]*")) {
            throw error(what + " name '" + name + "' must start with a letter and hold no '/'");
        }
        return name;
    }

    private String one(Lexer.Line l, String what) throws ConfigException {
        if (l.count() != 2) {
            throw error("expected one " + what + " after '" + l.first() + "'");
        }
        return l.words().get(1);
    }

    private List<String> list(Lexer.Line l) throws ConfigException {
        if (l.count() < 2) {
            throw error("expected a list after '" + l.first() + "'");
        }
        return l.words().subList(1, l.count());
    }

    private boolean ends(Lexer.Line l, String block) throws ConfigException {
        if (!l.first().equals("end")) {
            return false;
        }
        if (l.count() != 2 || !l.words().get(1).equals(block)) {
            throw error("expected 'end " + block + "'");
        }
        return true;
    }

    // Probes --------------------------------------------------------------------------------------

    private void probe(ProbeBlock p, Lexer.Line l) throws ConfigException {
        if (ends(l, "probe")) {
            inProbe = null;
            finish(p);
            return;
        }
        switch (l.first()) {
            case "listen-on-port" -> p.port = number(one(l, "port"), 1, 65535, "port");
            case "protocol" -> {
                String protocol = one(l, "protocol").toLowerCase(Locale.ROOT);
                if (!protocol.equals("tcp") && !protocol.equals("udp")) {
                    throw error("expected protocol 'tcp' or 'udp', not '" + protocol + "'");
                }
                p.protocol = protocol;
            }
            case "listen-as-host" -> p.listenAs = one(l, "host");
            case "accept-from-host" -> p.acceptFrom.addAll(list(l));
            case "poll-directory" -> p.pollDirectory = one(l, "directory");
            case "read-from-file" -> p.readFromFile = one(l, "file");
            case "listen-on-unix-socket", "listen-on-unix-domain-socket" ->
                    throw error("no probe type takes flows from a Unix domain socket");
            case "interface-values" ->
                    p.vlan =
                            switch (one(l, "'snmp' or 'vlan'")) {
                                case "snmp" -> false;
                                case "vlan" -> true;
                                default ->
                                        throw error("expected interface-values 'snmp' or 'vlan'");
                            };
            case "log-flags" -> names(l, LOG_FLAGS, p.logFlags);
            case "quirks" -> names(l, QUIRKS, p.quirks);
            case "priority" -> number(one(l, "number"), 0, 100, "priority");
            default -> throw error("unknown keyword '" + l.first() + "' in a probe block");
        }
    }

    private void names(Lexer.Line l, Set<String> known, Set<String> into) throws ConfigException {
        for (String word : list(l)) {
            if (!known.contains(word)) {
                throw error("unknown name '" + word + "' after '" + l.first() + "'");
            }
            into.add(word);
        }
        if (into.contains("none") && into.size() > 1) {
            throw error("'none' stands alone after '" + l.first() + "'");
        }
    }

    private void finish(ProbeBlock p) throws ConfigException {
        int sources =
                (p.port > 0 ? 1 : 0)
                        + (p.pollDirectory != null ? 1 : 0)
                        + (p.readFromFile != null ? 1 : 0);
        if (sources != 1) {
            throw error(
                    "probe '"
                            + p.name
                            + "' needs exactly one of listen-on-port, poll-directory and"
                            + " read-from-file");
        }
        String protocol = p.protocol;
        if (p.port > 0 && protocol == null) {
            throw error("probe '" + p.name + "': listen-on-port needs 'protocol'");
        }
        if (p.port == 0 && (p.listenAs != null || !p.acceptFrom.isEmpty())) {
            throw error("probe '" + p.name + "': listen-as-host and accept-from-host need a port");
        }
        boolean tcp = "tcp".equals(protocol);
        if (tcp && p.type != Probe.Type.IPFIX) {
            throw error("probe '" + p.name + "': only ipfix listens on tcp");
        }
        if (p.vlan && p.type == Probe.Type.NETFLOW_V5) {
            throw error("probe '" + p.name + "': netflow-v5 has no VLANs");
        }
        if (p.pollDirectory != null
                && (p.type == Probe.Type.NETFLOW_V9 || p.type == Probe.Type.SFLOW)) {
            throw error("probe '" + p.name + "': " + p.type.keyword() + " is received over UDP");
        }
        if (p.port > 0 && p.type == Probe.Type.SILK) {
            throw error("probe '" + p.name + "': a silk probe polls a directory");
        }
        Probe probe =
                new Probe(
                        p.name,
                        p.type,
                        p.port,
                        tcp,
                        Optional.ofNullable(p.listenAs),
                        List.copyOf(p.acceptFrom),
                        Optional.ofNullable(p.pollDirectory),
                        Optional.ofNullable(p.readFromFile),
                        p.vlan,
                        Set.copyOf(p.logFlags),
                        Set.copyOf(p.quirks));
        for (Probe other : probes.values()) {
            checkShared(probe, other);
        }
        probes.put(p.name, probe);
    }

    private void checkShared(Probe a, Probe b) throws ConfigException {
        if (a.pollDirectory().isPresent() && a.pollDirectory().equals(b.pollDirectory())) {
            throw error("probe '" + b.name() + "' polls the same directory");
        }
        boolean sameSocket =
                a.port() > 0
                        && a.port() == b.port()
                        && a.tcp() == b.tcp()
                        && a.listenAs().equals(b.listenAs());
        if (!sameSocket) {
            return;
        }
        if (a.type() != b.type()) {
            throw error("probe '" + b.name() + "' listens on the same port with another type");
        }
        Set<String> common = new HashSet<>(a.acceptFrom());
        common.retainAll(b.acceptFrom());
        if (a.acceptFrom().isEmpty() || b.acceptFrom().isEmpty() || !common.isEmpty()) {
            throw error(
                    "probes '"
                            + a.name()
                            + "' and '"
                            + b.name()
                            + "' share a port and need different accept-from-host lists");
        }
    }

    private int number(String s, int min, int max, String what) throws ConfigException {
        try {
            long n = IpText.parseUnsigned(s, max, what);
            if (n >= min) {
                return (int) n;
            }
        } catch (IllegalArgumentException e) {
            // Reported below with file and line.
        }
        throw error("expected a " + what + " of " + min + "-" + max + ", not '" + s + "'");
    }

    // Groups and lists ----------------------------------------------------------------------------

    private void group(Group g, Lexer.Line l) throws IOException {
        if (ends(l, "group")) {
            inGroup = null;
            return;
        }
        String kind = singular(l.first());
        if (!g.kind.isEmpty() && !g.kind.equals(kind)) {
            throw error("a group of " + g.kind + "s cannot hold " + kind + "s");
        }
        switch (kind) {
            case "interface" -> interfaces(list(l), g.interfaces);
            case "ipblock" -> blocks(list(l), g.blocks);
            case "ipset" -> sets(list(l), g.sets);
            default -> throw error("expected 'interfaces', 'ipblocks' or 'ipsets'");
        }
        g.kind = kind;
    }

    private static String singular(String word) {
        return word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
    }

    private Group named(String reference, String kind) throws ConfigException {
        Group g = groups.get(reference.substring(1));
        if (g == null) {
            throw error("unknown group '" + reference + "'");
        }
        if (!g.kind.equals(kind) && !g.kind.isEmpty()) {
            throw error("group '" + reference + "' holds " + g.kind + "s, not " + kind + "s");
        }
        return g;
    }

    private void interfaces(List<String> words, BitSet out) throws ConfigException {
        for (String w : words) {
            if (w.startsWith("@")) {
                out.or(named(w, "interface").interfaces);
            } else {
                out.set(number(w, 0, MAX_INTERFACE, "interface"));
            }
        }
    }

    private void blocks(List<String> words, AddressList out) throws ConfigException {
        for (String w : words) {
            if (w.startsWith("@")) {
                out.addAll(named(w, "ipblock").blocks);
                continue;
            }
            try {
                out.add(w);
            } catch (IllegalArgumentException e) {
                throw error("expected an IP block: " + e.getMessage());
            }
        }
    }

    private void sets(List<String> words, AddressList out) throws IOException {
        for (String w : words) {
            if (w.startsWith("@")) {
                out.addAll(named(w, "ipset").sets);
                continue;
            }
            IpSet set;
            try {
                set = sets.load(Path.of(w));
            } catch (IOException e) {
                throw error("cannot read IPset '" + w + "': " + e.getMessage());
            }
            if (set.isEmpty()) {
                throw error("IPset '" + w + "' is empty");
            }
            out.addAll(set);
        }
    }

    // Sensors -------------------------------------------------------------------------------------

    private void sensor(SensorBlock s, Lexer.Line l) throws IOException {
        if (ends(l, "sensor")) {
            inSensor = null;
            Optional<String> problem = logic.check(s);
            if (problem.isPresent()) {
                throw error("sensor '" + s.sensor().name() + "': " + problem.get());
            }
            sensors.add(s);
            return;
        }
        String word = l.first();
        if (word.endsWith("-probes") || word.endsWith("-probe")) {
            Probe.Type type = type(word.substring(0, word.lastIndexOf('-')));
            s.probes().computeIfAbsent(type, k -> new ArrayList<>()).addAll(list(l));
            return;
        }
        switch (word) {
            case "source-network" -> s.setSource(network(one(l, "network")));
            case "destination-network" -> s.setDestination(network(one(l, "network")));
            case "isp-ip", "isp-ips" -> blocks(list(l), s.ispIps());
            case "discard-when", "discard-unless" -> filter(s, l);
            default -> definition(s, l);
        }
    }

    private Network network(String keyword) throws ConfigException {
        for (Network n : Network.values()) {
            if (n.keyword().equals(keyword)) {
                return n;
            }
        }
        throw error("expected network 'null', 'external' or 'internal', not '" + keyword + "'");
    }

    private void definition(SensorBlock s, Lexer.Line l) throws IOException {
        int dash = l.first().lastIndexOf('-');
        String kind = dash < 0 ? "" : singular(l.first().substring(dash + 1));
        if (!Set.of("interface", "ipblock", "ipset").contains(kind)) {
            throw error("unknown keyword '" + l.first() + "' in a sensor block");
        }
        Network n = network(l.first().substring(0, dash));
        Definition d = s.define(n);
        if (d.byInterface || d.byAddress || d.remainder) {
            throw error("network '" + n.keyword() + "' is already defined");
        }
        List<String> words = list(l);
        boolean remainder = words.equals(List.of("remainder"));
        d.remainder = remainder;
        switch (kind) {
            case "interface" -> {
                d.byInterface = true;
                if (!remainder) {
                    interfaces(words, d.interfaces);
                }
            }
            case "ipblock" -> {
                d.byAddress = true;
                d.byBlocks = true;
                if (!remainder) {
                    blocks(words, d.addresses);
                }
            }
            default -> {
                d.byAddress = true;
                d.bySets = true;
                if (!remainder) {
                    sets(words, d.addresses);
                }
            }
        }
    }

    private void filter(SensorBlock s, Lexer.Line l) throws IOException {
        if (l.count() < 3) {
            throw error("expected '" + l.first() + " KIND LIST'");
        }
        String word = l.words().get(1);
        int dash = word.indexOf('-');
        Side side =
                switch (dash < 0 ? "" : word.substring(0, dash)) {
                    case "source" -> Side.SOURCE;
                    case "destination" -> Side.DESTINATION;
                    case "any" -> Side.ANY;
                    default ->
                            throw error(
                                    "expected source-, destination- or any- with interfaces,"
                                            + " ipblocks or ipsets, not '"
                                            + word
                                            + "'");
                };
        String kind = singular(word.substring(dash + 1));
        boolean byInterface = kind.equals("interface");
        BitSet interfaces = new BitSet();
        AddressList addresses = new AddressList();
        List<String> words = l.words().subList(2, l.count());
        switch (kind) {
            case "interface" -> interfaces(words, interfaces);
            case "ipblock" -> blocks(words, addresses);
            case "ipset" -> sets(words, addresses);
            default -> throw error("expected interfaces, ipblocks or ipsets, not '" + word + "'");
        }
        if (s.filters().stream()
                .anyMatch(f -> f.side() == side && f.byInterface() == byInterface)) {
            throw error("there is already a filter on '" + word + "'");
        }
        boolean when = l.first().equals("discard-when");
        s.filters().add(new SensorBlock.Filter(side, interfaces, addresses, byInterface, when));
    }
}

package dev.rearview.site;

import dev.rearview.site.Lexer.Line;
import dev.rearview.site.Lexer.Mistake;
import dev.rearview.site.SensorBlock.Definition;
import dev.rearview.site.SensorBlock.Side;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/// The statements of the sensor blocks of sensor.conf.
final class SensorStatements {
    private final Lists lists;

    SensorStatements(Lists lists) {
        this.lists = lists;
    }

    /// Whether a statement names probes.
    static boolean namesProbes(Line l) {
        return l.first().endsWith("-probes") || l.first().endsWith("-probe");
    }

    static Probe.Type type(String keyword) throws Mistake {
        for (Probe.Type t : Probe.Type.values()) {
            if (t.keyword().equals(keyword)) {
                return t;
            }
        }
        throw new Mistake(
                "expected a probe type (netflow-v5, netflow-v9, ipfix, sflow, netflow, flow or"
                        + " silk), not '"
                        + keyword
                        + "'");
    }

    void statement(SensorBlock s, Line l) throws Mistake {
        if (namesProbes(l)) {
            Probe.Type type = type(l.first().substring(0, l.first().lastIndexOf('-')));
            s.probes().computeIfAbsent(type, k -> new ArrayList<>()).addAll(l.list());
            return;
        }
        switch (l.first()) {
            case "source-network" -> s.setSource(network(l.one("network")));
            case "destination-network" -> s.setDestination(network(l.one("network")));
            case "isp-ip", "isp-ips" -> lists.blocks(l.list(), s.ispIps());
            case "discard-when", "discard-unless" -> filter(s, l);
            default -> definition(s, l);
        }
    }

    private static Network network(String keyword) throws Mistake {
        for (Network n : Network.values()) {
            if (n.keyword().equals(keyword)) {
                return n;
            }
        }
        throw new Mistake(
                "expected network 'null', 'external' or 'internal', not '" + keyword + "'");
    }

    private void definition(SensorBlock s, Line l) throws Mistake {
        int dash = l.first().lastIndexOf('-');
        String kind = dash < 0 ? "" : Lists.singular(l.first().substring(dash + 1));
        if (!Set.of("interface", "ipblock", "ipset").contains(kind)) {
            throw new Mistake("unknown keyword '" + l.first() + "' in a sensor block");
        }
        Network n = network(l.first().substring(0, dash));
        Definition d = s.define(n);
        if (d.byInterface || d.byAddress || d.remainder) {
            throw new Mistake("network '" + n.keyword() + "' is already defined");
        }
        List<String> words = l.list();
        boolean remainder = words.equals(List.of("remainder"));
        d.remainder = remainder;
        switch (kind) {
            case "interface" -> {
                d.byInterface = true;
                if (!remainder) {
                    lists.interfaces(words, d.interfaces);
                }
            }
            case "ipblock" -> {
                d.byAddress = true;
                d.byBlocks = true;
                if (!remainder) {
                    lists.blocks(words, d.addresses);
                }
            }
            default -> {
                d.byAddress = true;
                d.bySets = true;
                if (!remainder) {
                    lists.sets(words, d.addresses);
                }
            }
        }
    }

    private void filter(SensorBlock s, Line l) throws Mistake {
        if (l.count() < 3) {
            throw new Mistake("expected '" + l.first() + " KIND LIST'");
        }
        String word = l.words().get(1);
        int dash = word.indexOf('-');
        Side side =
                switch (dash < 0 ? "" : word.substring(0, dash)) {
                    case "source" -> Side.SOURCE;
                    case "destination" -> Side.DESTINATION;
                    case "any" -> Side.ANY;
                    default ->
                            throw new Mistake(
                                    "expected source-, destination- or any- with interfaces,"
                                            + " ipblocks or ipsets, not '"
                                            + word
                                            + "'");
                };
        String kind = Lists.singular(word.substring(dash + 1));
        boolean byInterface = kind.equals("interface");
        BitSet interfaces = new BitSet();
        AddressList addresses = new AddressList();
        List<String> words = l.words().subList(2, l.count());
        switch (kind) {
            case "interface" -> lists.interfaces(words, interfaces);
            case "ipblock" -> lists.blocks(words, addresses);
            case "ipset" -> lists.sets(words, addresses);
            default ->
                    throw new Mistake(
                            "expected interfaces, ipblocks or ipsets, not '" + word + "'");
        }
        if (s.filters().stream()
                .anyMatch(f -> f.side() == side && f.byInterface() == byInterface)) {
            throw new Mistake("there is already a filter on '" + word + "'");
        }
        boolean when = l.first().equals("discard-when");
        s.filters().add(new SensorBlock.Filter(side, interfaces, addresses, byInterface, when));
    }
}

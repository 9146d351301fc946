package dev.rearview.site;

import dev.rearview.sets.IpSet;
import dev.rearview.site.Lexer.Line;
import dev.rearview.site.Lexer.Mistake;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The lists of sensor.conf (interfaces, blocks of addresses, IP sets) and their named groups.
final class Lists {
    private static final int MAX_INTERFACE = 65535;

    /// A group while it is read, and then.
    static final class Group {
        private final BitSet interfaces = new BitSet();
        private final AddressList blocks = new AddressList();
        private final AddressList sets = new AddressList();
        private String kind = "";
        // Something in it is wrong: what names it is not wrong, too.
        private boolean isBroken;

        void breakDown() {
            isBroken = true;
        }
    }

    private final SensorConf.SetLoader loader;
    private final Map<String, Group> groups = new HashMap<>();

    Lists(SensorConf.SetLoader loader) {
        this.loader = loader;
    }

    Group begin(String name) throws Mistake {
        if (groups.containsKey(name)) {
            throw new Mistake("group '" + name + "' is already defined");
        }
        Group g = new Group();
        groups.put(name, g);
        return g;
    }

    void statement(Group g, Line l) throws Mistake {
        String kind = singular(l.first());
        if (!g.kind.isEmpty() && !g.kind.equals(kind)) {
            throw new Mistake("a group of " + g.kind + "s cannot hold " + kind + "s");
        }
        switch (kind) {
            case "interface" -> interfaces(l.list(), g.interfaces);
            case "ipblock" -> blocks(l.list(), g.blocks);
            case "ipset" -> sets(l.list(), g.sets);
            default ->
                    throw new Mistake(
                            "expected 'interfaces', 'ipblocks' or 'ipsets', not '"
                                    + l.first()
                                    + "'");
        }
        g.kind = kind;
    }

    static String singular(String word) {
        return word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
    }

    private Group named(String reference, String kind) throws Mistake {
        Group g = groups.get(reference.substring(1));
        if (g == null) {
            throw new Mistake("unknown group '" + reference + "'; define it above this line");
        }
        if (!g.kind.equals(kind) && !g.kind.isEmpty() && !g.isBroken) {
            throw new Mistake("group '" + reference + "' holds " + g.kind + "s, not " + kind + "s");
        }
        return g;
    }

    void interfaces(List<String> words, BitSet out) throws Mistake {
        for (String w : words) {
            if (w.startsWith("@")) {
                out.or(named(w, "interface").interfaces);
            } else {
                out.set(Lexer.number(w, 0, MAX_INTERFACE, "interface"));
            }
        }
    }

    void blocks(List<String> words, AddressList out) throws Mistake {
        for (String w : words) {
            if (w.startsWith("@")) {
                out.addAll(named(w, "ipblock").blocks);
                continue;
            }
            try {
                out.add(w);
            } catch (IllegalArgumentException e) {
                throw new Mistake("expected an IP block: " + e.getMessage());
            }
        }
    }

    void sets(List<String> words, AddressList out) throws Mistake {
        for (String w : words) {
            if (w.startsWith("@")) {
                out.addAll(named(w, "ipset").sets);
                continue;
            }
            IpSet set;
            try {
                set = loader.load(Path.of(w));
            } catch (IOException e) {
                throw new Mistake("cannot read IPset '" + w + "': " + e.getMessage());
            }
            if (set.isEmpty()) {
                throw new Mistake("IPset '" + w + "' is empty");
            }
            out.addAll(set);
        }
    }
}

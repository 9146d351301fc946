package dev.rearview.traffic.attack;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The attacks by their names, as `bench/attack/run NAME [SWITCHES]` starts them.
public final class Attacks {
    private static final int MANY = 1 << 20;

    private record Named(String summary, Attack attack) {}

    private static final Map<String, Named> ALL = all();

    private Attacks() {}

    private static Map<String, Named> all() {
        Map<String, Named> out = new LinkedHashMap<>();
        out.put(
                "random-times",
                new Named(
                        "flows of all years, NetFlow v5, v9 and IPFIX by turns",
                        new Flood(16, 64, TimeAttacks::random)));
        out.put(
                "many-sources",
                new Named(
                        "six octets and bare headers, each from another address",
                        new Flood(MANY, 1, StateAttacks::least)));
        out.put(
                "template-flood",
                new Named(
                        "large templates over all ids and domains, options templates, withdrawals",
                        new Flood(256, 16, StateAttacks::templates)));
        out.put(
                "unknown-data",
                new Named(
                        "data sets for templates that never come",
                        new Flood(256, 16, StateAttacks::unknownData)));
        out.put(
                "zero-length",
                new Named(
                        "templates of 2,047 fields without octets, lists in lists, 65 KB of data",
                        new Flood(4, 5, StateAttacks::zeroLength)));
        out.put(
                "disallowed",
                new Named(
                        "datagrams from 5,000 addresses, for a probe with accept-from-host",
                        new Flood(5000, 1, StateAttacks::least)));
        out.put(
                "sequence",
                new Named(
                        "sequence numbers that jump", new Flood(2, 1000, StateAttacks::sequence)));
        out.put(
                "lies",
                new Named(
                        "messages that lie about lengths, counts, scopes, samplers and numbers",
                        new Flood(8, 100, Lies::tell)));
        out.put(
                "slow-clock",
                new Named(
                        "a good exporter whose clock is two days slow: nothing may be lost",
                        GoodExporter::slowClock));
        out.put(
                "idle-tcp",
                new Named(
                        "connections that say nothing, half a message, nonsense, an octet a second",
                        IdleConnections::hold));
        out.put(
                "files",
                new Named(
                        "a gzip bomb, hostile names, damaged captures, links, for --directory",
                        HostileFiles::put));
        return out;
    }

    /// @throws IllegalArgumentException if there is none of that name
    public static Attack named(String name) {
        Named known = ALL.get(name);
        if (known == null) {
            throw new IllegalArgumentException("no attack " + name);
        }
        return known.attack;
    }

    private static void usage() {
        System.err.println(
                "usage: run NAME [--port=N] [--count=N] [--rate=N] [--seconds=N] [--seed=N]"
                        + " [--directory=DIR]\n"
                        + "       run damage flip FILE BIT | zero FILE OFFSET LENGTH | cut FILE SIZE"
                        + " | drop-line FILE LINE\n"
                        + "                  | only-parquet ROOT | no-manifests ROOT"
                        + " | foreign-journals ROOT");
        ALL.forEach((name, a) -> System.err.printf("  %-15s %s%n", name, a.summary));
    }

    /// Runs one attack, or damages a file.
    public static void main(String[] args) throws IOException {
        List<String> words = Arrays.asList(args);
        if (words.isEmpty() || !ALL.containsKey(args[0]) && !args[0].equals("damage")) {
            usage();
            System.exit(1);
        }
        List<String> rest = words.subList(1, words.size());
        if (args[0].equals("damage")) {
            Damage.run(rest);
            return;
        }
        long startNs = System.nanoTime();
        long sent = named(args[0]).run(AttackOptions.parse(rest));
        System.out.printf(
                "%s: %d sent in %.1f s%n", args[0], sent, (System.nanoTime() - startNs) / 1e9);
    }
}

package dev.rearview.ingest;

import dev.rearview.site.Probe;
import dev.rearview.site.SensorConf.HostLookup;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The addresses that the probes of one configuration accept. Those of names are looked up when it
/// is made and again when it is told to, never for a datagram. A name that is no longer known keeps
/// its addresses: name servers fail more often than exporters move.
public final class AcceptedHosts {
    /// Addresses of one name that are believed.
    static final int MAX_ADDRESSES = 64;

    private final List<Probe> probes;
    private final HostLookup lookup;
    private final Notices notices;
    // By host as the configuration spells it; used by whoever looks up.
    private final Map<String, Set<InetAddress>> hosts = new LinkedHashMap<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Set<String> unknown = new HashSet<>();
    // By probe.
    private volatile Map<String, Set<InetAddress>> accepted;

    AcceptedHosts(List<Probe> probes, HostLookup lookup, Notices notices) {
        this.probes = probes;
        this.lookup = lookup;
        this.notices = notices;
        for (Probe p : probes) {
            for (String host : p.acceptFrom()) {
                hosts.computeIfAbsent(host, this::first);
            }
        }
        accepted = byProbe();
    }

    boolean accepts(Probe p, InetAddress from) {
        return p.acceptFrom().isEmpty() || accepted.getOrDefault(p.name(), Set.of()).contains(from);
    }

    /// Whether there are names, whose addresses may change.
    public boolean hasNames() {
        return !names.isEmpty();
    }

    /// Whether there are names without any address.
    public synchronized boolean hasUnknown() {
        return !unknown.isEmpty();
    }

    private Set<InetAddress> first(String host) {
        try {
            return Set.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            names.add(host);
        }
        try {
            return lookUp(host);
        } catch (UnknownHostException e) {
            unknown.add(host);
            notices.warning(
                    "Host "
                            + host
                            + " of accept-from-host has no address; it is looked up again now and"
                            + " then");
            return Set.of();
        }
    }

    private Set<InetAddress> lookUp(String host) throws UnknownHostException {
        return new LinkedHashSet<>(
                Arrays.stream(lookup.addresses(host)).limit(MAX_ADDRESSES).toList());
    }

    private Map<String, Set<InetAddress>> byProbe() {
        Map<String, Set<InetAddress>> out = new HashMap<>();
        for (Probe p : probes) {
            Set<InetAddress> all = new HashSet<>();
            p.acceptFrom().forEach(h -> all.addAll(hosts.getOrDefault(h, Set.of())));
            out.put(p.name(), Set.copyOf(all));
        }
        return Map.copyOf(out);
    }

    /// Looks the names up again; waits for name servers.
    ///
    /// @return whether an address is accepted now that was not, or the other way round
    public synchronized boolean lookUpAgain() {
        boolean changed = false;
        for (String name : names) {
            try {
                Set<InetAddress> now = lookUp(name);
                unknown.remove(name);
                if (!now.equals(hosts.get(name))) {
                    hosts.put(name, now);
                    changed = true;
                    notices.notice(
                            "Host "
                                    + name
                                    + " of accept-from-host is now "
                                    + String.join(
                                            ", ",
                                            now.stream()
                                                    .map(InetAddress::getHostAddress)
                                                    .toList()));
                }
            } catch (UnknownHostException e) {
                // What was known of it stays.
            }
        }
        if (changed) {
            accepted = byProbe();
        }
        return changed;
    }
}

package dev.rearview.collector;

import dev.rearview.site.Probe;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Who may send what to where, and what flows become, under one configuration. Classifiers are for
/// one thread.
final class Routing {
    private final Collector.Configuration configuration;
    private final Map<String, Set<InetAddress>> accepted = new HashMap<>();
    private final Map<String, Classifier> classifiers = new HashMap<>();

    Routing(Collector.Configuration configuration, Log log) {
        this.configuration = configuration;
        for (Probe p : probes()) {
            accepted.put(p.name(), addresses(p, log));
            classifiers.put(p.name(), classifierOf(configuration, p));
        }
    }

    static Classifier classifierOf(Collector.Configuration c, Probe p) {
        return new Classifier(c.site(), c.logic(), c.sensors(), p);
    }

    /// The addresses that a probe accepts, looked up once: no datagram waits for a name server.
    private static Set<InetAddress> addresses(Probe p, Log log) {
        Set<InetAddress> out = new HashSet<>();
        for (String host : p.acceptFrom()) {
            try {
                out.addAll(List.of(InetAddress.getAllByName(host)));
            } catch (UnknownHostException e) {
                log.warning("probe '" + p.name() + "': host " + host + " is unknown");
            }
        }
        return out;
    }

    Collector.Configuration configuration() {
        return configuration;
    }

    List<Probe> probes() {
        return configuration.sensors().probes();
    }

    Optional<Probe> probeFor(UdpSocket.Address to, boolean tcp, InetAddress from) {
        for (Probe p : probes()) {
            if (p.port() == to.port()
                    && p.listenAs().equals(to.host())
                    && p.tcp() == tcp
                    && accepts(p, from)) {
                return Optional.of(p);
            }
        }
        return Optional.empty();
    }

    private boolean accepts(Probe p, InetAddress from) {
        return p.acceptFrom().isEmpty() || accepted.getOrDefault(p.name(), Set.of()).contains(from);
    }

    Classifier classifier(Probe p) {
        return Objects.requireNonNull(classifiers.get(p.name()));
    }
}

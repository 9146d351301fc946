package dev.rearview.ingest;

import dev.rearview.site.ExportFormat;
import dev.rearview.site.Probe;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Who may send what to where, and what flows become, under one configuration. Classifiers are for
/// one thread.
public final class Routing {
    private final Configuration configuration;
    private final AcceptedHosts hosts;
    private final Map<String, Classifier> classifiers = new HashMap<>();

    public Routing(Configuration configuration, Notices notices) {
        this.configuration = configuration;
        this.hosts = new AcceptedHosts(probes(), InetAddress::getAllByName, notices);
        for (Probe p : probes()) {
            classifiers.put(p.name(), classifierOf(configuration, p));
        }
    }

    public static Classifier classifierOf(Configuration c, Probe p) {
        return new Classifier(c.site(), c.logic(), c.sensors(), p);
    }

    public Configuration configuration() {
        return configuration;
    }

    public AcceptedHosts hosts() {
        return hosts;
    }

    public List<Probe> probes() {
        return configuration.sensors().probes();
    }

    /// The probe of a name.
    Optional<Probe> probe(String name) {
        return probes().stream().filter(p -> p.name().equals(name)).findFirst();
    }

    /// The probe that a session belongs to.
    public Optional<Probe> sessionProbe(ListenAddress to, InetAddress from) {
        for (Probe p : probes()) {
            if (p.tcp() && isAt(p, to, from)) {
                return Optional.of(p);
            }
        }
        return Optional.empty();
    }

    /// The probe that a datagram belongs to: one that is meant for its format, or else takes it; or
    /// else the first, which counts what it cannot take.
    ///
    /// @param version its first two octets
    Optional<Probe> datagramProbe(ListenAddress to, InetAddress from, int version) {
        Optional<ExportFormat> format = ExportFormat.of(version);
        Probe taking = null;
        Probe first = null;
        for (Probe p : probes()) {
            if (p.tcp() || !isAt(p, to, from)) {
                continue;
            }
            if (format.isPresent() && p.type().formats().contains(format.get())) {
                return Optional.of(p);
            }
            if (taking == null && format.isPresent() && p.type().takes(format.get())) {
                taking = p;
            }
            first = first == null ? p : first;
        }
        return Optional.ofNullable(taking != null ? taking : first);
    }

    private boolean isAt(Probe p, ListenAddress to, InetAddress from) {
        return p.port() == to.port() && p.listenAs().equals(to.host()) && hosts.accepts(p, from);
    }

    Classifier classifier(Probe p) {
        return Objects.requireNonNull(classifiers.get(p.name()));
    }
}

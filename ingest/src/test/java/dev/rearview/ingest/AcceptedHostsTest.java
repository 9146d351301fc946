package dev.rearview.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.site.Probe;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AcceptedHostsTest {
    private final Map<String, List<InetAddress>> names = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final Told told = new Told();

    private static InetAddress ip(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        asked.add(host);
        List<InetAddress> known = names.get(host);
        if (known == null) {
            throw new UnknownHostException(host);
        }
        return known.toArray(InetAddress[]::new);
    }

    private static Probe probe(String name, String... hosts) {
        return new Probe(
                name,
                Probe.Type.FLOW,
                Probe.Source.udp(2055, List.of(hosts)),
                false,
                Set.of(),
                Set.of());
    }

    @Test
    void aNameThatIsNotKnownYetIsLookedUpAgain() {
        Probe probe = probe("P0", "router", "192.0.2.7", "2001:db8::7");
        AcceptedHosts hosts = new AcceptedHosts(List.of(probe), this::lookUp, told);
        assertThat(hosts.hasNames()).isTrue();
        assertThat(hosts.hasUnknown()).isTrue();
        assertThat(String.join("\n", told.all()) + "\n")
                .contains("Host router of accept-from-host has no address");
        assertThat(hosts.accepts(probe, ip("192.0.2.1"))).isFalse();
        assertThat(hosts.accepts(probe, ip("192.0.2.7"))).isTrue();
        assertThat(hosts.accepts(probe, ip("2001:db8::7"))).isTrue();
        assertThat(hosts.lookUpAgain()).isFalse();
        names.put("router", List.of(ip("192.0.2.1")));
        assertThat(hosts.lookUpAgain()).isTrue();
        assertThat(hosts.hasUnknown()).isFalse();
        assertThat(hosts.accepts(probe, ip("192.0.2.1"))).isTrue();
        assertThat(String.join("\n", told.all()) + "\n")
                .contains("Host router of accept-from-host is now 192.0.2.1\n");
        // Addresses are no names.
        assertThat(asked).containsExactly("router", "router", "router");
    }

    @Test
    void aNameThatMovesIsFollowedAndOneThatIsGoneStays() {
        names.put("router", List.of(ip("192.0.2.1")));
        Probe probe = probe("P0", "router");
        AcceptedHosts hosts = new AcceptedHosts(List.of(probe), this::lookUp, told);
        assertThat(hosts.lookUpAgain()).isFalse();
        names.put("router", List.of(ip("192.0.2.2"), ip("192.0.2.3")));
        assertThat(hosts.lookUpAgain()).isTrue();
        assertThat(hosts.accepts(probe, ip("192.0.2.1"))).isFalse();
        assertThat(hosts.accepts(probe, ip("192.0.2.3"))).isTrue();
        names.clear();
        assertThat(hosts.lookUpAgain()).isFalse();
        assertThat(hosts.accepts(probe, ip("192.0.2.3"))).isTrue();
        assertThat(hosts.hasUnknown()).isFalse();
    }

    @Test
    void aProbeWithoutHostsAcceptsAllAndLooksNothingUp() {
        Probe probe = probe("P0");
        AcceptedHosts hosts = new AcceptedHosts(List.of(probe), this::lookUp, told);
        assertThat(hosts.hasNames()).isFalse();
        assertThat(hosts.accepts(probe, ip("192.0.2.1"))).isTrue();
        assertThat(asked).isEmpty();
    }

    @Test
    void addressesOfANameAreBounded() {
        List<InetAddress> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add(ip("198.51.100." + i));
        }
        names.put("router", many);
        Probe probe = probe("P0", "router");
        AcceptedHosts hosts = new AcceptedHosts(List.of(probe), this::lookUp, told);
        assertThat(hosts.accepts(probe, ip("198.51.100.63"))).isTrue();
        assertThat(hosts.accepts(probe, ip("198.51.100.64"))).isFalse();
    }

    /// What is known is looked up in every tenth period, what is not in each.
    @Test
    void theWatchAsksSeldomAndTellsOfChanges() {
        names.put("router", List.of(ip("192.0.2.1")));
        AtomicInteger changes = new AtomicInteger();
        AcceptedHosts hosts =
                new AcceptedHosts(List.of(probe("P0", "router", "other")), this::lookUp, told);
        try (HostWatch watch = new HostWatch(changes::incrementAndGet)) {
            watch.use(hosts);
            watch.look();
            assertThat(asked).hasSize(4);
            names.put("other", List.of(ip("192.0.2.9")));
            watch.look();
            assertThat(changes.get()).isEqualTo(1);
            asked.clear();
            names.put("router", List.of(ip("192.0.2.2")));
            for (int i = 2; i < HostWatch.PERIODS; i++) {
                watch.look();
            }
        }
        assertThat(asked).containsExactly("router", "other");
        assertThat(changes.get()).isEqualTo(2);
    }
}

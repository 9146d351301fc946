package dev.rearview.traffic;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.model.TcpFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A site's traffic over some days: web, mail, DNS and VoIP, visitors from several countries, an
/// FTP probe a week ago, a compromised host that scans and spreads, and a noisy evening yesterday.
///
/// The same seed gives the same flows. Internal are 192.0.2.0/24 (servers), 10.20.0.0/16 (office)
/// and 2001:db8:20::/48.
public final class Scenario {
    /// The remote address that probed FTP servers a week ago.
    public static final String FTP_PROBER = "198.51.100.77";

    /// The server that was compromised yesterday.
    public static final String COMPROMISED = "192.0.2.21";

    /// The address that congested the line yesterday evening.
    public static final String CONGESTING = "10.20.3.44";

    private static final int SERVERS = 0xC0000200;
    private static final int OFFICE = 0x0A140000;
    private static final int ALL = TcpFlags.SYN | TcpFlags.ACK | TcpFlags.PSH | TcpFlags.FIN;
    private static final long HOUR_MS = 3_600_000;
    private static final long DAY_MS = 24 * HOUR_MS;

    // Blocks of real networks in several countries: us, de, gb, fr, cn, jp, br, au.
    private static final int[] WORLD = {
        0x08080800,
        0x58C60000,
        0x51020000,
        0x5DB80000,
        0x01020400,
        0x3DE70000,
        0xC8A00000,
        0x01010000,
        0x2EF90000,
        0x24700000
    };

    /// Which exporter sees a flow.
    public enum Source {
        CORE,
        FIREWALL,
        OFFICE,
        SWITCH
    }

    /// Who sees a flow begin, and when.
    private record Sighting(Source source, long startMs) {}

    private final Random random;
    private final List<List<FlowRecord>> flows = new ArrayList<>();

    /// Makes the flows.
    ///
    /// @param nowMs the present; traffic ends before today's midnight UTC
    /// @param scale 1.0 for about 90,000 flows
    public Scenario(long seed, long nowMs, double scale) {
        this.random = new Random(seed);
        for (int i = 0; i < Source.values().length; i++) {
            flows.add(new ArrayList<>());
        }
        long midnight = nowMs - nowMs % DAY_MS;
        for (int day = 7; day >= 1; day--) {
            long start = midnight - day * DAY_MS;
            int volume = (int) ((day == 1 ? 28_000 : 1500) * scale);
            ordinary(start, volume);
            voip(start, 40 + random.nextInt(20));
        }
        ftpProbe(midnight - 7 * DAY_MS + 3 * HOUR_MS);
        compromise(midnight - DAY_MS + 9 * HOUR_MS);
        noisyEvening(midnight - DAY_MS + 19 * HOUR_MS);
        visitorsFromChina(midnight - DAY_MS);
        lan(nowMs, (int) (600 * scale));
    }

    /// The flows that one exporter sees, oldest first.
    public List<FlowRecord> flows(Source source) {
        List<FlowRecord> out = flows.get(source.ordinal());
        out.sort((a, b) -> Long.compare(a.stime, b.stime));
        return out;
    }

    /// All flows together.
    public int total() {
        return flows.stream().mapToInt(List::size).sum();
    }

    private FlowRecord flow(Sighting at, int sip, int sport, int dip, int dport, int protocol) {
        FlowRecord r = new FlowRecord();
        r.setSipV4(sip);
        r.setDipV4(dip);
        r.sport = sport;
        r.dport = dport;
        r.protocol = protocol;
        r.stime = at.startMs() * 1000;
        boolean inbound = !isInternal(sip);
        r.input = inbound ? 1 : 2;
        r.output = inbound ? 2 : 1;
        flows.get(at.source().ordinal()).add(r);
        return r;
    }

    private static boolean isInternal(int ip) {
        return (ip & 0xFFFFFF00) == SERVERS || (ip & 0xFFFF0000) == OFFICE;
    }

    private static void volume(FlowRecord r, int flags, long durationMs, long packets, long bytes) {
        r.flags = r.protocol == Protocols.TCP ? flags : 0;
        r.duration = durationMs * 1000;
        r.packets = Math.max(1, packets);
        r.bytes = Math.max(r.packets * 28, bytes);
    }

    /// A request and its answer.
    private void exchange(Sighting at, int client, int server, int port, int protocol, long down) {
        int ephemeral = 32768 + random.nextInt(28000);
        long ms = 20L + random.nextInt(20_000);
        long upPackets = 4 + down / 3000;
        long downPackets = 4 + down / 1200;
        FlowRecord up = flow(at, client, ephemeral, server, port, protocol);
        volume(up, ALL, ms, upPackets, upPackets * 60 + random.nextInt(900));
        FlowRecord back =
                flow(
                        new Sighting(at.source(), at.startMs() + 12),
                        server,
                        port,
                        client,
                        ephemeral,
                        protocol);
        volume(back, ALL, ms - 10, downPackets, down + downPackets * 40);
    }

    private int world() {
        return WORLD[random.nextInt(WORLD.length)] + random.nextInt(250);
    }

    private int office() {
        return OFFICE + (random.nextInt(8) << 8) + 1 + random.nextInt(80);
    }

    private long heavyTail(long typical) {
        return (long) (typical * Math.exp(random.nextGaussian() * 1.3));
    }

    /// An hour of the day, busy during office hours.
    private long momentOf(long dayMs) {
        double hour = 13.5 + random.nextGaussian() * 4.5;
        hour = ((hour % 24) + 24) % 24;
        return dayMs + (long) (hour * HOUR_MS);
    }

    private void ordinary(long dayMs, int exchanges) {
        for (int i = 0; i < exchanges; i++) {
            long at = momentOf(dayMs);
            int kind = random.nextInt(100);
            if (kind < 35) {
                int port = random.nextInt(4) == 0 ? 80 : 443;
                exchange(
                        new Sighting(Source.CORE, at),
                        world(),
                        SERVERS + 80 + random.nextInt(3),
                        port,
                        Protocols.TCP,
                        heavyTail(9000));
            } else if (kind < 70) {
                exchange(
                        new Sighting(Source.OFFICE, at),
                        office(),
                        world(),
                        443,
                        Protocols.TCP,
                        heavyTail(30_000));
            } else if (kind < 85) {
                exchange(
                        new Sighting(Source.FIREWALL, at),
                        office(),
                        0x08080808,
                        53,
                        Protocols.UDP,
                        120 + random.nextInt(200));
            } else if (kind < 92) {
                exchange(
                        new Sighting(Source.CORE, at),
                        world(),
                        SERVERS + 25,
                        25,
                        Protocols.TCP,
                        1500);
            } else if (kind < 96) {
                exchange(
                        new Sighting(Source.FIREWALL, at),
                        office(),
                        SERVERS + 53,
                        53,
                        Protocols.UDP,
                        140);
            } else if (kind < 98) {
                ping(at);
            } else {
                sixToSix(at);
            }
        }
    }

    private void ping(long at) {
        int from = world();
        int to = SERVERS + 1 + random.nextInt(90);
        FlowRecord request =
                flow(new Sighting(Source.CORE, at), from, 0, to, 8 << 8, Protocols.ICMP);
        volume(request, 0, 3000, 4, 336);
        FlowRecord reply = flow(new Sighting(Source.CORE, at + 1), to, 0, from, 0, Protocols.ICMP);
        volume(reply, 0, 3000, 4, 336);
    }

    private void sixToSix(long at) {
        for (boolean up : new boolean[] {true, false}) {
            FlowRecord r = flow(new Sighting(Source.OFFICE, at), 0, 0, 0, 0, Protocols.TCP);
            r.setIpv6(true);
            long inside = 0x2001_0DB8_0020_0000L;
            long outside = 0x2001_0DB8_9999_0000L;
            r.sipHi = up ? inside : outside;
            r.sipLo = up ? 0x100 + random.nextInt(40) : 0x443;
            r.dipHi = up ? outside : inside;
            r.dipLo = up ? 0x443 : 0x100 + random.nextInt(40);
            r.nhipHi = 0;
            r.nhipLo = 0;
            r.sport = up ? 40_000 + random.nextInt(9000) : 443;
            r.dport = up ? 443 : 40_000 + random.nextInt(9000);
            volume(r, ALL, 900, 20, up ? 2000 : 24_000);
        }
    }

    /// Calls between the office and the provider: RTP in both directions and signalling.
    private void voip(long dayMs, int calls) {
        int provider = 0xCB007114;
        for (int i = 0; i < calls; i++) {
            long at = momentOf(dayMs);
            int phone = OFFICE + (9 << 8) + 10 + random.nextInt(30);
            long ms = 30_000L + random.nextInt(600_000);
            int port = 16_384 + random.nextInt(8000) * 2;
            FlowRecord out =
                    flow(
                            new Sighting(Source.OFFICE, at),
                            phone,
                            port,
                            provider,
                            port,
                            Protocols.UDP);
            volume(out, 0, ms, ms / 20, ms / 20 * 200);
            FlowRecord in =
                    flow(
                            new Sighting(Source.OFFICE, at),
                            provider,
                            port,
                            phone,
                            port,
                            Protocols.UDP);
            volume(in, 0, ms, ms / 20, ms / 20 * 200);
            exchange(
                    new Sighting(Source.OFFICE, at - 800),
                    phone,
                    provider,
                    5060,
                    Protocols.UDP,
                    900);
        }
    }

    /// A remote address looks for FTP servers; some answer.
    private void ftpProbe(long at) {
        int prober = 0xC633644D;
        for (int host = 1; host < 255; host++) {
            FlowRecord syn =
                    flow(
                            new Sighting(Source.CORE, at + host * 700L),
                            prober,
                            40_000 + host,
                            SERVERS + host,
                            21,
                            Protocols.TCP);
            volume(syn, TcpFlags.SYN, 0, 1, 44);
        }
        for (int host : new int[] {10, 21, 80}) {
            exchange(
                    new Sighting(Source.CORE, at + 300_000 + host * 1000L),
                    prober,
                    SERVERS + host,
                    21,
                    Protocols.TCP,
                    4000);
        }
    }

    /// A server is broken into, scans its neighbours and spreads to some.
    private void compromise(long at) {
        int victim = SERVERS + 21;
        int attacker = 0xCB007142;
        exchange(new Sighting(Source.CORE, at), attacker, victim, 22, Protocols.TCP, 90_000);
        for (int i = 1; i < 900; i++) {
            int target = OFFICE + ((i / 200) << 8) + i % 200 + 1;
            FlowRecord syn =
                    flow(
                            new Sighting(Source.FIREWALL, at + 60_000 + i * 90L),
                            victim,
                            45_000 + i % 9000,
                            target,
                            445,
                            Protocols.TCP);
            volume(syn, TcpFlags.SYN, 0, 1, 44);
        }
        for (int host : new int[] {17, 63, 142}) {
            exchange(
                    new Sighting(Source.FIREWALL, at + 200_000 + host * 1000L),
                    victim,
                    OFFICE + host,
                    445,
                    Protocols.TCP,
                    300_000);
            exchange(
                    new Sighting(Source.FIREWALL, at + 900_000 + host * 500L),
                    OFFICE + host,
                    attacker,
                    8443,
                    Protocols.TCP,
                    2000);
        }
    }

    /// One host downloads more than all the others together.
    private void noisyEvening(long at) {
        int host = OFFICE + (3 << 8) + 44;
        for (int i = 0; i < 300; i++) {
            exchange(
                    new Sighting(Source.OFFICE, at + i * 30_000L),
                    host,
                    0x5DB80000 + 34,
                    443,
                    Protocols.TCP,
                    30_000_000L + random.nextInt(9_000_000));
        }
    }

    private void visitorsFromChina(long dayMs) {
        for (int i = 0; i < 60; i++) {
            exchange(
                    new Sighting(Source.CORE, momentOf(dayMs)),
                    0x01020400 + random.nextInt(40),
                    SERVERS + 80,
                    443,
                    Protocols.TCP,
                    heavyTail(5000));
        }
    }

    /// What a switch samples within the last minutes.
    private void lan(long nowMs, int packets) {
        for (int i = 0; i < packets; i++) {
            FlowRecord r =
                    flow(
                            new Sighting(Source.SWITCH, nowMs),
                            office(),
                            50_000 + random.nextInt(900),
                            SERVERS + 139,
                            445,
                            Protocols.TCP);
            volume(r, TcpFlags.ACK, 0, 1, 400 + random.nextInt(1000));
        }
    }
}

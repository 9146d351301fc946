package dev.rearview.tools.rwrecgenerator;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Protocols;
import dev.rearview.model.TcpFlags;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/// Makes up events between an internal and an external host, each of one or more flows: the same
/// ones for the same seed.
final class Events {
    /// Until this an exporter goes on with a flow.
    private static final int ACTIVE_TIMEOUT_MS = 1_800_000;

    private static final int MOST_SESSION_MS = 3 * ACTIVE_TIMEOUT_MS;
    private static final int EXTERNAL = 0x8000_0000;
    private static final int S = TcpFlags.SYN;
    private static final int A = TcpFlags.ACK;
    private static final int P = TcpFlags.PSH;
    private static final int F = TcpFlags.FIN;

    private static final int[] OTHER_PROTOCOLS = {47, 50, 58};
    private static final int[] ICMP_KINDS = {0x0800, 0x0000, 0x0301, 0x0303, 0x0B00};
    private static final int[] SCANNED_PORTS = {22, 23, 445, 3389, 5900, 8080};

    /// Takes flows; the record is reused.
    @FunctionalInterface
    interface Sink {
        void accept(FlowRecord record) throws IOException;
    }

    /// A kind of event.
    private interface Kind {
        void make(long ms) throws IOException;
    }

    /// @param weight how often it is drawn
    private record Share(int weight, Kind kind) {}

    private final SplittableRandom random;
    private final Sink out;
    private final List<Share> shares;
    private final int weights;
    private final FlowRecord record = new FlowRecord();
    private final Scan ports = new Scan();
    private final Scan hosts = new Scan();

    /// A scan that goes on for a flow each time it is drawn.
    private static final class Scan {
        private int source;
        private int target;
        private int port;
        private int left;
    }

    /// The weights give the shares of flows: a kind of two flows is drawn half as often.
    Events(long seed, Sink out) {
        this.random = new SplittableRandom(seed);
        this.out = out;
        this.shares =
                List.of(
                        new Share(150, ms -> request(ms, 80)),
                        new Share(150, ms -> request(ms, 443)),
                        new Share(50, this::lookUp),
                        new Share(20, ms -> request(ms, 21)),
                        new Share(40, this::message),
                        new Share(20, ms -> request(ms, 143)),
                        new Share(20, ms -> request(ms, 110)),
                        new Share(20, ms -> request(ms, 25)),
                        new Share(10, this::session),
                        new Share(40, this::other),
                        new Share(10, this::scanPorts),
                        new Share(10, this::scanHosts));
        this.weights = shares.stream().mapToInt(Share::weight).sum();
    }

    /// Makes up one event.
    ///
    /// @param ms when it begins
    void next(long ms) throws IOException {
        int drawn = random.nextInt(weights);
        for (Share s : shares) {
            drawn -= s.weight;
            if (drawn < 0) {
                s.kind.make(ms);
                return;
            }
        }
    }

    private int internal() {
        return random.nextInt() & ~EXTERNAL;
    }

    private int external() {
        return random.nextInt() | EXTERNAL;
    }

    private int highPort() {
        return random.nextInt(1024, 65_536);
    }

    /// A cleared record between an internal and an external host, whichever is the source.
    private FlowRecord between(long ms, int protocol) {
        boolean isOutgoing = random.nextBoolean();
        int inside = internal();
        int outside = external();
        return from(ms, protocol, isOutgoing ? inside : outside, isOutgoing ? outside : inside);
    }

    private FlowRecord from(long ms, int protocol, int source, int destination) {
        record.clear();
        record.setSipV4(source);
        record.setDipV4(destination);
        record.protocol = protocol;
        record.stime = ms * 1000;
        return record;
    }

    private void volume(int packets, int octetsEach) {
        record.packets = packets;
        record.bytes = (long) packets * octetsEach;
    }

    private void flags(int initial, int session) {
        record.attributes |= Attributes.EXPANDED;
        record.initialFlags = initial;
        record.sessionFlags = session;
        record.flags = initial | session;
    }

    /// Sends the way back of the flow at hand, which begins a little later and ends a little
    /// earlier.
    private void answer(int initial, int session, int packets, int octetsEach) throws IOException {
        long lag = random.nextLong(1, 50) * 1000;
        long source = record.sipLo;
        record.sipLo = record.dipLo;
        record.dipLo = source;
        int port = record.sport;
        record.sport = record.dport;
        record.dport = port;
        record.stime += lag;
        record.duration = Math.max(0, record.duration - lag);
        if (record.protocol == Protocols.TCP) {
            flags(initial, session);
        }
        volume(packets, octetsEach);
        out.accept(record);
    }

    /// A connection to a service, and its answer.
    private void request(long ms, int port) throws IOException {
        between(ms, Protocols.TCP);
        record.sport = highPort();
        record.dport = port;
        record.application = port;
        record.duration = random.nextLong(100, 30_000) * 1000;
        flags(S, F | P | A);
        int packets = random.nextInt(4, 24);
        volume(packets, random.nextInt(44, 400));
        out.accept(record);
        answer(S | A, F | P | A, packets + random.nextInt(40), random.nextInt(60, 1460));
    }

    private void lookUp(long ms) throws IOException {
        between(ms, Protocols.UDP);
        record.sport = highPort();
        record.dport = 53;
        record.application = 53;
        volume(1, random.nextInt(50, 90));
        out.accept(record);
        answer(0, 0, 1, random.nextInt(90, 500));
    }

    private void message(long ms) throws IOException {
        between(ms, Protocols.ICMP);
        record.dport = ICMP_KINDS[random.nextInt(ICMP_KINDS.length)];
        int packets = random.nextInt(1, 6);
        record.duration = (packets - 1) * 1_000_000L;
        volume(packets, random.nextInt(56, 100));
        out.accept(record);
    }

    private void other(long ms) throws IOException {
        between(ms, OTHER_PROTOCOLS[random.nextInt(OTHER_PROTOCOLS.length)]);
        int packets = random.nextInt(1, 1000);
        record.duration = packets * random.nextLong(1, 500) * 1000;
        volume(packets, random.nextInt(40, 1400));
        out.accept(record);
    }

    /// A session of telnet, which an exporter cuts each time it has lasted half an hour.
    private void session(long ms) throws IOException {
        int client = random.nextBoolean() ? internal() : external();
        int server = client < 0 ? internal() : external();
        int port = highPort();
        int left = random.nextInt(1000, MOST_SESSION_MS);
        long start = ms;
        boolean isFirst = true;
        while (left > 0) {
            int part = Math.min(left, ACTIVE_TIMEOUT_MS);
            left -= part;
            from(start, Protocols.TCP, client, server);
            record.sport = port;
            record.dport = 23;
            record.application = 23;
            record.duration = part * 1000L;
            record.attributes |= isFirst ? 0 : Attributes.CONTINUED;
            record.attributes |= left > 0 ? Attributes.TIMED_OUT : 0;
            int session = left > 0 ? P | A : F | P | A;
            flags(isFirst ? S : P | A, session);
            int packets = random.nextInt(5, 2000);
            volume(packets, random.nextInt(41, 80));
            out.accept(record);
            answer(isFirst ? S | A : P | A, session, packets, random.nextInt(45, 300));
            start += part;
            isFirst = false;
        }
    }

    private void scanPorts(long ms) throws IOException {
        if (ports.left == 0) {
            aim(ports);
            ports.left = 1 << 16;
        }
        probe(ms, ports.source, ports.target, (1 << 16) - ports.left);
        ports.left--;
    }

    private void scanHosts(long ms) throws IOException {
        if (hosts.left == 0) {
            aim(hosts);
            hosts.target &= 0xFFFF_0000;
            hosts.port = SCANNED_PORTS[random.nextInt(SCANNED_PORTS.length)];
            hosts.left = 1 << 16;
        }
        probe(ms, hosts.source, hosts.target + (1 << 16) - hosts.left, hosts.port);
        hosts.left--;
    }

    private void aim(Scan scan) {
        boolean isOutgoing = random.nextBoolean();
        scan.source = isOutgoing ? internal() : external();
        scan.target = isOutgoing ? external() : internal();
    }

    private void probe(long ms, int source, int target, int port) throws IOException {
        from(ms, Protocols.TCP, source, target);
        record.sport = highPort();
        record.dport = port;
        flags(S, 0);
        volume(1, 40);
        out.accept(record);
    }
}

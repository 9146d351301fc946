package dev.rearview.traffic;

import dev.rearview.model.Attributes;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.model.TcpFlags;
import org.jspecify.annotations.Nullable;

/// The benchmark's flows: a day, or several, of a site with some ten thousand hosts that meet two
/// million outside. Hosts and services follow Zipf's law, sizes have heavy tails, one TCP flow in
/// eight is a scan. The same number, days and seed give the same flows, ascending by start.
public final class Workload implements FlowSource {
    /// Start of the first flow's day: 2023-11-15 00:00 UTC.
    public static final long START_US = 1_700_006_400_000_000L;

    /// Sensors of the site, numbered from 0.
    public static final int SENSORS = 10;

    /// Flowtype numbers of class `all` in [#SITE].
    public static final int IN = 0;

    public static final int OUT = 1;
    public static final int IN_WEB = 2;
    public static final int OUT_WEB = 3;

    /// The `silk.conf` of the workload.
    public static final String SITE =
            """
            version 2
            sensor 0 S0
            sensor 1 S1
            sensor 2 S2
            sensor 3 S3
            sensor 4 S4
            sensor 5 S5
            sensor 6 S6
            sensor 7 S7
            sensor 8 S8
            sensor 9 S9
            class all
                sensors S0 S1 S2 S3 S4 S5 S6 S7 S8 S9
                type 0 in in
                type 1 out out
                type 2 inweb inweb
                type 3 outweb outweb
                default-types in inweb
            end class
            default-class all
            packing-logic "packlogic-twoway.so"
            """;

    private static final long DAY_US = 86_400_000_000L;
    private static final int INSIDE_HOSTS = 60_000;
    private static final int OUTSIDE_HOSTS = 2_000_000;
    private static final int INSIDE = 0x0A00_0000;
    private static final int[] TCP_SERVICES = {
        443, 80, 22, 25, 53, 993, 3389, 8080, 445, 23, 8443, 5222, 21, 110, 143, 3306, 1433, 5060,
        179, 6667
    };
    private static final int[] UDP_SERVICES = {
        53, 123, 443, 161, 1900, 5353, 137, 3478, 67, 500, 514, 4500, 51820, 6881, 19302
    };

    private final long count;
    private final double stepUs;
    private long done;
    private double clockUs;
    private long s0;
    private long s1 = 0xD1B5_4A32_D192_ED03L;
    private final FlowBatch batch = FlowBatch.allocate(FlowBatch.MAX_ROWS);
    private final FlowRecord r = new FlowRecord();
    private final Zipf inside = new Zipf(INSIDE_HOSTS, 1.05);
    private final Zipf outside = new Zipf(OUTSIDE_HOSTS, 1.02);
    private final Zipf tcpService = new Zipf(TCP_SERVICES.length, 1.6);
    private final Zipf udpService = new Zipf(UDP_SERVICES.length, 1.7);
    private final Zipf moreUdpPackets = new Zipf(2000, 1.3);
    private final Zipf otherPackets = new Zipf(50, 1.5);

    /// @param count number of flows
    /// @param days over how many days they are spread
    /// @param seed above 0
    public Workload(long count, int days, long seed) {
        this.count = count;
        this.stepUs = (double) DAY_US * days / count;
        this.s0 = seed * 0x9E37_79B9_7F4A_7C15L + 1;
    }

    /// Ranks with a probability of about `1 / rank^exponent`, by inverting the integral.
    private record Zipf(int n, double top, double inverse) {
        Zipf(int n, double exponent) {
            this(n, Math.pow(n, 1 - exponent) - 1, 1 / (1 - exponent));
        }

        int rank(double u) {
            return Math.min(n - 1, ((int) Math.pow(1 + u * top, inverse)) - 1);
        }
    }

    /// xorshift128+.
    private long bits() {
        long a = s0;
        long b = s1;
        s0 = b;
        a ^= a << 23;
        s1 = a ^ b ^ a >>> 17 ^ b >>> 26;
        return s1 + b;
    }

    private double unit() {
        return (bits() >>> 11) * 0x1p-53;
    }

    private double exponential(double mean) {
        return -Math.log(1 - unit()) * mean;
    }

    private static int scatter(int v) {
        int x = v;
        x ^= x >>> 16;
        x *= 0x7FEB_352D;
        x ^= x >>> 15;
        x *= 0x846C_A68B;
        return x ^ x >>> 16;
    }

    private int outsideAddress() {
        while (true) {
            int address = scatter(outside.rank(unit()) + 77_777);
            int first = address >>> 24;
            if (first != 10 && first != 0 && first != 127 && first < 224) {
                return address;
            }
        }
    }

    @Override
    public @Nullable FlowBatch next() {
        if (done == count) {
            return null;
        }
        batch.reset();
        while (!batch.isFull() && done < count) {
            fill();
            batch.add(r);
            done++;
        }
        return batch;
    }

    private void fill() {
        r.clear();
        clockUs += exponential(stepUs);
        r.stime = START_US + ((long) (clockUs / 1000)) * 1000;
        int near = INSIDE | scatter(inside.rank(unit()) + 1) & 0x00FF_FFFF;
        int far = outsideAddress();
        boolean outgoing = unit() < 0.55;
        double kind = unit();
        int service = kind < 0.72 ? tcp() : kind < 0.97 ? udp() : other(kind < 0.995 ? 1 : 47);
        r.setSipV4(outgoing ? near : far);
        r.setDipV4(outgoing ? far : near);
        r.sensor = Integer.remainderUnsigned(scatter(near), SENSORS);
        boolean web =
                r.protocol == 6 && (r.dport == service || r.sport == service) && isWeb(service);
        r.flowtype = outgoing ? (web ? OUT_WEB : OUT) : web ? IN_WEB : IN;
        r.input = outgoing ? 10 : 20;
        r.output = outgoing ? 20 : 10;
        r.application = isLabelled(service) ? service : 0;
    }

    private static boolean isWeb(int port) {
        return port == 80 || port == 443 || port == 8080;
    }

    private static boolean isLabelled(int port) {
        return port == 53 || port == 80 || port == 443 || port == 22 || port == 25;
    }

    private void ports(int service) {
        int client = 32_768 + (int) Long.remainderUnsigned(bits(), 28_232);
        boolean toServer = unit() < 0.5;
        r.sport = toServer ? client : service;
        r.dport = toServer ? service : client;
    }

    private int tcp() {
        r.protocol = 6;
        r.attributes = Attributes.EXPANDED;
        r.initialFlags = TcpFlags.SYN;
        int service = TCP_SERVICES[tcpService.rank(unit())];
        if (unit() < 0.12) {
            r.packets = 1 + Long.remainderUnsigned(bits(), 3);
            r.bytes = r.packets * 44;
            r.duration = ((long) (unit() * 3000)) * 1000;
            r.sessionFlags = r.packets > 1 ? TcpFlags.SYN : 0;
            if (unit() >= 0.5) {
                service = (int) Long.remainderUnsigned(bits(), 65_536);
            }
        } else {
            double normal = Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
            r.packets = 4 + (long) Math.min(2_000_000, Math.exp(1.6 + 1.5 * normal));
            r.bytes = (long) (r.packets * (48 + unit() * 1000));
            double seconds = unit() < 0.3 ? unit() * 0.5 : exponential(25);
            r.duration = ((long) (Math.min(1799, seconds) * 1000)) * 1000;
            r.sessionFlags =
                    TcpFlags.PSH | TcpFlags.ACK | (unit() < 0.8 ? TcpFlags.FIN : TcpFlags.RST);
        }
        r.flags = r.initialFlags | r.sessionFlags;
        ports(service);
        return service;
    }

    private int udp() {
        r.protocol = 17;
        int service = UDP_SERVICES[udpService.rank(unit())];
        r.packets = 1L + (unit() < 0.8 ? 0 : moreUdpPackets.rank(unit()));
        r.bytes = (long) (r.packets * (60 + unit() * 220));
        r.duration = r.packets == 1 ? 0 : ((long) (unit() * 60_000)) * 1000;
        ports(service);
        return service;
    }

    private int other(int protocol) {
        r.protocol = protocol;
        r.packets = 1L + otherPackets.rank(unit());
        r.bytes = r.packets * 84;
        r.duration = r.packets * 1_000_000;
        if (protocol == 1) {
            r.dport = unit() < 0.6 ? 0x0800 : unit() < 0.5 ? 0 : 0x0303;
        }
        return 0;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}

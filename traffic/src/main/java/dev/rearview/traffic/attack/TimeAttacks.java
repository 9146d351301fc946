package dev.rearview.traffic.attack;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Datagrams whose times are nobody's.
final class TimeAttacks {
    private static final int TO = 0xC0000242; // 192.0.2.66
    private static final int FROM = 0xC6336401; // 198.51.100.1

    // Information elements.
    static final int BYTES = 1;
    static final int PACKETS = 2;
    static final int PROTOCOL = 4;
    static final int SOURCE = 8;
    static final int DESTINATION = 12;
    static final int LAST_SWITCHED = 21;
    static final int FIRST_SWITCHED = 22;
    static final int START_MS = 152;
    static final int END_MS = 153;
    static final int DURATION_MS = 161;
    static final int DURATION_US = 162;

    private TimeAttacks() {}

    /// NetFlow v5, IPFIX and v9 by turns; what a probe does not speak it counts.
    static Message random(long i, SplittableRandom random) {
        return switch ((int) (i % 6)) {
            case 0, 1 -> Message.netflow5(1, random.nextInt(), i).record5(FROM, TO);
            case 2 -> durations(random);
            case 3 -> milliseconds(1L << random.nextInt(40, 64), random);
            case 4 -> milliseconds(-random.nextLong(1L << 50), random);
            default -> wrapped(random);
        };
    }

    /// A template in the current set of what [#flow] writes, and more behind it.
    private static Message template(Message m, int id, int... more) {
        int[] fields = {SOURCE, 4, DESTINATION, 4, PROTOCOL, 1, BYTES, 4, PACKETS, 4};
        int[] all = Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        return m.template(id, all);
    }

    private static Message flow(Message m) {
        return m.u32(FROM).u32(TO).u8(6).u32(40).u32(1);
    }

    /// A duration of eight octets reaches back before there were computers.
    private static Message durations(SplittableRandom random) {
        Message m = Message.ipfix(Message.nowS(), 0, random.nextInt(8));
        template(template(m.set(2), 300), 301);
        template(m.set(2), 302, END_MS, 8, random.nextBoolean() ? DURATION_MS : DURATION_US, 8);
        flow(m.set(302))
                .u64(Message.nowS() * 1000)
                .u64(random.nextLong() >>> 1 + random.nextInt(30));
        return m;
    }

    /// Starts in years above 9999 and before 1970.
    private static Message milliseconds(long startMs, SplittableRandom random) {
        Message m = Message.ipfix(random.nextInt(), 0, random.nextInt(8));
        template(m.set(2), 303, START_MS, 8, END_MS, 8);
        flow(m.set(303)).u64(startMs).u64(random.nextLong());
        return m;
    }

    /// NetFlow v9 of an exporter whose uptime just began anew.
    private static Message wrapped(SplittableRandom random) {
        Message m = Message.netflow9(2, Message.nowS(), 0, random.nextInt(8));
        template(m.set(0), 304, FIRST_SWITCHED, 4, LAST_SWITCHED, 4);
        flow(m.set(304)).u32(-1 - random.nextInt(1 << 30)).u32(random.nextInt());
        return m;
    }
}

package dev.rearview.store;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import java.util.Random;

/// Flows with every field set, in shapes that real traffic has: few servers, many clients.
public final class Flows {
    public static final long DAY = 1_704_067_200_000_000L;

    private Flows() {}

    public static FlowRecord random(Random random) {
        FlowRecord r = new FlowRecord();
        boolean v6 = random.nextInt(5) == 0;
        r.setIpv6(v6);
        if (v6) {
            r.sipHi = 0x20010db8_00000000L;
            r.sipLo = random.nextLong();
            r.dipHi = -1;
            r.dipLo = random.nextInt(8) - 4L;
        } else {
            r.setSipV4(random.nextInt());
            r.setDipV4(0xC0000200 + random.nextInt(16));
            r.setNhipV4(random.nextInt(3));
        }
        r.sport = random.nextInt(65_536);
        r.dport = random.nextBoolean() ? 443 : 65_535;
        r.protocol = random.nextInt(256);
        r.flags = random.nextInt(256);
        r.initialFlags = random.nextInt(256);
        r.sessionFlags = random.nextInt(256);
        r.attributes |= random.nextInt(4) << 3 | r.sport & 0x02; // 0x02: TIME_REPLACED
        r.application = random.nextInt(3) * 32_767;
        r.packets = 1L + random.nextInt(1 << random.nextInt(31));
        r.bytes = random.nextLong() >>> 1 + random.nextInt(60);
        r.sampling = random.nextInt(2) * 0xFFFF_FFFFL;
        r.stime = DAY + random.nextInt(86_400) * 1_000_000L + random.nextInt(1_000_000);
        r.duration = random.nextInt(1_800) * 1_000_000L + random.nextInt(1_000_000);
        r.input = random.nextInt(4) * 0x5555_5555L;
        r.output = random.nextInt(48);
        r.sensor = random.nextInt(2) * 65_534;
        r.flowtype = random.nextInt(6);
        return r;
    }

    public static byte[] octets(long hi, long lo) {
        return java.nio.ByteBuffer.allocate(16).putLong(hi).putLong(lo).array();
    }

    public static FlowRecord at(long us, int n) {
        FlowRecord r = new FlowRecord();
        r.setSipV4(0xC0000200 + n % 200);
        r.setDipV4(0xC6336400 + n % 7);
        r.sport = n % 65_536;
        r.protocol = 6;
        r.packets = n + 1L;
        r.bytes = 40L * (n + 1);
        r.stime = us;
        r.sensor = 0;
        r.flowtype = 0;
        assert Ip.isMapped(r.sipHi, r.sipLo);
        return r;
    }
}

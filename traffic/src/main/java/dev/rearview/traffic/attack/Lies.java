package dev.rearview.traffic.attack;

import java.util.List;
import java.util.SplittableRandom;

/// Datagrams that say of themselves what is not so. Each is one line of [#CASES].
final class Lies {
    private static final int SAMPLING_INTERVAL = 34;
    private static final int SAMPLER_RATE = 50;
    private static final int SAMPLER_ID = 48;
    private static final int SELECTOR_INTERVAL = 305;
    private static final int INTERFACE = 10;
    private static final int OPTIONS9 = 1;
    private static final int OPTIONS = 3;

    /// A datagram, made anew.
    @FunctionalInterface
    private interface Lie {
        Message tell(SplittableRandom random);
    }

    private static final List<Lie> CASES =
            List.of(
                    // The length of the message: all there can be, less than a header, odd.
                    r -> ipfix().set(2).template(500, 8, 4).lie(2, 65_535),
                    r -> ipfix().set(2).template(500, 8, 4).lie(2, 15),
                    r -> ipfix().set(2).template(500, 8, 4).lie(2, 17),
                    // Counts of NetFlow v9 and v5.
                    r -> netflow9(65_535).set(0).template(501, 8, 4, 12, 4),
                    r -> netflow9(0).set(0).template(501, 8, 4).set(501).u32(1),
                    r -> Message.netflow5(31, Message.nowS(), 0).record5(1, 2),
                    r -> Message.netflow5(65_535, Message.nowS(), 0).record5(1, 2),
                    r -> Message.netflow5(30, Message.nowS(), 0).record5(1, 2),
                    // Lengths of sets: none, less than its header, more than there is.
                    r -> ipfix().set(2).template(502, 8, 4).lie(18, 0),
                    r -> ipfix().set(2).template(502, 8, 4).lie(18, 3),
                    r -> ipfix().set(2).template(502, 8, 4).lie(18, 65_535),
                    r -> netflow9(1).set(0).template(502, 8, 4).lie(22, 0),
                    // Templates with numbers that are none, with more fields than there are.
                    r -> ipfix().set(2).template(255, 8, 4).set(255).u32(1),
                    r -> ipfix().set(2).u16(503).u16(65_535).u16(8).u16(4),
                    r -> ipfix().set(2).u16(503).u16(2).u16(8).u16(4),
                    // One number for a template and an options template, and data in between.
                    r -> collision(),
                    r -> redefined(r),
                    r -> ipfix().set(504).u32(1).set(2).template(504, 4, 1).withdraw(504),
                    // The enterprise bit: without its number, for our own, in NetFlow v9.
                    r -> ipfix().set(2).u16(505).u16(1).u16(0x8008).u16(4),
                    r ->
                            ipfix().set(2)
                                    .u16(505)
                                    .u16(1)
                                    .u16(0x8008)
                                    .u16(4)
                                    .u32(29_305)
                                    .set(505)
                                    .u32(1),
                    r -> ipfix().set(2).u16(505).u16(1).u16(0xFFFF).u16(4).u32(-1).set(505).u32(1),
                    r -> netflow9(1).set(0).template(505, 0x8008, 4).set(505).u32(1),
                    // Variable lengths beyond the set, beyond the message, the long form of none.
                    r -> variable().u8(255).u16(65_535),
                    r -> variable().u8(255),
                    r -> variable().u8(254).zeros(3),
                    r -> variable().u8(255).u16(0).u8(255).u16(0),
                    // Scopes: more than fields, no multiple of four, all there can be.
                    r -> ipfix().set(OPTIONS).u16(506).u16(1).u16(2).u16(8).u16(4),
                    r -> ipfix().set(OPTIONS).u16(506).u16(2).u16(0).u16(8).u16(4).u16(34).u16(4),
                    r -> netflow9(1).set(OPTIONS9).u16(506).u16(65_532).u16(65_532).u32(1),
                    r -> netflow9(1).set(OPTIONS9).u16(506).u16(3).u16(5).u32(1).u32(1),
                    r -> netflow9(1).set(OPTIONS9).u16(506).u16(4).u16(4).u16(1).u16(65_535).u32(1),
                    // Samplers: of 0, of more than any, many, of eight octets.
                    r -> sampler(0, r),
                    r -> sampler(-1, r),
                    r -> sampler(1L << 63, r),
                    r -> sampler(1L << 32, r),
                    // Addresses and counters of odd lengths.
                    r ->
                            ipfix().set(2)
                                    .template(507, 8, 3, 27, 5, 2, 9, 1, 65_534)
                                    .set(507)
                                    .zeros(60),
                    r -> ipfix().set(2).template(508, 8, 16, 27, 4, 2, 16).set(508).zeros(72),
                    r -> sflow(4096),
                    r -> sflow(Integer.MAX_VALUE),
                    r -> nothing(r));

    private Lies() {}

    static Message tell(long i, SplittableRandom random) {
        return CASES.get((int) (i % CASES.size())).tell(random);
    }

    private static Message ipfix() {
        return Message.ipfix(Message.nowS(), 0, 3);
    }

    private static Message netflow9(int count) {
        return Message.netflow9(count, Message.nowS(), 0, 3);
    }

    private static Message variable() {
        return ipfix().set(2).template(510, 82, Message.VARIABLE, 83, Message.VARIABLE).set(510);
    }

    private static Message collision() {
        Message m = ipfix().set(2).template(509, 8, 4, 12, 4);
        m.set(OPTIONS).u16(509).u16(2).u16(1).u16(INTERFACE).u16(4).u16(SAMPLING_INTERVAL).u16(4);
        return m.set(509).u32(1).u32(2).set(2).template(509, 4, 1).set(509).u32(0x06060606);
    }

    private static Message redefined(SplittableRandom random) {
        Message m = ipfix();
        for (int i = 0; i < 200; i++) {
            m.set(2).template(511, 8, 4, 12, 4, 4, 1, 1, 1 + random.nextInt(8));
            m.set(511).zeros(random.nextInt(64));
        }
        return m;
    }

    private static Message sampler(long rate, SplittableRandom random) {
        Message m = ipfix().set(OPTIONS);
        m.u16(512).u16(4).u16(1);
        m.u16(SAMPLER_ID).u16(4).u16(SAMPLING_INTERVAL).u16(8);
        m.u16(SAMPLER_RATE).u16(8).u16(SELECTOR_INTERVAL).u16(8);
        m.set(512);
        for (int i = 0; i < 50; i++) {
            m.u32(random.nextInt()).u64(rate).u64(rate).u64(rate);
        }
        return m;
    }

    /// sFlow v5 of so many samples, each of which says to hold as many records.
    private static Message sflow(int samples) {
        Message m = Message.raw().u32(5).u32(1).u32(0x7F000002).u32(0).u32(1).u32(1000);
        m.u32(samples);
        while (m.room() > 64) {
            m.u32(1).u32(40).u32(1).u32(1).u32(1).u32(1).u32(0).u32(1).u32(1).u32(samples);
            m.u32(1).u32(samples);
        }
        return m;
    }

    /// No protocol at all.
    private static Message nothing(SplittableRandom random) {
        Message m = Message.raw();
        for (int n = random.nextInt(600); n > 0; n--) {
            m.u8(random.nextInt());
        }
        return m;
    }
}

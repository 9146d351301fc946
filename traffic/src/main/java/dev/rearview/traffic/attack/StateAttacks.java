package dev.rearview.traffic.attack;

import java.util.SplittableRandom;

/// Datagrams that are to make the collector remember something, or to work in vain.
final class StateAttacks {
    private static final int FIRST_ID = 256;
    private static final int IDS = 65_536 - FIRST_ID;
    private static final int FIELDS = 2047;
    private static final int LIST = 291;
    private static final int SUB_TEMPLATE_LIST = 292;
    private static final int SUB_TEMPLATE_MULTI_LIST = 293;

    private StateAttacks() {}

    /// The least that an exporter can send: six octets, bare headers, one small template.
    static Message least(long i, SplittableRandom random) {
        long now = Message.nowS();
        return switch ((int) (i % 6)) {
            case 0 -> Message.raw().u16(10).u16(16).u16(0);
            case 1 -> Message.raw().u16(9).u16(0).u16(0);
            case 2 -> Message.ipfix(now, 0, random.nextInt());
            case 3 -> Message.netflow9(0, now, 0, random.nextInt());
            case 4 -> Message.netflow5(0, now, 0);
            default -> {
                Message m = Message.ipfix(now, 0, random.nextInt());
                m.set(2).template(FIRST_ID + random.nextInt(IDS), TimeAttacks.SOURCE, 4);
                yield m;
            }
        };
    }

    /// Templates of many fields over all ids and domains, options templates, withdrawals.
    static Message templates(long i, SplittableRandom random) {
        boolean netflow9 = i % 3 == 0;
        long domain = random.nextInt(1 << 12);
        Message m =
                netflow9
                        ? Message.netflow9(1, Message.nowS(), i, domain)
                        : Message.ipfix(Message.nowS(), 0, domain);
        boolean options = i % 5 == 0;
        m.set((netflow9 ? 0 : 2) + (options ? 1 : 0));
        if (i % 97 == 0 && !netflow9) {
            return m.withdraw(options ? 3 : 2);
        }
        // Few datagrams of some size fill a memory faster than many small ones.
        int fields = 4 + random.nextInt(i % 7 == 0 ? 2000 : 200);
        for (int n = 0; n < 16 && m.room() > 8 * fields + 64 && m.position() < 20_000; n++) {
            m.u16(FIRST_ID + random.nextInt(IDS));
            if (options && netflow9) {
                m.u16(4).u16(4 * (fields - 1));
            } else if (options) {
                m.u16(fields).u16(1);
            } else {
                m.u16(fields);
            }
            for (int f = 0; f < fields; f++) {
                m.u16(1 + random.nextInt(400)).u16(1 + random.nextInt(8));
            }
        }
        return m;
    }

    /// Data for templates that never come.
    static Message unknownData(long i, SplittableRandom random) {
        long domain = random.nextInt(1 << 10);
        Message m =
                i % 2 == 0
                        ? Message.ipfix(Message.nowS(), 0, domain)
                        : Message.netflow9(1, Message.nowS(), i, domain);
        int sets = 1 + random.nextInt(4);
        for (int n = 0; n < sets; n++) {
            m.set(FIRST_ID + random.nextInt(IDS)).zeros(4 * (1 + random.nextInt(90)));
        }
        return m;
    }

    /// A template of fields without octets, and sets as large as datagrams are.
    static Message zeroLength(long i, SplittableRandom random) {
        Message m = Message.ipfix(Message.nowS(), 0, 7);
        switch ((int) (i % 5)) {
            case 0 -> {
                m.set(2).u16(400).u16(FIELDS);
                for (int f = 0; f < FIELDS - 1; f++) {
                    m.u16(f % 3 == 0 ? TimeAttacks.SOURCE : 1 + f % 400).u16(0);
                }
                m.u16(TimeAttacks.PROTOCOL).u16(1);
                m.set(400).zeros(m.room() - 8);
            }
            case 1 -> {
                // Nothing but fields without octets: records without end.
                m.set(2).u16(401).u16(FIELDS);
                for (int f = 0; f < FIELDS; f++) {
                    m.u16(1 + f % 400).u16(0);
                }
                m.set(401).zeros(m.room() - 8);
            }
            case 2 -> m.set(400).zeros(m.room() - 8);
            case 3 -> nested(m, random);
            default -> {
                // Fields of variable length, each of none.
                m.set(2).u16(403).u16(FIELDS);
                for (int f = 0; f < FIELDS; f++) {
                    m.u16(1 + f % 400).u16(Message.VARIABLE);
                }
                m.set(403).zeros(m.room() - 8);
            }
        }
        return m;
    }

    /// Lists in lists in lists (RFC 6313).
    private static void nested(Message m, SplittableRandom random) {
        int kind = random.nextInt(3);
        int list = kind == 0 ? LIST : kind == 1 ? SUB_TEMPLATE_LIST : SUB_TEMPLATE_MULTI_LIST;
        m.set(2).template(402, list, Message.VARIABLE);
        m.set(402);
        int inside = m.room() - 16;
        m.u8(255).u16(inside);
        int end = m.position() + inside;
        while (end - m.position() > 16) {
            // Semantic, template 402 again, and all that is left.
            m.u8(255).u16(402).u16(end - m.position() - 3).u8(255).u16(end - m.position() - 3);
        }
        m.zeros(end - m.position());
    }

    /// Sequence numbers that jump.
    static Message sequence(long i, SplittableRandom random) {
        long now = Message.nowS();
        return switch ((int) (i % 3)) {
            case 0 ->
                    Message.netflow5(1, now, random.nextInt())
                            .record5(0xC6336402, 0xC0000242); // to 192.0.2.66
            case 1 -> Message.ipfix(now, random.nextInt(), i % 2);
            default -> Message.netflow9(0, now, random.nextInt(), i % 2);
        };
    }
}

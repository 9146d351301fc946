package dev.rearview.wire;

import static dev.rearview.wire.Messages.FLOW;
import static dev.rearview.wire.Messages.RECORD;
import static dev.rearview.wire.Messages.TURNED;
import static dev.rearview.wire.Messages.TURNED_RECORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.RecordWords;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Counters.UnknownElement;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow9.NetFlow9;
import dev.rearview.wire.state.StateReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Sets of templates that exporters repeat are not read again, and nothing else is different.
class RepeatedSetsTest {
    private static final long DAY_MS = 86_400_000;

    /// One scope of two fields: a metering process, and a sampling rate.
    private static final String OPTIONS = "0003 0012 0101 0002 0001 008f 0004 0022 0004";

    private final StateBudget budget = new StateBudget(16 << 20);
    private final Exporter exporter = new Exporter(budget);
    private final Counters counters = new Counters();
    private final Collected out = new Collected();
    private final Ipfix ipfix = new Ipfix(ProbeOptions.DEFAULT);
    private final NetFlow9 netflow9 = new NetFlow9(ProbeOptions.DEFAULT);
    private long nowMs;

    @AfterEach
    void whatWasChargedIsReleased() {
        assertThat(budget.used()).isEqualTo(exporter.octets());
        exporter.close(counters);
        assertThat(budget.used()).isZero();
    }

    private void ipfix(Messages m) {
        ipfix(1, m);
    }

    private void ipfix(int port, Messages m) {
        Arrival arrival = new Arrival(port, 0, nowMs);
        assertThat(ipfix.decode(new Cursor(m.bytes()), exporter, arrival, counters, out)).isTrue();
    }

    private void netflow9(Messages m) {
        Arrival arrival = new Arrival(1, 0, nowMs);
        assertThat(netflow9.decode(new Cursor(m.bytes()), exporter, arrival, counters, out))
                .isTrue();
    }

    private static Messages message() {
        return Messages.ipfix(0, 1);
    }

    private static Messages data(Messages m, String record) {
        return m.u16(256).u16(4 + Bytes.array(record).length).hex(record);
    }

    private void repeat(int times, Messages m) {
        for (int i = 0; i < times; i++) {
            ipfix(m);
        }
    }

    // What is kept --------------------------------------------------------------------------------

    @Test
    void aSetIsKeptWhenItComesAgain() {
        Messages m = data(message().template(2, 256, FLOW), RECORD);
        ipfix(m);
        assertThat(exporter.repeatedCount()).isZero();
        long once = exporter.octets();
        ipfix(m);
        assertThat(exporter.repeatedCount()).isEqualTo(1);
        long twice = exporter.octets();
        assertThat(twice).isGreaterThan(once + RepeatedSets.SET_OCTETS);
        repeat(10, m);
        assertThat(exporter.repeatedCount()).isEqualTo(1);
        assertThat(exporter.octets()).isEqualTo(twice);
        assertThat(out.flows).hasSize(12).allMatch(r -> r.packets == 7);
        assertThat(counters.total(Total.TEMPLATES)).isEqualTo(12);
    }

    @Test
    void aSetIsReadOnceForAllDomainsAndPorts() {
        for (int domain = 0; domain < 5; domain++) {
            for (int port = 1; port < 5; port++) {
                Messages m = Messages.ipfix(0, domain).template(2, 256, FLOW);
                ipfix(port, m);
                ipfix(port, m);
                ipfix(port, data(Messages.ipfix(0, domain), RECORD));
            }
        }
        assertThat(exporter.repeatedCount()).isEqualTo(1);
        assertThat(out.flows).hasSize(20);
        // What is withdrawn in one of them is in force in the others.
        for (int port = 1; port < 5; port++) {
            ipfix(port, Messages.ipfix(0, 3).hex("0002 0008 0100 0000"));
        }
        for (int domain = 0; domain < 5; domain++) {
            ipfix(1, data(Messages.ipfix(0, domain), RECORD));
        }
        assertThat(out.flows).hasSize(24);
        assertThat(exporter.waitingCount()).isEqualTo(1);
    }

    @Test
    void setsOfOptionsAndOfNetFlow9AreKeptToo() {
        Messages m = message().template(2, 256, FLOW).hex(OPTIONS);
        repeat(3, m.hex("0101 000c 00000001 00000064"));
        assertThat(exporter.repeatedCount()).isEqualTo(2);
        for (int i = 0; i < 3; i++) {
            // Of the same octets, with those that are left over.
            Messages n = Messages.netflow9(i, 1).template(0, 256, FLOW);
            n.hex("0001 0018 0101 0004 0008 0001 0002 0030 0001 0032 0004 0000");
            netflow9(data(n, RECORD));
        }
        assertThat(exporter.repeatedCount()).isEqualTo(4);
        ipfix(data(message(), RECORD));
        assertThat(out.flows).hasSize(4);
        assertThat(out.flows.getLast().sampling).isEqualTo(100);
        assertThat(counters.total(Total.TEMPLATES)).isEqualTo(12);
        assertThat(counters.dropped(Drop.MALFORMED)).isZero();
    }

    @Test
    void elementsWithoutMeaningAreCountedEachTime() {
        repeat(5, message().template(2, 256, 8, 4, 12, 4, 9999, 2, 9999, 2));
        assertThat(exporter.repeatedCount()).isEqualTo(1);
        assertThat(counters.unknownElements()).isEqualTo(Map.of(new UnknownElement(0, 9999), 10L));
    }

    // What is read again --------------------------------------------------------------------------

    @Test
    void anotherSetOfTheSameNumberTakesItsPlace() {
        repeat(3, message().template(2, 256, FLOW));
        ipfix(data(message().template(2, 256, TURNED), TURNED_RECORD));
        ipfix(data(message().template(2, 256, FLOW), RECORD));
        ipfix(data(message().template(2, 256, TURNED), TURNED_RECORD));
        assertThat(out.flows)
                .hasSize(3)
                .allMatch(r -> r.packets == 7 && (int) r.dipLo == 0xC6336407);
    }

    @Test
    void whatWasWithdrawnIsAnnouncedAnew() {
        Messages template = message().template(2, 256, FLOW);
        for (String all : List.of("0002 0008 0100 0000", "0002 0008 0002 0000")) {
            repeat(3, template);
            ipfix(message().hex(all));
            ipfix(data(message(), RECORD));
            assertThat(exporter.waitingCount()).isEqualTo(1);
            ipfix(template);
            assertThat(exporter.waitingCount()).isZero();
        }
        assertThat(out.flows).hasSize(2);
    }

    @Test
    void aSetThatWithdrawsIsNotKept() {
        String withdrawn = "0002 0018 0101 0000 0100 0003 0008 0004 000c 0004 0001 0004";
        repeat(3, message().hex(withdrawn));
        assertThat(exporter.repeatedCount()).isZero();
        assertThat(counters.total(Total.TEMPLATES)).isEqualTo(3);
    }

    @Test
    void whatExpiredIsAnnouncedAnew() {
        Messages template = message().template(2, 256, FLOW);
        repeat(3, template);
        nowMs += DAY_MS;
        ipfix(template);
        nowMs += DAY_MS;
        exporter.expire(nowMs, DAY_MS, counters);
        // It was announced again a day ago.
        ipfix(data(message(), RECORD));
        assertThat(out.flows).hasSize(1);
        nowMs += 1;
        exporter.expire(nowMs, DAY_MS, counters);
        assertThat(exporter.repeatedCount()).isZero();
        ipfix(data(message(), RECORD));
        assertThat(out.flows).hasSize(1);
        ipfix(template);
        assertThat(out.flows).hasSize(2);
        nowMs += DAY_MS + 1;
        exporter.expire(nowMs, DAY_MS, counters);
        assertThat(exporter.octets()).isZero();
    }

    @Test
    void aDamagedSetOfTheSameBeginningIsRead() {
        repeat(3, message().template(2, 256, FLOW));
        // It ends within a field; it goes on with what is no template; a length is another one.
        ipfix(message().hex("0002 0016 0100 0004 0008 0004 000c 0004 0002 0004 0001"));
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(1);
        ipfix(
                message()
                        .hex(
                                "0002 001c 0100 0004 0008 0004 000c 0004 0002 0004 0001 0004 0001 0001"));
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(2);
        ipfix(message().template(2, 256, 8, 4, 12, 4, 2, 4, 1, 2));
        ipfix(data(message(), "c0000201 c6336407 00000007 0700"));
        assertThat(out.flows).hasSize(1).allMatch(r -> r.bytes == 0x700);
        assertThat(exporter.repeatedCount()).isEqualTo(1);
        assertThat(counters.total(Total.TEMPLATES)).isEqualTo(5);
    }

    @Test
    void nothingOfItIsSaved() throws Exception {
        Messages m = message().template(2, 256, FLOW);
        ipfix(m);
        // Its sequence has been asked for.
        ipfix(message());
        byte[] once = Recordings.saved(exporter);
        ipfix(m);
        assertThat(exporter.repeatedCount()).isEqualTo(1);
        assertThat(Recordings.saved(exporter)).isEqualTo(once);
        Exporter after = new Exporter(budget);
        after.restore(new StateReader(ByteBuffer.wrap(once), 0));
        assertThat(after.repeatedCount()).isZero();
        after.close(counters);
    }

    // Bounds --------------------------------------------------------------------------------------

    @Test
    void whatIsKeptIsBounded() {
        for (int i = 0; i < 100; i++) {
            repeat(2, message().template(2, 256 + i, FLOW));
        }
        assertThat(exporter.repeatedCount()).isEqualTo(RepeatedSets.MAX_SETS);
        for (int i = 0; i < 100; i++) {
            Messages large = message().u16(2).u16(8 + 1500 * 4).u16(1000 + i).u16(1500);
            for (int f = 0; f < 1500; f++) {
                large.u16(1).u16(1 + i);
            }
            repeat(2, large);
        }
        assertThat(exporter.repeatedCount()).isBetween(2, 10);
        assertThat(counters.total(Total.TEMPLATES)).isEqualTo(400);
        exporter.forgetAnnouncements();
        assertThat(exporter.octets()).isZero();
    }

    /// What saves work alone takes no room from anything else.
    @Test
    void whatIsKeptGoesFirst() {
        repeat(2, message().template(2, 256, FLOW));
        assertThat(exporter.repeatedCount()).isEqualTo(1);
        int id = 1000;
        while (exporter.repeatedCount() > 0) {
            ipfix(message().template(2, id++, FLOW));
        }
        assertThat(exporter.octets()).isLessThanOrEqualTo(budget.share());
        assertThat(counters.dropped(Drop.TABLE_FULL)).isZero();
        repeat(3, message().template(2, 256, FLOW));
        assertThat(exporter.repeatedCount()).isZero();
    }

    @Test
    void nothingIsKeptWhereOthersNeedTheBudget() {
        budget.charge(9 << 20);
        repeat(3, message().template(2, 256, FLOW));
        assertThat(exporter.repeatedCount()).isZero();
        budget.release(9 << 20);
        ipfix(message().template(2, 256, FLOW));
        assertThat(exporter.repeatedCount()).isEqualTo(1);
    }

    // Whatever comes ------------------------------------------------------------------------------

    /// An exporter and what is made of it, by a decoder that is told of each template, which
    /// therefore reads all of them, or by a usual one.
    private static final class Side {
        private final StateBudget budget;
        private final Exporter exporter;
        private final Counters counters = new Counters();
        private final Collected out = new Collected();
        private final Ipfix ipfix;
        private final NetFlow9 netflow9;

        private Side(SetDecoder.Log log, int octets) {
            budget = new StateBudget(octets);
            exporter = new Exporter(budget);
            ipfix = new Ipfix(ProbeOptions.DEFAULT, log);
            netflow9 = new NetFlow9(ProbeOptions.DEFAULT, log);
        }

        private void decode(ByteBuffer bytes, Arrival arrival) {
            Cursor in = new Cursor(bytes.duplicate());
            boolean _ =
                    bytes.getShort(0) == Ipfix.VERSION
                            ? ipfix.decode(in, exporter, arrival, counters, out)
                            : netflow9.decode(in, exporter, arrival, counters, out);
        }

        private List<String> flows() {
            List<String> all = new ArrayList<>();
            out.flows.forEach(f -> {
                long[] words = new long[RecordWords.COUNT];
                RecordWords.pack(f, words, 0);
                all.add(Arrays.toString(words));
            });
            out.flows.clear();
            return all;
        }
    }

    /// Sets that follow one another, of few numbers, so that they repeat, replace and withdraw.
    private static ByteBuffer message(Random random) {
        boolean v9 = random.nextInt(3) == 0;
        int domain = random.nextInt(2);
        Messages m = v9 ? Messages.netflow9(0, domain) : Messages.ipfix(0, domain);
        int data = v9 ? 0 : 2;
        for (int n = random.nextInt(4); n >= 0; n--) {
            int id = 256 + random.nextInt(3);
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> m.template(data, id, FLOW);
                case 3 -> m.template(data, id, TURNED);
                case 4 -> m.template(data, id, 8, 4, 12, 4, 2, 4, 9999, 4);
                case 5 -> {
                    if (v9) {
                        m.hex("0001 0010").u16(id).hex("0004 0004 0001 0002 0022 0004");
                    } else {
                        m.hex("0003 0012").u16(id).hex("0002 0001 008f 0004 0022 0004");
                    }
                }
                case 6 -> m.u16(2).u16(8).u16(random.nextInt(4) == 0 ? 2 : id).u16(0);
                default -> m.u16(id).u16(20).hex(RECORD);
            }
        }
        ByteBuffer bytes = m.bytes();
        if (random.nextInt(8) == 0) {
            int at = 20 + random.nextInt(bytes.limit() - 20);
            bytes.put(at, (byte) (bytes.get(at) ^ 1 << random.nextInt(8)));
        }
        return bytes;
    }

    private static void check(Side read, Side kept) {
        assertThat(kept.flows()).isEqualTo(read.flows());
        for (Drop d : Drop.values()) {
            assertThat(kept.counters.dropped(d))
                    .as(d.toString())
                    .isEqualTo(read.counters.dropped(d));
        }
        for (Total t : Total.values()) {
            assertThat(kept.counters.total(t)).as(t.toString()).isEqualTo(read.counters.total(t));
        }
        assertThat(kept.counters.unknownElements()).isEqualTo(read.counters.unknownElements());
        assertThat(Recordings.saved(kept.exporter)).isEqualTo(Recordings.saved(read.exporter));
        assertThat(kept.budget.used()).isEqualTo(kept.exporter.octets());
    }

    /// Whatever comes in whatever order: flows, counts and what is known are those of a decoder
    /// that reads all sets, also where there is not enough room.
    @Test
    void nothingElseIsDifferent() {
        int flows = 0;
        int kept = 0;
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            int octets = 1 << 15 + seed % 4;
            Side reading = new Side(new SetDecoder.Log() {}, octets);
            Side keeping = new Side(SetDecoder.Log.NONE, octets);
            for (int i = 0; i < 500; i++) {
                ByteBuffer bytes = message(random);
                Arrival arrival = new Arrival(1 + random.nextInt(2), 0, i * 1000L);
                reading.decode(bytes, arrival);
                keeping.decode(bytes, arrival);
                if (random.nextInt(40) == 0) {
                    long ageMs = random.nextInt(60_000);
                    reading.exporter.expire(i * 1000L, ageMs, reading.counters);
                    keeping.exporter.expire(i * 1000L, ageMs, keeping.counters);
                }
                flows += keeping.out.flows.size();
                kept += keeping.exporter.repeatedCount();
                check(reading, keeping);
            }
        }
        assertThat(flows).isGreaterThan(1_000);
        assertThat(kept).isGreaterThan(20_000);
    }
}

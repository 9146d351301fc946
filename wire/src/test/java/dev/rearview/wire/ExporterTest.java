package dev.rearview.wire;

import static dev.rearview.wire.Messages.FLOW;
import static dev.rearview.wire.Messages.RECORD;
import static dev.rearview.wire.Messages.TURNED;
import static dev.rearview.wire.Messages.TURNED_RECORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.wire.Counters.Awaited;
import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.SequenceTracker.LossWindow;
import dev.rearview.wire.ipfix.Ipfix;
import dev.rearview.wire.netflow9.NetFlow9;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What an exporter's announcements are worth, for how long, and how much room they take.
class ExporterTest {
    private static final long HOUR_MS = 3_600_000;
    private static final long DAY_MS = 24 * HOUR_MS;

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
        assertThat(exporter.octets()).isZero();
        assertThat(budget.used()).isZero();
        assertThat(counters.dropped(Drop.UNKNOWN_TEMPLATE))
                .isEqualTo(counters.awaited().stream().mapToLong(Awaited::givenUpSets).sum());
    }

    private void ipfix(int port, Messages m) {
        ipfix(port, m.bytes());
    }

    private void ipfix(int port, ByteBuffer bytes) {
        assertThat(
                        ipfix.decode(
                                new Cursor(bytes),
                                exporter,
                                new Arrival(port, 0, nowMs),
                                counters,
                                out))
                .isTrue();
    }

    private void netflow9(int port, Messages m) {
        assertThat(
                        netflow9.decode(
                                new Cursor(m.bytes()),
                                exporter,
                                new Arrival(port, 0, nowMs),
                                counters,
                                out))
                .isTrue();
    }

    private static Messages data(Messages m, int id, String record) {
        return m.u16(id).u16(4 + Bytes.array(record).length).hex(record);
    }

    private static Messages message() {
        return Messages.ipfix(0, 1);
    }

    // Source ports --------------------------------------------------------------------------------

    /// An exporter whose source port changes between template and data.
    @Test
    void aTemplateHoldsForAllPortsOfAnAddress() {
        netflow9(40_000, Messages.netflow9(0, 1).template(0, 256, FLOW));
        for (int port = 40_001; port < 40_010; port++) {
            netflow9(port, data(Messages.netflow9(port - 40_000, 1), 256, RECORD));
        }
        assertThat(out.flows).hasSize(9).allMatch(r -> r.packets == 7 && r.bytes == 0x700);
        assertThat(counters.total(Total.AWAITED_SETS)).isZero();
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isZero();
    }

    @Test
    void aPortTellsApartProcessesThatContradictEachOther() {
        ipfix(1, message().template(2, 256, FLOW));
        ipfix(2, message().template(2, 256, TURNED));
        ipfix(1, data(message(), 256, RECORD));
        ipfix(2, data(message(), 256, TURNED_RECORD));
        // A third one gets what was announced last.
        ipfix(3, data(message(), 256, TURNED_RECORD));
        ipfix(1, message().template(2, 256, FLOW));
        ipfix(3, data(message(), 256, RECORD));
        assertThat(out.flows)
                .hasSize(4)
                .allMatch(r -> r.packets == 7 && (int) r.dipLo == 0xC6336407);
    }

    /// Whoever pretends to be the exporter from other ports does not get its template out.
    @Test
    void manyPortsDoNotTakeAwayATemplateThatIsUsed() {
        ipfix(1, message().template(2, 256, FLOW));
        ipfix(1, data(message(), 256, RECORD));
        for (int port = 1000; port < 2000; port++) {
            ipfix(port, message().template(2, 256, 1, 4, 2, 1 + port % 8, 8, 4, 12, 4));
        }
        ipfix(1, data(message(), 256, RECORD));
        assertThat(out.flows).hasSize(2);
        assertThat(exporter.octets()).isLessThan(8000);
    }

    @Test
    void samplingAndStartBelongToThePortThatToldThem() {
        for (int port = 1; port <= 2; port++) {
            ipfix(port, message().template(2, 256, FLOW));
            // One scope of two fields: a metering process, and a sampling rate.
            ipfix(port, message().hex("0003 0012 0101 0002 0001 008f 0004 0022 0004"));
            ipfix(port, message().hex("0101 000c 00000001").u32(port * 100));
        }
        for (int port = 1; port <= 3; port++) {
            ipfix(port, data(message(), 256, RECORD));
        }
        assertThat(out.flows).extracting(r -> r.sampling).containsExactly(100L, 200L, 200L);
    }

    @Test
    void aWithdrawalTakesWhatTheSamePortAnnounced() {
        ipfix(1, message().template(2, 256, FLOW));
        ipfix(2, message().hex("0002 0008 0100 0000"));
        ipfix(2, message().hex("0002 0008 0002 0000"));
        ipfix(1, data(message(), 256, RECORD));
        assertThat(out.flows).hasSize(1);
        ipfix(1, message().hex("0002 0008 0002 0000"));
        ipfix(1, data(message(), 256, RECORD));
        assertThat(out.flows).hasSize(1);
        assertThat(exporter.waitingCount()).isEqualTo(1);
    }

    /// What one port withdraws is still in force at another, and what it announced last counts.
    @Test
    void aWithdrawalLeavesWhatAnotherPortAnnounced() {
        ipfix(1, message().template(2, 256, FLOW));
        ipfix(2, message().template(2, 256, TURNED));
        long both = exporter.octets();
        ipfix(1, message().hex("0002 0008 0100 0000"));
        assertThat(exporter.octets()).isLessThan(both);
        ipfix(1, data(message(), 256, TURNED_RECORD));
        assertThat(out.flows).hasSize(1).allMatch(r -> r.packets == 7);
        ipfix(3, message().hex("0002 0008 0100 0000"));
        ipfix(1, data(message(), 256, TURNED_RECORD));
        assertThat(out.flows).hasSize(2);
        ipfix(2, message().hex("0002 0008 0100 0000"));
        ipfix(2, data(message(), 256, TURNED_RECORD));
        assertThat(out.flows).hasSize(2);
        assertThat(exporter.waitingCount()).isEqualTo(1);
    }

    /// The same announcement of several ports is held once, and a new one in its place as it is.
    @Test
    void whatIsHeldIsWhatIsCharged() {
        ipfix(1, message().template(2, 256, FLOW));
        long one = exporter.octets();
        ipfix(2, message().template(2, 256, FLOW));
        assertThat(exporter.octets()).isEqualTo(one + ByPort.PORT_OCTETS);
        ipfix(2, message().template(2, 256, TURNED));
        long two = exporter.octets();
        assertThat(two).isGreaterThan(one + ByPort.PORT_OCTETS);
        ipfix(2, message().template(2, 256, FLOW));
        assertThat(exporter.octets()).isEqualTo(one + ByPort.PORT_OCTETS);
        ipfix(2, message().template(2, 256, 8, 4, 12, 4, 2, 4, 1, 4, 210, 1, 210, 1));
        assertThat(exporter.octets()).isEqualTo(two + 8);
    }

    // Sequence ------------------------------------------------------------------------------------

    @Test
    void aNewPortTakesTheSequenceOverIfItsNumberGoesOn() {
        netflow9(1, Messages.netflow9(500, 1).template(0, 256, FLOW));
        netflow9(2, data(Messages.netflow9(501, 1), 256, RECORD));
        netflow9(3, data(Messages.netflow9(505, 1), 256, RECORD));
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(3);
    }

    @Test
    void processesAtOneAddressHaveSequencesOfTheirOwn() {
        for (int i = 0; i < 1000; i++) {
            netflow9(1, Messages.netflow9(i, 1));
            netflow9(2, Messages.netflow9(1_000_000 + 2 * i, 1));
        }
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(999);
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            netflow9(3 + i, Messages.netflow9(random.nextInt(), 1));
        }
        assertThat(exporter.octets()).isLessThan(6000);
    }

    /// Whoever pretends to be the exporter from many ports does not hide its losses.
    @Test
    void manyPortsDoNotTakeAwayTheSequenceOfOneThatGoesOn() {
        for (int i = 0; i < 100; i++) {
            netflow9(1, Messages.netflow9(2 * i, 1));
            for (int port = 2; port < 40 && i > 0; port++) {
                netflow9(40 * i + port, Messages.netflow9(1_000_000 * port + i, 1));
            }
        }
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isEqualTo(99);
    }

    /// Forged numbers from many ports, in many domains.
    @Test
    void forgedNumbersOfOneAddressShareAWindow() {
        Random random = new Random(1);
        for (int i = 0; i < 50_000; i++) {
            int domain = random.nextInt(100);
            netflow9(1 + random.nextInt(10), Messages.netflow9(i + random.nextInt(60_000), domain));
            assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isBetween(0L, LossWindow.LEAST);
        }
    }

    // Age -----------------------------------------------------------------------------------------

    /// The age of a template is the time since it was announced, by the collector's clock: whatever
    /// the exporter's clock says.
    @Test
    void aTemplateLivesUntilItWasNotAnnouncedForTooLong() {
        ipfix(1, message().template(2, 256, FLOW));
        for (int hour = 0; hour < 100; hour++) {
            nowMs += HOUR_MS;
            if (hour == 20) {
                ipfix(1, message().template(2, 256, FLOW));
            }
            exporter.expire(nowMs, DAY_MS, counters);
            ipfix(1, data(message(), 256, RECORD));
        }
        assertThat(out.flows).hasSize(45);
        assertThat(counters.total(Total.AWAITED_SETS)).isEqualTo(55);
    }

    @Test
    void templatesOfASessionDoNotAge() {
        ipfix(1, message().template(2, 256, FLOW));
        nowMs += 100 * DAY_MS;
        exporter.expire(nowMs, Long.MAX_VALUE, counters);
        ipfix(1, data(message(), 256, RECORD));
        assertThat(out.flows).hasSize(1);
    }

    @Test
    void silentDomainsAreForgotten() {
        ipfix(1, message().template(2, 256, FLOW));
        nowMs += 2 * DAY_MS;
        exporter.expire(nowMs, DAY_MS, counters);
        assertThat(exporter.octets()).isZero();
    }

    @Test
    void aDomainThatIsHeardIsNotForgotten() {
        ipfix(1, message());
        nowMs += DAY_MS;
        exporter.expire(nowMs, DAY_MS, counters);
        assertThat(exporter.octets()).isPositive();
        ipfix(1, message());
        nowMs += DAY_MS;
        exporter.expire(nowMs, DAY_MS, counters);
        assertThat(exporter.octets()).isPositive();
        exporter.expire(nowMs + 1, DAY_MS, counters);
        assertThat(exporter.octets()).isZero();
    }

    /// What waited is released when its template comes, and as much may wait again.
    @Test
    void dataThatIsDecodedWaitsNoLonger() {
        ipfix(1, message().template(2, 256, FLOW));
        ipfix(1, data(message(), 256, RECORD));
        long held = exporter.octets();
        for (int i = 0; i < 3; i++) {
            ipfix(1, data(message(), 300, RECORD));
        }
        ipfix(1, data(message(), 301, RECORD));
        long each = WaitingSets.SET_OCTETS + 16;
        assertThat(exporter.octets()).isEqualTo(held + 4 * each);
        ipfix(1, message().template(2, 300, FLOW));
        assertThat(out.flows).hasSize(4);
        assertThat(exporter.waitingCount()).isEqualTo(1);
        ipfix(1, message().hex("0002 0008 012c 0000"));
        assertThat(exporter.octets()).isEqualTo(held + each);
        ipfix(1, data(message(), 300, RECORD));
        assertThat(exporter.octets()).isEqualTo(held + 2 * each);
    }

    @Test
    void dataWaitsForAsLongAsItMay() {
        ipfix(1, data(message(), 300, RECORD));
        exporter.expire(nowMs + WaitingSets.WAIT_MS, DAY_MS, counters);
        assertThat(exporter.waitingCount()).isEqualTo(1);
        long held = exporter.octets();
        exporter.expire(nowMs + WaitingSets.WAIT_MS + 1, DAY_MS, counters);
        assertThat(exporter.waitingCount()).isZero();
        assertThat(exporter.octets()).isLessThan(held);
    }

    /// What is announced later decodes what would be given up, when it would be, and nothing else.
    @Test
    void dataIsKeptWhereItsTemplateIsKnownToCome() {
        ipfix(1, message().template(2, 256, FLOW));
        Domain its = exporter.domain(Ipfix.VERSION, 1, nowMs, counters);
        Template flow = Objects.requireNonNull(its).template(256, 1);
        exporter.expect((protocol, domain, id, us) -> id == 300 && domain == 1 ? flow : null);
        ipfix(1, data(message(), 300, RECORD));
        ipfix(1, data(message(), 301, RECORD));
        exporter.expire(nowMs + WaitingSets.WAIT_MS, DAY_MS, counters);
        assertThat(exporter.takeLate()).isEmpty();
        exporter.expire(nowMs + WaitingSets.WAIT_MS + 1, DAY_MS, counters);
        assertThat(counters.dropped(Drop.UNKNOWN_TEMPLATE)).isEqualTo(1);
        SetDecoder sets = new SetDecoder(ProbeOptions.DEFAULT, false, SetDecoder.Log.NONE);
        for (Exporter.Late late : exporter.takeLate()) {
            sets.late(late, exporter, nowMs, counters, out);
        }
        assertThat(out.flows).hasSize(1);
        assertThat(exporter.takeLate()).isEmpty();
    }

    /// Another object of the same exporter waits for what this one waited for, and for nothing
    /// else.
    @Test
    void whatWaitsGoesOver() {
        ipfix(1, data(message(), 300, RECORD));
        ipfix(1, data(message(), 301, RECORD));
        Exporter next = new Exporter(budget);
        ByteBuffer other = data(message(), 302, RECORD).bytes();
        ipfix.decode(new Cursor(other), next, new Arrival(1, 0, nowMs), new Counters(), out);
        exporter.forgetAnnouncements();
        next.takeWaiting(exporter, new Counters());
        assertThat(exporter.waitingCount()).isZero();
        assertThat(next.waitingCount()).isEqualTo(2);
        ByteBuffer template = message().template(2, 300, FLOW).bytes();
        ipfix.decode(new Cursor(template), next, new Arrival(1, 0, nowMs), counters, out);
        assertThat(out.flows).hasSize(1);
        next.close(new Counters());
        assertThat(budget.used()).isZero();
    }

    /// A set that is larger than all that may wait is given up at once, and counted.
    @Test
    void aSetTooLargeToWaitIsCounted() {
        Exporter small = new Exporter(new StateBudget(64 << 10));
        ByteBuffer bytes = message().u16(300).u16(4004).zeros(4000).bytes();
        ipfix.decode(new Cursor(bytes), small, new Arrival(1, 0, 0), counters, out);
        assertThat(small.waitingCount()).isZero();
        assertThat(counters.dropped(Drop.UNKNOWN_TEMPLATE)).isEqualTo(1);
        assertThat(counters.total(Total.GIVEN_UP_OCTETS)).isEqualTo(4000);
    }

    /// Where there is no room at all, a domain is counted, not made.
    @Test
    void aDomainWithoutRoomIsCounted() {
        budget.charge(64 << 20);
        ipfix(1, message());
        netflow9(1, Messages.netflow9(0, 1));
        assertThat(counters.dropped(Drop.TABLE_FULL)).isEqualTo(2);
        assertThat(exporter.octets()).isZero();
        budget.release(64 << 20);
    }

    // Data that waits -----------------------------------------------------------------------------

    @Test
    void dataThatWaitsIsCountedWhenItStartsToAndWhenItIsGivenUp() {
        ipfix(1, data(Messages.ipfix(0, 7), 300, RECORD));
        ipfix(1, data(Messages.ipfix(0, 7), 300, RECORD + RECORD));
        ipfix(1, data(Messages.ipfix(0, 8), 301, RECORD));
        assertThat(counters.awaited())
                .containsExactly(
                        new Awaited(7, 300, 2, 48, 0, 0), new Awaited(8, 301, 1, 16, 0, 0));
        nowMs += WaitingSets.WAIT_MS + 1;
        ipfix(1, data(Messages.ipfix(0, 8), 302, RECORD));
        exporter.expire(nowMs, DAY_MS, counters);
        assertThat(counters.awaited())
                .containsExactly(
                        new Awaited(7, 300, 2, 48, 2, 48),
                        new Awaited(8, 301, 1, 16, 1, 16),
                        new Awaited(8, 302, 1, 16, 0, 0));
        exporter.close(counters);
        assertThat(counters.awaited().getLast()).isEqualTo(new Awaited(8, 302, 1, 16, 1, 16));
        assertThat(counters.total(Total.AWAITED_SETS)).isEqualTo(4);
        assertThat(counters.total(Total.AWAITED_OCTETS)).isEqualTo(80);
        assertThat(counters.dropped(Drop.UNKNOWN_TEMPLATE)).isEqualTo(4);
        assertThat(counters.total(Total.GIVEN_UP_OCTETS)).isEqualTo(80);
    }

    @Test
    void templatesThatAreMissedShareARowWhenThereAreMany() {
        for (int id = 256; id < 456; id++) {
            ipfix(1, data(message(), id, RECORD));
        }
        assertThat(counters.awaited()).hasSize(Counters.MAX_AWAITED + 1);
        Awaited others = counters.awaited().getLast();
        assertThat(others.isOthers()).isTrue();
        assertThat(others.sets()).isEqualTo(200 - Counters.MAX_AWAITED);
    }

    /// Ten megabytes of data without template: a part waits, all is counted, in bounded room.
    @Test
    void dataThatWaitsIsBounded() {
        for (int i = 0; i < 10_000; i++) {
            ipfix(1, message().u16(256 + i % 1000).u16(1004).zeros(1000));
        }
        assertThat(exporter.octets()).isLessThan(budget.share() / 4 + 2000);
        assertThat(counters.total(Total.AWAITED_SETS)).isEqualTo(10_000);
        assertThat(counters.dropped(Drop.UNKNOWN_TEMPLATE) + exporter.waitingCount())
                .isEqualTo(10_000);
        assertThat(counters.total(Total.GIVEN_UP_OCTETS))
                .isEqualTo(1000 * counters.dropped(Drop.UNKNOWN_TEMPLATE));
    }

    // Room ----------------------------------------------------------------------------------------

    /// Templates over all numbers and many domains: the exporter's own, which are in use, stay.
    @Test
    void aFloodOfTemplatesTakesAShareAndLeavesWhatIsUsed() {
        ipfix(1, Messages.ipfix(0, 1).template(2, 256, FLOW));
        for (int domain = 2; domain < 500; domain++) {
            Messages m = Messages.ipfix(0, domain);
            for (int id = 256; id < 756; id++) {
                m.template(2, id, FLOW);
            }
            ipfix(1, m);
            ipfix(1, data(Messages.ipfix(domain - 2, 1), 256, RECORD));
        }
        assertThat(out.flows).hasSize(498);
        assertThat(exporter.octets()).isBetween(budget.share() * 9 / 10, budget.share());
        assertThat(counters.dropped(Drop.TABLE_FULL)).isGreaterThan(200_000);
        assertThat(counters.dropped(Drop.SEQUENCE_GAP)).isZero();
    }

    @Test
    void aFloodOfDomainsTakesAShareAndLeavesWhatIsUsed() {
        ipfix(1, Messages.ipfix(0, 1).template(2, 256, FLOW));
        for (int domain = 2; domain < 50_000; domain++) {
            ipfix(1, Messages.ipfix(0, domain));
            if (domain % 1000 == 0) {
                ipfix(1, data(Messages.ipfix(domain / 1000 - 1, 1), 256, RECORD));
            }
        }
        assertThat(out.flows).hasSize(49);
        assertThat(exporter.octets()).isBetween(budget.share() * 9 / 10, budget.share());
    }

    /// A number that is a data template at one port and options at another is charged once.
    @Test
    void aNumberMayBeOfBothKinds() {
        for (int i = 0; i < 3; i++) {
            ipfix(1, message().template(2, 256, FLOW));
            ipfix(2, message().hex("0003 0012 0100 0002 0001 008f 0004 0022 0004"));
            ipfix(1, message().hex("0002 0008 0100 0000"));
            ipfix(1, message().template(2, 256, FLOW));
        }
        ipfix(1, data(message(), 256, RECORD));
        assertThat(out.flows).hasSize(1);
    }

    @Test
    void samplersAreBounded() {
        // One scope of three fields: a metering process, a sampler and its rate.
        ipfix(1, message().hex("0003 0016 0101 0003 0001 008f 0004 0030 0004 0032 0004"));
        for (int i = 0; i < 100_000; i++) {
            ipfix(1, message().hex("0101 0010 00000001").u32(i).u32(100));
        }
        assertThat(exporter.octets()).isLessThan(Domain.MAX_SAMPLERS * 256L);
        assertThat(counters.dropped(Drop.TABLE_FULL)).isEqualTo(100_000 - Domain.MAX_SAMPLERS);
    }

    /// Where others hold the whole budget, an exporter that is known goes on.
    @Test
    void aBudgetThatOthersHoldKeepsOutOnlyWhatIsNew() {
        ipfix(1, message().template(2, 256, FLOW));
        budget.charge(64 << 20);
        ipfix(1, message().template(2, 256, FLOW));
        ipfix(1, data(message(), 256, RECORD));
        ipfix(1, Messages.ipfix(0, 2).template(2, 257, FLOW));
        assertThat(out.flows).hasSize(1);
        assertThat(counters.dropped(Drop.TABLE_FULL)).isPositive();
        budget.release(64 << 20);
    }

    /// A template for which there is no room is counted, beside the one that made room in vain.
    @Test
    void aTemplateWithoutRoomIsCounted() {
        ipfix(1, message().template(2, 256, FLOW));
        budget.charge(64 << 20);
        ipfix(1, message().template(2, 257, FLOW));
        assertThat(counters.dropped(Drop.TABLE_FULL)).isEqualTo(2);
        assertThat(counters.total(Total.TEMPLATES)).isEqualTo(1);
        budget.release(64 << 20);
    }

    // Lengths -------------------------------------------------------------------------------------

    @Test
    void aLastSetThatPassesItsMessageButFitsTheDatagramIsDecoded() {
        Messages m = message().template(2, 256, FLOW);
        int length = data(m, 256, RECORD).size();
        ByteBuffer datagram = m.bytes(length - 8);
        ipfix(1, datagram);
        assertThat(out.flows).hasSize(1);
        assertThat(counters.total(Total.OVERLONG_SETS)).isEqualTo(1);
        assertThat(counters.dropped(Drop.MALFORMED)).isZero();
        // What follows the message is none of its sets.
        ipfix(1, data(m, 256, RECORD).bytes(length));
        assertThat(out.flows).hasSize(2);
        assertThat(counters.total(Total.OVERLONG_SETS)).isEqualTo(1);
    }

    @Test
    void aTemplateWithoutOctetsIsRefused() {
        ipfix(1, message().template(2, 256).template(2, 257, 8, 0, 12, 0));
        netflow9(1, Messages.netflow9(0, 1).template(0, 256).template(0, 257, 8, 0, 12, 0));
        // An IPFIX template of no fields withdraws.
        assertThat(counters.dropped(Drop.MALFORMED)).isEqualTo(3);
        assertThat(counters.total(Total.TEMPLATES)).isZero();
    }
}

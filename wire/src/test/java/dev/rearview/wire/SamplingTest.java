package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.wire.netflow9.NetFlow9;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Which of the rates that an exporter has told applies to a record.
class SamplingTest {
    /// Addresses, packets and octets, then what names a rate.
    private static final int PLAIN = 256;

    private static final int BY_SAMPLER = 257;
    private static final int BY_INTERFACE = 258;
    private static final int OWN_RATE = 259;
    private static final int BY_SELECTOR = 260;
    private static final int OWN_INTERVAL = 261;

    private static final String RECORD = "c0000201 c6336407 00000007 00000700";

    private final Counters counters = new Counters();
    private final Collected out = new Collected();
    private final StateBudget budget = new StateBudget(16 << 20);
    private final Exporter exporter = new Exporter(budget);
    private final NetFlow9 decoder = new NetFlow9(ProbeOptions.DEFAULT);
    private int sequence;

    private void decode(Messages m) {
        ByteBuffer bytes = m.bytes();
        decoder.decode(new Cursor(bytes), exporter, new Arrival(1, 0, 0), counters, out);
    }

    private Messages message() {
        return Messages.netflow9(sequence++, 1);
    }

    /// Tells a rate in an options record.
    private void tell(String elements, String values) {
        int fields = Bytes.array(elements).length;
        decode(
                message()
                        .u16(1)
                        .u16(14 + fields)
                        .u16(400)
                        .u16(4)
                        .u16(fields)
                        .hex("0001 0002")
                        .hex(elements)
                        .u16(400)
                        .u16(6 + Bytes.array(values).length)
                        .hex("0001")
                        .hex(values));
    }

    private long rate(int template, String more) {
        out.flows.clear();
        decode(message().u16(template).u16(20 + Bytes.array(more).length).hex(RECORD + more));
        assertThat(out.flows).hasSize(1);
        return out.flows.getFirst().sampling;
    }

    @BeforeEach
    void templates() {
        decode(
                message()
                        .template(0, PLAIN, 8, 4, 12, 4, 2, 4, 1, 4)
                        .template(0, BY_SAMPLER, 8, 4, 12, 4, 2, 4, 1, 4, 48, 1)
                        .template(0, BY_INTERFACE, 8, 4, 12, 4, 2, 4, 1, 4, 10, 4)
                        .template(0, OWN_RATE, 8, 4, 12, 4, 2, 4, 1, 4, 34, 4)
                        .template(0, BY_SELECTOR, 8, 4, 12, 4, 2, 4, 1, 4, 302, 4)
                        .template(0, OWN_INTERVAL, 8, 4, 12, 4, 2, 4, 1, 4, 305, 4, 306, 4));
    }

    @Test
    void nothingToldIsNotKnown() {
        assertThat(rate(PLAIN, "")).isZero();
        assertThat(rate(BY_SAMPLER, "07")).isZero();
        assertThat(rate(BY_INTERFACE, "00000003")).isZero();
    }

    @Test
    void aRecordsOwnRateComesFirst() {
        tell("0022 0004", "00000064");
        assertThat(rate(OWN_RATE, "00000032")).isEqualTo(50);
        assertThat(rate(OWN_RATE, "00000000")).isEqualTo(100);
        assertThat(rate(OWN_INTERVAL, "00000002 0000000e")).isEqualTo(8);
        assertThat(rate(OWN_INTERVAL, "00000000 0000000e")).isEqualTo(100);
    }

    @Test
    void oneInSoManyIsThePacketsOfAPeriod() {
        tell("0131 0004 0132 0004", "00000002 000000c6");
        assertThat(rate(PLAIN, "")).isEqualTo(100);
    }

    @Test
    void aSamplerThatIsNamedComesBeforeWhatHoldsForAll() {
        tell("0022 0004", "00000064");
        tell("0030 0001 0032 0004", "07 000000c8");
        assertThat(rate(BY_SAMPLER, "07")).isEqualTo(200);
        assertThat(rate(BY_SAMPLER, "08")).isEqualTo(100);
        assertThat(rate(PLAIN, "")).isEqualTo(100);
    }

    @Test
    void aSelectorIsASampler() {
        tell("012e 0004 0032 0004", "00000007 000000c8");
        tell("012e 0004 0032 0004", "00000008 0000012c");
        assertThat(rate(BY_SELECTOR, "00000007")).isEqualTo(200);
        assertThat(rate(BY_SELECTOR, "00000008")).isEqualTo(300);
        assertThat(rate(BY_SELECTOR, "00000009")).isZero();
    }

    @Test
    void anInterfaceMayHaveARateOfItsOwn() {
        tell("0022 0004", "00000064");
        tell("000a 0004 0022 0004", "00000003 0000012c");
        assertThat(rate(BY_INTERFACE, "00000003")).isEqualTo(300);
        assertThat(rate(BY_INTERFACE, "00000004")).isEqualTo(100);
        assertThat(rate(PLAIN, "")).isEqualTo(100);
    }

    @Test
    void theOnlySamplerIsThatOfRecordsThatNameNone() {
        tell("0030 0001 0032 0004", "07 000000c8");
        assertThat(rate(PLAIN, "")).isEqualTo(200);
        assertThat(rate(BY_SAMPLER, "08")).isZero();
        tell("0030 0001 0032 0004", "08 0000012c");
        assertThat(rate(PLAIN, "")).isZero();
    }

    @Test
    void whatIsToldLastCounts() {
        for (int rate = 100; rate <= 300; rate += 100) {
            String told = "%08x".formatted(rate);
            tell("0022 0004", told);
            assertThat(rate(PLAIN, "")).isEqualTo(rate);
            tell("0030 0001 0032 0004", "07" + told);
            assertThat(rate(BY_SAMPLER, "07")).isEqualTo(rate);
            tell("000a 0004 0022 0004", "00000003" + told);
            assertThat(rate(BY_INTERFACE, "00000003")).isEqualTo(rate);
        }
    }

    /// A rate for which there is no room is counted, and one that is known may still change.
    @Test
    void aRateWithoutRoomIsCounted() {
        tell("0022 0004", "00000064");
        decode(
                message()
                        .u16(1)
                        .u16(22)
                        .u16(401)
                        .u16(4)
                        .u16(8)
                        .hex("0001 0002 0030 0001 0032 0004"));
        long held = exporter.octets();
        budget.charge(64 << 20);
        tell("0022 0004", "000000c8");
        assertThat(counters.dropped(Drop.TABLE_FULL)).isZero();
        decode(message().u16(401).u16(11).hex("0001 07 00000064"));
        // All eight templates made room in vain, and then the rate had none.
        assertThat(counters.dropped(Drop.TABLE_FULL)).isEqualTo(9);
        assertThat(exporter.octets()).isLessThan(held);
        budget.release(64 << 20);
    }
}

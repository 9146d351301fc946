package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.ipfix.Ipfix;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// The work for a datagram is bounded by its octets, whatever templates say.
class DecoderWorkTest {
    private static final int DATAGRAM = 65_000;

    /// What is far more than any of these cases takes, and far less than before.
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final StateBudget budget = new StateBudget(64 << 20);
    private final Exporter exporter = new Exporter(budget);
    private final Counters counters = new Counters();
    private final Ipfix ipfix = new Ipfix(ProbeOptions.DEFAULT);

    private void ipfix(ByteBuffer bytes) {
        ipfix.decode(new Cursor(bytes), exporter, new Arrival(1, 0, 0), counters, (r, c) -> {});
    }

    private static Template template(int... fields) {
        Template.Builder b = Template.of(256, false, fields.length / 2);
        for (int i = 0; i < fields.length; i += 2) {
            b.add(0, fields[i], fields[i + 1]);
        }
        return java.util.Objects.requireNonNull(b.build());
    }

    @Test
    void everyFieldOfATemplateTakesAnOctet() {
        Template t = template(8, 0, 12, 4, 1, 0, 293, 0, 27, 0, 96, Template.VARIABLE);
        assertThat(t.size()).isEqualTo(2);
        assertThat(t.minimum()).isEqualTo(5);
        assertThat(t.size()).isLessThanOrEqualTo(t.minimum());
    }

    /// 2,047 fields of no octets and one of one, and sets of 65,000 records: 133 million visits of
    /// fields for each datagram, were they kept.
    @Test
    void fieldsOfNoOctetsCostNothing() {
        Messages m = Messages.ipfix(0, 1).u16(2).u16(8 + 2048 * 4).u16(256).u16(2048);
        for (int i = 0; i < 2047; i++) {
            m.u16(1 + i % 300).u16(0);
        }
        m.u16(4).u16(1);
        ByteBuffer data = Messages.ipfix(0, 1).u16(256).u16(DATAGRAM).zeros(DATAGRAM - 4).bytes();
        Assertions.assertTimeoutPreemptively(
                BOUND,
                () -> {
                    ipfix(m.bytes());
                    for (int i = 0; i < 200; i++) {
                        ipfix(data.duplicate());
                    }
                });
        assertThat(counters.total(Total.RECORDS)).isEqualTo(200L * (DATAGRAM - 4));
        assertThat(counters.dropped(Drop.IGNORED)).isEqualTo(200L * (DATAGRAM - 4));
        // Fields that are skipped are counted: the only one of each record has a slot.
        assertThat(counters.total(Total.UNKNOWN_ELEMENTS)).isZero();
    }

    /// Lists within lists: each octet is looked at once for each level, and levels are few.
    @Test
    void nestedListsVisitAnOctetOnceForEachLevel() {
        // One list of variable length; and a template of one octet that no flow needs.
        Messages m = Messages.ipfix(0, 1).template(2, 256, 293, Template.VARIABLE);
        m.template(2, 257, 3, 1);
        ipfix(m.bytes());
        // The list at the top holds one of the same template, and so on; then records of 257.
        int size = DATAGRAM - 64;
        Messages data = Messages.ipfix(0, 1).u16(256).u16(size + 4);
        for (int left = size; left > 16; left -= 8) {
            data.hex("ff").u16(left - 3).hex("00").u16(256).u16(left - 4);
        }
        data.zeros(size + 20 - data.size());
        Assertions.assertTimeoutPreemptively(
                BOUND,
                () -> {
                    for (int i = 0; i < 200; i++) {
                        ipfix(data.bytes());
                    }
                });
        assertThat(counters.total(Total.RECORDS)).isPositive();
        assertThat(counters.total(Total.UNKNOWN_ELEMENTS)).isLessThan(200L * DATAGRAM);
    }

    /// A list of many short parts, each of a template of many fields: a part that is shorter than
    /// its template is not begun.
    @Test
    void partsOfListsAreNoLongerThanTheyAre() {
        Messages m = Messages.ipfix(0, 1).template(2, 256, 293, Template.VARIABLE);
        m.u16(2).u16(8 + 2000 * 4).u16(257).u16(2000);
        for (int i = 0; i < 2000; i++) {
            m.u16(3).u16(1);
        }
        ipfix(m.bytes());
        int list = DATAGRAM - 64;
        Messages data = Messages.ipfix(0, 1).u16(256).u16(4 + 3 + 1 + list / 5 * 5).hex("ff");
        data.u16(1 + list / 5 * 5).hex("03");
        for (int i = 0; i < list / 5; i++) {
            data.u16(257).u16(5).hex("00");
        }
        ipfix(data.bytes());
        assertThat(counters.total(Total.RECORDS)).isEqualTo(1);
        assertThat(counters.total(Total.UNKNOWN_ELEMENTS)).isZero();
    }

    /// Templates that are announced and withdrawn by the thousand, beside many others.
    @Test
    void withdrawalsCostWhatTheyTake() {
        for (int domain = 0; domain < 40; domain++) {
            Messages m = Messages.ipfix(0, domain);
            for (int id = 256; id < 4256; id++) {
                m.template(2, id, 8, 4);
            }
            ipfix(m.bytes());
        }
        Messages flood = Messages.ipfix(0, 1);
        while (flood.size() < DATAGRAM - 100) {
            flood.hex("0003 000e 2000 0001 0001 0004 0004");
            flood.hex("0003 0008 0003 0000");
        }
        Assertions.assertTimeoutPreemptively(
                BOUND,
                () -> {
                    for (int i = 0; i < 200; i++) {
                        ipfix(flood.bytes());
                    }
                });
        exporter.close(counters);
        assertThat(budget.used()).isZero();
    }

    /// A datagram of templates, for each of which data waits, sets free no more than may wait.
    @Test
    void dataThatATemplateSetsFreeIsBounded() {
        for (int i = 0; i < 1000; i++) {
            ipfix(Messages.ipfix(0, 1).u16(256 + i % 100).u16(10_004).zeros(10_000).bytes());
        }
        long waits = exporter.waitingCount();
        assertThat(waits * 10_000).isLessThanOrEqualTo(WaitingSets.MAX_OCTETS);
        Messages m = Messages.ipfix(0, 1);
        for (int id = 256; id < 356; id++) {
            m.template(2, id, 4, 1);
        }
        ipfix(m.bytes());
        assertThat(counters.total(Total.RECORDS)).isEqualTo(waits * 10_000);
        ipfix(m.bytes());
        assertThat(counters.total(Total.RECORDS)).isEqualTo(waits * 10_000);
        assertThat(counters.total(Total.AWAITED_SETS))
                .isEqualTo(waits + counters.dropped(Drop.UNKNOWN_TEMPLATE));
    }
}

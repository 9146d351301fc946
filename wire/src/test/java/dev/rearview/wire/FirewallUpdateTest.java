package dev.rearview.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.wire.netflow9.NetFlow9;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Connections of an ASA, which tells octets while they last and their sum at the end.
class FirewallUpdateTest {
    private static final int CREATED = 1;
    private static final int DELETED = 2;
    private static final int UPDATED = 5;
    private static final long EXPORT_S = 0x65920080L;
    private static final String TEMPLATE =
            """
            0000 0034 0107 000b
            0094 0004                       # connection
            0008 0004 000c 0004 0007 0002 000b 0002 0004 0001
            0098 0008 0143 0008             # created, time of the event
            00e7 0004 00e8 0004 00e9 0001   # octets there and back, event
            """;

    private final Counters counters = new Counters();
    private final Collected out = new Collected();
    private NetFlow9 decoder =
            new NetFlow9(ProbeOptions.of(false, Set.of("firewall-event", "firewall-update")));
    private final StateBudget budget = new StateBudget(1 << 20);
    private Exporter exporter = new Exporter(budget);
    private boolean isTold;

    /// One event of a connection that was created `created` seconds after watching began, `at` so
    /// many seconds after it.
    private void event(int connection, int kind, int created, int at, int there, int back) {
        HexFormat f = HexFormat.of();
        String data =
                f.toHexDigits(connection)
                        + "c0000201 c6336407 d431 0050 06"
                        + f.toHexDigits((EXPORT_S + created) * 1000)
                        + f.toHexDigits((EXPORT_S + at) * 1000)
                        + f.toHexDigits(there)
                        + f.toHexDigits(back)
                        + f.toHexDigits((byte) kind);
        int length = Bytes.array(data).length + 4;
        decoder.decode(
                Bytes.of(
                        "0009 0001 000186a0 65920080 00000000 00000001"
                                + (isTold ? "" : TEMPLATE)
                                + "0107"
                                + f.toHexDigits((short) length)
                                + data),
                exporter,
                new Arrival(2055, (EXPORT_S + at) * 1_000_000, 0),
                counters,
                out);
        isTold = true;
    }

    private void assertFlow(int index, int from, int to, boolean back, long bytes) {
        FlowRecord r = out.flows.get(index);
        assertThat(r.sipLo).isEqualTo(Ip.mapped(back ? 0xC6336407 : 0xC0000201));
        assertThat(r.bytes).isEqualTo(bytes);
        assertThat(r.packets).isEqualTo(1);
        assertThat(r.stimeMs()).isEqualTo((EXPORT_S + from) * 1000);
        assertThat(r.durationMs()).isEqualTo((to - from) * 1000L);
    }

    private void assertAccounted(int records) {
        assertThat(counters.total(Counters.Total.RECORDS)).isEqualTo(records);
        assertThat(counters.total(Counters.Total.FLOWS) + counters.dropped(Drop.IGNORED))
                .isEqualTo(records);
        assertThat(
                        counters.total(Counters.Total.FLOWS)
                                + counters.total(Counters.Total.REVERSE_FLOWS))
                .isEqualTo(out.flows.size());
    }

    /// Each update is the traffic since the last one; the end adds what no update told.
    @Test
    void updatesAndTheEndCountEveryOctetOnce() {
        event(7, CREATED, 10, 10, 0, 0);
        event(7, UPDATED, 10, 70, 2557, 1117);
        event(7, UPDATED, 10, 130, 31, 0);
        event(7, UPDATED, 10, 190, 0, 0);
        event(7, DELETED, 10, 200, 2600, 1117);
        assertThat(out.flows).hasSize(4);
        assertFlow(0, 10, 70, false, 2557);
        assertFlow(1, 10, 70, true, 1117);
        assertFlow(2, 70, 130, false, 31);
        assertFlow(3, 130, 200, false, 12);
        assertThat(out.flows.stream().mapToLong(r -> r.bytes).sum()).isEqualTo(2600 + 1117);
        assertAccounted(5);
    }

    /// The last update came with the end: nothing is left to count.
    @Test
    void anEndThatAddsNothingIsNoFlow() {
        event(7, UPDATED, 10, 70, 500, 0);
        event(7, DELETED, 10, 70, 500, 0);
        assertThat(out.flows).hasSize(1);
        assertThat(counters.dropped(Drop.IGNORED)).isEqualTo(1);
        assertAccounted(2);
    }

    /// A lost update comes in with the end.
    @Test
    void whatALostUpdateToldComesWithTheEnd() {
        event(7, UPDATED, 10, 70, 500, 10);
        event(7, DELETED, 10, 200, 1500, 30);
        assertThat(out.flows).hasSize(4);
        assertFlow(2, 70, 200, false, 1000);
        assertFlow(3, 70, 200, true, 20);
    }

    /// Short connections have no update; the same ports again are another connection.
    @Test
    void connectionsWithoutUpdatesCountWhole() {
        event(7, DELETED, 10, 20, 500, 10);
        event(8, UPDATED, 30, 90, 700, 0);
        event(9, DELETED, 40, 50, 300, 0);
        event(8, DELETED, 30, 95, 700, 0);
        event(8, DELETED, 99, 100, 40, 0);
        assertThat(out.flows).extracting(r -> r.bytes).containsExactly(500L, 10L, 700L, 300L, 40L);
        assertAccounted(5);
    }

    /// What was created before watching began may have been counted already.
    @Test
    void theSumOfAConnectionFromBeforeIsLeftOut() {
        event(7, DELETED, -100, 10, 5000, 0);
        event(8, UPDATED, -100, 10, 300, 0);
        event(8, DELETED, -100, 20, 5000, 0);
        assertThat(out.flows).extracting(r -> r.bytes).containsExactly(300L);
        assertAccounted(3);
    }

    /// Without the quirk nothing changes: the end tells the sum, updates are ignored.
    @Test
    void withoutTheQuirkOnlyTheEndCounts() {
        decoder = new NetFlow9(ProbeOptions.of(false, Set.of("firewall-event")));
        event(7, UPDATED, 10, 70, 2557, 1117);
        event(7, UPDATED, 10, 130, 31, 0);
        event(7, DELETED, 10, 200, 2600, 1117);
        assertThat(out.flows).extracting(r -> r.bytes).containsExactly(2600L, 1117L);
        assertFlow(0, 10, 200, false, 2600);
        assertAccounted(3);
    }

    /// More connections than there is room for: those forgotten are not counted twice either.
    @Test
    void forgottenConnectionsAreNotCountedTwice() {
        int n = ConnectionTotals.MAX_CONNECTIONS / 2;
        for (int i = 1; i <= n; i++) {
            event(i, UPDATED, 10 + i, 11 + i, 100, 0);
        }
        for (int i = 1; i <= n; i++) {
            event(i, DELETED, 10 + i, n + 20, 150, 0);
        }
        long sum = out.flows.stream().mapToLong(r -> r.bytes).sum();
        assertThat(sum).isBetween(100L * n, 150L * n);
        // The first ones made room for others; what is left of the rest is told at their end.
        assertThat(out.flows.stream().filter(r -> r.bytes == 50).count()).isBetween(1L, n - 1L);
        assertThat(out.flows).extracting(r -> r.bytes).containsOnly(100L, 50L);
        assertAccounted(2 * n);
        // One that began later counts whole.
        event(n + 1, DELETED, n + 21, n + 25, 40, 0);
        assertThat(out.flows.getLast().bytes).isEqualTo(40);
    }

    /// The same numbers at another address are another firewall's connection.
    @Test
    void firewallsDoNotMix() {
        Exporter first = exporter;
        event(7, UPDATED, 10, 70, 500, 0);
        exporter = new Exporter(budget);
        isTold = false;
        event(7, UPDATED, 10, 70, 300, 0);
        event(7, DELETED, 10, 80, 300, 0);
        exporter = first;
        event(7, DELETED, 10, 90, 540, 0);
        assertThat(out.flows).extracting(r -> r.bytes).containsExactly(500L, 300L, 40L);
        assertAccounted(4);
    }

    /// What is known of connections is charged, and given free.
    @Test
    void connectionsAreChargedToTheBudget() {
        event(7, UPDATED, 10, 70, 500, 0);
        long one = budget.used();
        event(8, UPDATED, 10, 70, 500, 0);
        assertThat(budget.used()).isEqualTo(one + ConnectionTotals.CONNECTION_OCTETS);
        event(8, DELETED, 10, 80, 500, 0);
        assertThat(budget.used()).isEqualTo(one);
        for (int i = 0; i < 10_000; i++) {
            event(i, UPDATED, 10, 70, 100, 0);
        }
        assertThat(budget.used()).isLessThanOrEqualTo(budget.share());
        exporter.close(counters);
        assertThat(budget.used()).isZero();
    }
}

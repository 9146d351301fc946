package dev.rearview.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.wire.Counters.Total;
import dev.rearview.wire.Drop;
import org.junit.jupiter.api.Test;

class SideLedgerTest {
    private final SideLedger side = new SideLedger("others");
    private final MapLedger ledger = new MapLedger();

    @Test
    void countsComeToTheLedgerOnce() {
        side.of("P", "192.0.2.1").drop(Drop.MALFORMED, 2);
        side.of("P", "192.0.2.1").add(Total.DATAGRAMS, 3);
        side.moveTo(ledger);
        assertThat(ledger.of("P", "192.0.2.1").dropped(Drop.MALFORMED)).isZero();
        side.handOver();
        side.of("P", "192.0.2.1").drop(Drop.MALFORMED, 5);
        // What was handed over before is not taken yet.
        side.handOver();
        side.moveTo(ledger);
        side.moveTo(ledger);
        assertThat(ledger.of("P", "192.0.2.1").dropped(Drop.MALFORMED)).isEqualTo(2);
        assertThat(ledger.of("P", "192.0.2.1").total(Total.DATAGRAMS)).isEqualTo(3);
        side.handOver();
        side.moveTo(ledger);
        assertThat(ledger.of("P", "192.0.2.1").dropped(Drop.MALFORMED)).isEqualTo(7);
    }

    @Test
    void rowsAreBoundedAndSumsExact() {
        for (int i = 0; i < 10_000; i++) {
            side.of("-", "host" + i).drop(Drop.DISALLOWED_HOST, 1);
        }
        side.of("-", "host1").drop(Drop.DISALLOWED_HOST, 1);
        side.handOver();
        side.moveTo(ledger);
        assertThat(ledger.of("-", "host1").dropped(Drop.DISALLOWED_HOST)).isEqualTo(2);
        assertThat(ledger.of("-", "host9999").dropped(Drop.DISALLOWED_HOST)).isZero();
        assertThat(ledger.of("-", "others").dropped(Drop.DISALLOWED_HOST)).isEqualTo(5904);
    }

    @Test
    void whatMayHaveBeenCountedIsNotCountedAgain() {
        RecountLedger counting = new RecountLedger(ledger);
        long before = counting.generation();
        counting.recount(true);
        assertThat(counting.generation()).isNotEqualTo(before);
        counting.of("P", "a").drop(Drop.MALFORMED, 1);
        assertThat(ledger.of("P", "a").dropped(Drop.MALFORMED)).isZero();
        long again = counting.generation();
        counting.recount(true);
        assertThat(counting.generation()).isEqualTo(again);
        counting.recount(false);
        assertThat(counting.generation()).isNotEqualTo(again);
        counting.of("P", "a").drop(Drop.MALFORMED, 1);
        assertThat(ledger.of("P", "a").dropped(Drop.MALFORMED)).isEqualTo(1);
    }
}

package dev.rearview.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.text.IpRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Networks are told apart by what their blocks list, however that is looked up.
class SensorBlockTest {
    private static final List<String> BLOCKS =
            List.of(
                    "10.0.0.0/8",
                    "10.1.0.0/16",
                    "10.1.2.0/24",
                    "192.0.2.0/24",
                    "172.16.0.0/12",
                    "128.0.0.0/1",
                    "255.255.255.255",
                    "10.x.3.1-5",
                    "2001:db8::/32");

    private final Random random = new Random(3);

    /// By the lists as they stand, one after the other.
    private static Optional<Network> expected(
            SensorBlock block, long interfaceId, long hi, long lo) {
        Optional<Network> remainder = Optional.empty();
        for (Map.Entry<Network, SensorBlock.Definition> e : block.definitions().entrySet()) {
            SensorBlock.Definition d = e.getValue();
            if (d.byInterface && d.interfaces.get((int) Math.min(interfaceId, 0xFFFF))
                    || d.byAddress && d.addresses.contains(hi, lo)) {
                return Optional.of(e.getKey());
            }
            remainder = d.remainder ? Optional.of(e.getKey()) : remainder;
        }
        return remainder;
    }

    private SensorBlock block() {
        SensorBlock block = new SensorBlock(new Sensor(1, "S1", ""));
        int open = random.nextInt(5);
        for (Network network : Network.values()) {
            SensorBlock.Definition d = block.define(network);
            if (open == network.ordinal()) {
                d.remainder = true;
                continue;
            }
            if (random.nextInt(6) == 0) {
                d.byInterface = true;
                d.interfaces.set(random.nextInt(4));
                continue;
            }
            d.byAddress = true;
            for (int i = random.nextInt(4); i > 0; i--) {
                d.addresses.add(BLOCKS.get(random.nextInt(BLOCKS.size())));
            }
        }
        return block;
    }

    private void address(FlowRecord r) {
        if (random.nextInt(10) == 0) {
            r.sipHi = random.nextBoolean() ? 0x2001_0DB8_0000_0000L : random.nextLong();
            r.sipLo = random.nextLong();
            return;
        }
        IpRange near = IpRange.parse(BLOCKS.get(random.nextInt(BLOCKS.size() - 2)));
        int bits =
                switch (random.nextInt(4)) {
                    case 0 -> (int) near.loLo() - 1 + random.nextInt(3);
                    case 1 -> (int) near.hiLo() - 1 + random.nextInt(3);
                    case 2 -> 0x0A00_0301 | random.nextInt(256) << 16;
                    default -> random.nextInt();
                };
        r.sipHi = 0;
        r.sipLo = Ip.mapped(bits);
    }

    @Test
    void whatANetworkIsDependsOnItsListsAlone() {
        FlowRecord r = new FlowRecord();
        int found = 0;
        for (int n = 0; n < 60; n++) {
            SensorBlock block = block();
            for (int i = 0; i < 2_000; i++) {
                address(r);
                r.input = random.nextInt(5);
                Optional<Network> wanted = expected(block, r.input, r.sipHi, r.sipLo);
                assertThat(block.sourceOf(r)).as("%x %x", r.sipHi, r.sipLo).isEqualTo(wanted);
                found += wanted.isPresent() ? 1 : 0;
            }
        }
        assertThat(found).isBetween(10_000, 119_000);
    }
}

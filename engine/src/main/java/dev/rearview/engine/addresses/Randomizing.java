package dev.rearview.engine.addresses;

import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.scan.Batches;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/// Puts other addresses in place of those of flows, which are IPv4, before they go on.
public final class Randomizing implements RowConsumer {
    /// Addresses of 10/8, 172.16/12 and 192.168/16, which no router forwards to strangers.
    private static final int[] PRIVATE = {0x0A00_0000, 0xAC10_0000, 0xC0A8_0000};

    private static final int[] PRIVATE_SIZE = {1 << 24, 1 << 20, 1 << 16};

    private final Filter sources;
    private final Filter destinations;
    private final int[] map;
    private final SplittableRandom random;
    private final Batches out;
    private final FlowRecord record = new FlowRecord();

    /// @param sources of which flows the source is another
    /// @param destinations of which flows the destination is another
    /// @param octets what octets become as [AddressMap] has it, or nothing
    /// @param seed of random numbers
    public Randomizing(
            Filter sources,
            Filter destinations,
            List<Integer> octets,
            long seed,
            RowConsumer consumer) {
        this.sources = sources;
        this.destinations = destinations;
        this.map = AddressMap.of(octets);
        this.random = new SplittableRandom(seed);
        this.out = new Batches(consumer);
    }

    @Override
    public boolean accept(FlowBatch batch, Selection rows) throws IOException {
        batch.load(Field.all());
        Selection source = rows.copy();
        sources.retain(batch, source);
        Selection destination = rows.copy();
        destinations.retain(batch, destination);
        for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
            batch.get(i, record);
            if (source.contains(i)) {
                record.setSipV4(other((int) record.sipLo));
            }
            if (destination.contains(i)) {
                record.setDipV4(other((int) record.dipLo));
            }
            out.add(record);
        }
        out.flush();
        return out.isWanted();
    }

    private int other(int address) {
        return map.length > 0 ? AddressMap.apply(map, address) : anyPrivate();
    }

    private int anyPrivate() {
        int n = random.nextInt(PRIVATE_SIZE[0] + PRIVATE_SIZE[1] + PRIVATE_SIZE[2]);
        int block = 0;
        while (n >= PRIVATE_SIZE[block]) {
            n -= PRIVATE_SIZE[block++];
        }
        return PRIVATE[block] | n;
    }
}

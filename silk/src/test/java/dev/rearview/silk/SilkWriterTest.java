package dev.rearview.silk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Records written one by one and as columns are the same octets.
class SilkWriterTest {
    private static FlowRecord any(Random random) {
        FlowRecord r = new FlowRecord();
        r.setIpv6(random.nextBoolean());
        if (r.isIpv6()) {
            r.sipHi = random.nextLong();
            r.sipLo = random.nextLong();
            r.nhipHi = random.nextLong();
        } else {
            r.setSipV4(random.nextInt());
            r.setDipV4(random.nextInt());
        }
        r.sport = random.nextInt(65_536);
        r.dport = random.nextInt(65_536);
        r.protocol = random.nextInt(256);
        r.flags = random.nextInt(256);
        r.initialFlags = random.nextInt(256);
        r.sessionFlags = random.nextInt(256);
        r.attributes |= random.nextInt(128);
        r.application = random.nextInt(65_536);
        r.memo = random.nextInt(65_536);
        r.packets = random.nextLong() >>> random.nextInt(64);
        r.bytes = random.nextLong() >>> random.nextInt(64);
        r.stime = random.nextLong() >> 12;
        r.duration = random.nextLong() >>> 20;
        r.input = random.nextInt(1 << 20);
        r.output = random.nextInt(1 << 20);
        r.sensor = random.nextInt(65_536);
        r.flowtype = random.nextInt(256);
        return r;
    }

    private interface Writing {
        void to(SilkWriter writer) throws IOException;
    }

    private static byte[] written(boolean bigEndian, Writing writing) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SilkWriter writer =
                new SilkWriter(
                        out,
                        new SilkWriter.Options(false, bigEndian, Compression.NONE, 0),
                        List.of())) {
            writing.to(writer);
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void columnsAreWrittenAsRecordsAre(boolean bigEndian) throws IOException {
        Random random = new Random(4);
        FlowBatch batch = FlowBatch.allocate(3_000);
        while (!batch.isFull()) {
            batch.add(any(random));
        }
        Selection rows = Selection.all(3_000);
        for (int i = 0; i < 1_000; i++) {
            rows.remove(random.nextInt(3_000));
        }
        byte[] columns = written(bigEndian, w -> w.write(batch, rows));
        FlowRecord r = new FlowRecord();
        byte[] records =
                written(
                        bigEndian,
                        w -> {
                            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                                batch.get(i, r);
                                w.write(r);
                            }
                        });
        assertThat(columns).isEqualTo(records);
    }
}

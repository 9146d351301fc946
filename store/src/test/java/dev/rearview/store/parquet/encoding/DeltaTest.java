package dev.rearview.store.parquet.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Deltas of all widths, packed as narrow as they are and an octet each.
class DeltaTest {
    private static long[] decoded(byte[] octets, int length, long unit, int count) {
        int words = (length + Long.BYTES - 1) / Long.BYTES;
        byte[] padded = Arrays.copyOf(octets, Math.max(length, words * Long.BYTES));
        Arrays.fill(padded, length, padded.length, (byte) 0);
        long[] in = new long[words + 1 + DeltaReader.PADDING];
        ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(0, in, 0, words);
        long[] out = new long[count];
        DeltaReader.decode(in, length, unit, out, count);
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void everyWidthComesBack(int least) {
        Random random = new Random(least);
        for (int width = 0; width <= Long.SIZE; width++) {
            for (int count : new int[] {0, 1, 2, 9, 32, 33, 34, 129, 130, 1000}) {
                long[] values = new long[count];
                for (int i = 1; i < count; i++) {
                    long delta = width == 0 ? 0 : random.nextLong() >>> Long.SIZE - width;
                    values[i] = values[i - 1] + delta + 3;
                }
                byte[] out = new byte[Delta.maxLength(count)];
                int length = Delta.encode(values, count, least, out);
                assertThat(decoded(out, length, 1, count)).isEqualTo(values);
                long[] times = Arrays.stream(values).map(v -> v * 1000).toArray();
                assertThat(decoded(out, length, 1000, count)).isEqualTo(times);
            }
        }
    }

    /// Deltas of a few bits have an octet each, and none where all are the same.
    @Test
    void smallDeltasAreOctets() {
        long[] values = new long[1 + 128];
        for (int i = 1; i <= 32; i++) {
            values[i] = values[i - 1] + (i & 3);
        }
        Arrays.fill(values, 33, values.length, values[32]);
        byte[] out = new byte[Delta.maxLength(values.length)];
        int length = Delta.encode(values, values.length, 8, out);
        // What stands before blocks, a block's least delta and widths, and 32 octets.
        assertThat(length).isEqualTo(6 + 5 + 32);
        assertThat(Arrays.copyOfRange(out, 6, 11)).containsExactly(0, 8, 0, 0, 0);
        assertThat(Arrays.copyOfRange(out, 11, 15)).containsExactly(1, 2, 3, 0);
        assertThat(Delta.encode(values, values.length, 1, out)).isEqualTo(6 + 5 + 8);
    }
}

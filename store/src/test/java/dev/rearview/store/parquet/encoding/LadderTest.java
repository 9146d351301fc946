package dev.rearview.store.parquet.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Ip;
import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LadderTest {
    @ParameterizedTest
    @ValueSource(ints = {16, 64, 65, 66, 129, 5000})
    void entriesOfSomeBlocksAreFound(int n) {
        Random random = new Random(n);
        int[] addresses = random.ints(n).toArray();
        long[] lower = Arrays.stream(addresses).mapToLong(Ip::mapped).toArray();
        byte[] packed = Objects.requireNonNull(Ladder.pack(lower, n));
        ByteBuffer dictionary = ByteBuffer.allocate(16 * n);
        for (long a : lower) {
            dictionary.putLong(0).putLong(a);
        }
        byte[] unpacked = new byte[16 * n];
        new Lz4JavaDecompressor().decompress(packed, 0, packed.length, unpacked, 0, 16 * n);
        assertThat(unpacked).isEqualTo(dictionary.array());
        long[] blocks = new long[1 << 14];
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            assertThat(Ladder.bits(ByteBuffer.wrap(packed), i, n)).isEqualTo(addresses[i]);
            if (i % 3 == 0 || i == n - 1) {
                blocks[addresses[i] >>> 18] |= 1L << (addresses[i] >>> 12);
            }
        }
        for (int i = 0; i < n; i++) {
            if ((blocks[addresses[i] >>> 18] >>> (addresses[i] >>> 12) & 1) != 0) {
                expected.add(i);
            }
        }
        int[] codes = new int[n];
        int found = Ladder.inBlocks(packed, n, blocks, codes);
        assertThat(Arrays.stream(codes, 0, found).boxed()).containsExactlyElementsOf(expected);
        blocks[addresses[n - 1] >>> 18] = 0;
        found = Ladder.inBlocks(packed, n, blocks, codes);
        assertThat(Arrays.stream(codes, 0, found)).doesNotContain(n - 1);
    }

    @Test
    void otherAddressesAndFewAreNotPacked() {
        long[] lower = new long[20];
        Arrays.fill(lower, Ip.mapped(1));
        assertThat(Ladder.pack(lower, 15)).isNull();
        lower[7] = 1;
        assertThat(Ladder.pack(lower, 20)).isNull();
    }
}

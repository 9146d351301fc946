package dev.rearview.store.parquet.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Ip;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LadderTest {
    @ParameterizedTest
    @ValueSource(ints = {16, 64, 65, 66, 129, 5000})
    void entriesOfSomeBlocksAreFound(int n) {
        Random random = new Random(n);
        int[] addresses = random.ints(n).toArray();
        ByteBuffer dictionary = ByteBuffer.allocate(16 * n);
        for (int a : addresses) {
            dictionary.putLong(0).putLong(Ip.mapped(a));
        }
        byte[] packed = Objects.requireNonNull(Ladder.pack(dictionary.array()));
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
}

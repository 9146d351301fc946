package dev.rearview.store.parquet.encoding;

import dev.rearview.store.parquet.encoding.StateTable.Bits;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Huffman's code of octets by how often each comes, as ZSTD tells it: by weights, which are the
/// higher the shorter a code is. Written backwards, read forwards.
final class HuffmanTable {
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /// Bits of the longest code.
    private static final int MAX_BITS = 11;

    private static final int SYMBOLS = 256;

    /// Weights that are told without a table of their own, four bits each.
    private static final int MOST_NIBBLES = 128;

    /// Weights with a table of states take fewer octets than this. ZSTD allows them 64 states, and
    /// 255 weights never get more than 32.
    private static final int STATES_LIMIT = 128;

    /// Of each octet the bits of its code, 0 if it does not come.
    private final int[] bits;

    private final int[] codes = new int[SYMBOLS];
    private final byte[] told;
    private final int length;

    private HuffmanTable(int[] counts, int[] bits, byte[] told) {
        this.bits = bits;
        this.told = told;
        long all = 0;
        for (int s = 0; s < SYMBOLS; s++) {
            all += (long) counts[s] * bits[s];
        }
        length = (int) (all / Byte.SIZE) + told.length;
        // The longest codes come first, those of one length by octet.
        int next = 0;
        for (int width = Arrays.stream(bits).max().orElse(0); width > 0; width--) {
            for (int s = 0; s < SYMBOLS; s++) {
                if (bits[s] == width) {
                    codes[s] = next++;
                }
            }
            next >>= 1;
        }
    }

    /// The code for octets of which each comes so often.
    ///
    /// @return null where fewer than two come, or the code cannot be told
    static @Nullable HuffmanTable of(int[] counts) {
        int[] bits = lengths(counts);
        byte[] told = bits == null ? null : told(bits);
        return bits == null || told == null ? null : new HuffmanTable(counts, bits, told);
    }

    /// Octets of the table and of all codes, those aside that are rounded up.
    int length() {
        return length;
    }

    /// The bits of each octet's code; null where fewer than two octets come.
    private static int @Nullable [] lengths(int[] counts) {
        long total = 0;
        int n = 0;
        for (int count : counts) {
            total += count;
            n += count > 0 ? 1 : 0;
        }
        if (n < 2) {
            return null;
        }
        // Rare octets are taken for less rare ones until no code is too long.
        long least = 0;
        while (true) {
            int[] bits = lengths(counts, least, n);
            if (Arrays.stream(bits).max().orElse(0) <= MAX_BITS) {
                return bits;
            }
            least = Math.max(least + least / 4 + 1, total >> MAX_BITS + 1);
        }
    }

    /// @param least an octet that comes at all is taken to come so often
    /// @param n how many octets come
    private static int[] lengths(int[] counts, long least, int n) {
        // A count and its octet, in order of the count.
        long[] leaves = new long[n];
        int at = 0;
        for (int s = 0; s < SYMBOLS; s++) {
            if (counts[s] > 0) {
                leaves[at++] = Math.max(least, counts[s]) << 8 | s;
            }
        }
        Arrays.sort(leaves);
        // Nodes from n on are made of two others, and come in order of their counts as well.
        long[] sums = new long[2 * n - 1];
        int[] parent = new int[2 * n - 1];
        int leaf = 0;
        int node = n;
        for (int made = n; made < 2 * n - 1; made++) {
            for (int k = 0; k < 2; k++) {
                boolean isLeaf = leaf < n && (node == made || leaves[leaf] >>> 8 <= sums[node]);
                int child = isLeaf ? leaf++ : node++;
                sums[made] += isLeaf ? leaves[child] >>> 8 : sums[child];
                parent[child] = made;
            }
        }
        int[] depth = new int[2 * n - 1];
        int[] bits = new int[SYMBOLS];
        for (int i = 2 * n - 3; i >= 0; i--) {
            depth[i] = depth[parent[i]] + 1;
            if (i < n) {
                bits[(int) leaves[i] & 0xFF] = depth[i];
            }
        }
        return bits;
    }

    /// The table as it stands before the streams, null if it cannot be told.
    private static byte @Nullable [] told(int[] bits) {
        int longest = Arrays.stream(bits).max().orElse(0);
        int last = SYMBOLS - 1;
        while (bits[last] == 0) {
            last--;
        }
        // The last one's is told by what is left.
        int[] weights = new int[last];
        for (int s = 0; s < last; s++) {
            weights[s] = bits[s] == 0 ? 0 : longest + 1 - bits[s];
        }
        byte[] states = byStates(weights);
        byte[] nibbles = last <= MOST_NIBBLES ? nibbles(weights) : null;
        if (states == null || nibbles != null && nibbles.length <= states.length) {
            return nibbles;
        }
        return states;
    }

    private static byte[] nibbles(int[] weights) {
        byte[] out = new byte[1 + (weights.length + 1) / 2];
        out[0] = (byte) (MOST_NIBBLES - 1 + weights.length);
        for (int i = 0; i < weights.length; i++) {
            out[1 + i / 2] |= (byte) (weights[i] << (i % 2 == 0 ? 4 : 0));
        }
        return out;
    }

    /// Weights by two states that take turns; null where all are the same, or they are too long.
    private static byte @Nullable [] byStates(int[] weights) {
        int[] counts = new int[StateTable.SYMBOLS];
        for (int w : weights) {
            counts[w]++;
        }
        StateTable[] tables = {new StateTable(counts), new StateTable(counts)};
        if (tables[0].mode() == StateTable.ONE_SYMBOL || weights.length < 2) {
            return null;
        }
        byte[] out = new byte[1 + SYMBOLS * 2];
        Bits stream = new Bits(out, tables[0].write(out, 1));
        for (int i = weights.length - 1; i >= 0; i--) {
            if (i >= weights.length - 2) {
                tables[i & 1].begin(weights[i]);
            } else {
                tables[i & 1].add(weights[i], stream);
            }
        }
        tables[1].end(stream);
        tables[0].end(stream);
        stream.add(1, 1);
        int end = stream.end();
        out[0] = (byte) (end - 1);
        return end - 1 < STATES_LIMIT ? Arrays.copyOf(out, end) : null;
    }

    void write(FrameOctets out) {
        out.octets(told, 0, told.length);
    }

    /// Writes octets as a stream of codes, the last one first.
    void encode(byte[] in, int from, int to, FrameOctets out) {
        byte[] o = out.out;
        int at = out.at;
        long waiting = 0;
        int count = 0;
        for (int i = to - 1; i >= from; i--) {
            int s = in[i] & 0xFF;
            waiting |= (long) codes[s] << count;
            count += bits[s];
            if (count >= Integer.SIZE) {
                INT.set(o, at, (int) waiting);
                at += Integer.BYTES;
                waiting >>>= Integer.SIZE;
                count -= Integer.SIZE;
            }
        }
        // Where reading backwards begins.
        waiting |= 1L << count;
        for (count++; count > 0; count -= Byte.SIZE) {
            o[at++] = (byte) waiting;
            waiting >>>= Byte.SIZE;
        }
        out.at = at;
    }
}

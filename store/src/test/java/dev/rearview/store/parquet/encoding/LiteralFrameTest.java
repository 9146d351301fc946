package dev.rearview.store.parquet.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Octets as ZSTD frames of our own making, which any decoder unpacks.
class LiteralFrameTest {
    /// Packs octets, and sees that two decoders unpack them.
    private static byte[] packed(byte[] octets) {
        byte[] frame = Objects.requireNonNull(LiteralFrame.pack(octets, Integer.MAX_VALUE));
        int length = octets.length;
        byte[] out = new byte[length];
        int n = new ZstdJavaDecompressor().decompress(frame, 0, frame.length, out, 0, length);
        assertThat(n).isEqualTo(length);
        assertThat(out).isEqualTo(octets);
        assertThat(Zstd.decompress(frame, length)).isEqualTo(octets);
        return frame;
    }

    /// Octets that come the less often the higher they are.
    ///
    /// @param halving each `halving` ones come half as often as those before
    private static byte[] skewed(Random random, int length, int symbols, double halving) {
        byte[] out = new byte[length];
        for (int i = 0; i < length; i++) {
            double at = -halving * Math.log(1 - random.nextDouble()) / Math.log(2);
            out[i] = (byte) Math.min(symbols - 1, (int) at);
        }
        return out;
    }

    /// What codes take by how often they come, in octets.
    private static double entropy(byte[] octets) {
        int[] counts = new int[256];
        for (byte b : octets) {
            counts[b & 0xFF]++;
        }
        double bits = 0;
        for (int count : counts) {
            bits -= count == 0 ? 0 : count * Math.log((double) count / octets.length);
        }
        return bits / Math.log(2) / Byte.SIZE;
    }

    /// The form, octet by octet: 128 zeros, 64 ones, 64 twos.
    @Test
    void theFormIsThatOfZstd() {
        byte[] octets = new byte[256];
        for (int i = 0; i < 256; i++) {
            octets[i] = (byte) (i % 2 == 0 ? 0 : i % 4 == 1 ? 1 : 2);
        }
        String frame = HexFormat.of().formatHex(packed(octets));
        String magic = "28b52ffd" + "a0" + "00010000";
        // One block of 66 octets: four streams of 256 octets, together with table and lengths 60.
        String block = "150200" + "0e10000f00";
        // Two weights: a code of one bit, one of two; the third code is what is left.
        String table = "8121";
        // Each of 13 octets: 96 bits and where they begin.
        String lengths = "0d000d000d00";
        assertThat(frame).startsWith(magic + block + table + lengths);
        // No sequences.
        assertThat(frame).hasSize(2 * (9 + 3 + 66)).endsWith("00");
    }

    /// Around the length of a block, and with a few octets behind one, as a row group's codes are.
    @ParameterizedTest
    @ValueSource(ints = {256, 257, 259, 1000, 131_071, 131_072, 131_073, 131_077, 131_400, 300_001})
    void everyLengthComesBack(int length) {
        Random random = new Random(length);
        byte[] octets = skewed(random, length, 200, 12);
        byte[] frame = packed(octets);
        assertThat(frame.length).isLessThan((int) (entropy(octets) * 1.02) + 400);
    }

    /// Tables as nibbles and as states, and codes that were longer than eleven bits.
    @ParameterizedTest
    @CsvSource({
        "2, 1", "3, 0.3", "16, 1", "30, 1", "40, 0.8", "129, 9", "130, 9", "256, 9", "256, 30"
    })
    void everyTableComesBack(int symbols, double halving) {
        Random random = new Random(symbols);
        byte[] octets = skewed(random, 131_077, symbols, halving);
        // Each one comes, and by that some seldom.
        for (int s = 0; s < symbols; s++) {
            octets[random.nextInt(octets.length)] = (byte) s;
        }
        byte[] frame = packed(octets);
        // A code takes a bit at least.
        double best = Math.max(entropy(octets), octets.length / 8.0);
        assertThat(frame.length).isLessThan((int) (best * 1.08) + 400);
    }

    /// Of many shapes: any octets with any weights.
    @Test
    void allShapesComeBack() {
        Random random = new Random(7);
        ZstdJavaDecompressor decompressor = new ZstdJavaDecompressor();
        int tried = 0;
        for (int i = 0; i < 3_000; i++) {
            int symbols = 1 + random.nextInt(256);
            double power = random.nextDouble() * 6;
            int length = 200 + random.nextInt(5_000);
            byte[] octets = new byte[length];
            int turn = random.nextInt(256);
            for (int k = 0; k < length; k++) {
                int s = (int) (symbols * Math.pow(random.nextDouble(), power));
                octets[k] = (byte) (s * 37 + turn);
            }
            byte[] frame = LiteralFrame.pack(octets, length);
            if (frame == null) {
                continue;
            }
            tried++;
            byte[] out = new byte[length];
            int n = decompressor.decompress(frame, 0, frame.length, out, 0, length);
            assertThat(n).isEqualTo(length);
            assertThat(out).isEqualTo(octets);
            assertThat(Zstd.decompress(frame, length)).isEqualTo(octets);
        }
        assertThat(tried).isGreaterThan(1_500);
    }

    /// Octets that no code makes shorter stand in a block as they are.
    @Test
    void evenOctetsStayAsTheyAre() {
        byte[] octets = new byte[200_000];
        new Random(1).nextBytes(octets);
        assertThat(packed(octets)).hasSize(octets.length + 9 + 2 * 3);
        assertThat(LiteralFrame.pack(octets, octets.length)).isNull();
        byte[] one = new byte[1000];
        assertThat(packed(one)).hasSize(one.length + 9 + 3);
    }

    @Test
    void whatIsNotShorterThanAskedIsLeft() {
        byte[] octets = skewed(new Random(3), 5_000, 100, 8);
        int length = packed(octets).length;
        assertThat(LiteralFrame.pack(octets, length)).isNull();
        assertThat(LiteralFrame.pack(octets, length + 1)).hasSize(length);
        assertThat(LiteralFrame.pack(new byte[255], Integer.MAX_VALUE)).isNull();
    }
}

package dev.rearview.store.parquet.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.Ip;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Dictionaries as ZSTD frames of our own making, which any decoder unpacks.
class SortedFrameTest {
    private static byte[] addresses(TreeSet<Integer> addresses) {
        ByteBuffer out = ByteBuffer.allocate(addresses.size() * 16);
        addresses.forEach(a -> out.putLong(0).putLong(Ip.MAPPED | a & 0xFFFF_FFFFL));
        return out.array();
    }

    private static TreeSet<Integer> none() {
        return new TreeSet<>(Integer::compareUnsigned);
    }

    private static byte[] frame(byte[] dictionary, int width) {
        return Objects.requireNonNull(SortedFrame.pack(dictionary, width));
    }

    /// What a decompressor makes of a frame, which is the same as what our reader makes.
    private static byte[] unpacked(byte[] frame, int length, int width) {
        byte[] out = new byte[length];
        int n = new ZstdJavaDecompressor().decompress(frame, 0, frame.length, out, 0, length);
        assertThat(n).isEqualTo(length);
        byte[] own = new byte[length + SortedFrameReader.PADDING];
        byte[] in = Arrays.copyOf(frame, frame.length + SortedFrameReader.PADDING);
        assertThat(new SortedFrameReader().unpack(in, frame.length, own, width)).isEqualTo(length);
        assertThat(Arrays.copyOf(own, length)).isEqualTo(out);
        return out;
    }

    private static byte[] packed(byte[] dictionary, int width) {
        byte[] frame = frame(dictionary, width);
        assertThat(unpacked(frame, dictionary.length, width)).isEqualTo(dictionary);
        return frame;
    }

    /// The form, octet by octet: sixteen ports, of which all but the first have their low octet of
    /// their own.
    @Test
    void theFormIsThatOfZstd() {
        ByteBuffer ports = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 16; i++) {
            ports.putInt(0xC000 + 3 * i);
        }
        String magic = "28b52ffd" + "a0" + "40000000";
        // The last block, compressed, so many octets.
        byte[] frame = packed(ports.array(), 4);
        assertThat(HexFormat.of().formatHex(frame)).startsWith(magic);
        int header = frame[9] & 0xFF | (frame[10] & 0xFF) << 8 | (frame[11] & 0xFF) << 16;
        assertThat(header & 7).isEqualTo(5);
        assertThat(header >>> 3).isEqualTo(frame.length - 12);
        // Nineteen literals as they are, and fifteen sequences.
        assertThat(frame[12]).isEqualTo((byte) (19 << 3));
        assertThat(HexFormat.of().formatHex(frame, 13, 32))
                .isEqualTo("00c00000" + "0306090c0f1215181b1e2124272a2d");
        assertThat(frame[32]).isEqualTo((byte) 15);
    }

    /// Addresses anywhere, in few networks, in one, in more than a block.
    @ParameterizedTest
    @CsvSource({
        "16, 0",
        "17, 0",
        "300, 0",
        "300, 4",
        "40, 8",
        "511, 16",
        "512, 16",
        "513, 16",
        "5000, 0",
        "5000, 8",
        "20000, 2",
        "65536, 0",
        "65536, 8",
        "65536, 16"
    })
    void everyAddressComesBackAndIsFound(int count, int fixedBits) {
        Random random = new Random(count);
        TreeSet<Integer> set = none();
        while (set.size() < count) {
            set.add((int) (random.nextInt() & 0xFFFF_FFFFL >>> fixedBits));
        }
        byte[] frame = packed(addresses(set), 16);
        if (count > 4000) {
            assertThat(frame.length).isLessThan(3 * count + count / 4);
        }
        ByteBuffer in = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        int i = 0;
        for (int a : set) {
            if (i++ % 61 == 0 || a == set.first() || a == set.last()) {
                assertThat(SortedFrameReader.holds(in, 0, Ip.mapped(a))).isTrue();
                boolean isNext = set.contains(a + 1);
                assertThat(SortedFrameReader.holds(in, 0, Ip.mapped(a + 1))).isEqualTo(isNext);
            }
        }
        assertThat(SortedFrameReader.holds(in, 0, 0)).isFalse();
        assertThat(SortedFrameReader.holds(in, 1, 0)).isFalse();
    }

    /// Addresses of which few octets are those of the one before, as of IPv6, are found as well.
    @Test
    void longAddressesComeBackAndAreFound() {
        Random random = new Random(6);
        TreeSet<String> set = new TreeSet<>();
        for (int i = 0; i < 3000; i++) {
            long hi = 0x2001_0DB8_0000_0000L | random.nextInt(1 << 6);
            set.add("%016x%016x".formatted(hi, i % 3 == 0 ? i : random.nextLong()));
        }
        byte[] dictionary = HexFormat.of().parseHex(String.join("", set));
        byte[] frame = packed(dictionary, 16);
        ByteBuffer in = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer entries = ByteBuffer.wrap(dictionary);
        for (int at = 0; at < dictionary.length; at += 16 * 7) {
            long hi = entries.getLong(at);
            long lo = entries.getLong(at + 8);
            assertThat(SortedFrameReader.holds(in, hi, lo)).isTrue();
            assertThat(SortedFrameReader.holds(in, hi ^ 1L << 40, lo)).isFalse();
        }
    }

    /// Random entries of four and eight octets have blocks as they are, and long runs of literals.
    @ParameterizedTest
    @CsvSource({"4, 16", "4, 24", "4, 32", "8, 20", "8, 33", "8, 64", "4, 14", "8, 12"})
    void integersComeBack(int width, int bits) {
        Random random = new Random(bits);
        for (int count : new int[] {16, 100, 2047, 2048, 4000}) {
            TreeSet<Long> set = new TreeSet<>();
            while (set.size() < count) {
                set.add(random.nextLong() >>> Long.SIZE - bits);
            }
            ByteBuffer out =
                    ByteBuffer.allocate(count * width + Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            int at = 0;
            for (long v : set) {
                out.putLong(at, v);
                at += width;
            }
            packed(Arrays.copyOf(out.array(), count * width), width);
        }
    }

    /// Networks of one address, of two and of more, one behind the other.
    @Test
    void networksOfFewAddressesComeBack() {
        for (int first = 1; first < 5; first++) {
            TreeSet<Integer> set = none();
            for (int i = 0; i < 40; i++) {
                set.add(i << 24 | 7);
                for (int k = 1; k < (i + first) % 5; k++) {
                    set.add(i << 24 | k << 8);
                }
            }
            packed(addresses(set), 16);
        }
    }

    @Test
    void fewEntriesAreLeftToTheCompressor() {
        assertThat(SortedFrame.pack(new byte[15 * 16], 16)).isNull();
        assertThat(SortedFrame.pack(new byte[15 * 4], 4)).isNull();
    }

    /// Whatever is wrong with a frame, it is told or something else comes out, within its bounds.
    @Test
    void damageIsToldOrHarmless() {
        Random random = new Random(9);
        TreeSet<Integer> set = none();
        while (set.size() < 900) {
            set.add(random.nextInt());
        }
        byte[] dictionary = addresses(set);
        byte[] frame = frame(dictionary, 16);
        byte[] out = new byte[dictionary.length + SortedFrameReader.PADDING];
        int told = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(frame, frame.length + SortedFrameReader.PADDING);
            for (int k = random.nextInt(3); k >= 0; k--) {
                bad[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            ByteBuffer in = ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN);
            try {
                new SortedFrameReader().unpack(bad, frame.length, out, 16);
                SortedFrameReader.holds(in, 0, Ip.mapped(random.nextInt()));
            } catch (RuntimeException e) {
                told++;
            }
        }
        assertThat(told).isPositive();
        byte[] cut = Arrays.copyOf(frame, frame.length + SortedFrameReader.PADDING);
        assertThatThrownBy(() -> new SortedFrameReader().unpack(cut, frame.length - 100, out, 16))
                .isInstanceOf(RuntimeException.class);
        byte[] small = new byte[dictionary.length / 2];
        assertThatThrownBy(() -> new SortedFrameReader().unpack(cut, frame.length, small, 16))
                .isInstanceOf(RuntimeException.class);
    }
}

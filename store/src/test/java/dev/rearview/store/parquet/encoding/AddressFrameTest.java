package dev.rearview.store.parquet.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.model.Ip;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Dictionaries as ZSTD frames of our own making, which any decoder unpacks.
class AddressFrameTest {
    private static byte[] dictionary(TreeSet<Integer> addresses) {
        ByteBuffer out = ByteBuffer.allocate(addresses.size() * 16);
        addresses.forEach(a -> out.putLong(0).putLong(Ip.MAPPED | a & 0xFFFF_FFFFL));
        return out.array();
    }

    private static TreeSet<Integer> none() {
        return new TreeSet<>(Integer::compareUnsigned);
    }

    private static byte[] unpacked(byte[] frame, int length) {
        byte[] out = new byte[length];
        int n = new ZstdJavaDecompressor().decompress(frame, 0, frame.length, out, 0, length);
        assertThat(n).isEqualTo(length);
        return out;
    }

    /// Addresses anywhere, in few networks, in one; 5,000 and 65,536 of them are more than a block.
    @ParameterizedTest
    @CsvSource({
        "16, 0",
        "17, 0",
        "300, 0",
        "300, 4",
        "40, 8",
        "5000, 0",
        "5000, 8",
        "20000, 2",
        "65536, 0",
        "65536, 8",
        "65536, 16",
        "4096, 16",
        "4097, 16",
        "4098, 16",
        "8193, 16"
    })
    void everyAddressComesBack(int count, int fixedBits) {
        Random random = new Random(count);
        TreeSet<Integer> addresses = none();
        while (addresses.size() < count) {
            addresses.add((int) (random.nextInt() & 0xFFFF_FFFFL >>> fixedBits));
        }
        byte[] dictionary = dictionary(addresses);
        byte[] frame = Objects.requireNonNull(AddressFrame.pack(dictionary));
        assertThat(unpacked(frame, dictionary.length)).isEqualTo(dictionary);
        if (count > 4000) {
            assertThat(frame.length).isLessThan(3 * count + 256 * 30);
        }
    }

    /// Blocks of one and of two entries first, then others.
    @Test
    void networksOfFewAddressesComeBack() {
        for (int first = 1; first < 5; first++) {
            TreeSet<Integer> addresses = none();
            for (int i = 0; i < 40; i++) {
                addresses.add(i << 24 | 7);
                for (int k = 1; k < (i + first) % 5; k++) {
                    addresses.add(i << 24 | k << 8);
                }
            }
            byte[] dictionary = dictionary(addresses);
            byte[] frame = Objects.requireNonNull(AddressFrame.pack(dictionary));
            assertThat(unpacked(frame, dictionary.length)).isEqualTo(dictionary);
        }
    }

    @Test
    void otherAddressesAreLeftToTheCompressor() {
        TreeSet<Integer> few = none();
        for (int i = 0; i < 15; i++) {
            few.add(i);
        }
        assertThat(AddressFrame.pack(dictionary(few))).isNull();
        byte[] other = new byte[16 * 20];
        for (int i = 0; i < 20; i++) {
            other[16 * i] = 0x20;
            other[16 * i + 15] = (byte) i;
        }
        assertThat(AddressFrame.pack(other)).isNull();
    }
}

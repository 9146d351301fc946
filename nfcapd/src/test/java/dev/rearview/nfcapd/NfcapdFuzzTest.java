package dev.rearview.nfcapd;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.MalformedInputException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Files damaged anywhere: they are read, or refused with a message that says where.
class NfcapdFuzzTest {
    private static void read(byte[] file) {
        try (NfcapdReader reader = Samples.open(file)) {
            // A record takes 12 octets, and is two flows at most.
            long most = 2L * Block.MAX_SIZE / 12 * (1 + file.length / Container.BLOCK_HEADER);
            long n = 0;
            for (FlowBatch b = reader.next(); b != null; b = reader.next()) {
                n += b.size();
            }
            assertThat(n).isLessThanOrEqualTo(most);
        } catch (MalformedInputException e) {
            assertThat(e).hasMessageStartingWith("f: offset ");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void damageAnywhere() throws IOException {
        Random random = new Random(20261129);
        List<byte[]> seeds =
                List.of(
                        Samples.file("elements"),
                        Samples.file("layout1"),
                        Samples.file("flows.lzo"),
                        Samples.file("flows.lz4"),
                        Samples.file("flows.bz2"),
                        Samples.zstd());
        for (byte[] seed : seeds) {
            for (int i = 0; i < 300; i++) {
                byte[] file = seed.clone();
                for (int j = random.nextInt(4); j >= 0; j--) {
                    int at = random.nextInt(random.nextBoolean() ? 80 : file.length);
                    file[at] = (byte) random.nextInt();
                }
                read(random.nextInt(4) == 0 ? cut(file, random) : file);
            }
        }
    }

    private static byte[] cut(byte[] file, Random random) {
        return Arrays.copyOf(file, random.nextInt(file.length));
    }

    @FuzzTest(maxDuration = "20s")
    void anything(byte[] octets) {
        read(octets);
    }
}

package dev.rearview.ingest.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.MalformedInputException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class BoundedInputTest {
    private static final int MIB = 1 << 20;

    /// MiB of zeros, of which some are noise.
    private static byte[] gzip(int mebibytes, int noisy) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Random random = new Random(1);
        try (OutputStream gz = new GZIPOutputStream(out)) {
            for (int i = 0; i < mebibytes; i++) {
                byte[] bytes = new byte[MIB];
                if (i < noisy) {
                    random.nextBytes(bytes);
                }
                gz.write(bytes);
            }
        }
        return out.toByteArray();
    }

    private static InputStream open(byte[] file) throws IOException {
        return BoundedInput.of(new ByteArrayInputStream(file), "file", () -> true);
    }

    private static long read(InputStream in) throws IOException {
        return in.transferTo(OutputStream.nullOutputStream());
    }

    @Test
    void whatIsNotPackedComesAsItIs() throws IOException {
        assertThat(read(open(new byte[100 * MIB]))).isEqualTo(100L * MIB);
    }

    @Test
    void packedFilesAreUnpacked() throws IOException {
        assertThat(read(open(gzip(64, 0)))).isEqualTo(64L * MIB);
        assertThat(read(open(gzip(100, 1)))).isEqualTo(100L * MIB);
    }

    /// 200 MiB in 200 KB.
    @Test
    void aBombEnds() throws IOException {
        byte[] bomb = gzip(200, 0);
        assertThat(bomb.length).isLessThan(MIB);
        InputStream in = open(bomb);
        assertThatThrownBy(() -> read(in))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("unpacks to more than 200 times its size");
    }

    @Test
    void aReaderMayBeToldToStop() throws IOException {
        AtomicBoolean goOn = new AtomicBoolean(true);
        InputStream in =
                BoundedInput.of(new ByteArrayInputStream(new byte[MIB]), "file", goOn::get);
        assertThat(in.read()).isZero();
        goOn.set(false);
        assertThatThrownBy(() -> read(in)).isInstanceOf(IOException.class);
    }

    @Test
    void theBeginningMayBeReadTwice() throws IOException {
        InputStream in = open("abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        in.mark(4);
        assertThat(in.readNBytes(4)).asString().isEqualTo("abcd");
        in.reset();
        assertThat(in.readNBytes(9)).asString().isEqualTo("abcdef");
    }
}

package dev.rearview.wire.ipfix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.model.MalformedInputException;
import dev.rearview.wire.netflow5.PduFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Fuzz targets of what takes files of exports apart: it ends, hands every octet out once, and says
/// where the damage begins.
class ExportFilesFuzzTest {
    @FuzzTest(maxDuration = "1m")
    void messagesTarget(byte[] octets) throws IOException {
        messages(octets);
    }

    @FuzzTest(maxDuration = "1m")
    void pdusTarget(byte[] octets) throws IOException {
        pdus(octets);
    }

    private static void messages(byte[] octets) throws IOException {
        MessageFile file = new MessageFile(new ByteArrayInputStream(octets), "f");
        long at = 0;
        try {
            for (ByteBuffer m = file.next(); m != null; m = file.next()) {
                assertThat(file.offset()).isEqualTo(at);
                assertThat(m.remaining()).isBetween(Ipfix.HEADER, 0xFFFF);
                assertThat(m.get(0)).isEqualTo(octets[(int) at]);
                at += m.remaining();
            }
            assertThat(at).isEqualTo(octets.length);
        } catch (MalformedInputException e) {
            assertThat(e.offset()).isEqualTo(at);
            assertThat(e).hasMessageStartingWith("f: offset " + at + ": ");
        }
    }

    private static void pdus(byte[] octets) throws IOException {
        PduFile file = new PduFile(new ByteArrayInputStream(octets));
        long at = 0;
        for (ByteBuffer p = file.next(); p != null; p = file.next()) {
            assertThat(file.offset()).isEqualTo(at);
            assertThat(p.remaining()).isBetween(1, PduFile.PDU);
            at += p.remaining();
        }
        assertThat(at).isEqualTo(octets.length);
    }

    @Test
    void anyOctetsAreTakenApart() throws IOException {
        Random random = new Random(11);
        for (int i = 0; i < 500; i++) {
            byte[] octets = new byte[random.nextInt(6000)];
            random.nextBytes(octets);
            for (int at = 0; at + 4 <= octets.length && random.nextInt(8) > 0; ) {
                int length = 16 + random.nextInt(900);
                ByteBuffer.wrap(octets).putShort(at, (short) 10).putShort(at + 2, (short) length);
                at += length;
            }
            messages(octets);
            pdus(octets);
        }
    }

    @Test
    void aFileThatIsCutOffSaysWhere() {
        byte[] octets = new byte[40];
        ByteBuffer.wrap(octets).putShort(0, (short) 10).putShort(2, (short) 20);
        ByteBuffer.wrap(octets).putShort(20, (short) 10).putShort(22, (short) 21);
        MessageFile file = new MessageFile(new ByteArrayInputStream(octets), "f");
        assertThatThrownBy(
                        () -> {
                            while (file.next() != null) {
                                // To the damage.
                            }
                        })
                .isInstanceOf(MalformedInputException.class)
                .hasMessage("f: offset 20: no IPFIX message: it is cut off");
    }
}

package dev.rearview.wire.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureReaderTest {
    private static CaptureReader open(String hex) throws IOException {
        byte[] octets = HexFormat.of().parseHex(hex.replace(" ", ""));
        return CaptureReader.open(new ByteArrayInputStream(octets), "c");
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (CaptureWriter out = new CaptureWriter(octets, 101, 96)) {
            out.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 1_700_000_000_123_456L, 1500);
            out.write(ByteBuffer.allocate(0), 4_294_967_295_999_999L, 0);
            assertThat(out.written()).isEqualTo(2);
        }
        CaptureReader in = CaptureReader.open(new ByteArrayInputStream(octets.toByteArray()), "c");
        assertThat(in.firstLink()).isEqualTo(101);
        assertThat(in.snapLength()).isEqualTo(96);
        assertThat(in.next()).isTrue();
        assertThat(in.bytes().array()).containsExactly(1, 2, 3);
        assertThat(in.timeUs()).isEqualTo(1_700_000_000_123_456L);
        assertThat(in.length()).isEqualTo(1500);
        assertThat(in.link()).isEqualTo(101);
        assertThat(in.next()).isTrue();
        assertThat(in.timeUs()).isEqualTo(4_294_967_295_999_999L);
        assertThat(in.bytes().hasRemaining()).isFalse();
        assertThat(in.next()).isFalse();
    }

    @Test
    void aHeaderIsWrittenOctetByOctet() throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        new CaptureWriter(octets, 1, 65_535).close();
        ByteBuffer b = ByteBuffer.wrap(octets.toByteArray()).order(ByteOrder.nativeOrder());
        assertThat(b.getInt()).isEqualTo(0xA1B2C3D4);
        assertThat(b.getShort()).isEqualTo((short) 2);
        assertThat(b.getShort()).isEqualTo((short) 4);
        assertThat(b.getLong()).isZero();
        assertThat(b.getInt()).isEqualTo(65_535);
        assertThat(b.getInt()).isEqualTo(1);
        assertThat(b.hasRemaining()).isFalse();
    }

    private static final String SECTION =
            "0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c";

    @Test
    void interfacesOfASectionAreTold() throws IOException {
        CaptureReader in =
                open(
                        SECTION
                                + "00000001 00000014 0065 0000 00000060 00000014"
                                + "00000001 00000014 0001 0000 00000000 00000014"
                                + "00000006 00000024 00000001 00000000 00000005 00000001 00000009"
                                + "ab000000 00000024");
        assertThat(in.firstLink()).isEqualTo(101);
        assertThat(in.snapLength()).isEqualTo(96);
        assertThat(in.next()).isTrue();
        assertThat(in.link()).isEqualTo(1);
        assertThat(in.timeUs()).isEqualTo(5);
        assertThat(in.length()).isEqualTo(9);
        assertThat(in.bytes().remaining()).isEqualTo(1);
        assertThat(in.next()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        // Digits of a second, binary ones, and more than there is room for.
        "09, 17979cfe, 362a0001, 1700000000000000",
        "03, 00000000, 000003e8, 1000000",
        "00, 00000000, 00000002, 2000000",
        "8a, 00000000, 00000600, 1500000",
        "a0, 00000003, 80000000, 3500000",
        "ff, 7fffffff, ffffffff, 0",
        "7f, 00000000, 00000001, 0"
    })
    void timesHaveTheUnitOfTheirInterface(String unit, String high, String low, long us)
            throws IOException {
        CaptureReader in =
                open(
                        SECTION
                                + "00000001 00000020 0001 0000 00000000 0009 0001 "
                                + unit
                                + "000000 0000 0000 00000020"
                                + "00000006 00000020 00000000"
                                + high
                                + low
                                + "00000000 00000000 00000020");
        assertThat(in.next()).isTrue();
        assertThat(in.timeUs()).isEqualTo(us);
    }

    @Test
    void timesMayBeginLater() throws IOException {
        CaptureReader in =
                open(
                        SECTION
                                + "00000001 00000024 0001 0000 00000000 000e 0008 000000000000000a"
                                + "0000 0000 00000024"
                                + "00000006 00000020 00000000 00000000 00000007 00000000 00000000"
                                + "00000020");
        assertThat(in.next()).isTrue();
        assertThat(in.timeUs()).isEqualTo(10_000_007);
    }

    @Test
    void whatIsNoCaptureIsRefused() {
        assertThatThrownBy(() -> open("0102")).hasMessage("c: offset 0: neither pcap nor pcapng");
        assertThatThrownBy(() -> open("a1b2c3d4 00"))
                .hasMessage("c: offset 5: header: ends too early");
        assertThatThrownBy(() -> open("0a0d0d0a 0000001c"))
                .hasMessage("c: offset 8: block: ends too early");
    }
}

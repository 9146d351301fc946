package dev.rearview.resident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.model.MalformedInputException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The octets of `docs/internals/RESIDENT.md`, and what a hostile client may make of them.
class RequestTest {
    static final String HEADER = "52564501 52 07 0012 00000076";
    static final String BODY =
            """
            0000000800000001 0000000000000002 0000000800000001 000000000009c4d1 00000014
            ffffffffffffffff ffffffffffffffff ffffffffffffffff ffffffffffffffff
            00000002 000003e8 0000001b 00000002 00000002
            2f7372762f6100 727763757400 2d2d6865 6c7000 545a3d55544300 413d00
            """;

    static byte[] octets(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        Request request = Request.of(octets(BODY));
        byte[] message = request.message(13, 027);
        Header header = Header.of(Arrays.copyOf(message, Header.OCTETS));
        assertThat(header).isEqualTo(new Header(Header.Kind.RUN, 13, 027, octets(BODY).length));
        byte[] body = Arrays.copyOfRange(message, Header.OCTETS, message.length);
        assertThat(Request.of(body)).isEqualTo(request);
    }

    @Test
    void theWorkedExample() throws Exception {
        Header header = Header.of(octets(HEADER));
        assertThat(header).isEqualTo(new Header(Header.Kind.RUN, 7, 022, octets(BODY).length));
        Request request = Request.of(octets(BODY));
        assertThat(request.standing().root()).isEqualTo(new Request.Place(0x800000001L, 2));
        assertThat(request.standing().here()).isEqualTo(new Request.Place(0x800000001L, 0x9c4d1));
        assertThat(request.standing().niceness()).isZero();
        assertThat(request.standing().limits()).containsExactly(-1L, -1L, -1L, -1L);
        assertThat(request.standing().groups()).containsExactly(27, 1000);
        assertThat(request.directory()).isEqualTo("/srv/a");
        assertThat(request.arguments()).isEqualTo(List.of("rwcut", "--help"));
        assertThat(request.variables()).isEqualTo(Map.of("TZ", "UTC", "A", ""));
    }

    @Test
    void everyCutIsNoticed() {
        byte[] body = octets(BODY);
        for (int length = 0; length < body.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            assertThatThrownBy(() -> Request.of(cut)).isInstanceOf(MalformedInputException.class);
        }
        byte[] longer = Arrays.copyOf(body, body.length + 1);
        assertThatThrownBy(() -> Request.of(longer)).hasMessageContaining("too much");
    }

    @Test
    void countsAreCheckedBeforeAnythingIsAllocated() {
        byte[] body = octets(BODY);
        for (int at : new int[] {68, 80, 84}) {
            byte[] bad = body.clone();
            bad[at] = 0x7f;
            assertThatThrownBy(() -> Request.of(bad)).hasMessageContaining("more than there are");
            bad[at] = (byte) 0xff;
            assertThatThrownBy(() -> Request.of(bad)).hasMessageContaining("more than there are");
        }
    }

    @Test
    void otherOctetsThanTextAreRefused() {
        byte[] body = octets(BODY);
        body[95] = (byte) 0xe4;
        assertThatThrownBy(() -> Request.of(body)).hasMessageContaining("not UTF-8");
    }

    @Test
    void headersOfOthersAreRefused() {
        for (String bad :
                List.of(
                        "52564502 52 07 0012 00000000",
                        "52564501 51 07 0012 00000000",
                        "52564501 52 10 0012 00000000",
                        "52564501 52 07 0200 00000000",
                        "52564501 52 07 0012 00800001",
                        "52564501 52 07 0012 ffffffff",
                        "52564501 52 07 0012")) {
            assertThatThrownBy(() -> Header.of(octets(bad)))
                    .isInstanceOf(MalformedInputException.class);
        }
    }

    @Test
    void mutationsAreRefusedOrRead() {
        Random random = new Random(15);
        byte[] body = octets(BODY);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(body, random.nextInt(body.length + 10));
            for (int k = 0; k < 1 + random.nextInt(4) && bad.length > 0; k++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            read(bad);
        }
    }

    @FuzzTest
    void whateverComesIsRefusedOrRead(byte[] octets) {
        read(octets);
    }

    private static void read(byte[] octets) {
        try {
            Header.of(octets);
        } catch (MalformedInputException e) {
            assertThat(e).hasMessageStartingWith("request: ");
        }
        try {
            Request request = Request.of(octets);
            assertThat(request.arguments()).isNotEmpty();
        } catch (MalformedInputException e) {
            assertThat(e).hasMessageStartingWith("request: ");
        }
    }
}

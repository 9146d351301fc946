package dev.rearview.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.Ip;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, c0000201",
        "0.0.0.0, 00000000",
        "255.255.255.255, ffffffff",
        "3221225985, c0000201"
    })
    void ipv4Addresses(String text, String hex) {
        Ip ip = IpText.parse(text);
        assertThat(ip.v6()).isFalse();
        assertThat(ip.bits()).isEqualTo(Integer.parseUnsignedInt(hex, 16));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "256.1.1.1",
                "1.2.3",
                "1.2.3.4.5",
                "1.2.3.x",
                "4294967296",
                "::1::",
                "1:2:3",
                "12345::",
                "1:2:3:4:5:6:7:8:9",
                "::ffff:1.2.3",
                "2001:db8::/32"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> IpText.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ipv6AddressesComeBackAsTheyWentIn() throws UnknownHostException {
        Random random = new Random(9);
        for (int i = 0; i < 5_000; i++) {
            long hi = random.nextInt(3) == 0 ? 0 : random.nextLong() << random.nextInt(64);
            long lo = random.nextInt(3) == 0 ? 1 : random.nextLong() >>> random.nextInt(64);
            String ours = IpFormat.CANONICAL.format(hi, lo, true);
            byte[] octets = ByteBuffer.allocate(16).putLong(hi).putLong(lo).array();
            if (!Ip.isMapped(hi, lo)) {
                assertThat(InetAddress.getByName(ours).getAddress()).as(ours).isEqualTo(octets);
            }
            Ip back = IpText.parse(ours);
            assertThat(back.hi()).as(ours).isEqualTo(hi);
            assertThat(back.lo()).as(ours).isEqualTo(lo);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.255, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "'10.1,3-4.x.7', 10.3.200.7, true",
        "'10.1,3-4.x.7', 10.2.200.7, false",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "'2001:db8:1,3-4:x::5', '2001:db8:4:9::5', true",
        "'2001:db8:1,3-4:x::5', '2001:db8:5:9::5', false"
    })
    void wildcards(String wildcard, String address, boolean expected) {
        Ip ip = IpText.parse(address);
        assertThat(IpWildcard.parse(wildcard).matches(ip.hi(), ip.lo())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2026/11/24, 2026-11-24T00:00:00Z",
        "2026/11/24:07, 2026-11-24T07:00:00Z",
        "2026/11/24T07:08:09.5, 2026-11-24T07:08:09.500Z",
        "2024/02/29:23:59, 2024-02-29T23:59:00Z",
        "1709251199.123, 2024-02-29T23:59:59.123Z"
    })
    void times(String text, String iso) {
        assertThat(TimeText.parse(text).ms()).isEqualTo(Instant.parse(iso).toEpochMilli());
    }

    @ParameterizedTest
    @ValueSource(strings = {"2023/02/29", "2026/13/01", "2026/11/24:24", "2026/11", ""})
    void whatIsNoTimeIsRefused(String text) {
        assertThatThrownBy(() -> TimeText.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aWindowEndsWithItsLastUnit() {
        TimeText.Window w = TimeText.window("2026/11/24:07-2026/11/24:08");
        assertThat(w.startMs()).isEqualTo(Instant.parse("2026-11-24T07:00:00Z").toEpochMilli());
        assertThat(w.endMs()).isEqualTo(Instant.parse("2026-11-24T08:59:59.999Z").toEpochMilli());
        assertThatThrownBy(() -> TimeText.window("2026/11/25-2026/11/24"))
                .hasMessageContaining("ends before it starts");
    }

    @Test
    void numberRangesAndLists() {
        assertThat(NumberRange.integers("5-9", false)).isEqualTo(new NumberRange.Integers(5, 9));
        assertThat(NumberRange.integers("5-", false).high())
                .as("no upper limit, unsigned")
                .isEqualTo(-1);
        assertThatThrownBy(() -> NumberRange.integers("9-5", false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(IntegerList.parse("1,3-5,9", 0, 255).stream()).containsExactly(1, 3, 4, 5, 9);
        assertThatThrownBy(() -> IntegerList.parse("256", 0, 255)).hasMessageContaining("256");
    }

    @Test
    void aNumberThatStandsAloneMayHaveAPlus() {
        assertThat(IpText.parseUnsigned("+6", 255, "number")).isEqualTo(6);
        assertThat(NumberRange.decimal("+1.5")).isEqualTo(1.5);
        assertThat(IpText.parse("+167772161")).isEqualTo(IpText.parse("10.0.0.1"));
        assertThat(IpText.parse("+10.0.0.1")).isEqualTo(IpText.parse("10.0.0.1"));
        assertThat(IpWildcard.parse("+10.0.0.1").range())
                .isEqualTo(IpWildcard.parse("10.0.0.1").range());
        for (String bad : new String[] {"+ 6", "++6", "+", "-6"}) {
            assertThatThrownBy(() -> IpText.parseUnsigned(bad, 255, "number"))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> NumberRange.decimal(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void numbersOfListsAndRangesHaveNone() {
        assertThatThrownBy(() -> IntegerList.parse("+6", 0, 255)).hasMessageContaining("+6");
        assertThatThrownBy(() -> IntegerList.parse("1,+6", 0, 255)).hasMessageContaining("+6");
        assertThatThrownBy(() -> IntegerList.range("1-+6", 9, "field")).hasMessageContaining("+6");
        assertThatThrownBy(() -> NumberRange.integers("+6-9", false)).hasMessageContaining("+6");
        assertThatThrownBy(() -> NumberRange.decimals("1-+6")).hasMessageContaining("+6");
        assertThatThrownBy(() -> IpRange.parseList("1.1.1.1,+10.0.0.1"))
                .hasMessageContaining("+10.0.0.1");
        assertThatThrownBy(() -> IpRange.parse("10.0.0.1/+8")).hasMessageContaining("+8");
    }

    @Test
    void flags() {
        StringBuilder out = new StringBuilder();
        FlagText.flags(0x12, false, out);
        FlagText.flags(0x12, true, out);
        assertThat(out).hasToString("SA S  A   ");
        assertThat(FlagText.parseFlags("sa")).isEqualTo(0x12);
        assertThat(FlagText.parsePairs("S/SA,R/RA", false, 8))
                .containsExactly(
                        new FlagText.HighMask(0x02, 0x12), new FlagText.HighMask(0x04, 0x14));
        assertThatThrownBy(() -> FlagText.parsePairs("S/A", false, 8))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

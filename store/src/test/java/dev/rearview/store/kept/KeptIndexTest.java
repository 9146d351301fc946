package dev.rearview.store.kept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.store.disk.Checksum;
import dev.rearview.store.hour.EpochSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptIndexTest {
    private static final String BODY =
            """
            rearview-kept 1
            number 0000018c3f2a1b00
            after 0000018c3f2a1afe
            received 1764460800000000 1764460804998000
            datagrams 1200
            flows 36000
            hours 1764457200000000 1764460800000000
            epochs 18c3f2a1b00+1
            window 2592000000000 86400000000
            """;

    private static String summed(String body) {
        return body + "crc32 " + Checksum.ofText(body) + "\n";
    }

    @Test
    void textIsAsDocumented() {
        KeptIndex index =
                new KeptIndex(
                        0x18c3f2a1b00L,
                        0x18c3f2a1afeL,
                        new KeptIndex.Received(1764460800000000L, 1764460804998000L, 1200),
                        new KeptIndex.Given(
                                36000,
                                1764457200000000L,
                                1764460800000000L,
                                EpochSet.of(List.of(0x18c3f2a1b01L, 0x18c3f2a1b00L))),
                        new KeptIndex.Window(2592000000000L, 86400000000L));
        assertThat(index.text()).isEqualTo(summed(BODY)).contains("crc32 abca430e");
        KeptIndex again = KeptIndex.parse(index.text()).orElseThrow();
        assertThat(again.text()).isEqualTo(index.text());
        assertThat(again.after()).isEqualTo(index.after());
    }

    @Test
    void theFirstOneComesAfterNone() {
        String text = summed(BODY.replace("0000018c3f2a1afe", "none"));
        KeptIndex index = KeptIndex.parse(text).orElseThrow();
        assertThat(index.after()).isEqualTo(-1);
        assertThat(index.text()).isEqualTo(text);
    }

    @Test
    void whatIsNoIndexIsVoid() {
        assertThat(KeptIndex.parse("")).isEmpty();
        assertThat(KeptIndex.parse(BODY)).isEmpty();
        assertThat(KeptIndex.parse(summed(BODY).replace("1200", "1201"))).isEmpty();
        for (String bad :
                List.of(
                        BODY.replace("0000018c3f2a1b00", "f000018c3f2a1b00"),
                        BODY.replace("0000018c3f2a1b00", "0010000000000000"),
                        BODY.replace("1b00+1", "1b00+fffff"),
                        BODY.replace("1b00+1", "1b00,0"),
                        BODY.replace("1b00+1", "+"),
                        BODY.replace("36000", "9999999999999999999"),
                        BODY.replace("kept 1", "kept 2"),
                        BODY + "more 1\n")) {
            assertThat(KeptIndex.parse(summed(bad))).as(bad).isEmpty();
        }
    }
}

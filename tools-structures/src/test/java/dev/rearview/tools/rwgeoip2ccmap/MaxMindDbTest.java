package dev.rearview.tools.rwgeoip2ccmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.CountryCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaxMindDbTest {
    private static final List<GeoIp2.Choice> ORDER = List.of(GeoIp2.Choice.values());

    /// A database as octets.
    private static final class Maker {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Maker map(int pairs) {
            out.write(7 << 5 | pairs);
            return this;
        }

        Maker text(String text) {
            byte[] b = text.getBytes(StandardCharsets.UTF_8);
            out.write(2 << 5 | b.length);
            out.writeBytes(b);
            return this;
        }

        Maker number(int type, int value) {
            out.write(type << 5 | 4);
            out.write(value >>> 24);
            out.write(value >>> 16);
            out.write(value >>> 8);
            out.write(value);
            return this;
        }

        Maker pointer(int to) {
            out.write(1 << 5 | to >>> 8);
            out.write(to);
            return this;
        }

        Maker yes() {
            out.write(1);
            out.write(7);
            return this;
        }

        int size() {
            return out.size();
        }
    }

    /// @param records of the nodes, two for each; values are counted from the number of nodes on
    private static byte[] database(int bits, int version, Maker values, long... records) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < records.length; i += 2) {
            long l = records[i];
            long r = records[i + 1];
            int[] octets =
                    switch (bits) {
                        case 24 ->
                                new int[] {
                                    at(l, 16), at(l, 8), at(l, 0), at(r, 16), at(r, 8), at(r, 0)
                                };
                        case 28 ->
                                new int[] {
                                    at(l, 16),
                                    at(l, 8),
                                    at(l, 0),
                                    at(l, 24) << 4 | at(r, 24),
                                    at(r, 16),
                                    at(r, 8),
                                    at(r, 0)
                                };
                        default ->
                                new int[] {
                                    at(l, 24), at(l, 16), at(l, 8), at(l, 0),
                                    at(r, 24), at(r, 16), at(r, 8), at(r, 0)
                                };
                    };
            for (int o : octets) {
                out.write(o);
            }
        }
        out.writeBytes(new byte[16]);
        out.writeBytes(values.out.toByteArray());
        out.writeBytes(new byte[] {(byte) 0xAB, (byte) 0xCD, (byte) 0xEF});
        out.writeBytes("MaxMind.com".getBytes(StandardCharsets.UTF_8));
        Maker about = new Maker().map(4);
        about.text("node_count").number(6, records.length / 2);
        about.text("languages").map(0);
        about.text("record_size").number(5, bits);
        about.text("ip_version").number(5, version);
        out.writeBytes(about.out.toByteArray());
        return out.toByteArray();
    }

    private static int at(long word, int shift) {
        return (int) (word >>> shift) & 0xFF;
    }

    /// `de` by a key that is pointed to, `fr` behind other keys, and a proxy.
    private static Maker values() {
        Maker m = new Maker().map(1).text("country").map(1).text("iso_code").text("DE");
        int second = m.size();
        assertThat(second).isEqualTo(22);
        m.map(2).text("continent").map(1).text("code").text("EU");
        m.pointer(1).map(2).text("names").map(1).text("en").text("France");
        m.text("iso_code").text("FR");
        m.map(1).text("traits").map(1).text("is_anonymous_proxy").yes();
        return m;
    }

    private static int proxyAt() {
        return values().size() - 30;
    }

    private static List<String> ranges(byte[] file, boolean v4Map) throws MalformedInputException {
        List<String> out = new ArrayList<>();
        new MaxMindDb(file, "x.mmdb", ORDER, v4Map)
                .forEach((loHi, loLo, hiHi, hiLo, country) ->
                        out.add(
                                String.format(
                                        "%x:%x-%x:%x %s",
                                        loHi, loLo, hiHi, hiLo, CountryCode.text(country))));
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = {24, 28, 32})
    void recordsOfEverySizeAreRead(int bits) throws MalformedInputException {
        long nodes = 2;
        byte[] file =
                database(bits, 4, values(), 1, nodes + 16 + proxyAt(), nodes + 16, nodes + 16 + 22);
        assertThat(ranges(file, true))
                .containsExactly(
                        "0:ffff00000000-0:ffff3fffffff de",
                        "0:ffff40000000-0:ffff7fffffff fr",
                        "0:ffff80000000-0:ffffffffffff a1");
        assertThat(MaxMindDb.is(file)).isTrue();
    }

    /// IPv4 lies in ::/96 and is led to from elsewhere too.
    @Test
    void ipv4InATreeOfIpv6IsReadOnce() throws MalformedInputException {
        long nodes = 98;
        long[] records = new long[196];
        for (int i = 0; i < 97; i++) {
            records[i * 2] = i + 1L;
            records[i * 2 + 1] = nodes;
        }
        // 8000::/1 leads to IPv4 as well.
        records[1] = 96;
        records[96 * 2] = 97;
        records[96 * 2 + 1] = nodes + 16;
        records[97 * 2] = nodes;
        records[97 * 2 + 1] = nodes + 16 + 22;
        byte[] file = database(24, 6, values(), records);
        assertThat(ranges(file, true))
                .containsExactly(
                        "0:ffff40000000-0:ffff7fffffff fr", "0:ffff80000000-0:ffffffffffff de");
        assertThat(ranges(file, false))
                .containsExactly("0:40000000-0:7fffffff fr", "0:80000000-0:ffffffff de");
    }

    private static void isRefused(byte[] file, String message) {
        assertThatThrownBy(() -> ranges(file, true))
                .isInstanceOf(MalformedInputException.class)
                .hasMessage("x.mmdb: " + message);
    }

    @Test
    void whatIsNoTreeIsRefused() {
        isRefused(database(24, 4, values(), 0, 17), "offset 0: node 0: is reached twice");
        isRefused(database(24, 4, values(), 1, 1, 2, 2), "offset 6: node 1: is reached twice");
        isRefused(database(24, 4, values(), 900, 1), "offset 22: value: offset 883 lies outside");
        isRefused(database(24, 4, values(), 5, 1), "offset 22: value: offset -12 lies outside");
        long[] chain = new long[66];
        for (int i = 0; i < 33; i++) {
            chain[i * 2] = i + 1L;
            chain[i * 2 + 1] = 33;
        }
        isRefused(database(24, 4, values(), chain), "offset 192: node 32: lies too deep");
    }

    @Test
    void whatIsNoDescriptionIsRefused() {
        byte[] file = database(24, 4, values(), 17, 1);
        byte[] cut = Arrays.copyOf(file, file.length - 3);
        isRefused(cut, "offset " + (cut.length - 2) + ": value: ends too early");
        byte[] none = Arrays.copyOf(file, 40);
        isRefused(none, "no MaxMind database");
        isRefused(
                database(25, 4, values(), 17, 1),
                "offset 128: description: records of 25 bits, IPv4");
        isRefused(
                database(24, 5, values(), 17, 1),
                "offset 126: description: records of 24 bits, IPv5");
    }

    /// Maps whose keys are pointers in a circle, and values in each other without end.
    @Test
    void circlesAndDepthAreRefused() {
        Maker circle = new Maker().map(1).pointer(1).pointer(0);
        isRefused(database(24, 4, circle, 17, 1), "offset 23: value: points to a pointer");
        Maker deep = new Maker().map(2);
        deep.text("a");
        for (int i = 0; i < 100; i++) {
            deep.map(1).text("a");
        }
        isRefused(database(24, 4, deep, 17, 1), "offset 122: value: is nested too deep");
        Maker huge = new Maker();
        huge.out.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});
        isRefused(database(24, 4, huge, 17, 1), "offset 26: value: ends too early");
    }

    /// Every fourth octet starts a map of 16,926 pairs, and all addresses lead to one of these.
    @Test
    void manyPlacesInALargeValueAreRefused() {
        int levels = 14;
        long nodes = (1L << levels) - 1;
        Maker m = new Maker();
        for (int i = 0; i < 100_000; i++) {
            m.out.writeBytes(new byte[] {0x43, (byte) 0xFE, 0x41, 0x41});
        }
        long[] records = new long[(int) nodes * 2];
        for (int i = 0; i < records.length; i++) {
            long child = i + 1L;
            records[i] = child < nodes ? child : nodes + 16 + (child - nodes) * 4 + 1;
        }
        assertThatThrownBy(() -> ranges(database(24, 4, m, records), true))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageEndingWith("value: is looked at too often");
    }

    @FuzzTest(maxDuration = "1m")
    void databaseTarget(byte[] bytes) {
        tryToRead(bytes);
    }

    private static void tryToRead(byte[] bytes) {
        try {
            ranges(bytes, false);
        } catch (MalformedInputException e) {
            assertThat(e).hasMessageStartingWith("x.mmdb: ").hasMessageNotContaining("\n");
        }
    }

    @Test
    void mutatedDatabasesAreRefusedOrRead() {
        Random random = new Random(11);
        byte[] whole = database(28, 4, values(), 1, 18L + proxyAt(), 18, 40);
        for (int i = 0; i < 20_000; i++) {
            byte[] b = Arrays.copyOf(whole, whole.length - random.nextInt(3));
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                int at = random.nextInt(b.length);
                b[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (b[at] ^ 1 << n);
            }
            tryToRead(b);
        }
    }
}

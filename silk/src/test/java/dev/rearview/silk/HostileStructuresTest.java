package dev.rearview.silk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.structure.IpSetFile;
import dev.rearview.silk.structure.PrefixMapFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Structures in files that would keep a reader busy for hours, or for ever.
class HostileStructuresTest {
    /// Octets of a header without entries.
    private static final int HEADER = 24;

    private static final int LEAF = 0x8000_0000;

    private static byte[] header(SilkFormat format, int version, SilkHeader.Entry... entries)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FileSettings settings = new FileSettings(Compression.NONE, 0, List.of(entries));
        SilkHeader.of(format, version, 1, true, settings).write(out);
        return out.toByteArray();
    }

    private static byte[] join(byte[] header, ByteBuffer body) {
        byte[] out = Arrays.copyOf(header, header.length + body.position());
        System.arraycopy(body.array(), 0, out, header.length, body.position());
        return out;
    }

    /// A prefix map of nodes with a dictionary of `a` and `b`.
    private static PrefixMap map(PrefixMap.Kind kind, int... children) throws IOException {
        int version =
                switch (kind) {
                    case COUNTRY_V4 -> 1;
                    case IPV4 -> 2;
                    case PROTO_PORT -> 3;
                    case IPV6 -> 4;
                    case COUNTRY_V6 -> 5;
                };
        ByteBuffer body = ByteBuffer.allocate(4 + children.length * 4 + 8);
        body.putInt(children.length / 2);
        for (int c : children) {
            body.putInt(c);
        }
        body.putInt(4).put("a\0b\0".getBytes(StandardCharsets.UTF_8));
        return read(join(header(SilkFormat.FT_PREFIXMAP, version), body));
    }

    private static PrefixMap read(byte[] file) throws IOException {
        try (SilkFile in = SilkFile.open(new ByteArrayInputStream(file), "x.pmap", false)) {
            return PrefixMapFile.read(in);
        }
    }

    @Test
    void aTreeIsRead() throws IOException {
        PrefixMap map = map(PrefixMap.Kind.IPV4, 1, LEAF, LEAF | 1, LEAF | 0x7FFF_FFFF);
        assertThat(map.find(0, dev.rearview.model.Ip.mapped(0x0102_0304))).isEqualTo(1);
        assertThat(map.find(0, dev.rearview.model.Ip.mapped(0x4102_0304)))
                .isEqualTo(PrefixMap.NO_VALUE);
    }

    /// Whoever writes maps puts parents first; nothing says so.
    @Test
    void aTreeIsReadInWhateverOrderItsNodesAre() throws IOException {
        PrefixMap map = map(PrefixMap.Kind.IPV4, 2, LEAF, LEAF | 1, LEAF, 1, LEAF | 0x7FFF_FFFF);
        assertThat(map.find(0, dev.rearview.model.Ip.mapped(0x0102_0304))).isEqualTo(1);
        assertThat(map.find(0, dev.rearview.model.Ip.mapped(0x2102_0304))).isZero();
        assertThat(map.find(0, dev.rearview.model.Ip.mapped(0x4102_0304)))
                .isEqualTo(PrefixMap.NO_VALUE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 100_000})
    void aMapThatEndsTooEarlyIsRefused(int octets) throws IOException {
        ByteBuffer body = ByteBuffer.allocate(Math.max(4, octets));
        body.putInt(50_000).position(octets);
        String what = octets < 4 ? "ends too early" : "50000 nodes do not fit the file";
        assertThatThrownBy(() -> read(join(header(SilkFormat.FT_PREFIXMAP, 2), body)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessage("x.pmap: offset 24: node count: " + what);
    }

    @ParameterizedTest
    @CsvSource({
        "'0,-1', 28, node 0: child 0 has another parent",
        "'1,1, 0,0', 28, node 0: child 1 has another parent",
        "'1,-1, 2,-1, 1,-1', 44, node 2: child 1 has another parent",
        "'1,-1, 2,-1', 36, node 1: child 2 does not exist",
        "'1,2, -2147483648,3, 3,-2147483647, -1,-1', 44, node 2: child 3 has another parent",
        "'-2147483646,-1', 28, node 0: value 2 has no label",
    })
    void whatIsNoTreeIsRefused(String children, long offset, String message) {
        int[] nodes =
                Arrays.stream(children.split(","))
                        .mapToInt(c -> Integer.parseInt(c.strip()))
                        .toArray();
        assertThatThrownBy(() -> map(PrefixMap.Kind.IPV4, nodes))
                .isInstanceOf(MalformedInputException.class)
                .hasMessage("x.pmap: offset " + offset + ": " + message);
    }

    /// A chain of nodes, each the left child of the one before it.
    private static int[] chain(int length) {
        int[] nodes = new int[length * 2];
        for (int i = 0; i < length; i++) {
            nodes[i * 2] = i + 1 < length ? i + 1 : LEAF;
            nodes[i * 2 + 1] = LEAF | 1;
        }
        return nodes;
    }

    @ParameterizedTest
    @CsvSource({"IPV4, 32", "PROTO_PORT, 32", "COUNTRY_V4, 32", "IPV6, 128", "COUNTRY_V6, 128"})
    void aTreeIsAsDeepAsKeysAreLong(PrefixMap.Kind kind, int bits) throws IOException {
        assertThat(map(kind, chain(bits)).nodeCount()).isEqualTo(bits);
        assertThatThrownBy(() -> map(kind, chain(bits + 1)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessage(
                        "x.pmap: offset %d: node %d: child %d lies below bit %d",
                        HEADER + 4 + (bits - 1) * 8, bits - 1, bits, bits);
    }

    /// Every node leads to the next one by both sides: 2^32 ways to few nodes.
    @Test
    void sharedNodesAreNoTree() {
        int[] nodes = new int[64];
        for (int i = 0; i < 32; i++) {
            nodes[i * 2] = i < 31 ? i + 1 : LEAF;
            nodes[i * 2 + 1] = nodes[i * 2];
        }
        assertThatThrownBy(() -> map(PrefixMap.Kind.IPV4, nodes))
                .hasMessage("x.pmap: offset 28: node 0: child 1 has another parent");
    }

    @Test
    void aDictionaryEndsWithAWord() {
        ByteBuffer body = ByteBuffer.allocate(32);
        body.putInt(1)
                .putInt(LEAF)
                .putInt(LEAF)
                .putInt(3)
                .put("a\0b".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> read(join(header(SilkFormat.FT_PREFIXMAP, 2), body)))
                .hasMessage("x.pmap: offset 42: dictionary: ends in a word");
    }

    private static IpSet set(byte[] file) throws IOException {
        try (SilkFile in = SilkFile.open(new ByteArrayInputStream(file), "x.set", false)) {
            return IpSetFile.read(in);
        }
    }

    private static SilkHeader.Entry setEntry(int... words) {
        ByteBuffer e = ByteBuffer.allocate(24);
        for (int w : words) {
            e.putInt(w);
        }
        return new SilkHeader.Entry(SilkHeader.ENTRY_IP_SET, e.array());
    }

    /// A million blocks of half of all addresses each: two are a set, the third one is one too
    /// many.
    @Test
    void blocksOfASetDoNotOverlap() throws IOException {
        byte[] header = header(SilkFormat.FT_IPSET, 4, setEntry(0, 0, 4, 0, 0, 0));
        ByteBuffer two = ByteBuffer.allocate(10);
        two.putInt(0).put((byte) 1).putInt(0x8000_0000).put((byte) 1);
        assertThat(set(join(header, two)).size()).isEqualTo(java.math.BigInteger.TWO.pow(32));
        ByteBuffer many = ByteBuffer.allocate(5_000_000);
        while (many.hasRemaining()) {
            many.putInt(0).put((byte) 1);
        }
        org.junit.jupiter.api.Assertions.assertTimeout(
                Duration.ofSeconds(20),
                () ->
                        assertThatThrownBy(() -> set(join(header, many)))
                                .isInstanceOf(MalformedInputException.class)
                                .hasMessageContaining("x.set: offset ")
                                .hasMessageContaining("more addresses than there are"));
    }

    @Test
    void aSetOfMoreNodesThanTheFileHasEndsTooEarly() throws IOException {
        byte[] header = header(SilkFormat.FT_IPSET, 3, setEntry(16, 2, 8, -1, 80, 1));
        assertThatThrownBy(() -> set(join(header, ByteBuffer.allocate(64))))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("x.set: offset ")
                .hasMessageContaining("nodes: end too early");
    }

    /// gzip's own messages do not say which file.
    @Test
    void damagedGzipNamesTheFile() throws IOException {
        byte[] plain = header(SilkFormat.FT_IPSET, 2);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
            out.write(new byte[36 * 1000]);
        }
        byte[] cut = Arrays.copyOf(packed.toByteArray(), packed.size() - 12);
        assertThatThrownBy(
                        () -> {
                            try (SilkFile in =
                                    SilkFile.open(
                                            new ByteArrayInputStream(cut), "x.set.gz", true)) {
                                IpSetFile.read(in);
                            }
                        })
                .isInstanceOf(MalformedInputException.class)
                .hasMessageStartingWith("x.set.gz: gzip: ");
    }
}

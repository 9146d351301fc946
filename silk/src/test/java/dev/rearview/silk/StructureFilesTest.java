package dev.rearview.silk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rearview.model.Ip;
import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.AggregateField;
import dev.rearview.sets.AggregateLayout;
import dev.rearview.sets.BagType;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.structure.AggregateBagFile;
import dev.rearview.silk.structure.BagFile;
import dev.rearview.silk.structure.IpSetFile;
import dev.rearview.silk.structure.PrefixMapFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of bags, aggregate bags, sets and prefix maps.
class StructureFilesTest {
    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    private static SilkFile open(byte[] bytes) throws IOException {
        return SilkFile.open(new ByteArrayInputStream(bytes), "test", false);
    }

    /// A bag as it is read.
    private record Bag(
            BagType keyType, BagType counterType, boolean isWide, TreeMap<Ip, Long> counters) {
        Bag(BagType keyType, BagType counterType, boolean isWide) {
            this(keyType, counterType, isWide, new TreeMap<>());
        }

        void add(long hi, long lo, long counter) {
            counters.merge(new Ip(hi, lo, isWide), counter, Long::sum);
        }

        long counterOf(long hi, long lo) {
            return counters.getOrDefault(new Ip(hi, lo, isWide), 0L);
        }
    }

    private static Bag read(SilkFile file) throws IOException {
        BagFile.Reader in = new BagFile.Reader(file);
        Bag out = new Bag(in.keyType(), in.counterType(), in.isWide());
        long[] row = new long[3];
        while (in.next(row)) {
            out.add(row[0], row[1], row[2]);
        }
        return out;
    }

    private static Bag bag(byte[] bytes) throws IOException {
        try (SilkFile file = open(bytes)) {
            return read(file);
        }
    }

    private static byte[] bytes(Bag bag, Compression compression) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BagFile.Format format =
                new BagFile.Format(
                        bag.keyType(),
                        bag.counterType(),
                        bag.isWide(),
                        new FileSettings(compression, 0, List.of()));
        try (BagFile.Writer writer = new BagFile.Writer(out, format)) {
            for (Map.Entry<Ip, Long> e : bag.counters().entrySet()) {
                writer.add(e.getKey().hi(), e.getKey().lo(), e.getValue());
            }
        }
        return out.toByteArray();
    }

    private static Bag random(boolean wide) {
        Random random = new Random(3);
        Bag out = new Bag(wide ? BagType.ANY_IPV6 : BagType.ANY_IPV4, BagType.SUM_BYTES, wide);
        for (int i = 0; i < 5000; i++) {
            if (wide && i % 3 == 0) {
                out.add(random.nextLong(), random.nextLong(), 1 + random.nextInt(9));
            } else {
                out.add(0, Ip.mapped(random.nextInt()), random.nextLong() >>> 2 | 1);
            }
        }
        return out;
    }

    /// Source ports 80 and 443 with their flows, as SiLK writes them on a little-endian machine.
    @Test
    void aBagAsSilkWritesIt() throws IOException {
        byte[] file =
                hex(
                        """
                        dead beef 00 21 10 00 002e1cd1 000c 0003
                        00000006 00000010 0002 0004 001c 0008
                        00000000 00000010 0000000000000000
                        50000000 1100000000000000
                        bb010000 0200000000000000
                        """);
        Bag bag = bag(file);
        assertThat(bag.keyType()).isEqualTo(BagType.SPORT);
        assertThat(bag.counterType()).isEqualTo(BagType.RECORDS);
        assertThat(bag.counterOf(0, Ip.mapped(80))).isEqualTo(17);
        assertThat(bag.counterOf(0, Ip.mapped(443))).isEqualTo(2);
        assertThat(bag.counters()).hasSize(2);
        byte[] own = bytes(bag, Compression.NONE);
        // But for SiLK's version, which is left out here, and the padding before the records.
        assertThat(HexFormat.of().formatHex(own, 16, 32))
                .isEqualTo(HexFormat.of().formatHex(file, 16, 32));
        assertThat(HexFormat.of().formatHex(own, own.length - 24, own.length))
                .isEqualTo(HexFormat.of().formatHex(file, file.length - 24, file.length));
        assertThat((own.length - 24) % 12).as("the header's length").isZero();
    }

    /// Versions without an entry for the types, in both byte orders; keys that come twice add up.
    @Test
    void oldBags() throws IOException {
        Bag little =
                bag(
                        hex(
                                """
                                dead beef 00 21 10 00 00000000 0008 0001 00000000 00000008
                                0100000a 05000000 0100000a 07000000
                                """));
        assertThat(little.keyType()).isEqualTo(BagType.CUSTOM);
        assertThat(little.counterOf(0, Ip.mapped(0x0A00_0001))).isEqualTo(12);
        Bag big =
                bag(
                        hex(
                                """
                                dead beef 01 21 10 00 00000000 000c 0002 00000000 00000008
                                0a000001 0000000100000000
                                """));
        assertThat(big.counterOf(0, Ip.mapped(0x0A00_0001))).isEqualTo(1L << 32);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void bagsComeBack(Compression compression) throws IOException {
        for (boolean wide : new boolean[] {false, true}) {
            Bag bag = random(wide);
            assertThat(bag(bytes(bag, compression))).isEqualTo(bag);
        }
    }

    @Test
    void aBagThatIsCutOffNamesTheOffset() throws IOException {
        byte[] whole = bytes(random(false), Compression.NONE);
        assertThatThrownBy(() -> bag(Arrays.copyOf(whole, whole.length - 5)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("test")
                .hasMessageContaining("offset " + (whole.length - 12))
                .hasMessageContaining("ends after 7 of 12");
    }

    private static final AggregateLayout LAYOUT =
            new AggregateLayout(
                    List.of(
                            AggregateField.SUM_BYTES,
                            AggregateField.PROTOCOL,
                            AggregateField.SIPV4,
                            AggregateField.RECORDS,
                            AggregateField.SPORT));

    /// One entry; the data is big-endian although the header says little-endian.
    @Test
    void anAggregateBagAsSilkWritesIt() throws IOException {
        byte[] file =
                hex(
                        """
                        dead beef 00 09 10 00 002e1cd1 0017 0001
                        00000008 0000001a 00000001 0005 0003 0000 0002 0004 c000 c002
                        00000000 00000008
                        0a010203 c0a8 06 0000000000000001 00000000000026f5
                        """);
        long[] row = new long[LAYOUT.words()];
        try (SilkFile in = open(file)) {
            AggregateBagFile.Reader reader = new AggregateBagFile.Reader(in);
            assertThat(reader.layout()).isEqualTo(LAYOUT);
            assertThat(reader.next(row)).isTrue();
            assertThat(row).containsExactly(0x0A01_0203L, 0xC0A8, 6, 1, 9973);
            assertThat(reader.next(row)).isFalse();
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (AggregateBagFile.Writer writer =
                new AggregateBagFile.Writer(
                        out, LAYOUT, new FileSettings(Compression.NONE, 0, List.of()), List.of())) {
            writer.add(row);
            writer.add(new long[] {1, 2, 3, 0, 0});
        }
        byte[] own = out.toByteArray();
        assertThat(HexFormat.of().formatHex(own, own.length - 23, own.length))
                .isEqualTo(HexFormat.of().formatHex(file, file.length - 23, file.length));
        assertThat((own.length - 23) % 23).as("the header's length").isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000 0002 0004 c000 c009",
                "0002 0000 0004 c000 c002",
                "0000 0000 0004 c000 c002",
                "0000 0002 c000 0004 c002"
            })
    void aggregateBagsOfUnknownFieldsAreRefused(String ids) {
        byte[] file =
                hex(
                        "dead beef 00 09 10 00 00000000 0017 0001 00000008 0000001a 00000001 0005 0003 "
                                + ids
                                + " 00000000 00000008");
        assertThatThrownBy(
                        () -> {
                            try (SilkFile in = open(file)) {
                                new AggregateBagFile.Reader(in);
                            }
                        })
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("field");
    }

    private static IpSet set(boolean v6) {
        Random random = new Random(8);
        IpSet.Builder out = new IpSet.Builder();
        for (int i = 0; i < 400; i++) {
            if (v6 && i % 2 == 0) {
                long lo = random.nextLong();
                long hi = 0x2001_0db8_0000_0000L + random.nextInt(50);
                out.addRange(hi, lo, hi, lo | 7);
            } else {
                out.add(0, Ip.mapped(0x0A00_0000 + random.nextInt(1 << 16)));
            }
        }
        out.addRange(0, Ip.mapped(0xC0A8_0000), 0, Ip.mapped(0xC0A9_FFFF));
        return out.build();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void setsComeBackFromEveryVersion(int version) throws IOException {
        for (boolean v6 : new boolean[] {false, true}) {
            if (v6 && version == 2) {
                continue;
            }
            IpSet set = set(v6);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int used = IpSetFile.version(set, version);
            IpSetFile.write(out, set, used, new FileSettings(Compression.ZLIB, 0, List.of()));
            try (SilkFile in = open(out.toByteArray())) {
                assertThat(in.header().recordVersion()).isEqualTo(used);
                assertThat(IpSetFile.read(in)).isEqualTo(set);
            }
        }
    }

    // Hostile files ------------------------------------------------------------------------------

    @FuzzTest(maxDuration = "1m")
    void structureTarget(byte[] bytes) {
        tryToRead(bytes);
    }

    @Test
    void mutatedFilesAreRefusedOrReadButNeverEscape() throws IOException {
        Random random = new Random(6);
        FileSettings plain = new FileSettings(Compression.NONE, 0, List.of());
        ByteArrayOutputStream set = new ByteArrayOutputStream();
        IpSetFile.write(set, set(true), 3, plain);
        ByteArrayOutputStream map = new ByteArrayOutputStream();
        PrefixMapFile.write(
                map,
                new PrefixMap(
                        PrefixMap.Kind.IPV4,
                        "demo",
                        new int[] {0x8000_0002, 1, 0x8000_0000, 0x8000_0002},
                        List.of("a", "", "ccc")),
                0,
                List.of());
        byte[] aggregate =
                hex(
                        """
                        dead beef 00 09 10 00 00000000 0017 0001
                        00000008 0000001a 00000001 0005 0003 0000 0002 0004 c000 c002
                        00000000 00000008 0a010203 c0a8 06 0000000000000001 00000000000026f5
                        """);
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        IpSetFile.write(blocks, set(false), 4, plain);
        ByteArrayOutputStream halves = new ByteArrayOutputStream();
        IpSetFile.write(halves, set(true), 5, plain);
        List<byte[]> seeds =
                List.of(
                        blocks.toByteArray(),
                        halves.toByteArray(),
                        bytes(random(true), Compression.NONE),
                        bytes(random(false), Compression.ZLIB),
                        set.toByteArray(),
                        map.toByteArray(),
                        aggregate);
        for (byte[] seed : seeds) {
            for (int i = 0; i < 600; i++) {
                byte[] b = Arrays.copyOf(seed, seed.length - random.nextInt(3));
                for (int n = 1 + random.nextInt(3); n > 0; n--) {
                    b[random.nextInt(Math.min(b.length, 160))] = (byte) random.nextInt();
                }
                tryToRead(b);
            }
        }
    }

    /// Reads a file as each kind; only malformed input may be complained of.
    private static void tryToRead(byte[] bytes) {
        for (Kind kind : Kind.values()) {
            try (SilkFile in = open(bytes)) {
                kind.read(in);
            } catch (IOException e) {
                assertThat(e).hasMessageStartingWith("test: ").hasMessageNotContaining("\n");
            }
        }
    }

    private enum Kind {
        BAG {
            @Override
            void read(SilkFile in) throws IOException {
                StructureFilesTest.read(in);
            }
        },
        AGGREGATE {
            @Override
            void read(SilkFile in) throws IOException {
                AggregateBagFile.Reader reader = new AggregateBagFile.Reader(in);
                long[] row = new long[reader.layout().words()];
                while (reader.next(row)) {
                    assertThat(row).isNotNull();
                }
            }
        },
        SET {
            @Override
            void read(SilkFile in) throws IOException {
                IpSetFile.read(in);
            }
        },
        MAP {
            @Override
            void read(SilkFile in) throws IOException {
                long[] leaves = {0};
                PrefixMap map = PrefixMapFile.read(in);
                map.forEachLeaf((hi, lo, length, value) -> leaves[0]++);
                assertThat(leaves[0]).isLessThanOrEqualTo(map.nodeCount() + 1);
            }
        };

        abstract void read(SilkFile in) throws IOException;
    }
}

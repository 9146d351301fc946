package dev.rearview.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.filter.Predicate;
import dev.rearview.engine.filter.Predicates;
import dev.rearview.engine.group.Aggregate;
import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.FlowScan;
import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import dev.rearview.sets.IpSet;
import dev.rearview.store.FlowStore;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.ParquetSink;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.text.IpRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the engine does with coded columns of a file is what it does with the plain rows.
class CodedColumnsTest {
    private static final int FLOWS = 150_000;

    @TempDir Path directory;
    private final List<FlowRecord> flows = new ArrayList<>();
    private Path file = Path.of("");

    @BeforeEach
    void write() throws IOException {
        file = write(ParquetWriter.Codec.UNCOMPRESSED);
    }

    /// Later row groups have other addresses, so that statistics and filters can tell them apart;
    /// the last one has IPv6 addresses too.
    private Path write(ParquetWriter.Codec codec) throws IOException {
        flows.clear();
        Random random = new Random(5);
        Path path = directory.resolve(codec + ".parquet");
        try (ParquetSink sink = new ParquetSink(Files.newOutputStream(path), codec)) {
            for (int i = 0; i < FLOWS; i++) {
                FlowRecord r = new FlowRecord();
                r.setSipV4((i < FLOWS / 2 ? 0x0A00_0000 : 0xC0A8_0000) + random.nextInt(9_000));
                r.setDipV4(random.nextInt(50) * 0x0100_0000);
                if (i > FLOWS - 10_000 && random.nextBoolean()) {
                    r.setIpv6(true);
                    r.sipHi = 0x2001_0DB8_0000_0000L;
                    r.sipLo = random.nextInt(500);
                }
                r.sport = random.nextInt(65_536);
                r.dport = random.nextInt(300);
                r.protocol = random.nextInt(3);
                r.packets = 1L + random.nextInt(1_000);
                r.bytes = random.nextLong() >>> random.nextInt(64);
                r.stime = 1_704_067_200_000_000L + i * 1_000L;
                r.duration = random.nextInt(1_000_000);
                flows.add(r);
                sink.write(r);
            }
        }
        return path;
    }

    private FlowScan scan(Predicate filter, Predicate pruning) throws IOException {
        ParquetReader reader = ParquetReader.open(file, "flows");
        ArrayList<FlowFile> left =
                new ArrayList<>(List.of(new FlowFile("flows", reader, List.of())));
        return new FlowScan(
                scan -> left.isEmpty() ? null : left.removeLast(),
                filter,
                pruning::mayPass,
                e -> {
                    throw e;
                });
    }

    private static IpSet set(String... ranges) {
        IpSet.Builder builder = new IpSet.Builder();
        for (String r : ranges) {
            builder.add(IpRange.parse(r));
        }
        return builder.build();
    }

    private static IpSet manyAddresses() {
        IpSet.Builder builder = new IpSet.Builder();
        for (int i = 0; i < 4_000; i++) {
            builder.add(0, 0x0000_FFFF_0A00_0000L + i * 3L);
        }
        return builder.build();
    }

    private static BitSet ports(int step) {
        BitSet out = new BitSet();
        for (int i = 7; i < 65_536; i += step) {
            out.set(i);
        }
        return out;
    }

    /// A predicate, and what it means of a record.
    record Case(Predicate predicate, java.util.function.Predicate<FlowRecord> meaning) {
        @Override
        public String toString() {
            return predicate.toString();
        }
    }

    static Stream<Case> cases() {
        return Stream.concat(numbers(), addresses());
    }

    private static Stream<Case> numbers() {
        BitSet rare = ports(20_000);
        BitSet many = ports(3);
        long end = 1_704_067_200_000_000L + 70_000_000L;
        return Stream.of(
                new Case(Predicates.range(Field.DPORT, 17, 17), r -> r.dport == 17),
                new Case(Predicates.range(Field.DPORT, 290, 70_000), r -> r.dport >= 290),
                new Case(Predicates.range(Field.DPORT, 400, 500), r -> false),
                new Case(Predicates.range(Field.PROTOCOL, 1, 1), r -> r.protocol == 1),
                new Case(
                        Predicates.range(Field.BYTES, 1_000, -1L),
                        r -> r.bytes < 0 || r.bytes >= 1_000),
                new Case(Predicates.range(Field.BYTES, Long.MIN_VALUE, -1L), r -> r.bytes < 0),
                new Case(Predicates.range(Field.PACKETS, 990, 2_000), r -> r.packets >= 990),
                new Case(Predicates.range(Field.STIME, 0, end), r -> r.stime <= end),
                new Case(Predicates.range(Field.SAMPLING, 1, 10), r -> false),
                new Case(Predicates.in(Field.SPORT, rare), r -> r.sport % 20_000 == 7),
                new Case(Predicates.in(Field.SPORT, many), r -> r.sport >= 7 && r.sport % 3 == 1),
                new Case(Predicates.in(Field.SPORT, new BitSet()), r -> false),
                new Case(
                        Predicates.number(Field.PACKETS, v -> v % 5 == 0),
                        r -> List.of(0L, 5L).contains(r.packets % 10)),
                new Case(
                        Predicates.number(Field.BYTES, v -> v % 5 == 0),
                        r -> r.bytes / 5 * 5 == r.bytes),
                new Case(
                        Predicates.row(
                                (b, i) -> b.values(Field.SPORT)[i] > b.values(Field.DPORT)[i]),
                        r -> r.sport > r.dport),
                new Case(
                        Predicates.all(
                                List.of(
                                        Predicates.range(Field.PROTOCOL, 0, 1),
                                        Predicates.range(Field.DPORT, 5, 9))),
                        r -> r.protocol < 2 && r.dport > 4 && r.dport < 10));
    }

    private static Stream<Case> addresses() {
        return Stream.of(
                new Case(
                        Predicates.address(Field.SIP, set("10.0.1.0/24")),
                        r -> isIpv4(r) && (int) r.sipLo >>> 8 == 0x0A_0001),
                new Case(
                        Predicates.address(Field.SIP, set("192.168.0.7")),
                        CodedColumnsTest::isSought),
                new Case(
                        Predicates.address(
                                Field.SIP, set("192.168.0.7", "10.0.0.3", "2001:db8::/120")),
                        r ->
                                isIpv4(r)
                                        ? isSought(r) || (int) r.sipLo == 0x0A00_0003
                                        : r.sipLo < 256),
                new Case(
                        Predicates.address(Field.SIP, manyAddresses()),
                        r -> {
                            int host = (int) r.sipLo - 0x0A00_0000;
                            return isIpv4(r) && host >= 0 && host < 12_000 && host % 3 == 0;
                        }),
                new Case(Predicates.address(Field.SIP, IpSet.EMPTY), r -> false),
                new Case(
                        Predicates.address(Field.DIP, (hi, lo) -> (lo >>> 24 & 1) == 0),
                        r -> ((int) r.dipLo & 0x0100_0000) == 0),
                new Case(
                        Predicates.not(
                                Predicates.address(Field.SIP, set("0.0.0.0/1", "128.0.0.0/1"))),
                        r -> !isIpv4(r)),
                new Case(
                        Predicates.any(
                                List.of(
                                        Predicates.address(Field.SIP, set("192.168.0.7")),
                                        Predicates.address(Field.DIP, set("49.0.0.0")))),
                        r -> isSought(r) || (int) r.dipLo == 49 << 24));
    }

    private static boolean isIpv4(FlowRecord r) {
        return r.sipHi == 0 && r.sipLo >>> 32 == 0xFFFF;
    }

    /// Whether the source is 192.168.0.7.
    private static boolean isSought(FlowRecord r) {
        return isIpv4(r) && (int) r.sipLo == 0xC0A8_0007;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void filtersFindWhatTheyMean(Case filter) throws IOException {
        List<Long> got = new ArrayList<>();
        scan(filter.predicate, filter.predicate)
                .inOrder((batch, rows) -> {
                    for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                        got.add(batch.values(Field.STIME)[i]);
                    }
                    return true;
                });
        // Starts are unique.
        List<Long> wanted = flows.stream().filter(filter.meaning).map(r -> r.stime).toList();
        assertThat(got).isEqualTo(wanted);
    }

    @Test
    void rowGroupsThatCannotHoldWhatIsSoughtAreNotRead() throws IOException {
        Predicate predicate = Predicates.address(Field.SIP, set("192.168.0.7"));
        FlowScan scan = scan(predicate, predicate);
        AtomicLong rows = new AtomicLong();
        scan.inAnyOrder(() ->
                (batch, selected) -> {
                    rows.addAndGet(selected.count());
                    return true;
                });
        assertThat(rows).hasValue(flows.stream().filter(CodedColumnsTest::isSought).count());
        assertThat(rows.get()).isPositive();
        assertThat(scan.counts().groups()).isEqualTo(3);
        assertThat(scan.counts().prunedGroups()).isEqualTo(1);
        long packets = flows.stream().limit(65_536).mapToLong(r -> r.packets).sum();
        assertThat(scan.counts().prunedPackets()).isEqualTo(packets);
    }

    /// An index whose checksum is right and whose entries are made up: whoever made it must not get
    /// more than a message about the file.
    @Test
    void aHostileIndexEndsInAMessage() throws IOException {
        byte[] good = Files.readAllBytes(file);
        int footer = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt(good.length - 8);
        int trailer = good.length - 8 - footer - 32;
        int entries = 3 * (24 + FlowStore.columns().size() * 104);
        Random random = new Random(8);
        int refused = 0;
        for (int round = 0; round < 400; round++) {
            byte[] bad = good.clone();
            ByteBuffer b = ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < 6; i++) {
                int at = trailer - entries + random.nextInt(entries - 8);
                if (random.nextBoolean()) {
                    bad[at] = (byte) random.nextInt();
                } else {
                    b.putInt(at, random.nextInt());
                }
            }
            CRC32 crc = new CRC32();
            crc.update(bad, trailer - entries, entries);
            b.putInt(trailer + 8, (int) crc.getValue());
            crc.reset();
            crc.update(bad, trailer, 20);
            b.putInt(trailer + 20, (int) crc.getValue());
            Path hostile = directory.resolve("hostile.parquet");
            Files.write(hostile, bad);
            file = hostile;
            Predicate predicate = Predicates.address(Field.SIP, set("192.168.0.7"));
            try (GroupBy groups =
                    new GroupBy(
                            List.of(Keys.stored(Field.DIP), Keys.stored(Field.DPORT)),
                            List.of(new Aggregate(Aggregate.Kind.SUM, Keys.stored(Field.BYTES))),
                            1L << 30,
                            directory)) {
                scan(predicate, predicate).inAnyOrder(groups::consumer);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("flows");
                refused++;
            }
        }
        assertThat(refused).isBetween(1, 400);
    }

    private static Map<String, String> expected(List<FlowRecord> of, boolean withDestination) {
        Map<String, long[]> sums = new TreeMap<>();
        for (FlowRecord r : of) {
            String key =
                    String.format("%016x%016x", r.sipHi, r.sipLo)
                            + (withDestination ? " " + r.dport : "");
            long[] s = sums.computeIfAbsent(key, k -> new long[] {0, 0, Long.MAX_VALUE});
            s[0]++;
            s[1] += r.bytes;
            s[2] = Math.min(s[2], r.packets);
        }
        Map<String, String> out = new TreeMap<>();
        sums.forEach((k, s) -> out.put(k, s[0] + " " + s[1] + " " + s[2]));
        return out;
    }

    private Map<String, String> grouped(
            List<KeyField> keys, Predicate filter, long memory, boolean withDestination)
            throws IOException {
        Map<String, String> out = new TreeMap<>();
        try (GroupBy groups =
                new GroupBy(
                        keys,
                        List.of(
                                new Aggregate(Aggregate.Kind.COUNT, Keys.stored(Field.BYTES)),
                                new Aggregate(Aggregate.Kind.SUM, Keys.stored(Field.BYTES)),
                                new Aggregate(Aggregate.Kind.MIN, Keys.stored(Field.PACKETS))),
                        memory,
                        directory)) {
            scan(filter, filter).inAnyOrder(groups::consumer);
            groups.drain(
                    true,
                    w -> {
                        int at = withDestination ? 3 : 2;
                        String key =
                                String.format("%016x%016x", w[0], w[1])
                                        + (withDestination ? " " + w[2] : "");
                        assertThat(out).doesNotContainKey(key);
                        out.put(key, w[at] + " " + w[at + 1] + " " + w[at + 2]);
                    });
        }
        return out;
    }

    @ParameterizedTest
    @EnumSource(ParquetWriter.Codec.class)
    void groupsAgreeWithPlainRows(ParquetWriter.Codec codec) throws IOException {
        file = write(codec);
        List<KeyField> sip = List.of(Keys.stored(Field.SIP));
        List<KeyField> both = List.of(Keys.stored(Field.SIP), Keys.stored(Field.DPORT));
        Predicate all = Predicates.always();
        Predicate some = Predicates.range(Field.PROTOCOL, 1, 1);
        List<FlowRecord> ones = flows.stream().filter(r -> r.protocol == 1).toList();
        for (long memory : new long[] {1L << 30, 1L << 16}) {
            assertThat(grouped(sip, all, memory, false)).isEqualTo(expected(flows, false));
            assertThat(grouped(sip, some, memory, false)).isEqualTo(expected(ones, false));
            assertThat(grouped(both, all, memory, true)).isEqualTo(expected(flows, true));
            assertThat(grouped(both, some, memory, true)).isEqualTo(expected(ones, true));
        }
    }
}

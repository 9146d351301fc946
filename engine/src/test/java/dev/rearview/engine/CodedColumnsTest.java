package dev.rearview.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.filter.Filter;
import dev.rearview.engine.group.GroupBy;
import dev.rearview.engine.scan.FlowFile;
import dev.rearview.engine.scan.FlowScan;
import dev.rearview.engine.scan.RowConsumer;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Selection;
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
    private static final long START = 1_704_067_200_000_000L;

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
                r.bytes = random.nextLong() >>> 1 + random.nextInt(63);
                r.stime = START + i * 1_000L;
                r.duration = random.nextInt(1_000_000);
                flows.add(r);
                sink.write(r);
            }
        }
        return path;
    }

    private static RowConsumer filtered(Filter filter, GroupBy groups) {
        RowConsumer consumer = groups.consumer();
        return (batch, rows) -> {
            filter.retain(batch, rows);
            return consumer.accept(batch, rows);
        };
    }

    private FlowScan scan(Filter filter) throws IOException {
        ParquetReader reader = ParquetReader.open(file, "flows");
        ArrayList<FlowFile> left =
                new ArrayList<>(List.of(new FlowFile("flows", reader, List.of())));
        return new FlowScan(
                Runs.context(directory),
                scan -> left.isEmpty() ? null : left.removeLast(),
                filter::mayPass,
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

    /// A predicate, and what it says of one flow.
    record Case(Predicate predicate, java.util.function.Predicate<FlowRecord> oracle) {
        @Override
        public String toString() {
            return predicate.text();
        }
    }

    private static boolean isIn(IpSet set, long hi, long lo) {
        return set.contains(hi, lo);
    }

    private static Predicate address(Field field, String... ranges) {
        return Predicate.address(field, Stream.of(ranges).map(IpRange::parse).toList());
    }

    private static Predicate address(Field field, IpSet set) {
        List<IpRange> ranges = new ArrayList<>();
        set.forEachRange((a, b, c, d) -> ranges.add(new IpRange(a, b, c, d, true)));
        return Predicate.address(field, ranges);
    }

    static Stream<Case> predicates() {
        IpSet three = set("192.168.0.7", "10.0.0.3", "2001:db8::/120");
        IpSet many = manyAddresses();
        BitSet few = ports(20_000);
        BitSet third = ports(3);
        long end = START + 70_000_000L;
        return Stream.of(
                new Case(Predicate.range(Field.DPORT, 17, 17), r -> r.dport == 17),
                new Case(Predicate.range(Field.DPORT, 290, 70_000), r -> r.dport >= 290),
                new Case(Predicate.range(Field.DPORT, 400, 500), r -> false),
                new Case(Predicate.range(Field.PROTOCOL, 1, 1), r -> r.protocol == 1),
                new Case(
                        Predicate.range(Field.BYTES, 1_000, -1L),
                        r -> Long.compareUnsigned(r.bytes, 1_000) >= 0),
                new Case(Predicate.range(Field.BYTES, Long.MIN_VALUE, -1L), r -> r.bytes < 0),
                new Case(Predicate.range(Field.PACKETS, 990, 2_000), r -> r.packets >= 990),
                new Case(Predicate.range(Field.STIME, 0, end), r -> r.stime <= end),
                new Case(Predicate.range(Field.SAMPLING, 1, 10), r -> false),
                new Case(Predicate.in(Field.SPORT, few), r -> few.get(r.sport)),
                new Case(Predicate.in(Field.SPORT, third), r -> third.get(r.sport)),
                new Case(Predicate.in(Field.SPORT, new BitSet()), r -> false),
                new Case(Predicate.bits(Field.PACKETS, 4, 5), r -> (r.packets & 5) == 4),
                new Case(
                        Predicate.range(Expr.of(Field.BYTES).bits(1, 3), 2, 2),
                        r -> (r.bytes >>> 1 & 3) == 2),
                new Case(address(Field.SIP, "10.0.1.0/24"), r -> r.sipLo >>> 8 == 0xFF_FF0A_0001L),
                new Case(address(Field.SIP, "192.168.0.7"), r -> r.sipLo == 0xFFFF_C0A8_0007L),
                new Case(address(Field.SIP, three), r -> isIn(three, r.sipHi, r.sipLo)),
                new Case(address(Field.SIP, many), r -> isIn(many, r.sipHi, r.sipLo)),
                new Case(Predicate.address(Field.SIP, List.of()), r -> false),
                new Case(new Predicate.AddressMatches(Expr.of(Field.DIP), "x.0.0.0"), r -> true),
                new Case(
                        new Predicate.AddressMatches(Expr.of(Field.DIP), "1,3,5-9.0.0.0"),
                        r -> List.of(1L, 3L, 5L, 6L, 7L, 8L, 9L).contains(r.dipLo >>> 24 & 0xFF)),
                new Case(
                        Predicate.not(address(Field.SIP, "0.0.0.0/1", "128.0.0.0/1")),
                        r -> r.sipHi != 0),
                new Case(
                        Predicate.range(
                                Expr.of(Field.SPORT).minus(Expr.of(Field.DPORT)),
                                1,
                                Long.MAX_VALUE),
                        r -> r.sport > r.dport),
                new Case(
                        Predicate.range(Flows.END_MS, START / 1000 + 60_000, START / 1000 + 60_100),
                        r -> {
                            long ms = r.stime / 1000 + r.duration / 1000 - START / 1000;
                            return ms >= 60_000 && ms <= 60_100;
                        }),
                new Case(
                        new Predicate.DecimalIn(Flows.bytesPerPacket(), 40, 60),
                        r ->
                                r.bytes >= 0
                                        && (double) r.bytes / r.packets >= 40
                                        && (double) r.bytes / r.packets <= 60),
                new Case(
                        Predicate.any(
                                List.of(
                                        address(Field.SIP, "192.168.0.7"),
                                        address(Field.DIP, "49.0.0.0"))),
                        r -> r.sipLo == 0xFFFF_C0A8_0007L || r.dipLo == 0xFFFF_3100_0000L),
                new Case(
                        Predicate.all(
                                List.of(
                                        Predicate.range(Field.PROTOCOL, 0, 1),
                                        Predicate.range(Field.DPORT, 5, 9))),
                        r -> r.protocol <= 1 && r.dport >= 5 && r.dport <= 9),
                new Case(Predicate.ALWAYS, r -> true));
    }

    /// Of each flow that passes, its start; starts are unique.
    private List<Long> passing(Case test) {
        return flows.stream().filter(test.oracle).map(r -> r.stime).toList();
    }

    @ParameterizedTest
    @MethodSource("predicates")
    void filtersAgreeWithPlainRows(Case test) throws IOException {
        List<Long> got = new ArrayList<>();
        Filter filter = Keys.COMPILER.filter(test.predicate);
        scan(filter)
                .inOrder((batch, rows) -> {
                    filter.retain(batch, rows);
                    for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                        got.add(batch.values(Field.STIME)[i]);
                    }
                    return true;
                });
        assertThat(got).isEqualTo(passing(test));
        List<Long> plain = new ArrayList<>();
        for (int from = 0; from < FLOWS; from += 50_000) {
            FlowBatch batch = FlowBatch.allocate(50_000);
            flows.subList(from, from + 50_000).forEach(batch::add);
            Selection rows = Selection.all(50_000);
            filter.retain(batch, rows);
            for (int i = rows.next(0); i >= 0; i = rows.next(i + 1)) {
                plain.add(batch.values(Field.STIME)[i]);
            }
        }
        assertThat(plain).as("columns that are not coded").isEqualTo(passing(test));
    }

    @Test
    void rowGroupsThatCannotHoldWhatIsSoughtAreNotRead() throws IOException {
        Filter filter = Keys.COMPILER.filter(address(Field.SIP, "192.168.0.7"));
        FlowScan scan = scan(filter);
        AtomicLong rows = new AtomicLong();
        scan.inAnyOrder(() ->
                (batch, selected) -> {
                    filter.retain(batch, selected);
                    rows.addAndGet(selected.count());
                    return true;
                });
        long expected = flows.stream().filter(r -> r.sipLo == 0xFFFF_C0A8_0007L).count();
        assertThat(rows).hasValue(expected);
        assertThat(scan.counts().explain()).contains("row groups  3, of which 1 were left out");
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
            Filter filter = Keys.COMPILER.filter(address(Field.SIP, "192.168.0.7"));
            try (GroupBy groups =
                    new GroupBy(
                            Keys.COMPILER,
                            List.of(Keys.stored(Field.DIP), Keys.stored(Field.DPORT)),
                            List.of(new Aggregate(Aggregate.Kind.SUM, Keys.stored(Field.BYTES))),
                            Runs.room(1L << 30, directory))) {
                scan(filter).inAnyOrder(() -> filtered(filter, groups));
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
            List<Expr> keys, Filter filter, long memory, boolean withDestination)
            throws IOException {
        Map<String, String> out = new TreeMap<>();
        try (GroupBy groups =
                new GroupBy(
                        Keys.COMPILER,
                        keys,
                        List.of(
                                new Aggregate(Aggregate.Kind.COUNT, Keys.stored(Field.BYTES)),
                                new Aggregate(Aggregate.Kind.SUM, Keys.stored(Field.BYTES)),
                                new Aggregate(Aggregate.Kind.MIN, Keys.stored(Field.PACKETS))),
                        Runs.room(memory, directory))) {
            scan(filter).inAnyOrder(() -> filtered(filter, groups));
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
        List<Expr> sip = List.of(Keys.stored(Field.SIP));
        List<Expr> both = List.of(Keys.stored(Field.SIP), Keys.stored(Field.DPORT));
        Filter all = Keys.COMPILER.filter(Predicate.ALWAYS);
        Filter some = Keys.COMPILER.filter(Predicate.range(Field.PROTOCOL, 1, 1));
        List<FlowRecord> ones = flows.stream().filter(r -> r.protocol == 1).toList();
        for (long memory : new long[] {1L << 30, 1L << 16}) {
            assertThat(grouped(sip, all, memory, false)).isEqualTo(expected(flows, false));
            assertThat(grouped(sip, some, memory, false)).isEqualTo(expected(ones, false));
            assertThat(grouped(both, all, memory, true)).isEqualTo(expected(flows, true));
            assertThat(grouped(both, some, memory, true)).isEqualTo(expected(ones, true));
        }
    }
}

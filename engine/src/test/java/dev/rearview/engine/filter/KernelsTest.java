package dev.rearview.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.Tuples;
import dev.rearview.model.AddressColumn;
import dev.rearview.model.AddressDictionary;
import dev.rearview.model.Codes;
import dev.rearview.model.Column;
import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.model.LongColumn;
import dev.rearview.model.Selection;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.sets.PrefixMapBuilder;
import dev.rearview.text.IpRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.Test;

/// Kernels of expressions that random ones seldom meet, over more rows than a block has.
class KernelsTest {
    private static final int ROWS = Scratch.BLOCK + 100;

    private static FlowBatch batch(ObjIntConsumer<FlowRecord> fill) {
        FlowBatch batch = FlowBatch.allocate(ROWS);
        for (int i = 0; i < ROWS; i++) {
            FlowRecord r = new FlowRecord();
            fill.accept(r, i);
            batch.add(r);
        }
        return batch;
    }

    private static long[][] evaluate(Expr expr, FlowBatch batch) throws IOException {
        long[][] out = new long[2][ROWS];
        new Compiler(References.NONE).evaluator(expr).evaluate(batch, out, 0);
        return out;
    }

    /// Also below 0, towards which nothing is rounded.
    @Test
    void thousandsAndMillionsAreDividedRoundingDown() throws IOException {
        FlowBatch batch = batch((r, i) -> r.stime = (i - 500) * 333L);
        FlowBatch large = batch((r, i) -> r.stime = (i - 500) * 333_333L);
        long[] thousands = evaluate(Expr.of(Field.STIME).dividedBy(1000), batch)[0];
        long[] millions = evaluate(Expr.of(Field.STIME).dividedBy(1_000_000), large)[0];
        for (int i = 0; i < ROWS; i++) {
            assertThat(thousands[i]).isEqualTo(Math.floorDiv((i - 500) * 333L, 1000));
            assertThat(millions[i]).isEqualTo(Math.floorDiv((i - 500) * 333_333L, 1_000_000));
        }
    }

    @Test
    void aPrefixHasTheFirstBits() throws IOException {
        FlowBatch batch = batch((r, i) -> r.setSipV4(0x0A01_0000 + i * 7));
        for (int length : new int[] {1, 8, 24, 32}) {
            long[][] out = evaluate(new Expr.Prefix(Expr.of(Field.SIP), length), batch);
            for (int i = 0; i < ROWS; i++) {
                int wanted = 0x0A01_0000 + i * 7 & -1 << 32 - length;
                assertThat(out[0][i]).isZero();
                assertThat(out[1][i]).isEqualTo(Ip.mapped(wanted));
            }
        }
    }

    @Test
    void anIpv6AddressHasNoPrefixOfIpv4() {
        FlowBatch batch =
                batch((r, i) -> {
                    if (i == ROWS - 1) {
                        r.setIpv6(true);
                        r.sipHi = 0x2001_0DB8_0000_0000L;
                    }
                });
        assertThatThrownBy(() -> evaluate(new Expr.Prefix(Expr.of(Field.SIP), 24), batch))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("--ipv6-policy");
    }

    /// Of flows of a type the source, of another one the destination, of others neither.
    @Test
    void theSideOfAFlowIsToldByItsType() throws IOException {
        FlowBatch batch =
                batch((r, i) -> {
                    r.setIpv6(true);
                    r.flowtype = i % 3;
                    r.sipHi = 1L << 32 | i;
                    r.sipLo = 2L << 32 | i;
                    r.dipHi = 3L << 32 | i;
                    r.dipLo = 4L << 32 | i;
                });
        long[][] out = evaluate(new Expr.Side(List.of(0), List.of(1)), batch);
        for (int i = 0; i < ROWS; i++) {
            long hi = i % 3 == 0 ? 1L << 32 | i : i % 3 == 1 ? 3L << 32 | i : 0;
            long lo = i % 3 == 0 ? 2L << 32 | i : i % 3 == 1 ? 4L << 32 | i : Ip.mapped(0);
            assertThat(out[0][i]).isEqualTo(hi);
            assertThat(out[1][i]).isEqualTo(lo);
        }
    }

    /// Where nothing but a map is named.
    private record OneMap(PrefixMap map) implements References {
        @Override
        public IpSet set(String path) {
            throw new AssertionError(path);
        }

        @Override
        public PrefixMap map(MapRef ref) {
            return map;
        }

        @Override
        public List<Tuple> tuples(Tuples file) {
            throw new AssertionError(file);
        }
    }

    @Test
    void labelsOfPortsAreOfTheSideThatIsMeant() throws IOException {
        PrefixMapBuilder builder = new PrefixMapBuilder(PrefixMap.Kind.PROTO_PORT);
        int web = builder.label("web");
        int dns = builder.label("dns");
        builder.setDefault(builder.label("other"));
        builder.put(6L << 16 | 80, 6L << 16 | 80, web);
        builder.put(17L << 16 | 53, 17L << 16 | 53, dns);
        Compiler compiler = new Compiler(new OneMap(builder.build("ports")));
        FlowBatch batch =
                batch((r, i) -> {
                    r.protocol = i % 2 == 0 ? 6 : 17;
                    r.sport = i % 4 < 2 ? 80 : 4000;
                    r.dport = i % 4 < 2 ? 4000 : 53;
                });
        List<String> known = List.of("web", "dns");
        Selection source = Selection.all(ROWS);
        label(compiler, true, known).retain(batch, source);
        Selection destination = Selection.all(ROWS);
        label(compiler, false, known).retain(batch, destination);
        for (int i = 0; i < ROWS; i++) {
            assertThat(source.contains(i)).as("%d", i).isEqualTo(i % 4 == 0);
            assertThat(destination.contains(i)).as("%d", i).isEqualTo(i % 4 == 3);
        }
        assertThatThrownBy(() -> label(compiler, true, List.of("what")))
                .hasMessageContaining("no label 'what'");
    }

    private static Filter label(Compiler compiler, boolean ofSource, List<String> labels)
            throws IOException {
        Expr.Label label = new Expr.Label(new MapRef.File("ports"), ofSource);
        return compiler.filter(new Predicate.LabelIn(label, labels));
    }

    private record Hosts(int size, boolean isIpv4) implements AddressDictionary {
        @Override
        public long hi(int code) {
            return !isIpv4 && code == size - 1 ? 1 : 0;
        }

        @Override
        public long lo(int code) {
            return Ip.mapped(0x0A00_0000 + 5000 * code);
        }
    }

    private record OneColumn(AddressColumn addresses) implements FlowBatch.Loader {
        @Override
        public Column column(Field field) {
            return addresses;
        }

        @Override
        public long packets() {
            throw new AssertionError();
        }

        @Override
        public long bytes() {
            throw new AssertionError();
        }
    }

    /// Sets of more ranges than are tried one by one, against addresses of a dictionary.
    @Test
    void addressesOfADictionaryAreFoundInLargeSets() throws IOException {
        for (boolean isIpv4 : new boolean[] {true, false}) {
            Hosts hosts = new Hosts(64, isIpv4);
            byte[] codes = new byte[ROWS];
            for (int i = 0; i < ROWS; i++) {
                codes[i] = (byte) (i * 31 % 64);
            }
            AddressColumn column =
                    AddressColumn.coded(
                            () -> new Codes(codes, null),
                            hosts,
                            new LongColumn.Room(),
                            new LongColumn.Room(),
                            ROWS);
            FlowBatch batch = FlowBatch.lazy(ROWS, new OneColumn(column));
            List<IpRange> ranges = new ArrayList<>();
            for (int code = 0; code < 64; code += 3) {
                // One that is there, and a neighbour within the same 4096 addresses.
                ranges.add(single(hosts.lo(code)));
                ranges.add(single(hosts.lo(code + 1) + 2));
            }
            Selection rows = Selection.all(ROWS);
            new Compiler(References.NONE)
                    .filter(Predicate.address(Field.SIP, ranges))
                    .retain(batch, rows);
            for (int i = 0; i < ROWS; i++) {
                boolean isIn = codes[i] % 3 == 0 && (isIpv4 || codes[i] != 63);
                assertThat(rows.contains(i)).as("code %d", codes[i]).isEqualTo(isIn);
            }
        }
    }

    /// Addresses of a dictionary, and as they are, against looking each of them up: some blocks of
    /// 4096 have one answer, others several.
    @Test
    void labelsOfAddressesAreThoseOfTheMap() throws IOException {
        Random random = new Random(8);
        PrefixMapBuilder builder = new PrefixMapBuilder(PrefixMap.Kind.IPV4);
        for (int i = 0; i < 3000; i++) {
            long low = 0x0A00_0000L + random.nextInt(5000 * 64);
            builder.put(low, low + random.nextInt(5000), builder.label("L" + random.nextInt(4)));
        }
        PrefixMap map = builder.build("m");
        Compiler compiler = new Compiler(new OneMap(map));
        List<Integer> wanted = List.of(1, 3);
        for (boolean isIpv4 : new boolean[] {true, false}) {
            Hosts hosts = new Hosts(64, isIpv4);
            byte[] codes = new byte[ROWS];
            long[] hi = new long[ROWS];
            long[] lo = new long[ROWS];
            for (int i = 0; i < ROWS; i++) {
                codes[i] = (byte) (i * 31 % 64);
                hi[i] = hosts.hi(codes[i]);
                lo[i] = hosts.lo(codes[i]);
            }
            AddressColumn coded =
                    AddressColumn.coded(
                            () -> new Codes(codes, null),
                            hosts,
                            new LongColumn.Room(),
                            new LongColumn.Room(),
                            ROWS);
            for (AddressColumn column : List.of(coded, AddressColumn.of(hi, lo))) {
                Selection rows = Selection.all(ROWS);
                label(compiler, true, List.of(map.label(1), map.label(3)))
                        .retain(FlowBatch.lazy(ROWS, new OneColumn(column)), rows);
                int passed = 0;
                for (int i = 0; i < ROWS; i++) {
                    boolean isWanted = wanted.contains(map.find(hi[i], lo[i]));
                    assertThat(rows.contains(i)).as("row %d", i).isEqualTo(isWanted);
                    passed += isWanted ? 1 : 0;
                }
                assertThat(passed).isBetween(1, ROWS - 1);
            }
        }
    }

    private static IpRange single(long lo) {
        return new IpRange(0, lo, 0, lo, false);
    }

    @Test
    void aNumberFilterKeepsARange() {
        FlowBatch batch = batch((r, i) -> r.packets = i);
        Selection rows = Selection.all(ROWS);
        NumberFilter.retain(Field.PACKETS, 10, 1050, batch, rows);
        for (int i = 0; i < ROWS; i++) {
            assertThat(rows.contains(i)).isEqualTo(i >= 10 && i <= 1050);
        }
    }
}

package dev.rearview.engine.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Expr.Operator;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.model.Field;
import dev.rearview.store.parquet.RowGroupStats;
import dev.rearview.text.IpRange;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What tests say of row groups by their statistics alone: no flow is lost, and no group is read
/// that need not be.
class StatisticsTest {
    private static final Compiler COMPILER = new Compiler(References.NONE);

    /// A row group whose fields lie between two values each.
    private static final class Stats implements RowGroupStats {
        private final Map<Field, long[]> bounds = new EnumMap<>(Field.class);
        private IpRange addresses = Tuple.ANYWHERE;
        private boolean isInFilter = true;

        Stats of(Field field, long min, long max) {
            bounds.put(field, new long[] {min, max});
            return this;
        }

        Stats addresses(String low, String high, boolean isInFilter) {
            IpRange from = IpRange.parse(low);
            IpRange to = IpRange.parse(high);
            this.addresses = new IpRange(from.loHi(), from.loLo(), to.hiHi(), to.hiLo(), true);
            this.isInFilter = isInFilter;
            return this;
        }

        @Override
        public int rows() {
            return 2;
        }

        @Override
        public long packets() {
            return 0;
        }

        @Override
        public long bytes() {
            return 0;
        }

        @Override
        public long min(Field field) {
            return field.isAddress()
                    ? addresses.loLo()
                    : Objects.requireNonNull(bounds.get(field))[0];
        }

        @Override
        public long max(Field field) {
            return field.isAddress()
                    ? addresses.hiLo()
                    : Objects.requireNonNull(bounds.get(field))[1];
        }

        @Override
        public long minHi(Field field) {
            return addresses.loHi();
        }

        @Override
        public long maxHi(Field field) {
            return addresses.hiHi();
        }

        @Override
        public boolean mayHold(Field field, long lowHi, long lowLo, long highHi, long highLo) {
            return compare(lowHi, lowLo, addresses.hiHi(), addresses.hiLo()) <= 0
                    && compare(highHi, highLo, addresses.loHi(), addresses.loLo()) >= 0;
        }

        private static int compare(long aHi, long aLo, long bHi, long bLo) {
            int c = Long.compareUnsigned(aHi, bHi);
            return c != 0 ? c : Long.compareUnsigned(aLo, bLo);
        }

        @Override
        public boolean mayHold(Field field, long hi, long lo) {
            return isInFilter;
        }
    }

    private static Outcome ask(Predicate predicate, RowGroupStats stats) throws IOException {
        Filter filter = COMPILER.filter(predicate);
        Outcome outcome = filter.ask(stats);
        assertThat(filter.mayPass(stats)).isEqualTo(outcome != Outcome.NONE);
        assertThat(COMPILER.filter(Predicate.not(predicate)).ask(stats)).isEqualTo(outcome.not());
        return outcome;
    }

    @ParameterizedTest
    @CsvSource({
        "10, 20, ALL",
        "9, 21, ALL",
        "10, 19, SOME",
        "11, 20, SOME",
        "20, 30, SOME",
        "0, 10, SOME",
        "21, 30, NONE",
        "0, 9, NONE"
    })
    void storedNumbers(long low, long high, Outcome expected) throws IOException {
        Stats stats = new Stats().of(Field.DPORT, 10, 20);
        assertThat(ask(Predicate.range(Field.DPORT, low, high), stats)).isEqualTo(expected);
        Expr same = Expr.of(Field.DPORT).plus(new Expr.Constant(0));
        assertThat(ask(Predicate.range(same, low, high), stats)).isEqualTo(expected);
    }

    /// Octets above all signed numbers are large, not below 0.
    @Test
    void numbersAboveAllSignedOnes() throws IOException {
        Expr octets = Expr.of(Field.BYTES).plus(new Expr.Constant(0));
        Predicate few = Predicate.range(octets, 0, 4);
        Predicate negative = Predicate.range(octets, -20, -1);
        for (long[] each : new long[][] {{5, -1}, {-10, -2}, {0, Long.MIN_VALUE}}) {
            Stats stats = new Stats().of(Field.BYTES, each[0], each[1]);
            assertThat(ask(few, stats)).isEqualTo(Outcome.SOME);
            assertThat(ask(negative, stats)).isEqualTo(Outcome.SOME);
        }
        assertThat(ask(few, new Stats().of(Field.BYTES, 0, 4))).isEqualTo(Outcome.ALL);
        assertThat(ask(few, new Stats().of(Field.BYTES, 5, 5))).isEqualTo(Outcome.NONE);
        Stats large = new Stats().of(Field.BYTES, 5, -1);
        assertThat(ask(Predicate.range(Field.BYTES, 0, 4), large)).isEqualTo(Outcome.NONE);
        assertThat(ask(Predicate.range(Field.BYTES, 5, -1), large)).isEqualTo(Outcome.ALL);
        assertThat(ask(Predicate.range(Field.BYTES, -1, -1), large)).isEqualTo(Outcome.SOME);
    }

    @Test
    void timesMayBeNegative() throws IOException {
        Stats stats = new Stats().of(Field.STIME, -10, -2);
        Expr time = Expr.of(Field.STIME).plus(new Expr.Constant(0));
        assertThat(ask(Predicate.range(time, -10, -2), stats)).isEqualTo(Outcome.ALL);
        assertThat(ask(Predicate.range(time, 0, 4), stats)).isEqualTo(Outcome.NONE);
    }

    /// Bits that keep the order of numbers keep their bounds; of others only what the mask says is
    /// known.
    @ParameterizedTest
    @CsvSource({
        // min, max, shift, mask, what lies in which range
        "16, 47, 4, 15, 1, 2, ALL",
        "16, 47, 4, 15, 3, 9, NONE",
        "16, 47, 4, 15, 0, 0, NONE",
        "16, 47, 4, 15, 2, 2, SOME",
        "0, 255, 4, 15, 0, 15, ALL",
        "0, 79, 4, 15, 5, 15, NONE",
        "16, 511, 4, 15, 0, 15, ALL",
        "16, 511, 4, 15, 5, 5, SOME",
        "16, 511, 4, 15, 0, 0, SOME",
        "16, 511, 4, 15, 16, 20, NONE",
        "16, 256, 4, 15, 0, 0, SOME",
        "1, 3, 0, 5, 0, 5, ALL",
        "1, 3, 0, 5, 0, 0, SOME",
        "1, 3, 0, 5, 4, 5, SOME",
        "1, 3, 0, 5, 6, 9, NONE",
        "31, 31, 0, 5, 5, 5, ALL",
        "31, 31, 2, 5, 5, 5, ALL",
        "31, 31, 2, 5, 7, 7, NONE",
        "0, 9, 0, 0, 0, 0, ALL",
        "1, 3, 0, 9223372036854775807, 1, 3, ALL"
    })
    void bitsOfNumbers(
            long min, long max, int shift, long mask, long low, long high, Outcome expected)
            throws IOException {
        Stats stats = new Stats().of(Field.DPORT, min, max);
        Expr bits = Expr.of(Field.DPORT).bits(shift, mask);
        assertThat(ask(Predicate.range(bits, low, high), stats)).isEqualTo(expected);
    }

    @Test
    void bitsOfNegativeNumbersAreAnything() throws IOException {
        Stats stats = new Stats().of(Field.DPORT, 10, 20);
        Expr negative = Expr.of(Field.DPORT).minus(new Expr.Constant(30));
        assertThat(ask(Predicate.range(negative.bits(0, 255), 0, 5), stats))
                .isEqualTo(Outcome.SOME);
        assertThat(ask(Predicate.range(negative.bits(0, 255), 0, 255), stats))
                .isEqualTo(Outcome.ALL);
        assertThat(ask(Predicate.range(negative.bits(60, 15), 0, 5), stats))
                .isEqualTo(Outcome.SOME);
        assertThat(ask(Predicate.range(negative.bits(0, -1), 0, 5), stats)).isEqualTo(Outcome.SOME);
        Stats unknown = new Stats().of(Field.BYTES, 5, -1);
        Expr bits = Expr.of(Field.BYTES).bits(0, 255);
        assertThat(ask(Predicate.range(bits, 0, 4), unknown)).isEqualTo(Outcome.SOME);
        assertThat(ask(Predicate.range(bits, 256, 300), unknown)).isEqualTo(Outcome.NONE);
    }

    /// Of 100 to 200 octets in 2 to 4 packets each packet has 25 to 100.
    @ParameterizedTest
    @CsvSource({
        "25, 100, ALL",
        "26, 100, SOME",
        "25, 99, SOME",
        "0, 25, SOME",
        "100, 200, SOME",
        "0, 24.9, NONE",
        "100.1, 200, NONE"
    })
    void ratios(double low, double high, Outcome expected) throws IOException {
        Stats stats = new Stats().of(Field.BYTES, 100, 200).of(Field.PACKETS, 2, 4);
        Expr.Ratio ratio = new Expr.Ratio(Expr.of(Field.BYTES), Expr.of(Field.PACKETS), 1);
        assertThat(ask(new Predicate.DecimalIn(ratio, low, high), stats)).isEqualTo(expected);
        // The same where the divisor counts tenths.
        stats = new Stats().of(Field.BYTES, 100, 200).of(Field.PACKETS, 20, 40);
        ratio = new Expr.Ratio(Expr.of(Field.BYTES), Expr.of(Field.PACKETS), 10);
        assertThat(ask(new Predicate.DecimalIn(ratio, low, high), stats)).isEqualTo(expected);
    }

    @Test
    void ratiosOfWhatMayBeNothingOrNegativeAreAnything() throws IOException {
        Expr.Ratio ratio = new Expr.Ratio(Expr.of(Field.BYTES), Expr.of(Field.PACKETS), 1);
        Predicate small = new Predicate.DecimalIn(ratio, 0, 1);
        Stats none = new Stats().of(Field.BYTES, 100, 200).of(Field.PACKETS, 0, 4);
        assertThat(ask(small, none)).isEqualTo(Outcome.SOME);
        Stats large = new Stats().of(Field.BYTES, 100, -1).of(Field.PACKETS, 2, 4);
        assertThat(ask(small, large)).isEqualTo(Outcome.SOME);
        Stats largeToo = new Stats().of(Field.BYTES, 100, 200).of(Field.PACKETS, 2, -1);
        assertThat(ask(small, largeToo)).isEqualTo(Outcome.SOME);
        Stats zero = new Stats().of(Field.BYTES, 0, 200).of(Field.PACKETS, 2, 4);
        assertThat(ask(new Predicate.DecimalIn(ratio, 0, 100), zero)).isEqualTo(Outcome.ALL);
        Expr negative = Expr.of(Field.BYTES).minus(new Expr.Constant(300));
        Expr.Ratio below = new Expr.Ratio(negative, Expr.of(Field.PACKETS), 1);
        Stats some = new Stats().of(Field.BYTES, 100, 400).of(Field.PACKETS, 2, 4);
        assertThat(ask(new Predicate.DecimalIn(below, -99, -60), some)).isEqualTo(Outcome.SOME);
    }

    /// A condition that tells nothing must not hide what comes of it.
    @Test
    void conditionsTellWhichOfTwoCounts() throws IOException {
        Stats stats = new Stats().of(Field.DPORT, 10, 20).of(Field.PROTOCOL, 6, 6);
        Predicate tcp = Predicate.is(Field.PROTOCOL, 6);
        Predicate some = Predicate.is(Field.DPORT, 15);
        Predicate none = Predicate.is(Field.DPORT, 99);
        assertThat(askWhen(Predicate.all(List.of(tcp, tcp)), stats)).isEqualTo(Outcome.ALL);
        assertThat(askWhen(Predicate.all(List.of(tcp, some)), stats)).isEqualTo(Outcome.SOME);
        assertThat(askWhen(Predicate.all(List.of(some, none)), stats)).isEqualTo(Outcome.NONE);
        assertThat(askWhen(Predicate.any(List.of(none, none)), stats)).isEqualTo(Outcome.NONE);
        assertThat(askWhen(Predicate.any(List.of(none, some)), stats)).isEqualTo(Outcome.SOME);
        assertThat(askWhen(Predicate.any(List.of(some, tcp)), stats)).isEqualTo(Outcome.ALL);
        assertThat(askWhen(Predicate.not(none), stats)).isEqualTo(Outcome.ALL);
    }

    /// Whether a number is 1 that is 1 where the condition holds and else 2.
    private static Outcome askWhen(Predicate condition, Stats stats) throws IOException {
        Expr either = new Expr.When(condition, new Expr.Constant(1), new Expr.Constant(2));
        return ask(Predicate.range(either, 1, 1), stats);
    }

    private static Predicate source(String... ranges) {
        return Predicate.address(Field.SIP, Arrays.stream(ranges).map(IpRange::parse).toList());
    }

    @Test
    void addressesOfASet() throws IOException {
        Stats may = new Stats().addresses("10.0.0.1", "10.0.0.9", true);
        Stats not = new Stats().addresses("10.0.0.1", "10.0.0.9", false);
        for (Stats stats : List.of(may, not)) {
            assertThat(ask(source("10.0.0.0/8"), stats)).isEqualTo(Outcome.ALL);
            assertThat(ask(source("11.0.0.0/8"), stats)).isEqualTo(Outcome.NONE);
            assertThat(ask(source("10.0.0.10", "10.0.0.0"), stats)).isEqualTo(Outcome.NONE);
            // The filter knows of single addresses only.
            assertThat(ask(source("10.0.0.2/31"), stats)).isEqualTo(Outcome.SOME);
            assertThat(ask(source("10.0.0.5", "10.0.0.8/30"), stats)).isEqualTo(Outcome.SOME);
        }
        assertThat(ask(source("10.0.0.5"), may)).isEqualTo(Outcome.SOME);
        assertThat(ask(source("10.0.0.5"), not)).isEqualTo(Outcome.NONE);
        assertThat(ask(source("10.0.0.5", "10.0.0.7"), not)).isEqualTo(Outcome.NONE);
        Stats single = new Stats().addresses("10.0.0.5", "10.0.0.5", true);
        assertThat(ask(source("10.0.0.5"), single)).isEqualTo(Outcome.ALL);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.x, 10.0.0.1, 10.0.0.9, SOME",
        "10.0.1.x, 10.0.0.1, 10.0.0.9, NONE",
        "10.0.0.5, 10.0.0.5, 10.0.0.5, ALL",
        "10.0.0.1-9, 10.0.0.5, 10.0.0.5, ALL",
        "10.0.0.1-3, 10.0.0.5, 10.0.0.5, NONE",
        "2001:db8::x, 2001:db8::5, 2001:db8::5, ALL",
        "2001:db8::x, 2001:db8::5, 2001:db9::5, SOME",
        "2001:db8:0:1::5, 2001:db8::5, 2001:db8:0:1::5, SOME"
    })
    void addressesOfAWildcard(String wildcard, String low, String high, Outcome expected)
            throws IOException {
        Stats stats = new Stats().addresses(low, high, true);
        assertThat(ask(new Predicate.AddressMatches(Expr.of(Field.SIP), wildcard), stats))
                .isEqualTo(expected);
    }

    @Test
    void productsAndQuotients() throws IOException {
        Stats stats = new Stats().of(Field.DPORT, 10, 20).of(Field.PACKETS, 2, 3);
        Expr product =
                new Expr.Binary(Operator.TIMES, Expr.of(Field.DPORT), Expr.of(Field.PACKETS));
        assertThat(ask(Predicate.range(product, 20, 60), stats)).isEqualTo(Outcome.ALL);
        assertThat(ask(Predicate.range(product, 61, 99), stats)).isEqualTo(Outcome.NONE);
        assertThat(ask(Predicate.range(Expr.of(Field.DPORT).dividedBy(5), 2, 4), stats))
                .isEqualTo(Outcome.ALL);
    }
}

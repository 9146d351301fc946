package dev.rearview.engine.expr;

import dev.rearview.engine.filter.Tuple;
import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.Ip;
import dev.rearview.text.FlagText.HighMask;
import dev.rearview.text.IpRange;
import dev.rearview.text.NumberRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Expressions, predicates and flows drawn at random, the same for the same seed.
public final class RandomData {
    private static final List<Field> NUMBERS =
            Field.all().stream().filter(f -> !f.isAddress()).toList();
    private static final List<Field> ADDRESSES = List.of(Field.SIP, Field.DIP, Field.NHIP);

    private final Random random;

    public RandomData(long seed) {
        this.random = new Random(seed);
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /// A number of any size, small ones more often.
    private long number() {
        return random.nextLong() >>> random.nextInt(64);
    }

    /// An expression of one word.
    public Expr number(int depth) {
        if (depth == 0) {
            return random.nextInt(4) == 0
                    ? new Expr.Constant(random.nextInt(2000) - 1000)
                    : Expr.of(one(NUMBERS));
        }
        return switch (random.nextInt(10)) {
            case 0, 1 ->
                    new Expr.Binary(
                            one(List.of(Expr.Operator.values())),
                            number(depth - 1),
                            number(depth - 1));
            case 2 -> number(depth - 1).bits(random.nextInt(64), number());
            case 3 -> address(depth - 1).bits(random.nextInt(64), number());
            case 4 -> new Expr.Ipv4(address(depth - 1));
            case 5 -> new Expr.Lookup(number(depth - 1), List.of(number(), 7L, -1L));
            case 6 -> new Expr.When(predicate(depth - 1), number(depth - 1), number(depth - 1));
            case 8 -> new Expr.Ordered(random.nextBoolean() ? number(depth - 1) : real(depth - 1));
            case 7 ->
                    new Expr.Conficker(
                            random.nextBoolean(),
                            random.nextBoolean() ? Optional.of(8888L) : Optional.empty());
            default -> new Expr.FlowKey();
        };
    }

    /// An expression of two words that has a value of every flow.
    public Expr address(int depth) {
        return switch (depth == 0 ? 7 : random.nextInt(8)) {
            case 0 -> new Expr.Side(List.of(random.nextInt(4)), List.of(random.nextInt(4)));
            case 1 -> new Expr.Network(address(depth - 1), random.nextInt(33), random.nextInt(129));
            default -> Expr.of(one(ADDRESSES));
        };
    }

    /// The bits of a double.
    private Expr real(int depth) {
        return switch (depth == 0 ? random.nextInt(2) : random.nextInt(4)) {
            case 0 -> new Expr.Real(random.nextInt(2000) / 8.0 - 100);
            case 1 -> ratio(0);
            case 2 -> new Expr.When(predicate(depth - 1), real(depth - 1), real(depth - 1));
            default ->
                    new Expr.Decimal(
                            one(List.of(Expr.Operator.values()).subList(0, 4)),
                            real(depth - 1),
                            random.nextBoolean() ? real(depth - 1) : number(depth - 1));
        };
    }

    private Expr.Ratio ratio(int depth) {
        return new Expr.Ratio(number(depth), number(depth), 1 + random.nextInt(1000));
    }

    public Predicate predicate(int depth) {
        if (depth > 0) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    return new Predicate.All(predicates(depth - 1));
                }
                case 1 -> {
                    return new Predicate.Any(predicates(depth - 1));
                }
                case 2 -> {
                    return new Predicate.Not(predicate(depth - 1));
                }
                default -> {}
            }
        }
        int down = Math.max(0, depth - 1);
        return switch (random.nextInt(8)) {
            case 6 -> new Predicate.SameAddress(address(down), address(down));
            case 0, 1 -> in(number(down));
            case 2 -> new Predicate.BitsMatch(number(down), List.of(pair(), pair()));
            case 3 -> new Predicate.AddressIn(address(down), new SetRef.Ranges(ranges()));
            case 4 -> new Predicate.AddressMatches(address(down), "10.x.1-3,7.0-200");
            default -> {
                double low = random.nextInt(50);
                yield new Predicate.DecimalIn(real(down), low, low + random.nextInt(500));
            }
        };
    }

    private List<Predicate> predicates(int depth) {
        List<Predicate> out = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            out.add(predicate(depth));
        }
        return out;
    }

    private HighMask pair() {
        int mask = random.nextInt(256);
        return new HighMask(random.nextInt(256) & mask, mask);
    }

    private Predicate in(Expr value) {
        List<NumberRange.Integers> ranges = new ArrayList<>();
        long low = value.isSigned() ? random.nextInt(200) - 100 : random.nextInt(100);
        for (int i = random.nextInt(3); i >= 0; i--) {
            long high = low + random.nextInt(1 << random.nextInt(20));
            ranges.add(new NumberRange.Integers(low, high));
            low = high + 1 + random.nextInt(1000);
        }
        return new Predicate.In(value, ranges);
    }

    private List<IpRange> ranges() {
        List<IpRange> out = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            Ip ip =
                    random.nextInt(4) == 0
                            ? Ip.v6(0x2001_0DB8_0000_0000L, random.nextInt(100))
                            : Ip.v4(0x0A00_0000 + random.nextInt(1 << 18));
            out.add(IpRange.block(ip, ip.v6() ? 120 : 8 + random.nextInt(25)));
        }
        return out;
    }

    /// A tuple of which about half of the parts count.
    public Tuple tuple() {
        BitSet[] sets = {new BitSet(), new BitSet(), new BitSet()};
        for (BitSet set : sets) {
            if (random.nextBoolean()) {
                set.set(random.nextInt(8), 30 + random.nextInt(30));
            }
        }
        IpRange source = random.nextBoolean() ? Tuple.ANYWHERE : ranges().getFirst();
        IpRange destination = random.nextBoolean() ? Tuple.ANYWHERE : ranges().getFirst();
        return new Tuple(source, destination, sets[0], sets[1], sets[2]);
    }

    /// A flow whose values lie near to those that predicates ask for.
    ///
    /// @param spread how far apart flows may be, in bits: of few ones statistics tell more
    public FlowRecord flow(int spread) {
        FlowRecord r = new FlowRecord();
        int most = 1 << spread;
        r.setSipV4(0x0A00_0000 + random.nextInt(most));
        r.setDipV4(0x0A01_0000 + random.nextInt(most));
        r.setNhipV4(random.nextInt(most));
        if (random.nextInt(16) == 0) {
            r.setIpv6(true);
            r.sipHi = 0x2001_0DB8_0000_0000L;
            r.sipLo = random.nextInt(most);
        }
        r.sport = random.nextInt(Math.min(most, 1 << 16));
        r.dport = random.nextInt(Math.min(most, 1 << 16));
        r.protocol = random.nextInt(4) == 0 ? 1 : random.nextInt(Math.min(most, 256));
        r.packets = 1L + random.nextInt(most);
        r.bytes = random.nextInt(most) * 50L;
        r.flags = random.nextInt(256);
        r.initialFlags = random.nextInt(4);
        r.stime = (random.nextInt(most) - most / 4) * 997L;
        r.duration = random.nextInt(most) * 1013L;
        r.sensor = random.nextInt(4);
        r.flowtype = random.nextInt(4);
        r.application = random.nextInt(Math.min(most, 1 << 16));
        r.input = random.nextInt(8);
        r.output = random.nextInt(8);
        r.sampling = random.nextInt(3);
        r.memo = 0;
        return r;
    }
}

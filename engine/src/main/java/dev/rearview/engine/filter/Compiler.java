package dev.rearview.engine.filter;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.engine.expr.Tuples;
import dev.rearview.model.Field;
import dev.rearview.sets.CountryCode;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
import dev.rearview.text.IpWildcard;
import dev.rearview.text.NumberRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Makes kernels of expressions and predicates, and opens what these name.
///
/// What reads one field alone runs once for each entry of its dictionary where the column is coded,
/// by row otherwise.
public final class Compiler {
    private final References references;
    private final ValueCases values = new ValueCases();
    private final AddressCases addresses = new AddressCases();
    private final TestCases tests = new TestCases();
    private final FilterCases filters = new FilterCases();

    public Compiler(References references) {
        this.references = references;
    }

    /// A predicate that runs.
    ///
    /// @throws IOException if what it names cannot be read
    public Filter filter(Predicate predicate) throws IOException {
        try {
            return predicate.accept(filters);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// An expression that runs.
    ///
    /// @throws IOException if what it names cannot be read
    public Evaluator evaluator(Expr expr) throws IOException {
        try {
            return expr.words() == 2
                    ? new CompiledAddress(expr.accept(addresses))
                    : new CompiledValue(expr, expr.accept(values));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// Expressions that run.
    ///
    /// @throws IOException if what they name cannot be read
    public List<Evaluator> evaluators(List<Expr> exprs) throws IOException {
        List<Evaluator> out = new ArrayList<>();
        for (Expr e : exprs) {
            out.add(evaluator(e));
        }
        return out;
    }

    private Value value(Expr e) {
        return e.accept(values);
    }

    private Address address(Expr e) {
        return e.accept(addresses);
    }

    private PrefixMap map(MapRef ref) {
        try {
            return references.map(ref);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private IpSet set(SetRef ref) {
        if (ref instanceof SetRef.File file) {
            try {
                return references.set(file.path());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        IpSet.Builder builder = new IpSet.Builder();
        ((SetRef.Ranges) ref).ranges().forEach(builder::add);
        return builder.build();
    }

    /// The lines of a file, in each direction that counts.
    private List<Tuple> tuples(Tuples file) {
        List<Tuple> lines;
        try {
            lines = references.tuples(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Tuple> out = new ArrayList<>();
        for (Tuple t : lines) {
            if (file.direction() != Tuples.Direction.REVERSE) {
                out.add(t);
            }
            if (file.direction() != Tuples.Direction.FORWARD) {
                out.add(t.reversed());
            }
        }
        return out;
    }

    private final class ValueCases implements Expr.Cases<Value> {
        @Override
        public Value stored(Expr.Stored e) {
            return new Value.Stored(e.field());
        }

        @Override
        public Value constant(Expr.Constant e) {
            return new Value.Constant(e.value());
        }

        @Override
        public Value binary(Expr.Binary e) {
            Value left = value(e.left());
            return e.right() instanceof Expr.Constant c
                    ? new Value.Scaled(e.operator(), left, c.value())
                    : new Value.Binary(e.operator(), left, value(e.right()));
        }

        @Override
        public Value bits(Expr.Bits e) {
            Value of =
                    e.of().words() == 2
                            ? new Value.OfAddress(address(e.of()), false)
                            : value(e.of());
            return new Value.Bits(of, e.shift(), e.mask());
        }

        @Override
        public Value prefix(Expr.Prefix e) {
            throw new IllegalArgumentException("an address is no number");
        }

        @Override
        public Value ipv4(Expr.Ipv4 e) {
            return new Value.OfAddress(address(e.address()), true);
        }

        @Override
        public Value side(Expr.Side e) {
            throw new IllegalArgumentException("an address is no number");
        }

        @Override
        public Value label(Expr.Label e) {
            PrefixMap map = map(e.map());
            return map.kind() == PrefixMap.Kind.PROTO_PORT
                    ? new Value.PortLabel(e.ofSource() ? Field.SPORT : Field.DPORT, map)
                    : addressLabel(e, map);
        }

        @Override
        public Value lookup(Expr.Lookup e) {
            return new Value.Lookup(
                    value(e.of()), e.table().stream().mapToLong(Long::longValue).toArray());
        }

        @Override
        public Value when(Expr.When e) {
            return new Value.When(e.test().accept(tests), value(e.then()), value(e.otherwise()));
        }

        @Override
        public Value.Ratio ratio(Expr.Ratio e) {
            return new Value.Ratio(value(e.dividend()), value(e.divisor()), e.scale());
        }

        @Override
        public Value flowKey(Expr.FlowKey e) {
            return new Value.FlowKey();
        }
    }

    private Value.AddressLabel addressLabel(Expr.Label e, PrefixMap map) {
        return new Value.AddressLabel(
                new Address.Stored(e.ofSource() ? Field.SIP : Field.DIP), map);
    }

    /// Expressions of two words.
    private final class AddressCases implements Expr.Cases<Address> {
        @Override
        public Address stored(Expr.Stored e) {
            return new Address.Stored(e.field());
        }

        @Override
        public Address prefix(Expr.Prefix e) {
            return new Address.Prefix(address(e.address()), e.length());
        }

        @Override
        public Address side(Expr.Side e) {
            return new Address.Side(bits(e.source()), bits(e.destination()));
        }

        private static BitSet bits(List<Integer> numbers) {
            BitSet out = new BitSet();
            numbers.forEach(out::set);
            return out;
        }

        private static Address refuse() {
            throw new IllegalArgumentException("a number is no address");
        }

        @Override
        public Address constant(Expr.Constant e) {
            return refuse();
        }

        @Override
        public Address binary(Expr.Binary e) {
            return refuse();
        }

        @Override
        public Address bits(Expr.Bits e) {
            return refuse();
        }

        @Override
        public Address ipv4(Expr.Ipv4 e) {
            return refuse();
        }

        @Override
        public Address label(Expr.Label e) {
            return refuse();
        }

        @Override
        public Address lookup(Expr.Lookup e) {
            return refuse();
        }

        @Override
        public Address when(Expr.When e) {
            return refuse();
        }

        @Override
        public Address ratio(Expr.Ratio e) {
            return refuse();
        }

        @Override
        public Address flowKey(Expr.FlowKey e) {
            return refuse();
        }
    }

    private final class TestCases implements Predicate.Cases<Test> {
        @Override
        public Test in(Predicate.In p) {
            return new Test.In(value(p.value()), p.ranges(), p.value().isSigned());
        }

        @Override
        public Test decimalIn(Predicate.DecimalIn p) {
            return new Test.DecimalIn(values.ratio(p.value()), p.low(), p.high());
        }

        @Override
        public Test bitsMatch(Predicate.BitsMatch p) {
            return new Test.BitsMatch(value(p.value()), p.pairs());
        }

        @Override
        public Test addressIn(Predicate.AddressIn p) {
            return new Test.AddressIn(address(p.address()), set(p.set()));
        }

        @Override
        public Test addressMatches(Predicate.AddressMatches p) {
            return new Test.AddressMatches(address(p.address()), IpWildcard.parse(p.wildcard()));
        }

        @Override
        public Test labelIn(Predicate.LabelIn p) {
            PrefixMap map = map(p.label().map());
            List<NumberRange.Integers> wanted = numbers(map, p.labels());
            return map.kind() == PrefixMap.Kind.PROTO_PORT
                    ? new Test.In(value(p.label()), wanted, false)
                    : new Test.LabelIn(addressLabel(p.label(), map), wanted);
        }

        @Override
        public Test tupleIn(Predicate.TupleIn p) {
            return new Test.TupleIn(tuples(p.tuples()));
        }

        @Override
        public Test all(Predicate.All p) {
            return new Test.Joined(tests(p.predicates()), true);
        }

        @Override
        public Test any(Predicate.Any p) {
            return new Test.Joined(tests(p.predicates()), false);
        }

        @Override
        public Test not(Predicate.Not p) {
            return new Test.Not(p.predicate().accept(this));
        }

        private List<Test> tests(List<Predicate> predicates) {
            List<Test> out = new ArrayList<>();
            predicates.forEach(p -> out.add(p.accept(this)));
            return out;
        }
    }

    /// The numbers that labels stand for, ascending.
    ///
    /// @throws IllegalArgumentException if the map has no such label
    private static List<NumberRange.Integers> numbers(PrefixMap map, List<String> labels) {
        return labels.stream()
                .map(label -> number(map, label))
                .distinct()
                .sorted()
                .map(n -> new NumberRange.Integers(n, n))
                .toList();
    }

    private static int number(PrefixMap map, String label) {
        if (map.kind().isCountry()) {
            return CountryCode.parse(label);
        }
        return map.valueOf(label)
                .filter(v -> v != PrefixMap.NO_VALUE)
                .orElseThrow(
                        () -> new IllegalArgumentException("the map has no label '" + label + "'"));
    }

    /// Predicates whose columns may be coded.
    private final class FilterCases implements Predicate.Cases<Filter> {
        @Override
        public Filter in(Predicate.In p) {
            return p.value() instanceof Expr.Stored s
                    ? new Filters.OfNumber(s.field(), p.ranges())
                    : new Filters.OfTest(tests.in(p));
        }

        @Override
        public Filter decimalIn(Predicate.DecimalIn p) {
            return new Filters.OfTest(tests.decimalIn(p));
        }

        @Override
        public Filter bitsMatch(Predicate.BitsMatch p) {
            return new Filters.OfTest(tests.bitsMatch(p));
        }

        @Override
        public Filter addressIn(Predicate.AddressIn p) {
            return p.address() instanceof Expr.Stored s
                    ? new Filters.OfAddress(s.field(), set(p.set()))
                    : new Filters.OfTest(tests.addressIn(p));
        }

        @Override
        public Filter addressMatches(Predicate.AddressMatches p) {
            return new Filters.OfTest(tests.addressMatches(p));
        }

        @Override
        public Filter labelIn(Predicate.LabelIn p) {
            return new Filters.OfTest(tests.labelIn(p));
        }

        @Override
        public Filter tupleIn(Predicate.TupleIn p) {
            return new Filters.OfTest(tests.tupleIn(p));
        }

        @Override
        public Filter all(Predicate.All p) {
            return new Filters.All(filters(p.predicates()));
        }

        @Override
        public Filter any(Predicate.Any p) {
            return new Filters.Any(filters(p.predicates()));
        }

        @Override
        public Filter not(Predicate.Not p) {
            return new Filters.Not(p.predicate().accept(this));
        }

        private List<Filter> filters(List<Predicate> predicates) {
            List<Filter> out = new ArrayList<>();
            predicates.forEach(p -> out.add(p.accept(this)));
            return out;
        }
    }
}

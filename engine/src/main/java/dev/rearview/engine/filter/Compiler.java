package dev.rearview.engine.filter;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.SetRef;
import dev.rearview.engine.expr.Tuples;
import dev.rearview.engine.plugin.RowFunction;
import dev.rearview.model.Field;
import dev.rearview.sets.IpSet;
import dev.rearview.sets.PrefixMap;
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
    private final Test.Cases tests = new Test.Cases(this);

    public Compiler(References references) {
        this.references = references;
    }

    /// A predicate that runs.
    ///
    /// @throws IOException if what it names cannot be read
    public Filter filter(Predicate predicate) throws IOException {
        try {
            return compiled(predicate);
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
                    ? new CompiledAddress(address(expr))
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

    Value value(Expr e) {
        return e.accept(values);
    }

    Address address(Expr e) {
        if (e instanceof Expr.Stored s) {
            return new Address.Stored(s.field());
        }
        if (e instanceof Expr.Prefix p) {
            return new Address.Prefix(address(p.address()), p.length());
        }
        if (e instanceof Expr.Side s) {
            return new Address.Side(bits(s.source()), bits(s.destination()));
        }
        if (e instanceof Expr.Network n) {
            return new Address.Network(address(n.address()), n.length(), n.lengthV6());
        }
        throw new IllegalArgumentException("a number is no address");
    }

    private static BitSet bits(List<Integer> numbers) {
        BitSet out = new BitSet();
        numbers.forEach(out::set);
        return out;
    }

    PrefixMap map(MapRef ref) {
        try {
            return references.map(ref);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The set that is meant.
    ///
    /// @throws UncheckedIOException if it cannot be read
    public IpSet set(SetRef ref) {
        try {
            return switch (ref) {
                case SetRef.File file -> references.set(file.path());
                case SetRef.Catalogued c -> references.catalogued(c.expression());
                case SetRef.Ranges r -> {
                    IpSet.Builder builder = new IpSet.Builder();
                    r.ranges().forEach(builder::add);
                    yield builder.build();
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The lines of a file, in each direction that counts.
    List<Tuple> tuples(Tuples file) {
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
            Value of = e.of().words() == 2 ? new Value.LowerWord(address(e.of())) : value(e.of());
            return new Value.Bits(of, e.shift(), e.mask());
        }

        @Override
        public Value prefix(Expr.Prefix e) {
            throw new IllegalArgumentException("an address is no number");
        }

        @Override
        public Value ipv4(Expr.Ipv4 e) {
            return new Value.Ipv4Bits(address(e.address()));
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
        public Value ratio(Expr.Ratio e) {
            return new Value.Ratio(value(e.dividend()), value(e.divisor()), e.scale());
        }

        @Override
        public Value flowKey(Expr.FlowKey e) {
            return new Value.FlowKey();
        }

        @Override
        public Value decimal(Expr.Decimal e) {
            return new Value.Decimal(e.operator(), real(e.left()), real(e.right()));
        }

        /// The bits of a double, whatever number it is made of.
        private Value real(Expr e) {
            return e.isReal() ? value(e) : new Value.Converted(value(e));
        }

        @Override
        public Value real(Expr.Real e) {
            return new Value.Constant(Double.doubleToLongBits(e.value()));
        }

        @Override
        public Value network(Expr.Network e) {
            throw new IllegalArgumentException("an address is no number");
        }

        @Override
        public Value ordered(Expr.Ordered e) {
            return new Value.Ordered(value(e.of()), e.of().isReal());
        }

        @Override
        public Value custom(Expr.Custom e) {
            try {
                RowFunction function = references.function(e.function());
                List<Object> arguments = new ArrayList<>();
                for (Expr a : e.arguments()) {
                    arguments.add(a.words() == 2 ? address(a) : value(a));
                }
                return new Value.Custom(e.function().name(), function, arguments);
            } catch (IOException x) {
                throw new UncheckedIOException(x);
            }
        }

        @Override
        public Value conficker(Expr.Conficker e) {
            return new Value.Conficker(e.ofSource(), e.seed());
        }
    }

    Value.AddressLabel addressLabel(Expr.Label e, PrefixMap map) {
        return new Value.AddressLabel(
                new Address.Stored(e.ofSource() ? Field.SIP : Field.DIP), map);
    }

    /// Tests of stored fields run on codes; those of several fields one after the other.
    private Filter compiled(Predicate p) {
        if (p instanceof Predicate.In in && in.value() instanceof Expr.Stored s) {
            return new Filters.OfNumber(s.field(), in.ranges());
        }
        if (p instanceof Predicate.AddressIn in && in.address() instanceof Expr.Stored s) {
            return new Filters.OfAddress(s.field(), set(in.set()));
        }
        if (p instanceof Predicate.All all) {
            return new Filters.All(compiled(all.predicates()));
        }
        if (p instanceof Predicate.Any any) {
            return new Filters.Any(compiled(any.predicates()));
        }
        if (p instanceof Predicate.Not not) {
            return new Filters.Not(compiled(not.predicate()));
        }
        Test test = p.accept(tests);
        return test instanceof Test.LabelIn labels ? labels.filter() : new Filters.OfTest(test);
    }

    private List<Filter> compiled(List<Predicate> predicates) {
        List<Filter> out = new ArrayList<>();
        predicates.forEach(p -> out.add(compiled(p)));
        return out;
    }
}

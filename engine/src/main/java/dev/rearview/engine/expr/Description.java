package dev.rearview.engine.expr;

import dev.rearview.model.Field;
import dev.rearview.text.NumberRange;
import java.util.List;
import java.util.Locale;

/// Expressions and predicates as a person reads them.
public final class Description {
    private static final Values VALUES = new Values();
    private static final Tests TESTS = new Tests();

    private Description() {}

    public static String of(Expr expr) {
        return expr.accept(VALUES);
    }

    public static String of(Predicate predicate) {
        return predicate.accept(TESTS);
    }

    /// The name that people know of a field.
    static String name(Field field) {
        for (FlowField f : FlowFields.SILK) {
            if (f.value() instanceof Expr.Stored s && s.field() == field) {
                return f.name();
            }
        }
        return field.name().toLowerCase(Locale.ROOT);
    }

    private static String map(MapRef map) {
        return map instanceof MapRef.File f
                ? f.path()
                : map instanceof MapRef.Countries ? "countries" : "address types";
    }

    private static String join(List<Predicate> predicates, String word) {
        return String.join(word, predicates.stream().map(Description::of).toList());
    }

    private static final class Values implements Expr.Cases<String> {
        @Override
        public String stored(Expr.Stored e) {
            return name(e.field());
        }

        @Override
        public String constant(Expr.Constant e) {
            return Long.toString(e.value());
        }

        @Override
        public String binary(Expr.Binary e) {
            return e.equals(Flows.END_MS)
                    ? "eTime"
                    : "(" + of(e.left()) + " " + e.operator().sign() + " " + of(e.right()) + ")";
        }

        @Override
        public String bits(Expr.Bits e) {
            String shifted = e.shift() == 0 ? of(e.of()) : of(e.of()) + " >> " + e.shift();
            return "(" + shifted + " & 0x" + Long.toHexString(e.mask()) + ")";
        }

        @Override
        public String prefix(Expr.Prefix e) {
            return of(e.address()) + "/" + e.length();
        }

        @Override
        public String ipv4(Expr.Ipv4 e) {
            return "IPv4 " + of(e.address());
        }

        @Override
        public String side(Expr.Side e) {
            return "sIP of types " + e.source() + ", dIP of types " + e.destination();
        }

        @Override
        public String label(Expr.Label e) {
            return (e.ofSource() ? "source" : "destination") + " in " + map(e.map());
        }

        @Override
        public String lookup(Expr.Lookup e) {
            return "table of " + e.table().size() + " by " + of(e.of());
        }

        @Override
        public String when(Expr.When e) {
            return "(" + of(e.then()) + " if " + of(e.test()) + " else " + of(e.otherwise()) + ")";
        }

        @Override
        public String ratio(Expr.Ratio e) {
            return of(e.dividend()) + " for each " + of(e.divisor());
        }

        @Override
        public String flowKey(Expr.FlowKey e) {
            return "flow key";
        }
    }

    private static final class Tests implements Predicate.Cases<String> {
        @Override
        public String in(Predicate.In p) {
            StringBuilder out = new StringBuilder(of(p.value())).append(" in ");
            for (int i = 0; i < p.ranges().size(); i++) {
                NumberRange.Integers r = p.ranges().get(i);
                out.append(i == 0 ? "" : ",").append(number(r.low(), p.value()));
                if (!p.value().isSigned() && r.high() == -1) {
                    out.append('-');
                } else if (r.high() != r.low()) {
                    out.append('-').append(number(r.high(), p.value()));
                }
            }
            return out.toString();
        }

        private static String number(long n, Expr value) {
            return value.isSigned() ? Long.toString(n) : Long.toUnsignedString(n);
        }

        @Override
        public String decimalIn(Predicate.DecimalIn p) {
            String high = p.high() == Double.MAX_VALUE ? "" : Double.toString(p.high());
            return of(p.value()) + " in " + p.low() + "-" + high;
        }

        @Override
        public String bitsMatch(Predicate.BitsMatch p) {
            if (p.equals(Flows.IPV6)) {
                return "IPv6";
            }
            if (p.equals(Flows.IPV4)) {
                return "IPv4";
            }
            List<String> pairs =
                    p.pairs().stream()
                            .map(m ->
                                    "0x"
                                            + Integer.toHexString(m.high())
                                            + "/0x"
                                            + Integer.toHexString(m.mask()))
                            .toList();
            return of(p.value()) + " matches " + String.join(",", pairs);
        }

        @Override
        public String addressIn(Predicate.AddressIn p) {
            return of(p.address()) + " in " + set(p.set());
        }

        private static String set(SetRef ref) {
            return ref instanceof SetRef.File f
                    ? "the set " + f.path()
                    : String.join(
                            ",",
                            ((SetRef.Ranges) ref).ranges().stream().map(Predicate::text).toList());
        }

        @Override
        public String addressMatches(Predicate.AddressMatches p) {
            return of(p.address()) + " matches " + p.wildcard();
        }

        @Override
        public String labelIn(Predicate.LabelIn p) {
            return of(p.label()) + " is " + String.join(",", p.labels());
        }

        @Override
        public String tupleIn(Predicate.TupleIn p) {
            String how = p.tuples().direction().name().toLowerCase(Locale.ROOT);
            return "a line of " + p.tuples().path() + " matches " + how;
        }

        @Override
        public String all(Predicate.All p) {
            return p.predicates().isEmpty() ? "everything" : join(p.predicates(), " and ");
        }

        @Override
        public String any(Predicate.Any p) {
            return "(" + join(p.predicates(), " or ") + ")";
        }

        @Override
        public String not(Predicate.Not p) {
            return "not " + of(p.predicate());
        }
    }
}

package dev.rearview.engine.language;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.text.NumberRange;
import java.lang.reflect.RecordComponent;
import java.util.List;

/// Tells data that a text may mean from what the language never makes: it computes what is
/// constant, and joins ranges that touch.
final class Canonical {
    private Canonical() {}

    static boolean is(Object o) {
        if (o instanceof List<?> list) {
            return list.stream().allMatch(Canonical::is);
        }
        if (!(o instanceof Record r)) {
            return true;
        }
        boolean own =
                switch (o) {
                    case Expr.Side e -> false;
                    case Expr.Lookup e -> false;
                    case Predicate.TupleIn e -> false;
                    case Expr.Binary e -> !areConstant(e.left(), e.right());
                    case Expr.Decimal e -> !areConstant(e.left(), e.right());
                    case Expr.Real e -> e.value() != 0 || 1 / e.value() > 0;
                    case Predicate.In p -> !touch(p.ranges());
                    default -> true;
                };
        return own && components(r);
    }

    private static boolean areConstant(Expr a, Expr b) {
        return isConstant(a) && isConstant(b);
    }

    private static boolean isConstant(Expr e) {
        return e instanceof Expr.Constant || e instanceof Expr.Real;
    }

    private static boolean touch(List<NumberRange.Integers> ranges) {
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i).low() - 1 == ranges.get(i - 1).high()) {
                return true;
            }
        }
        return false;
    }

    private static boolean components(Record r) {
        try {
            for (RecordComponent c : r.getClass().getRecordComponents()) {
                c.getAccessor().setAccessible(true);
                if (!is(c.getAccessor().invoke(r))) {
                    return false;
                }
            }
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}

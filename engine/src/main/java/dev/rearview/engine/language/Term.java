package dev.rearview.engine.language;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Predicate;

/// A part of a text whose meaning is known.
sealed interface Term {
    /// A value of each flow, or a constant.
    record Value(Kind kind, Expr expr) implements Term {
        boolean isConstant() {
            return expr instanceof Expr.Constant || expr instanceof Expr.Real;
        }
    }

    record Test(Predicate predicate) implements Term {}

    /// Text in quotes, a name without, or an address: what it means follows from what it is
    /// compared with.
    record Text(String text) implements Term {}
}

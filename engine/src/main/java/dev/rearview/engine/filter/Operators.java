package dev.rearview.engine.filter;

import dev.rearview.engine.expr.Expr;

/// The loops of operators.
final class Operators {
    private Operators() {}

    /// Combines `n` numbers with one.
    static void apply(Expr.Operator operator, long[] out, int at, int n, long right) {
        int end = at + n;
        switch (operator) {
            case PLUS -> {
                for (int i = at; i < end; i++) {
                    out[i] += right;
                }
            }
            case MINUS -> {
                for (int i = at; i < end; i++) {
                    out[i] -= right;
                }
            }
            case TIMES -> {
                for (int i = at; i < end; i++) {
                    out[i] *= right;
                }
            }
            case DIVIDED_BY, DOWN_TO, AT_MOST, AT_LEAST, MODULO -> {
                for (int i = at; i < end; i++) {
                    out[i] = operator.of(out[i], right);
                }
            }
        }
    }

    /// Combines `n` numbers with as many.
    static void apply(Expr.Operator operator, long[] out, int at, int n, long[] right) {
        switch (operator) {
            case PLUS -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] += right[i];
                }
            }
            case MINUS -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] -= right[i];
                }
            }
            case TIMES -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] *= right[i];
                }
            }
            case DIVIDED_BY, DOWN_TO, AT_MOST, AT_LEAST, MODULO -> {
                for (int i = 0; i < n; i++) {
                    out[at + i] = operator.of(out[at + i], right[i]);
                }
            }
        }
    }
}

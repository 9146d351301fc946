package dev.rearview.tools.nfdump.filter;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.tools.nfdump.filter.Lexer.Token;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a filter compares a value with a number.
enum Comparison {
    EQUAL,
    LESS,
    GREATER,
    AT_MOST,
    AT_LEAST;

    /// The comparison of a sign or word; null if it is none.
    static @Nullable Comparison of(Token t) {
        return switch (t.lower()) {
            case "=", "==", "eq" -> EQUAL;
            case "<", "lt" -> LESS;
            case ">", "gt" -> GREATER;
            case "<=", "le" -> AT_MOST;
            case ">=", "ge" -> AT_LEAST;
            default -> null;
        };
    }

    /// @param number not negative
    Predicate of(Expr value, long number) {
        long most = value.isSigned() ? Long.MAX_VALUE : -1L;
        long least = value.isSigned() ? Long.MIN_VALUE : 0;
        return switch (this) {
            case EQUAL -> Predicate.range(value, number, number);
            case AT_MOST -> Predicate.range(value, least, number);
            case AT_LEAST -> Predicate.range(value, number, most);
            case LESS ->
                    number == 0 && least == 0
                            ? new Predicate.In(value, List.of())
                            : Predicate.range(value, least, number - 1);
            case GREATER ->
                    number == Long.MAX_VALUE && most == number
                            ? new Predicate.In(value, List.of())
                            : Predicate.range(value, number + 1, most);
        };
    }
}

package dev.rearview.engine;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.filter.Compiler;
import dev.rearview.engine.filter.Evaluator;
import dev.rearview.engine.filter.References;
import dev.rearview.model.Field;
import dev.rearview.model.FlowRecord;
import java.io.IOException;
import java.util.List;

/// Expressions for tests.
final class Keys {
    private Keys() {}

    /// Where nothing is named.
    static final Compiler COMPILER = new Compiler(References.NONE);

    /// A field that the engine knows as stored.
    static Expr stored(Field field) {
        return Expr.of(field);
    }

    /// The addresses of flows without a type, as if they were computed.
    static Expr derived(Field address) {
        List<Integer> untyped = List.of(FlowRecord.NO_FLOWTYPE);
        return address == Field.SIP
                ? new Expr.Side(untyped, List.of())
                : new Expr.Side(List.of(), untyped);
    }

    static List<Evaluator> evaluators(Expr... exprs) throws IOException {
        return COMPILER.evaluators(List.of(exprs));
    }
}

package dev.rearview.tools.rwfilter;

import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.MapRef;
import dev.rearview.engine.expr.Predicate;
import dev.rearview.model.Field;
import java.util.List;
import java.util.function.Function;

/// Which of a flow's ends a switch tests.
enum Side {
    SOURCE,
    DESTINATION,
    EITHER,
    NEXT_HOP;

    /// A test of the addresses meant.
    Predicate of(Function<Field, Predicate> test) {
        return switch (this) {
            case SOURCE -> test.apply(Field.SIP);
            case DESTINATION -> test.apply(Field.DIP);
            case NEXT_HOP -> test.apply(Field.NHIP);
            case EITHER -> Predicate.any(List.of(test.apply(Field.SIP), test.apply(Field.DIP)));
        };
    }

    /// A test of what a prefix map says of them; not of the next hop, which no map is asked of.
    Predicate ofLabel(MapRef map, List<String> labels) {
        Predicate source = new Predicate.LabelIn(new Expr.Label(map, true), labels);
        Predicate destination = new Predicate.LabelIn(new Expr.Label(map, false), labels);
        return switch (this) {
            case SOURCE -> source;
            case DESTINATION -> destination;
            case EITHER, NEXT_HOP -> Predicate.any(List.of(source, destination));
        };
    }
}

package dev.rearview.kit.fields;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.plan.Product;
import dev.rearview.model.Field;
import dev.rearview.sets.BagType;
import java.util.ArrayList;
import java.util.List;

/// Flows, octets and packets by one key, and the times between which they were.
public final class Volumes {
    private Volumes() {}

    /// Groups whose rows are the key's words, then records, bytes and packets.
    ///
    /// @param withTimes whether start and end follow, in seconds
    public static Product.Groups by(Expr key, boolean withTimes) {
        List<Aggregate> values = new ArrayList<>();
        values.add(new Aggregate(Aggregate.Kind.COUNT, key));
        values.add(sum(Field.BYTES));
        values.add(sum(Field.PACKETS));
        if (withTimes) {
            values.add(new Aggregate(Aggregate.Kind.MIN, BagKeys.key(BagType.STIME)));
            values.add(new Aggregate(Aggregate.Kind.MAX, BagKeys.key(BagType.ETIME)));
        }
        return new Product.Groups(List.of(key), values, false);
    }

    private static Aggregate sum(Field field) {
        return new Aggregate(Aggregate.Kind.SUM, Expr.of(field));
    }
}

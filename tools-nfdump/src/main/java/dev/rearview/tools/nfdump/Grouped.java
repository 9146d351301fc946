package dev.rearview.tools.nfdump;

import dev.rearview.engine.expr.Aggregate;
import dev.rearview.engine.expr.Expr;
import dev.rearview.engine.expr.Flows;
import dev.rearview.engine.plan.Product;
import dev.rearview.model.Field;
import dev.rearview.model.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongBinaryOperator;

/// Flows that are put together by some fields: what is asked of the engine, and how a row of its
/// answer is read. Behind the keys stand counts, times and the flags, a word for each bit.
///
/// @param keys fields that are the same
record Grouped(List<Field> keys) {
    static final int FLOWS = 0;
    static final int PACKETS = 1;
    static final int BYTES = 2;
    static final int FIRST = 3;
    static final int LAST = 4;
    private static final int FLAGS = 5;
    private static final int FLAG_BITS = 8;
    private static final int SERVICE = FLAGS + FLAG_BITS;

    /// Words behind the keys.
    static final int VALUES = SERVICE + 1;

    /// Those that are the same in a connection.
    static final List<Field> CONNECTION =
            List.of(Field.SIP, Field.DIP, Field.SPORT, Field.DPORT, Field.PROTOCOL);

    Grouped {
        keys = List.copyOf(keys);
    }

    Product.Groups product() {
        List<Aggregate> values = new ArrayList<>(volumes());
        for (int bit = 0; bit < FLAG_BITS; bit++) {
            values.add(new Aggregate(Aggregate.Kind.MAX, Expr.of(Field.FLAGS).bits(bit, 1)));
        }
        values.add(new Aggregate(Aggregate.Kind.MAX, Expr.of(Field.MEMO)));
        return new Product.Groups(keys.stream().map(Grouped::key).toList(), values, false);
    }

    /// Of the types of service, that of the source is the same.
    private static Expr key(Field field) {
        return field == Field.MEMO ? Flows.TYPE_OF_SERVICE : Expr.of(field);
    }

    /// All flows together, without their flags.
    static Product.Groups total() {
        return new Product.Groups(List.of(), volumes(), false);
    }

    private static List<Aggregate> volumes() {
        return List.of(
                new Aggregate(Aggregate.Kind.COUNT, new Expr.Constant(0)),
                new Aggregate(Aggregate.Kind.SUM, Expr.of(Field.PACKETS)),
                new Aggregate(Aggregate.Kind.SUM, Expr.of(Field.BYTES)),
                new Aggregate(Aggregate.Kind.MIN, Flows.START_MS),
                new Aggregate(Aggregate.Kind.MAX, Flows.END_MS));
    }

    /// How the values of two rows with the same key are put together.
    static List<LongBinaryOperator> operators() {
        List<LongBinaryOperator> out = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            out.add(
                    switch (i) {
                        case FLOWS, PACKETS, BYTES -> Long::sum;
                        case FIRST -> Math::min;
                        default -> Math::max;
                    });
        }
        return out;
    }

    /// Words of the keys.
    int keyWords() {
        return keys.stream().mapToInt(f -> f.isAddress() ? 2 : 1).sum();
    }

    int words() {
        return keyWords() + VALUES;
    }

    /// Reads a row.
    void show(long[] row, Shown line) {
        line.clear();
        int at = 0;
        boolean v6 = isIpv6(row);
        line.setFamily(v6);
        for (Field key : keys) {
            if (key.isAddress()) {
                line.set(key, row[at], row[at + 1]);
                at += 2;
            } else {
                line.set(key, 0, row[at++]);
            }
        }
        show(row, at, line);
        // As with nfdump, what flows are put together by is shown, and what connections have.
        if (keys.equals(CONNECTION) || keys.contains(Field.MEMO)) {
            line.flow.memo = (int) row[at + SERVICE];
        }
    }

    /// Whether any address among the keys is one of IPv6.
    private boolean isIpv6(long[] row) {
        int at = 0;
        for (Field key : keys) {
            if (key.isAddress() && !Ip.isMapped(row[at], row[at + 1])) {
                return true;
            }
            at += key.isAddress() ? 2 : 1;
        }
        return false;
    }

    /// Reads what stands behind the keys.
    static void show(long[] row, int at, Shown line) {
        line.flows = row[at + FLOWS];
        line.packets = row[at + PACKETS];
        line.bytes = row[at + BYTES];
        line.firstMs = row[at + FIRST];
        line.lastMs = row[at + LAST];
        int flags = 0;
        for (int bit = 0; bit < FLAG_BITS; bit++) {
            flags |= (int) row[at + FLAGS + bit] << bit;
        }
        line.flow.flags = flags;
    }
}

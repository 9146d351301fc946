package dev.rearview.tools.aggbags;

import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.sets.AggregateField;
import dev.rearview.sets.AggregateLayout;
import dev.rearview.sets.BagCounter;
import dev.rearview.text.IpText;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// What is done with the counters of aggregate bags: `--add`, `--subtract`, `--divide` and
/// `--scalar-multiply`. Results stay within 0 and 2^64-1.
final class RowArithmetic {
    enum Operation {
        ADD,
        SUBTRACT,
        DIVIDE
    }

    private Optional<Operation> operation = Optional.empty();
    private ZeroDivisor zeroDivisor = ZeroDivisor.DEFAULT;
    private final Map<AggregateField, Long> factors = new EnumMap<>(AggregateField.class);
    private long factor = 1;

    void declare(Options options) {
        operation(options, "add", Operation.ADD, "Sum of the counters (the default)");
        operation(
                options, "subtract", Operation.SUBTRACT, "Counters of the first less the others'");
        operation(options, "divide", Operation.DIVIDE, "Counters of the first by the others'");
        options.value(
                "zero-divisor-result",
                "RESULT",
                "What dividing by 0 gives: error, remove (the key), nochange, maximum, or a number",
                v -> zeroDivisor = ZeroDivisor.parse(v));
        options.value(
                "scalar-multiply",
                "[FIELD=]NUM",
                "Multiply all counters, or one, by NUM, up to 2^64-1; repeatable",
                this::multiply);
    }

    private void operation(Options options, String name, Operation wanted, String help) {
        options.flag(
                name,
                help,
                () -> {
                    if (operation.isPresent()) {
                        throw new ToolException("only one operation is possible");
                    }
                    operation = Optional.of(wanted);
                });
    }

    private void multiply(String v) {
        int equals = v.indexOf('=');
        if (equals < 0) {
            factor = BagCounter.product(factor, SwitchValues.positive(v, -1L));
            return;
        }
        AggregateField f = AggregateField.named(v.substring(0, equals), AggregateField.nameable());
        long n = IpText.parseUnsigned(v.substring(equals + 1), -1L, "number");
        factors.merge(f, n, BagCounter::product);
    }

    /// Whether all bags are summed, in whatever order.
    boolean isSum() {
        return operation.orElse(Operation.ADD) == Operation.ADD;
    }

    /// Makes the counters of a first bag less, or divides them by, those of a second.
    ///
    /// @return whether the row stays
    boolean combine(AggregateLayout layout, long[] row, long[] other) {
        boolean any = false;
        for (int i = layout.keyWords(); i < layout.words(); i++) {
            long b = other[i];
            if (operation.orElseThrow() == Operation.SUBTRACT) {
                row[i] = BagCounter.difference(row[i], b);
            } else if (b != 0) {
                row[i] = BagCounter.quotient(row[i], b);
            } else {
                switch (zeroDivisor.action()) {
                    case ERROR ->
                            throw ToolException.failure(
                                    "division by zero; --zero-divisor-result says what it gives");
                    case REMOVE -> {
                        return false;
                    }
                    case NOCHANGE -> {}
                    case VALUE -> row[i] = zeroDivisor.value();
                }
            }
            any |= row[i] != 0;
        }
        return any;
    }

    /// Multiplies the counters of a row.
    void multiply(AggregateLayout layout, long[] row) {
        for (AggregateField f : layout.counters()) {
            int at = layout.at(f);
            long all = BagCounter.product(row[at], factor);
            row[at] = BagCounter.product(all, factors.getOrDefault(f, 1L));
        }
    }
}

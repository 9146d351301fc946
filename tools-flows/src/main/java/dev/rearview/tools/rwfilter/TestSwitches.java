package dev.rearview.tools.rwfilter;

import dev.rearview.engine.expr.Predicate;
import dev.rearview.kit.options.Options;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// The tests that switches add, each of which may be given once.
final class TestSwitches {
    private final List<Predicate> predicates = new ArrayList<>();
    private final Set<String> used = new HashSet<>();

    void once(Options o, String name, String placeholder, String help, Consumer<String> action) {
        o.value(
                        name,
                        placeholder,
                        help,
                        v -> {
                            used.add(name);
                            action.accept(v);
                        })
                .once();
    }

    boolean isUsed(String name) {
        return used.contains(name);
    }

    void add(Predicate p) {
        predicates.add(p);
    }

    boolean isEmpty() {
        return predicates.isEmpty();
    }

    List<Predicate> predicates() {
        return predicates;
    }
}

package dev.rearview.tools.rwfilter;

import dev.rearview.engine.filter.Predicate;
import dev.rearview.tools.kit.Options;
import dev.rearview.tools.kit.ToolException;
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
                    use(name);
                    action.accept(v);
                });
    }

    /// Notes that a switch is given.
    void use(String name) {
        if (!used.add(name)) {
            throw new ToolException("--" + name + " is given twice");
        }
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

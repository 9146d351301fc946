package dev.rearview.engine.language;

import dev.rearview.engine.expr.FlowField;
import dev.rearview.engine.expr.FlowFields;
import dev.rearview.engine.expr.FunctionRef;
import dev.rearview.engine.expr.Look;
import dev.rearview.engine.expr.MapRef;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// What names in a text stand for.
public interface Names {
    /// The fields that there are.
    default List<FlowField> fields() {
        List<FlowField> out = new ArrayList<>(FlowFields.SILK);
        out.addAll(FlowFields.OWN);
        return out;
    }

    /// The field of a name or alias, whatever its case.
    default Optional<FlowField> field(String name) {
        for (FlowField f : fields()) {
            if (f.name().equalsIgnoreCase(name)
                    || f.aliases().stream().anyMatch(name::equalsIgnoreCase)) {
                return Optional.of(f);
            }
        }
        return Optional.empty();
    }

    /// The numbers that a name stands for.
    ///
    /// @param look SENSOR, CLASS or TYPE
    /// @throws IllegalArgumentException if there is no such name
    BitSet numbers(Look look, String name);

    /// Checks that a map has a label.
    ///
    /// @throws IllegalArgumentException if it has none
    void checkLabel(MapRef map, String label);

    /// The function of a plug-in by its name, whatever its case.
    default Optional<FunctionRef> function(String name) {
        return Optional.empty();
    }

    /// Where no site is known, and no map is looked at.
    Names OF_FIELDS =
            new Names() {
                @Override
                public BitSet numbers(Look look, String name) {
                    throw new IllegalArgumentException("no site is known: " + name);
                }

                @Override
                public void checkLabel(MapRef map, String label) {}
            };
}

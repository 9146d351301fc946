package dev.rearview.tools.aggbags;

import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.sets.AggregateField;
import dev.rearview.sets.AggregateLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which fields of aggregate bags are kept, and which are put in: `--remove-fields`,
/// `--select-fields`, `--insert-field`, `--to-bag` and `--to-ipset`.
final class FieldChoice {
    private final FieldText text;
    private final List<AggregateField> removed = new ArrayList<>();
    private final List<AggregateField> selected = new ArrayList<>();
    private final List<String> insertions = new ArrayList<>();
    private final Map<AggregateField, long[]> inserted = new LinkedHashMap<>();
    private List<AggregateField> toBag = List.of();
    private Optional<AggregateField> toSet = Optional.empty();

    FieldChoice(FieldText text) {
        this.text = text;
    }

    void declare(Options options) {
        options.value(
                "remove-fields",
                "LIST",
                "Leave these fields out",
                v -> removed.addAll(AggregateField.list(v, AggregateField.nameable())));
        options.value(
                "select-fields",
                "LIST",
                "Leave all other fields out",
                v -> selected.addAll(AggregateField.list(v, AggregateField.nameable())));
        options.value(
                "insert-field",
                "FIELD=VALUE",
                "Give every entry this value of FIELD; repeatable",
                insertions::add);
    }

    void declareOutputs(Options options) {
        options.value(
                "to-bag", "KEY,COUNTER", "Write a bag of one key and one counter", this::toBag);
        options.value(
                "to-ipset",
                "FIELD",
                "Write the IPset of the values of this field",
                v -> {
                    AggregateField f = AggregateField.named(v, AggregateField.nameable());
                    if (f.isCounter()) {
                        throw new IllegalArgumentException("a counter is no address");
                    }
                    toSet = Optional.of(f);
                });
    }

    private void toBag(String v) {
        List<AggregateField> given = AggregateField.list(v, AggregateField.nameable());
        boolean good =
                given.size() == 2 && !given.getFirst().isCounter() && given.getLast().isCounter();
        if (!good) {
            throw new IllegalArgumentException("expected KEY,COUNTER");
        }
        toBag = given;
    }

    /// Key and counter of the bag that is wanted, empty if none is.
    List<AggregateField> toBag() {
        return toBag;
    }

    /// The field whose values make the set that is wanted.
    Optional<AggregateField> toSet() {
        return toSet;
    }

    /// Reads values, once all switches are known.
    void resolve() throws IOException {
        for (String given : insertions) {
            FieldValue.split(
                    "insert-field",
                    given,
                    (f, value) -> {
                        if (inserted.put(f, text.given(f, value)) != null) {
                            throw new IllegalArgumentException(f.label() + " is given twice");
                        }
                    });
        }
        int outputs = (toBag.isEmpty() ? 0 : 1) + (toSet.isPresent() ? 1 : 0);
        int choices = (removed.isEmpty() ? 0 : 1) + (selected.isEmpty() ? 0 : 1);
        if (outputs + choices > 1) {
            throw new ToolException(
                    "--remove-fields, --select-fields, --to-bag and --to-ipset exclude each other");
        }
        for (AggregateField f : inserted.keySet()) {
            if (outputs > 0 && !wanted().contains(f)) {
                throw new ToolException(
                        "--insert-field of " + f.label() + ", which the output does not have");
            }
        }
    }

    private List<AggregateField> wanted() {
        return toSet.map(List::of).orElse(toBag);
    }

    /// The fields that are made of those of a file.
    ///
    /// @param name of the file
    AggregateLayout layout(AggregateLayout from, String name) {
        List<AggregateField> out = new ArrayList<>(inserted.keySet());
        for (AggregateField f : from.fields()) {
            // A set is made of whole rows, so that limits on all their fields hold.
            if (toBag.isEmpty() ? isLeft(f) : toBag.contains(f)) {
                out.add(f);
            }
        }
        for (AggregateField f : wanted()) {
            if (!out.contains(f)) {
                throw ToolException.failure(name + ": no field " + f.label());
            }
        }
        try {
            return new AggregateLayout(out);
        } catch (IllegalArgumentException e) {
            throw ToolException.failure(name + ": " + e.getMessage());
        }
    }

    /// Makes a row of one of a file.
    void make(AggregateLayout from, long[] row, AggregateLayout to, long[] made) {
        Arrays.fill(made, 0);
        for (AggregateField f : to.fields()) {
            long[] given = inserted.get(f);
            // A counter that a file has, and that is not left out, is not overwritten.
            boolean keeps = f.isCounter() && from.has(f) && isLeft(f);
            if (given != null && !keeps) {
                System.arraycopy(given, 0, made, to.at(f), f.words());
            } else if (from.has(f)) {
                System.arraycopy(row, from.at(f), made, to.at(f), f.words());
            }
        }
    }

    private boolean isLeft(AggregateField f) {
        return !removed.contains(f) && (selected.isEmpty() || selected.contains(f));
    }
}

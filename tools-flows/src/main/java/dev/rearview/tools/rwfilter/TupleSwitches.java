package dev.rearview.tools.rwfilter;

import dev.rearview.engine.expr.Predicate;
import dev.rearview.engine.expr.Tuples;
import dev.rearview.engine.expr.Tuples.Column;
import dev.rearview.engine.expr.Tuples.Direction;
import dev.rearview.engine.filter.TupleFile;
import dev.rearview.kit.options.Options;
import dev.rearview.text.Names;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// `--tuple-file`: passes flows that match one of the partial five-tuples of a text file.
final class TupleSwitches {
    private Optional<String> file = Optional.empty();
    private List<Column> columns = List.of();
    private Direction direction = Direction.FORWARD;
    private String delimiter = "|";

    void declare(Options o) {
        o.value(
                "tuple-file",
                "FILE",
                "Pass flows that match a line of FILE",
                v -> file = Optional.of(v));
        o.value(
                "tuple-fields",
                "LIST",
                "Fields of the tuple file, in order",
                v -> columns = TupleFile.columns(List.of(v.split(",", -1))));
        o.value(
                "tuple-direction",
                "DIRECTION",
                "How a line is compared: forward, reverse or both",
                v ->
                        direction =
                                Names.constant(
                                        v.toLowerCase(Locale.ROOT),
                                        Direction.values(),
                                        "direction"));
        o.value(
                "tuple-delimiter",
                "CHAR",
                "Character between the fields of the tuple file; default '|'",
                v -> {
                    if (v.length() != 1) {
                        throw new IllegalArgumentException("expected one character");
                    }
                    delimiter = v;
                });
    }

    /// The test that the switches describe, if a file was given.
    Optional<Predicate> predicate() {
        return file.map(
                path -> new Predicate.TupleIn(new Tuples(path, columns, delimiter, direction)));
    }
}

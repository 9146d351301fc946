package dev.rearview.tools.aggbags;

import dev.rearview.sets.AggregateField;
import java.util.List;
import java.util.Locale;

/// `--help-fields`.
final class HelpFields {
    private HelpFields() {}

    static String text(List<AggregateField> fields) {
        StringBuilder out = new StringBuilder();
        for (AggregateField f : fields) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "%-16s%s, %d octets%n",
                            f.label(),
                            f.isCounter() ? "counter" : "key",
                            f.octets()));
        }
        return out.toString();
    }
}

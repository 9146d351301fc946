package dev.rearview.tools.aggbags;

import dev.rearview.kit.command.Env;
import dev.rearview.kit.files.InputFiles;
import dev.rearview.kit.options.Options;
import dev.rearview.model.Ip;
import dev.rearview.sets.AggregateField;
import dev.rearview.sets.AggregateLayout;
import dev.rearview.sets.IpSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `--min-field`, `--max-field`, `--set-intersect` and `--set-complement`: which rows stay. A limit
/// on a field that a row does not have says nothing.
final class RowLimits {
    private final Env env;
    private final FieldText text;
    private final List<Given> given = new ArrayList<>();
    private final List<RowTest> tests = new ArrayList<>();

    /// A switch as it was given: its value may need a site that a later switch names.
    private record Given(String name, String value) {}

    private interface RowTest {
        boolean test(AggregateLayout layout, long[] row);
    }

    RowLimits(Env env, FieldText text) {
        this.env = env;
        this.text = text;
    }

    void declare(Options options) {
        limit(options, "min-field", "FIELD=VALUE", "Leave out rows whose FIELD is below VALUE");
        limit(options, "max-field", "FIELD=VALUE", "Leave out rows whose FIELD is above VALUE");
        limit(
                options,
                "set-intersect",
                "FIELD=SET",
                "Keep rows whose FIELD is an address of this IPset");
        limit(
                options,
                "set-complement",
                "FIELD=SET",
                "Leave out rows whose FIELD is an address of this IPset");
    }

    private void limit(Options options, String name, String placeholder, String help) {
        options.value(name, placeholder, help, v -> given.add(new Given(name, v)));
    }

    /// Reads values and sets, once all switches are known.
    void resolve() throws IOException {
        for (Given g : given) {
            FieldValue.split(
                    g.name,
                    g.value,
                    (f, value) -> {
                        if (g.name.startsWith("set-")) {
                            set(g.name, f, InputFiles.set(env, value));
                        } else {
                            bound(g.name.equals("min-field"), f, text.given(f, value));
                        }
                    });
        }
    }

    private void set(String name, AggregateField f, IpSet set) {
        boolean v6 = f.isIpv6();
        if (!v6 && !f.isIpv4()) {
            env.tell("--" + name + ": " + f.label() + " is no address; ignored");
            return;
        }
        boolean complement = name.equals("set-complement");
        tests.add((layout, row) -> {
            int at = layout.at(f);
            if (at < 0) {
                return true;
            }
            long hi = v6 ? row[at] : 0;
            long lo = v6 ? row[at + 1] : Ip.mapped((int) row[at]);
            return set.contains(hi, lo) != complement;
        });
    }

    private void bound(boolean least, AggregateField f, long[] bound) {
        tests.add((layout, row) -> {
            int at = layout.at(f);
            if (at < 0) {
                return true;
            }
            int c =
                    f.isIpv6()
                            ? Ip.compare(row[at], row[at + 1], bound[0], bound[1])
                            : Long.compareUnsigned(row[at], bound[0]);
            return least ? c >= 0 : c <= 0;
        });
    }

    boolean accepts(AggregateLayout layout, long[] row) {
        for (RowTest t : tests) {
            if (!t.test(layout, row)) {
                return false;
            }
        }
        return true;
    }
}

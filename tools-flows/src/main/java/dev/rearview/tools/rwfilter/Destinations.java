package dev.rearview.tools.rwfilter;

import dev.rearview.engine.plan.Product;
import dev.rearview.engine.plan.Product.Part;
import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.text.IpText;
import java.util.ArrayList;
import java.util.List;

/// The switches that say where flows go, and how many at most.
final class Destinations {
    private final List<String> passPaths = new ArrayList<>();
    private final List<String> failPaths = new ArrayList<>();
    private final List<String> allPaths = new ArrayList<>();
    private long maxPass;
    private long maxFail;

    void declare(Options o) {
        output(o, "pass-destination", "passed all tests", passPaths);
        output(o, "fail-destination", "failed a test", failPaths);
        output(o, "all-destination", "were read", allPaths);
    }

    void declareLimits(Options o) {
        o.value(
                "max-pass-records",
                "NUM",
                "Write at most NUM passing flows; 0 for all",
                v -> maxPass = limit(v));
        o.value(
                "max-fail-records",
                "NUM",
                "Write at most NUM failing flows; 0 for all",
                v -> maxFail = limit(v));
    }

    private static void output(Options o, String name, String what, List<String> paths) {
        o.value(
                name,
                "PATH",
                "Write the flows that " + what + " to PATH; repeatable",
                v -> {
                    if (paths.contains(v)) {
                        throw new ToolException("--" + name + "=" + v + " is given twice");
                    }
                    paths.add(SwitchValues.path(v));
                });
    }

    static long limit(String v) {
        return IpText.parseUnsigned(v.strip(), Long.MAX_VALUE, "number");
    }

    List<String> passPaths() {
        return passPaths;
    }

    List<String> failPaths() {
        return failPaths;
    }

    List<String> allPaths() {
        return allPaths;
    }

    /// All paths of all kinds.
    List<String> all() {
        List<String> all = new ArrayList<>(passPaths);
        all.addAll(failPaths);
        all.addAll(allPaths);
        return all;
    }

    /// The same as parts of the flows.
    List<Product.Output> outputs() {
        List<Product.Output> out = new ArrayList<>();
        passPaths.forEach(path -> out.add(new Product.Output(Part.PASSING, path)));
        failPaths.forEach(path -> out.add(new Product.Output(Part.FAILING, path)));
        allPaths.forEach(path -> out.add(new Product.Output(Part.ALL, path)));
        return out;
    }

    boolean isEmpty() {
        return passPaths.isEmpty() && failPaths.isEmpty() && allPaths.isEmpty();
    }

    boolean hasLimit() {
        return maxPass > 0 || maxFail > 0;
    }

    /// Passing flows to be written at most, 0 for all.
    long maxPass() {
        return maxPass;
    }

    /// Failing flows to be written at most, 0 for all.
    long maxFail() {
        return maxFail;
    }
}

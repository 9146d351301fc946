package dev.rearview.kit.tables;

import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.ToolException;
import dev.rearview.text.IpText;
import java.util.List;

/// `--min-` and `--max-` `bytes`, `packets` and `records`: which sums are printed.
public final class VolumeLimits {
    private static final List<String> VOLUMES = List.of("records", "bytes", "packets");

    private final long[] min = new long[VOLUMES.size()];
    private final boolean[] hasMin = new boolean[VOLUMES.size()];
    private final long[] max = {-1L, -1L, -1L};
    private boolean any;

    public void declare(Options options) {
        for (int i = 0; i < VOLUMES.size(); i++) {
            int at = i;
            String name = VOLUMES.get(i);
            options.value(
                    "min-" + name,
                    "NUM",
                    "Leave out what has fewer " + name,
                    v -> {
                        min[at] = limit(v);
                        hasMin[at] = true;
                    });
            options.value(
                    "max-" + name,
                    "NUM",
                    "Leave out what has more " + name,
                    v -> max[at] = limit(v));
        }
    }

    /// The switches' old names.
    public void declareOld(Options options) {
        for (String bound : List.of("min", "max")) {
            options.alias("byte-" + bound, bound + "-bytes");
            options.alias("packet-" + bound, bound + "-packets");
            options.alias("rec-" + bound, bound + "-records");
        }
    }

    private long limit(String v) {
        any = true;
        return IpText.parseUnsigned(v.strip(), -1L, "number");
    }

    /// Fails where nothing can be within the limits.
    public void check() {
        check(0);
    }

    /// Fails where nothing can be within the limits.
    ///
    /// @param least what counts as the lower limit where none is given
    public void check(long least) {
        for (int i = 0; i < VOLUMES.size(); i++) {
            if (Long.compareUnsigned(hasMin[i] ? min[i] : least, max[i]) > 0) {
                String name = VOLUMES.get(i);
                throw new ToolException("--min-" + name + " is above --max-" + name);
            }
        }
    }

    public boolean isAny() {
        return any;
    }

    public boolean accepts(long records, long bytes, long packets) {
        return isWithin(0, records) && isWithin(1, bytes) && isWithin(2, packets);
    }

    private boolean isWithin(int volume, long value) {
        return Long.compareUnsigned(value, min[volume]) >= 0
                && Long.compareUnsigned(value, max[volume]) <= 0;
    }
}

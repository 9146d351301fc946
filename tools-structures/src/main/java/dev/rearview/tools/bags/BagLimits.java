package dev.rearview.tools.bags;

import dev.rearview.kit.options.Options;
import dev.rearview.kit.options.SwitchValues;
import dev.rearview.kit.options.ToolException;
import dev.rearview.model.Ip;
import dev.rearview.text.IpText;
import java.util.Optional;

/// `--minkey`, `--maxkey`, `--mincounter` and `--maxcounter`.
public final class BagLimits {
    private Optional<Ip> minKey = Optional.empty();
    private Optional<Ip> maxKey = Optional.empty();
    private long minCounter = 1;
    private long maxCounter = -1L;

    /// @param most the largest counter that may be given
    public void declare(Options options, long most) {
        options.value(
                "minkey",
                "KEY",
                "Leave out keys below this integer or address",
                v -> minKey = Optional.of(key(v)));
        options.value(
                "maxkey",
                "KEY",
                "Leave out keys above this integer or address",
                v -> maxKey = Optional.of(key(v)));
        options.value(
                "mincounter",
                "NUM",
                "Leave out keys whose counter is below NUM",
                v -> minCounter = SwitchValues.positive(v, most));
        options.value(
                "maxcounter",
                "NUM",
                "Leave out keys whose counter is above NUM",
                v -> maxCounter = SwitchValues.positive(v, most));
    }

    private static Ip key(String v) {
        return IpText.parse(v.strip());
    }

    /// Fails where nothing can be within the limits.
    public void check() {
        if (Long.compareUnsigned(minCounter, maxCounter) > 0) {
            throw new ToolException("--mincounter is above --maxcounter");
        }
        if (hasKeyRange() && minKey.orElseThrow().compareTo(maxKey.orElseThrow()) > 0) {
            throw new ToolException("--minkey is above --maxkey");
        }
    }

    public boolean hasKeyRange() {
        return minKey.isPresent() && maxKey.isPresent();
    }

    public Optional<Ip> minKey() {
        return minKey;
    }

    public Optional<Ip> maxKey() {
        return maxKey;
    }

    public boolean acceptsKey(long hi, long lo) {
        return (minKey.isEmpty() || Ip.compare(hi, lo, minKey.get().hi(), minKey.get().lo()) >= 0)
                && (maxKey.isEmpty()
                        || Ip.compare(hi, lo, maxKey.get().hi(), maxKey.get().lo()) <= 0);
    }

    public boolean acceptsCounter(long counter) {
        return Long.compareUnsigned(counter, minCounter) >= 0 && isBelowMaximum(counter);
    }

    /// The limit that holds for counters of 0, too.
    public boolean isBelowMaximum(long counter) {
        return Long.compareUnsigned(counter, maxCounter) <= 0;
    }
}

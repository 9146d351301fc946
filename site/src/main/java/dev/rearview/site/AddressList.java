package dev.rearview.site;

import dev.rearview.model.Ip;
import dev.rearview.sets.FastSet;
import dev.rearview.sets.IpSet;
import dev.rearview.text.IpRange;
import dev.rearview.text.IpWildcard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Addresses given as CIDR blocks, wildcards and IP sets.
public final class AddressList {
    private final IpSet.Builder builder = new IpSet.Builder();
    private final List<IpWildcard> wildcards = new ArrayList<>();
    private IpSet set = IpSet.EMPTY;

    /// The set, once it is asked; flows are asked about on several threads.
    private volatile @Nullable FastSet asked;

    /// Adds a block, an address or a wildcard.
    public void add(String text) {
        boolean plain = text.indexOf('/') >= 0 || !text.matches(".*[-xX,].*");
        if (plain) {
            builder.add(IpRange.parse(text));
        } else {
            wildcards.add(IpWildcard.parse(text));
        }
        build();
    }

    public void addAll(IpSet other) {
        builder.addAll(other);
        build();
    }

    public void addAll(AddressList other) {
        builder.addAll(other.set);
        wildcards.addAll(other.wildcards);
        build();
    }

    private void build() {
        set = builder.build();
        asked = null;
    }

    public boolean isEmpty() {
        return set.isEmpty() && wildcards.isEmpty();
    }

    /// Whether the address, IPv4 as `::ffff:a.b.c.d`, is listed.
    public boolean contains(long hi, long lo) {
        return fast().contains(hi, lo) || !wildcards.isEmpty() && isWild(hi, lo);
    }

    private FastSet fast() {
        FastSet fast = asked;
        if (fast == null) {
            fast = new FastSet(set);
            asked = fast;
        }
        return fast;
    }

    /// Whether all addresses of an IPv4 network are listed.
    ///
    /// @param network the upper 16 bits of its addresses
    boolean hasAll(int network) {
        return fast().hasAll(network);
    }

    /// Whether an address of an IPv4 network may be listed.
    ///
    /// @param network the upper 16 bits of its addresses
    boolean mayHaveSome(int network) {
        return !wildcards.isEmpty() || fast().hasSome(network);
    }

    private boolean isWild(long hi, long lo) {
        for (IpWildcard w : wildcards) {
            if (w.matches(hi, lo)) {
                return true;
            }
        }
        return false;
    }

    public boolean contains(Ip ip) {
        return contains(ip.hi(), ip.lo());
    }
}

package dev.rearview.sets;

import dev.rearview.model.Ip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Builds a prefix map; later ranges override earlier ones.
public final class PrefixMapBuilder {
    private final PrefixMap.Kind kind;
    private int[] left = new int[1024];
    private int[] right = new int[1024];
    private int nodes = 1;
    private final List<String> labels = new ArrayList<>();
    private final Map<String, Integer> byLabel = new HashMap<>();

    public PrefixMapBuilder(PrefixMap.Kind kind) {
        this.kind = kind;
        left[0] = PrefixMap.LEAF | PrefixMap.NO_VALUE;
        right[0] = PrefixMap.LEAF | PrefixMap.NO_VALUE;
    }

    public PrefixMap.Kind kind() {
        return kind;
    }

    /// Sets the value of keys that no range names; before the first range.
    public void setDefault(int value) {
        left[0] = PrefixMap.LEAF | value;
        right[0] = PrefixMap.LEAF | value;
    }

    /// The number of a label, defined if it is new.
    public int label(String text) {
        Integer known = byLabel.get(text);
        if (known != null) {
            return known;
        }
        int number = labels.size();
        labels.add(text);
        byLabel.put(text, number);
        return number;
    }

    /// Whether a label has been defined.
    public boolean hasLabel(String text) {
        return byLabel.containsKey(text);
    }

    /// The label of a number, empty if it has none.
    public String labelOf(int number) {
        return number < labels.size() ? labels.get(number) : "";
    }

    /// Gives `text` the number `number`.
    public void define(int number, String text) {
        while (labels.size() <= number) {
            labels.add("");
        }
        labels.set(number, text);
        byLabel.put(text, number);
    }

    /// Sets an inclusive range of 32-bit keys.
    public void put(long low, long high, int value) {
        IpSet.forEachBlock(
                0, low, 0, high, (hi, lo, length) -> insert(lo << 32, 0, length - 96, value));
    }

    /// Sets an inclusive range of 128-bit keys.
    public void put(long loHi, long loLo, long hiHi, long hiLo, int value) {
        IpSet.forEachBlock(
                loHi, loLo, hiHi, hiLo, (hi, lo, length) -> insert(hi, lo, length, value));
    }

    private void insert(long hi, long lo, int length, int value) {
        int leaf = PrefixMap.LEAF | value;
        if (length == 0) {
            left[0] = leaf;
            right[0] = leaf;
            return;
        }
        int node = 0;
        for (int depth = 0; depth < length - 1; depth++) {
            boolean one = Ip.bit(hi, lo, depth);
            int child = one ? right[node] : left[node];
            if (child < 0) {
                if (child == leaf) {
                    return;
                }
                child = split(child);
                if (one) {
                    right[node] = child;
                } else {
                    left[node] = child;
                }
            }
            node = child;
        }
        if (Ip.bit(hi, lo, length - 1)) {
            right[node] = leaf;
        } else {
            left[node] = leaf;
        }
    }

    private int split(int leaf) {
        if (nodes == left.length) {
            left = Arrays.copyOf(left, nodes * 2);
            right = Arrays.copyOf(right, nodes * 2);
        }
        left[nodes] = leaf;
        right[nodes] = leaf;
        return nodes++;
    }

    /// The finished map, without nodes whose two halves are the same leaf.
    public PrefixMap build(String name) {
        int[] children = new int[2 * nodes];
        int[] count = {1};
        children[0] = copy(left[0], children, count);
        children[1] = copy(right[0], children, count);
        return new PrefixMap(kind, name, Arrays.copyOf(children, 2 * count[0]), labels);
    }

    private int copy(int node, int[] children, int[] count) {
        if (node < 0) {
            return node;
        }
        int at = count[0]++;
        int l = copy(left[node], children, count);
        int r = copy(right[node], children, count);
        if (l < 0 && l == r) {
            count[0] = at;
            return l;
        }
        children[2 * at] = l;
        children[2 * at + 1] = r;
        return at;
    }
}

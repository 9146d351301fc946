package dev.rearview.silk.structure;

import dev.rearview.model.Ip;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.SilkHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The radix tree of IP set version 3: 16-way nodes over 4 bits each, leaves being CIDR blocks.
final class RadixDump {
    private record Leaf(long hi, long lo, int length) {}

    private static final class Node {
        final int[] child = new int[16];
        int isLeaf;
        int repeated;
        final int depth;
        final long hi;
        final long lo;

        Node(int depth, long hi, long lo) {
            this.depth = depth;
            this.hi = hi;
            this.lo = lo;
        }
    }

    private final boolean v6;
    private final List<Leaf> leaves = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private int root;

    RadixDump(IpSet set) {
        this.v6 = set.isV6();
        set.forEachBlock((hi, lo, length) ->
                leaves.add(v6 ? new Leaf(hi, lo, length) : new Leaf(lo << 32, 0, length - 96)));
        if (leaves.size() == 1) {
            root = 1;
        } else if (!leaves.isEmpty()) {
            root = build(0, leaves.size());
        }
    }

    /// Builds the node over leaves [from, to), of which there are at least two.
    private int build(int from, int to) {
        Leaf first = leaves.get(from);
        Leaf last = leaves.get(to - 1);
        int common = commonBits(first, last);
        int depth = common / 4 * 4;
        Node node = new Node(depth, first.hi & Ip.maskHi(depth), first.lo & Ip.maskLo(depth));
        nodes.add(node);
        int index = nodes.size();
        for (int i = from; i < to; ) {
            Leaf leaf = leaves.get(i);
            int slot = nibble(leaf, depth);
            if (leaf.length <= depth + 4) {
                int span = 1 << (depth + 4 - leaf.length);
                for (int k = 0; k < span; k++) {
                    node.child[slot + k] = i + 1;
                    node.isLeaf |= 1 << (slot + k);
                    node.repeated |= k > 0 ? 1 << (slot + k) : 0;
                }
                i++;
                continue;
            }
            int j = i + 1;
            while (j < to && nibble(leaves.get(j), depth) == slot) {
                j++;
            }
            if (j == i + 1) {
                node.child[slot] = i + 1;
                node.isLeaf |= 1 << slot;
            } else {
                node.child[slot] = build(i, j);
            }
            i = j;
        }
        return index;
    }

    private static int commonBits(Leaf a, Leaf b) {
        long hi = a.hi ^ b.hi;
        int common =
                hi != 0
                        ? Long.numberOfLeadingZeros(hi)
                        : 64 + Long.numberOfLeadingZeros(a.lo ^ b.lo);
        return Math.min(common, Math.min(a.length, b.length) - 1);
    }

    private static int nibble(Leaf leaf, int depth) {
        long word = depth < 64 ? leaf.hi >>> (60 - depth) : leaf.lo >>> (124 - depth);
        return (int) (word & 0xF);
    }

    SilkHeader.Entry headerEntry() {
        ByteBuffer e = ByteBuffer.allocate(24);
        e.putInt(16).putInt(leaves.isEmpty() ? 0 : leaves.size() + 1).putInt(v6 ? 24 : 8);
        e.putInt(nodes.isEmpty() ? 0 : nodes.size() + 1).putInt(v6 ? 96 : 80).putInt(root);
        return new SilkHeader.Entry(SilkHeader.ENTRY_IP_SET, e.array());
    }

    void write(OutputStream out) throws IOException {
        if (leaves.isEmpty()) {
            return;
        }
        int nodeSize = v6 ? 96 : 80;
        if (!nodes.isEmpty()) {
            out.write(new byte[nodeSize]);
        }
        for (Node n : nodes) {
            ByteBuffer b = ByteBuffer.allocate(nodeSize).order(ByteOrder.nativeOrder());
            for (int c : n.child) {
                b.putInt(c);
            }
            b.putInt(n.isLeaf).putInt(n.repeated).put((byte) n.depth);
            if (v6) {
                b.putLong(80, n.hi).putLong(88, n.lo);
            } else {
                b.putInt(76, (int) (n.hi >>> 32));
            }
            out.write(b.array());
        }
        int leafSize = v6 ? 24 : 8;
        out.write(new byte[leafSize]);
        for (Leaf leaf : leaves) {
            ByteBuffer b = ByteBuffer.allocate(leafSize).order(ByteOrder.nativeOrder());
            b.put((byte) leaf.length);
            if (v6) {
                b.putLong(8, leaf.hi).putLong(16, leaf.lo);
            } else {
                b.putInt(4, (int) (leaf.hi >>> 32));
            }
            out.write(b.array());
        }
    }
}

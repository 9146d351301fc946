package dev.rearview.tools.rwgeoip2ccmap;

import dev.rearview.model.MalformedInputException;

/// The search tree of a `.mmdb` database: nodes of two records, each a node, nothing, or the place
/// of a value.
///
/// A node is entered once: a tree whose nodes are shared or form a circle is damaged. The one
/// exception is where IPv4 lies in a tree of IPv6 addresses, to which the prefixes of 6to4 and the
/// like lead as well: from those it is not entered at all.
final class MaxMindTree {
    /// Takes the blocks that have values.
    @FunctionalInterface
    interface BlockConsumer {
        /// @param hi upper word of the block's first address; 32 bits stand in the lower word
        /// @param free bits that are not fixed
        /// @param value offset in the database's values
        void block(long hi, long lo, int free, int value) throws MalformedInputException;
    }

    /// Octets between the tree and the values.
    static final int SEPARATOR = 16;

    private final byte[] data;
    private final String name;
    private final int nodes;
    private final int recordBits;
    private final int bits;
    private final boolean[] entered;
    private final int ipv4;

    /// @param nodes 1 or more, all of which lie in `data`
    /// @param recordBits 24, 28 or 32
    /// @param bits of an address
    MaxMindTree(byte[] data, String name, int nodes, int recordBits, int bits) {
        this.data = data;
        this.name = name;
        this.nodes = nodes;
        this.recordBits = recordBits;
        this.bits = bits;
        this.entered = new boolean[nodes];
        int node = 0;
        for (int i = 0; bits == 128 && i < 96 && node < nodes; i++) {
            node = record(node, 0);
        }
        this.ipv4 = bits == 128 && node < nodes ? node : -1;
    }

    /// A record as a number that is capped at 2^31 - 1.
    private int record(int node, int side) {
        int at = node * (recordBits / 4);
        long value =
                switch (recordBits) {
                    case 24 -> number(at + side * 3, 3);
                    case 28 -> {
                        int middle = data[at + 3] & 0xFF;
                        long top = side == 0 ? middle >>> 4 : middle & 0xF;
                        yield top << 24 | number(at + side * 4, 3);
                    }
                    default -> number(at + side * 4, 4);
                };
        return (int) Math.min(value, Integer.MAX_VALUE);
    }

    private long number(int at, int octets) {
        long n = 0;
        for (int i = 0; i < octets; i++) {
            n = n << 8 | data[at + i] & 0xFF;
        }
        return n;
    }

    /// Hands out the blocks in ascending order.
    void forEach(BlockConsumer out) throws MalformedInputException {
        walk(0, 0, 0, 0, out);
    }

    /// As deep as an address has bits.
    private void walk(int node, long hi, long lo, int depth, BlockConsumer out)
            throws MalformedInputException {
        if (node == nodes) {
            return;
        }
        if (node > nodes) {
            out.block(hi, lo, bits - depth, node - nodes - SEPARATOR);
            return;
        }
        if (node == ipv4 && (depth != 96 || hi != 0 || lo != 0)) {
            return;
        }
        if (depth == bits || entered[node]) {
            throw new MalformedInputException(
                    name,
                    node * (recordBits / 4L),
                    "node " + node,
                    depth == bits ? "lies too deep" : "is reached twice");
        }
        entered[node] = true;
        int shift = bits - 1 - depth;
        walk(record(node, 0), hi, lo, depth + 1, out);
        walk(
                record(node, 1),
                shift >= 64 ? hi | 1L << (shift - 64) : hi,
                shift < 64 ? lo | 1L << shift : lo,
                depth + 1,
                out);
    }
}

package dev.rearview.silk.structure;

import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.Compression;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkFormat;
import dev.rearview.silk.SilkHeader;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Prefix-map files, versions 1 to 5.
public final class PrefixMapFile {
    private static final PrefixMap.Kind[] KINDS = {
        PrefixMap.Kind.COUNTRY_V4,
        PrefixMap.Kind.IPV4,
        PrefixMap.Kind.PROTO_PORT,
        PrefixMap.Kind.IPV6,
        PrefixMap.Kind.COUNTRY_V6
    };
    private static final long MAX_NODES = 1L << 27;

    private PrefixMapFile() {}

    /// Reads a map.
    ///
    /// @throws MalformedInputException if the file is no prefix map or damaged
    public static PrefixMap read(SilkFile file) throws IOException {
        SilkHeader h = file.header();
        String name = file.name();
        file.require(SilkFormat.FT_PREFIXMAP, "prefix map");
        int version = h.recordVersion();
        if (version < 1 || version > KINDS.length) {
            throw file.unknownVersion();
        }
        PrefixMap.Kind kind = KINDS[version - 1];
        ByteBuffer data = ByteBuffer.wrap(file.data().readAllBytes()).order(h.order());
        long offset = h.length();
        if (data.remaining() < 4) {
            throw new MalformedInputException(name, offset, "node count", "ends too early");
        }
        long nodes = data.getInt() & 0xFFFF_FFFFL;
        if (nodes < 1 || nodes > MAX_NODES || nodes * 8 > data.remaining()) {
            throw new MalformedInputException(
                    name, offset, "node count", nodes + " nodes do not fit the file");
        }
        int[] left = new int[(int) nodes];
        int[] right = new int[(int) nodes];
        for (int i = 0; i < nodes; i++) {
            left[i] = data.getInt();
            right[i] = data.getInt();
        }
        List<String> labels = kind.isCountry() ? List.of() : labels(data, name, offset);
        checkValues(new int[][] {left, right}, kind, labels.size(), name, offset);
        checkTree(left, right, kind.bits(), name, offset);
        String mapName = h.entry(SilkHeader.ENTRY_PREFIX_MAP).map(e -> e.text(4)).orElse("");
        return new PrefixMap(kind, mapName, left, right, labels);
    }

    /// Checks that children exist, and that leaves have labels if there are any.
    private static void checkValues(
            int[][] sides, PrefixMap.Kind kind, int labels, String name, long header)
            throws MalformedInputException {
        int nodes = sides[0].length;
        int values = kind.isCountry() ? 1 << 16 : labels == 0 ? PrefixMap.NO_VALUE : labels;
        for (int i = 0; i < nodes; i++) {
            for (int side = 0; side < 2; side++) {
                int word = sides[side][i];
                int value = word & PrefixMap.NO_VALUE;
                boolean good =
                        word >= 0 ? word < nodes : value < values || value == PrefixMap.NO_VALUE;
                if (!good) {
                    throw new MalformedInputException(
                            name,
                            at(header, i, side),
                            "node " + i,
                            word >= 0
                                    ? "child " + word + " does not exist"
                                    : "value " + value + " has no label");
                }
            }
        }
    }

    /// Checks that the nodes form a tree that is no deeper than keys are long: nothing is reached
    /// twice, so that walks end.
    private static void checkTree(int[] left, int[] right, int bits, String name, long header)
            throws MalformedInputException {
        byte[] depth = new byte[left.length];
        int[] waiting = new int[bits + 2];
        int count = 0;
        // Depths are counted from 1: those of nodes that were not reached are 0.
        depth[0] = 1;
        waiting[count++] = 0;
        while (count > 0) {
            int node = waiting[--count];
            // The left child is done first, so that no more wait than there are levels.
            for (int side = 1; side >= 0; side--) {
                int child = side == 0 ? left[node] : right[node];
                if (child < 0) {
                    continue;
                }
                int below = (depth[node] & 0xFF) + 1;
                if (depth[child] != 0 || below > bits) {
                    throw new MalformedInputException(
                            name,
                            at(header, node, side),
                            "node " + node,
                            "child "
                                    + child
                                    + (depth[child] != 0
                                            ? " has another parent"
                                            : " lies below bit " + bits));
                }
                depth[child] = (byte) below;
                waiting[count++] = child;
            }
        }
    }

    /// Where a child of a node stands, behind the header and the node count.
    private static long at(long header, int node, int side) {
        return header + Integer.BYTES + node * 8L + side * 4L;
    }

    private static List<String> labels(ByteBuffer data, String name, long header)
            throws IOException {
        if (data.remaining() < 4) {
            throw new MalformedInputException(
                    name, header + data.position(), "dictionary", "ends too early");
        }
        long size = data.getInt() & 0xFFFF_FFFFL;
        if (size > data.remaining()) {
            throw new MalformedInputException(
                    name, header + data.position(), "dictionary", "is longer than the file");
        }
        List<String> labels = new ArrayList<>();
        int at = data.position();
        int end = at + (int) size;
        int start = at;
        for (; at < end; at++) {
            if (data.get(at) == 0) {
                labels.add(
                        at == start
                                ? ""
                                : new String(
                                        data.array(), start, at - start, StandardCharsets.UTF_8));
                start = at + 1;
            }
        }
        if (start < end) {
            throw new MalformedInputException(name, header + start, "dictionary", "ends in a word");
        }
        return labels;
    }

    /// Writes a map, its header first, in native byte order.
    public static void write(
            OutputStream sink, PrefixMap map, int silkVersion, List<SilkHeader.Entry> entries)
            throws IOException {
        OutputStream out = new BufferedOutputStream(sink, 1 << 16);
        ByteOrder order = ByteOrder.nativeOrder();
        FileSettings settings = new FileSettings(Compression.NONE, silkVersion, entries);
        if (!map.name().isEmpty()) {
            byte[] text = map.name().getBytes(StandardCharsets.UTF_8);
            ByteBuffer e = ByteBuffer.allocate(4 + text.length + 1);
            e.putInt(1).put(text);
            settings = settings.with(new SilkHeader.Entry(SilkHeader.ENTRY_PREFIX_MAP, e.array()));
        }
        int version = Arrays.asList(KINDS).indexOf(map.kind()) + 1;
        boolean big = order == ByteOrder.BIG_ENDIAN;
        SilkHeader.of(SilkFormat.FT_PREFIXMAP, version, 1, big, settings).write(out);
        ByteBuffer b = ByteBuffer.allocate(8).order(order);
        out.write(b.putInt(map.nodeCount()).array(), 0, 4);
        for (int i = 0; i < map.nodeCount(); i++) {
            b.clear();
            out.write(b.putInt(map.left(i)).putInt(map.right(i)).array());
        }
        if (!map.kind().isCountry()) {
            ByteArrayOutputStream words = new ByteArrayOutputStream();
            for (String label : map.labels()) {
                words.writeBytes(label.getBytes(StandardCharsets.UTF_8));
                words.write(0);
            }
            b.clear();
            out.write(b.putInt(words.size()).array(), 0, 4);
            words.writeTo(out);
        }
        out.flush();
    }
}

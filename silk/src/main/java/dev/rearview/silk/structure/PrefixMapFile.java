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
import java.io.InputStream;
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
    private static final int NO_VALUE = PrefixMap.NO_VALUE;

    /// Octets that are read at a time.
    private static final int PIECE = 1 << 16;

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
        InputStream in = file.data();
        long offset = h.length();
        byte[] count = in.readNBytes(Integer.BYTES);
        if (count.length < Integer.BYTES) {
            throw new MalformedInputException(name, offset, "node count", "ends too early");
        }
        long nodes = ByteBuffer.wrap(count).order(h.order()).getInt() & 0xFFFF_FFFFL;
        int[] children =
                nodes < 1 || nodes > MAX_NODES
                        ? new int[0]
                        : children(in, (int) nodes * 2, h.order());
        if (children.length == 0) {
            throw new MalformedInputException(
                    name, offset, "node count", nodes + " nodes do not fit the file");
        }
        List<String> labels = List.of();
        if (!kind.isCountry()) {
            ByteBuffer rest = ByteBuffer.wrap(in.readAllBytes()).order(h.order());
            labels = labels(rest, name, offset + Integer.BYTES + nodes * 8);
        }
        int values = kind.isCountry() ? 1 << 16 : labels.isEmpty() ? NO_VALUE : labels.size();
        if (!isTreeInOrder(children, kind.bits(), values)) {
            checkValues(children, values, name, offset);
            checkTree(children, kind.bits(), name, offset);
        }
        String mapName = h.entry(SilkHeader.ENTRY_PREFIX_MAP).map(e -> e.text(4)).orElse("");
        return new PrefixMap(kind, mapName, children, labels);
    }

    /// Reads the children of all nodes, in memory that grows with what comes.
    ///
    /// @return none where they end too early
    private static int[] children(InputStream in, int count, ByteOrder order) throws IOException {
        byte[] piece = new byte[PIECE];
        int[] out = new int[Math.min(count, PIECE)];
        int n = 0;
        while (n < count) {
            int wanted = Math.min(PIECE / Integer.BYTES, count - n);
            if (in.readNBytes(piece, 0, wanted * Integer.BYTES) < wanted * Integer.BYTES) {
                return new int[0];
            }
            if (n + wanted > out.length) {
                out = Arrays.copyOf(out, (int) Math.min(count, out.length * 2L));
            }
            ByteBuffer.wrap(piece).order(order).asIntBuffer().get(out, n, wanted);
            n += wanted;
        }
        return out;
    }

    /// Whether all is as whoever writes a map puts it: children exist and stand behind their
    /// parents, nothing is reached twice or lies deeper than keys are long, and leaves have values.
    private static boolean isTreeInOrder(int[] children, int bits, int values) {
        byte[] depth = new byte[children.length / 2];
        depth[0] = 1;
        boolean good = true;
        // A small method that is called often is compiled soon.
        for (int i = 0; good && i < children.length; i += 64) {
            int to = Math.min(i + 64, children.length);
            good = isTreeInOrder(children, i, to, depth, bits, values);
        }
        return good;
    }

    /// @param depth of nodes, counted from 1: that of one that is not reached is 0
    private static boolean isTreeInOrder(
            int[] children, int from, int to, byte[] depth, int bits, int values) {
        for (int i = from; i < to; i++) {
            int child = children[i];
            if (child < 0) {
                int value = child & NO_VALUE;
                if (value >= values && value != NO_VALUE) {
                    return false;
                }
                continue;
            }
            int above = depth[i >> 1] & 0xFF;
            boolean good = child > i >> 1 && child < depth.length && depth[child] == 0;
            if (!good || above == bits) {
                return false;
            }
            depth[child] = (byte) (above == 0 ? 0 : above + 1);
        }
        return true;
    }

    /// Checks that children exist, and that leaves have labels if there are any.
    private static void checkValues(int[] children, int values, String name, long header)
            throws MalformedInputException {
        int nodes = children.length / 2;
        for (int i = 0; i < children.length; i++) {
            int word = children[i];
            int value = word & NO_VALUE;
            boolean good = word >= 0 ? word < nodes : value < values || value == NO_VALUE;
            if (!good) {
                throw new MalformedInputException(
                        name,
                        at(header, i),
                        "node " + i / 2,
                        word >= 0
                                ? "child " + word + " does not exist"
                                : "value " + value + " has no label");
            }
        }
    }

    /// Checks that the nodes form a tree that is no deeper than keys are long: nothing is reached
    /// twice, so that walks end.
    private static void checkTree(int[] children, int bits, String name, long header)
            throws MalformedInputException {
        byte[] depth = new byte[children.length / 2];
        int[] waiting = new int[bits + 2];
        int count = 0;
        // Depths are counted from 1: those of nodes that were not reached are 0.
        depth[0] = 1;
        waiting[count++] = 0;
        while (count > 0) {
            int node = waiting[--count];
            // The left child is done first, so that no more wait than there are levels.
            for (int side = 1; side >= 0; side--) {
                int child = children[2 * node + side];
                if (child < 0) {
                    continue;
                }
                int below = (depth[node] & 0xFF) + 1;
                if (depth[child] != 0 || below > bits) {
                    throw new MalformedInputException(
                            name,
                            at(header, 2 * node + side),
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

    /// Where a child stands, behind the header and the node count.
    private static long at(long header, int child) {
        return header + Integer.BYTES + child * 4L;
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

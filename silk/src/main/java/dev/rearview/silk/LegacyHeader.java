package dev.rearview.silk;

import dev.rearview.model.MalformedInputException;
import dev.rearview.silk.SilkHeader.Entry;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Headers of file versions below 16: eight octets and data that depends on the format.
final class LegacyHeader {
    private static final int MAX_COMMANDS = 1 << 16;

    private LegacyHeader() {}

    /// Reads what follows the first eight octets.
    static SilkHeader read(DataInputStream in, String name, SilkHeader.Start start)
            throws IOException {
        boolean big = start.bigEndian();
        int format = start.format();
        int version = start.fileVersion();
        int compression = start.compression();
        if (!SilkFormat.isKnown(format)) {
            throw new MalformedInputException(name, 5, "file format", "unknown id " + format);
        }
        SilkFormat known = SilkFormat.of(format);
        List<Entry> entries = new ArrayList<>();
        int length = 8;
        int padFrom = 2;
        int method = compression;
        try {
            switch (known) {
                case FT_RWAUGMENTED,
                        FT_RWAUGROUTING,
                        FT_RWAUGWEB,
                        FT_RWAUGSNMPOUT,
                        FT_RWROUTED,
                        FT_RWNOTROUTED,
                        FT_RWSPLIT,
                        FT_RWWWW -> {
                    long seconds = u32(in, big);
                    length += 4;
                    entries.add(
                            SilkHeader.packedFile(
                                    new SilkHeader.PackedFile(seconds * 1000, 0xFF, 0xFFFF)));
                }
                case FT_RWFILTER -> length += commands(in, big, entries, name);
                case FT_FLOWCAP -> {
                    byte[] names = in.readNBytes(50);
                    if (names.length < 50) {
                        throw new EOFException();
                    }
                    length += 50;
                    padFrom = Integer.MAX_VALUE;
                    method = compression == 6 ? Compression.LZO1X.id() : compression;
                    entries.add(SilkHeader.probeName(probe(names)));
                }
                case FT_RWGENERIC -> {}
                case FT_IPSET, FT_RWBAG, FT_PREFIXMAP, FT_SHUFFLE -> padFrom = Integer.MAX_VALUE;
                default ->
                        throw new MalformedInputException(
                                name, 6, "file version", version + " is not known for " + known);
            }
            int size = recordSize(known, version);
            if (version >= padFrom && size > 1 && length % size != 0) {
                int pad = size - length % size;
                if (in.readNBytes(pad).length < pad) {
                    throw new EOFException();
                }
                length += pad;
            }
            SilkHeader.Start told = new SilkHeader.Start(big, format, version, method);
            return SilkHeader.legacy(told, size, entries, length);
        } catch (EOFException e) {
            throw new MalformedInputException(name, -1, "header", "ends too early");
        }
    }

    private static int recordSize(SilkFormat format, int version) {
        if (format == SilkFormat.FT_RWBAG) {
            return version == 1 ? 8 : 12;
        }
        Optional<RecordLayout> layout =
                RecordLayout.of(format, version, RecordLayout.Origin.UNKNOWN);
        return layout.map(RecordLayout::size).orElse(1);
    }

    private static long u32(DataInputStream in, boolean big) throws IOException {
        int v = in.readInt();
        return (big ? v : Integer.reverseBytes(v)) & 0xFFFF_FFFFL;
    }

    private static int commands(DataInputStream in, boolean big, List<Entry> entries, String name)
            throws IOException {
        long count = u32(in, big);
        if (count > MAX_COMMANDS) {
            throw new MalformedInputException(name, 8, "command count", count + " is too many");
        }
        int length = 4;
        for (int i = 0; i < count; i++) {
            int size = in.readUnsignedShort();
            size = big ? size : Short.toUnsignedInt(Short.reverseBytes((short) size));
            byte[] text = in.readNBytes(size);
            if (text.length < size) {
                throw new EOFException();
            }
            length += 2 + size;
            String command = new String(text, StandardCharsets.UTF_8).replace('\0', ' ').strip();
            entries.add(SilkHeader.invocation(command));
        }
        return length;
    }

    private static String probe(byte[] names) {
        String sensor = new String(names, 0, 25, StandardCharsets.ISO_8859_1);
        String probe = new String(names, 25, 25, StandardCharsets.ISO_8859_1);
        sensor = sensor.indexOf(0) >= 0 ? sensor.substring(0, sensor.indexOf(0)) : sensor;
        probe = probe.indexOf(0) >= 0 ? probe.substring(0, probe.indexOf(0)) : probe;
        return sensor.equals(probe) ? sensor : sensor + "_" + probe;
    }
}

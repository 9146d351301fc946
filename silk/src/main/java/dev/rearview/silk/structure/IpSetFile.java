package dev.rearview.silk.structure;

import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.IpSet;
import dev.rearview.silk.Blocks;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkFormat;
import dev.rearview.silk.SilkHeader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// IP set files: versions 0 to 5 are read, 2 to 5 written.
public final class IpSetFile {
    /// Tag of a bitmap of 256 addresses.
    static final int BITMAP = 0x81;

    /// Tag of the upper half of the addresses that follow, in version 5.
    static final int UPPER = 0x82;

    /// Octets of a block of 256 addresses in version 2: its first address and eight words.
    static final int PAGE = 36;

    private IpSetFile() {}

    /// Reads a set.
    ///
    /// @throws MalformedInputException if the file is no set or damaged
    public static IpSet read(SilkFile file) throws IOException {
        return read(file, new IpSet.Builder());
    }

    /// Reads a set into a builder, which keeps what came before any damage.
    public static IpSet read(SilkFile file, IpSet.Builder out) throws IOException {
        file.require(SilkFormat.FT_IPSET, "IPset");
        IpSetReader reader = new IpSetReader(file, out);
        switch (file.header().recordVersion()) {
            case 0, 1, 2 -> reader.bitmaps();
            case 3 -> reader.radix();
            case 4 -> reader.blocks();
            case 5 -> reader.halves();
            default -> throw file.unknownVersion();
        }
        return out.build();
    }

    /// The record version that a set gets.
    ///
    /// @param wanted 0 for the default, or 2 to 5
    /// @throws IllegalArgumentException if the set cannot be written that way
    public static int version(IpSet set, int wanted) {
        return switch (wanted) {
            case 0 -> set.isV6() ? 3 : 2;
            case 2 -> {
                if (set.isV6()) {
                    throw new IllegalArgumentException("record version 2 cannot hold IPv6");
                }
                yield 2;
            }
            case 3, 4 -> wanted;
            case 5 -> set.isV6() ? 5 : 4;
            default ->
                    throw new IllegalArgumentException("record version " + wanted + " is unknown");
        };
    }

    /// Writes a set, its header first, in native byte order.
    ///
    /// @param version as [#version] says
    public static void write(OutputStream sink, IpSet set, int version, FileSettings settings)
            throws IOException {
        OutputStream out = new BufferedOutputStream(sink, 1 << 16);
        RadixDump radix = version == 3 ? new RadixDump(set) : null;
        FileSettings all = settings;
        if (radix != null) {
            all = settings.with(radix.headerEntry());
        } else if (version >= 4) {
            ByteBuffer e = ByteBuffer.allocate(24);
            e.putInt(8, set.isV6() ? 16 : 4);
            all = settings.with(new SilkHeader.Entry(SilkHeader.ENTRY_IP_SET, e.array()));
        }
        boolean big = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
        SilkHeader.of(SilkFormat.FT_IPSET, version, 1, big, all).write(out);
        OutputStream data = Blocks.output(out, settings.compression(), 1);
        if (radix != null) {
            radix.write(data);
        } else if (version == 2) {
            IpSetWriter.writePages(set, data);
        } else {
            new IpSetWriter(data, set.isV6(), version).write(set);
        }
        data.flush();
    }
}

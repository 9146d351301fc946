package dev.rearview.silk;

import dev.rearview.model.MalformedInputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;

/// The end of a file of flows, where records can be written behind those that are there.
///
/// @param end octets up to there; what follows says only that there is no more
public record SilkTail(SilkHeader header, long end) {
    /// Finds the end of a file, which is read from its start.
    ///
    /// @param name for messages
    /// @throws MalformedInputException if the file is none of flows, or ends within one
    public static SilkTail of(FileChannel file, String name) throws IOException {
        file.position(0);
        SilkHeader header =
                SilkHeader.read(new BufferedInputStream(Channels.newInputStream(file)), name);
        if (!RecordLayout.isFlowFormat(header.format())) {
            throw new MalformedInputException(
                    name, 5, "file format", SilkFormat.nameOf(header.format()) + " holds no flows");
        }
        if (RecordLayout.of(header).isEmpty()) {
            throw new MalformedInputException(
                    name,
                    14,
                    "record version",
                    header.recordVersion() + " with " + header.recordSize() + " octets is unknown");
        }
        Compression method = SilkFile.compression(header, name);
        return new SilkTail(
                header,
                method == Compression.NONE
                        ? endOfRecords(file, header, name)
                        : endOfBlocks(file, header, name));
    }

    private static long endOfRecords(FileChannel file, SilkHeader header, String name)
            throws IOException {
        long octets = file.size() - header.length();
        long rest = octets % header.recordSize();
        if (octets < 0 || rest != 0) {
            throw new MalformedInputException(
                    name,
                    file.size() - Math.max(rest, 0),
                    "record",
                    "ends after " + rest + " of " + header.recordSize() + " octets");
        }
        return file.size();
    }

    private static long endOfBlocks(FileChannel file, SilkHeader header, String name)
            throws IOException {
        ByteBuffer sizes = ByteBuffer.allocate(Blocks.FRAME);
        long at = header.length();
        while (at < file.size()) {
            sizes.clear();
            while (sizes.hasRemaining() && file.read(sizes, at + sizes.position()) > 0) {
                // Goes on until all are there, or the file has no more.
            }
            int packed = sizes.hasRemaining() ? -1 : sizes.getInt(0);
            int plain = sizes.getInt(Integer.BYTES);
            if (packed == 0 && plain == 0 && at + Blocks.FRAME == file.size()) {
                return at;
            }
            if (packed <= 0
                    || packed > Blocks.MAX_BLOCK
                    || plain < 0
                    || plain > Blocks.MAX_BLOCK
                    || at + Blocks.FRAME + packed > file.size()) {
                throw new MalformedInputException(
                        name, at, "block", "is damaged, or ends too early");
            }
            at += Blocks.FRAME + packed;
        }
        return at;
    }

    /// Whether a file with a header has no room for IPv6 addresses.
    public static boolean isIpv4Only(SilkHeader header) {
        return !header.isFormat(SilkFormat.FT_RWIPV6)
                && !header.isFormat(SilkFormat.FT_RWIPV6ROUTING);
    }

    /// Writes records behind those that are there.
    ///
    /// @param out goes on at [#end]
    public SilkWriter writer(OutputStream out, SilkWriter.Misfits misfits) {
        return SilkWriter.behind(out, header, misfits);
    }
}

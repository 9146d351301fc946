package dev.rearview.engine.scan;

import dev.rearview.engine.exec.Kept;
import dev.rearview.nfcapd.NfcapdReader;
import dev.rearview.nfcapd.NfcapdTree;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.SilkReader;
import dev.rearview.site.Site;
import dev.rearview.store.parquet.ParquetReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/// Opens flow files of every kind.
///
/// @param site to resolve sensor and type from file names
/// @param fixIcmp whether ICMP type and code found in the source port are moved
/// @param kept files in Parquet that stay open for those who read them again
public record FlowFiles(Site site, boolean fixIcmp, Kept kept) {
    /// What a file that is kept counts: its mapping is not in the heap, but there may not be any
    /// number of mappings.
    private static final long OCTETS = 1 << 16;

    /// Files of which none stays open.
    public FlowFiles(Site site, boolean fixIcmp) {
        this(site, fixIcmp, new Kept(0));
    }

    /// Opens a file by its content.
    ///
    /// @param name for messages, as the user spelt it
    public FlowFile open(Path path, String name) throws IOException {
        return open(path, name, in -> in);
    }

    /// Opens a file by its content.
    ///
    /// @param watch put around a file that is read from its beginning to its end, which one in
    ///   Parquet is not
    public FlowFile open(Path path, String name, UnaryOperator<InputStream> watch)
            throws IOException {
        if (Files.isDirectory(path)) {
            return tree(path, name, watch);
        }
        if (ParquetReader.isParquet(path)) {
            ParquetReader file =
                    kept.get(
                            path,
                            ParquetReader.class,
                            () -> ParquetReader.open(path, name),
                            of -> OCTETS + of.heapOctets());
            return new FlowFile(name, file.again(name), List.of());
        }
        FlowFile file =
                open(
                        watch.apply(Files.newInputStream(path)),
                        name,
                        SilkFile.mayBeGzip(path.toString()));
        return Files.isRegularFile(path)
                ? new FlowFile(name, file.source(), file.history(), true)
                : file;
    }

    /// Reads a stream, such as standard input: SiLK's, or a file of nfcapd.
    public FlowFile open(InputStream in, String name) throws IOException {
        return open(in, name, false);
    }

    private FlowFile open(InputStream in, String name, boolean gzip) throws IOException {
        PushbackInputStream again = new PushbackInputStream(in, 2);
        byte[] start;
        try {
            start = in.readNBytes(2);
            again.unread(start);
        } catch (IOException e) {
            try (in) {
                throw e;
            }
        }
        return NfcapdReader.isNfcapd(start)
                ? new FlowFile(name, NfcapdReader.open(again, name), List.of())
                : open(SilkFile.open(again, name, gzip));
    }

    /// The files of nfcapd below a directory, one after the other.
    private static FlowFile tree(Path path, String name, UnaryOperator<InputStream> watch)
            throws IOException {
        List<Path> files = NfcapdTree.list(path);
        if (files.isEmpty()) {
            throw new IOException(name + ": is a directory without files of nfcapd");
        }
        return new FlowFile(
                name, NfcapdTree.of(files, f -> watch.apply(Files.newInputStream(f))), List.of());
    }

    private FlowFile open(SilkFile file) throws IOException {
        SilkReader reader = SilkReader.of(file, site, fixIcmp);
        List<SilkHeader.Entry> history =
                file.header().entries().stream()
                        .filter(e ->
                                e.id() == SilkHeader.ENTRY_INVOCATION
                                        || e.id() == SilkHeader.ENTRY_ANNOTATION)
                        .toList();
        return new FlowFile(file.name(), reader, history);
    }
}

package dev.rearview.engine.scan;

import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.SilkReader;
import dev.rearview.site.Site;
import dev.rearview.store.parquet.ParquetReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/// Opens flow files of every kind.
///
/// @param site to resolve sensor and type from file names
/// @param fixIcmp whether ICMP type and code found in the source port are moved
public record FlowFiles(Site site, boolean fixIcmp) {
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
            throw new IOException(name + ": is a directory");
        }
        if (ParquetReader.isParquet(path)) {
            return new FlowFile(name, ParquetReader.open(path, name), List.of());
        }
        return open(
                SilkFile.open(
                        watch.apply(Files.newInputStream(path)),
                        name,
                        SilkFile.mayBeGzip(path.toString())));
    }

    /// Reads a SiLK stream, such as standard input.
    public FlowFile open(InputStream in, String name) throws IOException {
        return open(SilkFile.open(in, name, false));
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

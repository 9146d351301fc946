package dev.rearview.kit.headers;

import dev.rearview.sets.BagType;
import dev.rearview.silk.SilkHeader;
import dev.rearview.silk.structure.BagFile;
import java.io.IOException;
import java.util.List;

/// Writes bags.
public final class BagOutput {
    private final HeaderOptions header;

    public BagOutput(HeaderOptions header) {
        this.header = header;
    }

    /// Starts a bag.
    ///
    /// @param kept what was kept of the inputs' past
    public BagFile.Writer open(
            String path, BagType key, BagType counter, boolean wide, List<SilkHeader.Entry> kept)
            throws IOException {
        return new BagFile.Writer(
                header.open(path),
                new BagFile.Format(
                        key, counter, wide, header.settings(path, header.entries(kept))));
    }
}

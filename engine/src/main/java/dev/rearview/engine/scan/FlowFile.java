package dev.rearview.engine.scan;

import dev.rearview.model.FlowSource;
import dev.rearview.silk.SilkHeader;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/// An opened source of flows and what its header tells about its past.
///
/// @param name as the user spelt it
/// @param history invocations and annotations of its header; empty for other formats
/// @param isRegular whether it is a regular file, reading from which waits for nobody
public record FlowFile(
        String name, FlowSource source, List<SilkHeader.Entry> history, boolean isRegular)
        implements Closeable {
    public FlowFile(String name, FlowSource source, List<SilkHeader.Entry> history) {
        this(name, source, history, false);
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}

package dev.rearview.kit.headers;

import dev.rearview.kit.command.Env;
import dev.rearview.sets.PrefixMap;
import dev.rearview.silk.structure.PrefixMapFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Writes prefix maps.
public final class MapOutput {
    private final Env env;
    private final HeaderOptions header;

    public MapOutput(Env env, HeaderOptions header) {
        this.env = env;
        this.header = header;
    }

    public void write(String path, PrefixMap map) throws IOException {
        try (OutputStream out = header.open(path)) {
            PrefixMapFile.write(out, map, env.silkVersion(), header.entries(List.of()));
        }
    }
}

package dev.rearview.engine;

import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A site of one sensor, class and type.
final class OneSensor {
    private OneSensor() {}

    /// @param directory gets its silk.conf
    static Site in(Path directory) throws IOException {
        Path conf = directory.resolve("silk.conf");
        Files.writeString(
                conf,
                """
                version 2
                sensor 0 S0
                class all
                    sensors S0
                    type 0 in in
                    default-types in
                end class
                """);
        return SilkConf.read(conf);
    }
}

package dev.rearview.collector;

import dev.rearview.ingest.Configuration;
import dev.rearview.site.PackingLogic;
import dev.rearview.site.SensorConf;
import dev.rearview.site.SilkConf;
import dev.rearview.site.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The configuration of a site with two sensors, S0 and S1, and all types of the two-way packing
/// logic.
public final class TestConfiguration {
    private static final String SILK_CONF =
            """
            version 2
            sensor 0 S0
            sensor 1 S1
            class all
                sensors S0 S1
                type 0 in in
                type 1 out out
                type 2 inweb iw
                type 3 outweb ow
                type 4 innull innull
                type 5 outnull outnull
                type 6 int2int int2int
                type 7 ext2ext ext2ext
                type 8 inicmp inicmp
                type 9 outicmp outicmp
                type 10 other other
                default-types in
            end class
            default-class all
            """;

    private TestConfiguration() {}

    /// @param directory that the files are written to
    public static Configuration of(Path directory, String sensorConf) throws IOException {
        Site site = SilkConf.read(Files.writeString(directory.resolve("silk.conf"), SILK_CONF));
        SensorConf.Result sensors =
                SensorConf.read(
                        Files.writeString(directory.resolve("sensor.conf"), sensorConf),
                        site,
                        PackingLogic.TWOWAY,
                        path -> {
                            throw new IOException(path + " is not there");
                        });
        return new Configuration(site, PackingLogic.TWOWAY, sensors);
    }
}

package dev.rearview.testkit;

import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Ip;
import dev.rearview.silk.Compression;
import dev.rearview.silk.SilkWriter;
import dev.rearview.store.parquet.ParquetSink;
import dev.rearview.store.parquet.ParquetWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A site of two sensors, and flows of it.
public final class SampleSite {
    /// 2024-02-28T00:00:00Z.
    public static final long DAY_MS = 1_709_078_400_000L;

    private SampleSite() {}

    /// A bench whose commands know the site and may overwrite files.
    ///
    /// @param makers the commands' constructors
    public static Workbench bench(Path directory, Workbench.Maker... makers) {
        Workbench bench =
                new Workbench(directory, makers)
                        .set("SILK_CONFIG_FILE", "silk.conf")
                        .set("SILK_CLOBBER", "1");
        bench.write(
                "silk.conf",
                """
                version 2
                sensor 0 NORTH
                sensor 1 SOUTH
                class all
                    sensors NORTH SOUTH
                end class
                class lab
                    sensors SOUTH
                end class
                class all
                    type 0 in in
                    type 1 out out
                    default-types in
                end class
                class lab
                    type 2 tap tap
                    default-types tap
                end class
                default-class all
                """);
        return bench;
    }

    /// Writes flows: a Parquet file if the name ends so, otherwise SiLK's format.
    public static void write(Path path, FlowRecord... flows) throws IOException {
        try (FlowSink sink =
                path.toString().endsWith(".parquet")
                        ? new ParquetSink(
                                Files.newOutputStream(path), ParquetWriter.Codec.UNCOMPRESSED)
                        : new SilkWriter(
                                Files.newOutputStream(path),
                                new SilkWriter.Options(false, false, Compression.NONE, 0),
                                List.of())) {
            for (FlowRecord f : flows) {
                sink.write(f);
            }
        }
    }

    /// Writes `f.rw`, a TCP flow of IPv4 and a UDP flow of IPv6, and `cut.rw`, which is the same
    /// but ends within the second flow.
    public static void writeWholeAndCut(Workbench bench) throws IOException {
        FlowRecord six = flow(DAY_MS, 17);
        six.setIpv6(true);
        six.sipHi = 0x2001_0db8_0000_0000L;
        six.sipLo = 0xFFFF;
        write(bench.path("f.rw"), flow(DAY_MS, 6), six);
        byte[] whole = bench.octets("f.rw");
        Files.write(bench.path("cut.rw"), Arrays.copyOf(whole, whole.length - 5));
    }

    /// A flow of one packet between two IPv4 addresses that lasts no time.
    public static FlowRecord flow(long startMs, int protocol) {
        FlowRecord r = new FlowRecord();
        r.sipLo = Ip.mapped(0x0A00_0001);
        r.dipLo = Ip.mapped(0x0A00_0002);
        r.protocol = protocol;
        r.packets = 1;
        r.bytes = 40;
        r.stime = startMs * 1000;
        r.sensor = 0;
        r.flowtype = 0;
        return r;
    }
}

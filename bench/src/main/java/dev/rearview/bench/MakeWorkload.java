package dev.rearview.bench;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowSink;
import dev.rearview.model.Selection;
import dev.rearview.silk.Compression;
import dev.rearview.silk.SilkWriter;
import dev.rearview.store.parquet.ParquetSink;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.traffic.Workload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes the benchmark's flows to one file: `COUNT FILE`, Parquet or SiLK's RWGENERIC by its name.
public final class MakeWorkload {
    private MakeWorkload() {}

    public static void main(String[] args) throws IOException {
        write(Long.parseLong(args[0]), Path.of(args[1]), ParquetWriter.Codec.UNCOMPRESSED);
    }

    static void write(long count, Path path, ParquetWriter.Codec codec) throws IOException {
        try (OutputStream out = Files.newOutputStream(path);
                Workload flows = new Workload(count, 1, 1);
                FlowSink sink =
                        path.toString().endsWith(".parquet")
                                ? new ParquetSink(out, codec)
                                : new SilkWriter(
                                        out,
                                        new SilkWriter.Options(true, false, Compression.NONE, 0),
                                        List.of())) {
            for (FlowBatch b = flows.next(); b != null; b = flows.next()) {
                sink.write(b, Selection.all(b.size()));
            }
        }
    }
}

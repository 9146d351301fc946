package dev.rearview.store.hour;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.words.RadixSort;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.parquet.ChunkEncoder;
import dev.rearview.store.parquet.ParquetWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/// Writes Parquet files of one hour's flows each, sorted by start, with memory that is used again
/// for the next one. For one thread at a time.
public final class SegmentWriter {
    private static final int INDEX_BITS = 20;

    /// Flows of the largest file that is made in one piece: 120 octets of memory each.
    public static final int MAX_FLOWS = 1 << INDEX_BITS;

    private final Map<ParquetWriter.Codec, ChunkEncoder> encoders =
            new EnumMap<>(ParquetWriter.Codec.class);
    private FlowBatch batch = FlowBatch.allocate(1);
    private long[] keys = new long[0];
    private long[] scratch = new long[0];

    /// Writes flows to a file: whole or not at all, but its place in the directory is still to be
    /// forced to the disk. Where they are more than [#MAX_FLOWS] they are sorted in parts.
    public void write(Path path, RecordBlocks flows, Map<String, String> metadata)
            throws IOException {
        write(path, flows, ParquetWriter.Codec.UNCOMPRESSED, metadata);
    }

    /// As the other.
    void write(
            Path path, RecordBlocks flows, ParquetWriter.Codec codec, Map<String, String> metadata)
            throws IOException {
        int rows = Math.min(flows.count(), FlowBatch.MAX_ROWS);
        if (batch.capacity() < rows) {
            batch = FlowBatch.allocate(rows);
        }
        ChunkEncoder encoder = encoders.computeIfAbsent(codec, ChunkEncoder::new);
        Disk.replaceUnsynced(
                path,
                out -> {
                    try (ParquetWriter writer = new ParquetWriter(out, codec, encoder, metadata)) {
                        for (int from = 0; from < flows.count(); from += MAX_FLOWS) {
                            part(writer, flows, from, Math.min(MAX_FLOWS, flows.count() - from));
                        }
                        writer.finish();
                    }
                });
    }

    private void part(ParquetWriter writer, RecordBlocks flows, int first, int count)
            throws IOException {
        sort(flows, first, count);
        batch.reset();
        for (int i = 0; i < count; i++) {
            flows.addTo(batch, first + ((int) keys[i] & MAX_FLOWS - 1));
            if (batch.isFull()) {
                writer.write(batch);
                batch.reset();
            }
        }
        if (batch.size() > 0) {
            writer.write(batch);
        }
    }

    /// Puts row numbers into the low bits of `keys`, ascending by start and then by row.
    private void sort(RecordBlocks flows, int first, int count) {
        if (keys.length < count) {
            keys = new long[count];
            scratch = new long[count];
        }
        long earliest = Long.MAX_VALUE;
        long before = Long.MIN_VALUE;
        boolean isAscending = true;
        for (int i = 0; i < count; i++) {
            long stime = flows.stime(first + i);
            earliest = Math.min(earliest, stime);
            isAscending &= stime >= before;
            before = stime;
            keys[i] = stime;
        }
        for (int i = 0; i < count; i++) {
            keys[i] = keys[i] - earliest << INDEX_BITS | i;
        }
        if (!isAscending) {
            RadixSort.unsigned(keys, scratch, count, INDEX_BITS);
        }
    }
}

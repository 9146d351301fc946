package dev.rearview.store.hour;

import dev.rearview.model.Field;
import dev.rearview.model.FlowBatch;
import dev.rearview.model.words.RadixSort;
import dev.rearview.store.disk.Disk;
import dev.rearview.store.parquet.ChunkEncoder;
import dev.rearview.store.parquet.ParquetReader;
import dev.rearview.store.parquet.ParquetWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Writes Parquet files of one hour's flows each, in the order of their form, with memory that is
/// used again for the next one. For one thread at a time.
public final class SegmentWriter {
    private static final int INDEX_BITS = 20;

    /// Words by which rows are put beside those that are alike.
    private static final int ALIKE_WORDS = 5;

    /// Flows of the largest file that is made in one piece: some sixty octets of memory each, twice
    /// as many of IPv6.
    public static final int MAX_FLOWS = 1 << INDEX_BITS;

    /// Rows of a row group that is not made larger together with others.
    private static final int LARGE_GROUP = FlowBatch.MAX_ROWS / 2;

    private final Map<ParquetWriter.Codec, ChunkEncoder> encoders =
            new EnumMap<>(ParquetWriter.Codec.class);
    private final OrderedFlows ordered = new OrderedFlows();
    private long[] keys = new long[0];
    private long[] scratch = new long[0];
    private int[] order = new int[0];

    /// Writes flows to a file: whole or not at all, but its place in the directory is still to be
    /// forced to the disk.
    public void write(Path path, FlowColumns flows, Map<String, String> metadata)
            throws IOException {
        write(path, flows, FileForm.HOT, metadata);
    }

    /// As the other.
    void write(Path path, FlowColumns flows, FileForm form, Map<String, String> metadata)
            throws IOException {
        write(path, form, metadata, writer -> parts(writer, flows, form));
    }

    private void parts(ParquetWriter writer, FlowColumns flows, FileForm form) throws IOException {
        int together = form.sortedTogether();
        for (int from = 0; from < flows.count(); from += together) {
            part(writer, flows, from, Math.min(together, flows.count() - from), form);
        }
    }

    /// Makes one hot file of several, whose large row groups stay as they are.
    ///
    /// @param files with [#MAX_FLOWS] flows together at most
    void join(Path path, List<Path> files, Map<String, String> metadata) throws IOException {
        write(
                path,
                FileForm.HOT,
                metadata,
                writer -> {
                    FlowColumns small = new FlowColumns();
                    for (Path file : files) {
                        join(writer, file, small);
                    }
                    parts(writer, small, FileForm.HOT);
                    small.release();
                });
    }

    /// @param small gets the flows of row groups that are not written
    private static void join(ParquetWriter writer, Path file, FlowColumns small)
            throws IOException {
        String name = String.valueOf(file.getFileName());
        try (ParquetReader reader = ParquetReader.open(file, name)) {
            int group = 0;
            for (FlowBatch b = reader.next(); b != null; b = reader.next()) {
                if (b.size() < LARGE_GROUP || !writer.copy(reader, group, b)) {
                    small.addAll(b);
                }
                group++;
            }
        }
    }

    /// Writes the flows of a file that is sorted by start to another, without holding all of them:
    /// as they come, or where the form has another order in parts.
    public void copy(Path path, ParquetReader from, FileForm form, Map<String, String> metadata)
            throws IOException {
        write(
                path,
                form,
                metadata,
                writer -> {
                    FlowColumns flows = new FlowColumns();
                    for (FlowBatch b = from.next(); b != null; b = from.next()) {
                        if (form.isByStart()) {
                            writer.write(b);
                            continue;
                        }
                        if (flows.count() + b.size() > MAX_FLOWS) {
                            part(writer, flows, 0, flows.count(), form);
                            flows.release();
                        }
                        flows.addAll(b);
                    }
                    if (flows.count() > 0) {
                        part(writer, flows, 0, flows.count(), form);
                        flows.release();
                    }
                });
    }

    @FunctionalInterface
    private interface Content {
        void write(ParquetWriter writer) throws IOException;
    }

    private void write(Path path, FileForm form, Map<String, String> metadata, Content content)
            throws IOException {
        ParquetWriter.Codec codec = form.codec();
        ChunkEncoder encoder = encoders.computeIfAbsent(codec, ChunkEncoder::new);
        Disk.replaceUnsynced(
                path,
                out -> {
                    try (ParquetWriter writer = new ParquetWriter(out, codec, encoder, metadata)) {
                        content.write(writer);
                        writer.finish();
                    }
                });
    }

    /// @param count 1 to [#MAX_FLOWS]
    private void part(ParquetWriter writer, FlowColumns flows, int first, int count, FileForm form)
            throws IOException {
        int[] numbers =
                form.isByStart() ? byStart(flows, first, count) : alike(flows, first, count);
        for (int from = 0; from < count; from += FlowBatch.MAX_ROWS) {
            int rows = Math.min(count - from, FlowBatch.MAX_ROWS);
            writer.write(ordered.batch(flows, new RowOrder(numbers, count, first, from, rows)));
        }
    }

    /// The numbers of rows less `first`, ascending by start and then by row; until the next call.
    private int[] byStart(FlowColumns flows, int first, int count) {
        if (keys.length < count) {
            keys = new long[count];
            scratch = new long[count];
            order = new int[count];
        }
        flows.copy(Field.STIME, first, count, keys);
        if (RadixSort.isAscending(keys, count)) {
            for (int i = 0; i < count; i++) {
                order[i] = i;
            }
            return order;
        }
        RadixSort.Range range = RadixSort.Range.of(keys, count, 0);
        if (range.bits() > Long.SIZE - INDEX_BITS) {
            // Starts months apart, as no hour has them, leave no room for the numbers of rows.
            long[] all = keys;
            return RadixSort.order((row, word) -> all[row] ^ Long.MIN_VALUE, 1, count);
        }
        long[] words = RadixSort.rows(keys, count, range, INDEX_BITS, scratch, keys);
        for (int i = 0; i < count; i++) {
            order[i] = (int) words[i] & MAX_FLOWS - 1;
        }
        return order;
    }

    /// The numbers of rows less `first`, those of flows that are alike side by side. What was tried
    /// is in `docs/adr/0015-cold-hours.md`.
    private static int[] alike(FlowColumns flows, int first, int count) {
        return RadixSort.order((row, w) -> key(flows, first + row, w), ALIKE_WORDS, count);
    }

    private static long key(FlowColumns flows, int row, int word) {
        return switch (word) {
            case 0 -> kind(flows, row);
            case 1 -> flows.get(Field.APPLICATION, row);
            case 2 -> flows.get(Field.PACKETS, row);
            case 3 -> flows.get(Field.BYTES, row);
            // Starts before 1970 are negative.
            default -> flows.get(Field.STIME, row) ^ Long.MIN_VALUE;
        };
    }

    /// Flowtype and sensor, protocol, flags and attributes of a flow.
    private static long kind(FlowColumns flows, int row) {
        long kind = flows.get(Field.FLOWTYPE, row) << 56 | flows.get(Field.SENSOR, row) << 40;
        return kind
                | flows.get(Field.PROTOCOL, row) << 32
                | flows.get(Field.FLAGS, row) << 24
                | flows.get(Field.INITIAL_FLAGS, row) << 16
                | flows.get(Field.SESSION_FLAGS, row) << 8
                | flows.get(Field.ATTRIBUTES, row);
    }
}

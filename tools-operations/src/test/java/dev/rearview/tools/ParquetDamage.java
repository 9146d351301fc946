package dev.rearview.tools;

import dev.rearview.model.FlowBatch;
import dev.rearview.model.FlowRecord;
import dev.rearview.model.FlowSource;
import dev.rearview.store.parquet.ParquetWriter;
import dev.rearview.traffic.Workload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;

/// A Parquet file of the store as octets, with what its index tells, as `docs/formats/store.md`
/// describes it.
final class ParquetDamage {
    /// The columns in the order of the file.
    static final List<String> COLUMNS =
            List.of(
                    "sip",
                    "dip",
                    "nhip",
                    "sport",
                    "dport",
                    "proto",
                    "flags",
                    "initial_flags",
                    "session_flags",
                    "attributes",
                    "packets",
                    "bytes",
                    "sampling",
                    "stime",
                    "duration",
                    "input",
                    "output",
                    "application",
                    "sensor",
                    "class_type");

    private static final int TRAILER = 32;
    private static final int GROUP = 24;
    private static final int ENTRY = 104;

    private final byte[] octets;
    private final ByteBuffer file;
    private final int trailerAt;
    private final int indexAt;
    private final int groups;

    ParquetDamage(byte[] whole) {
        octets = whole.clone();
        file = ByteBuffer.wrap(octets).order(ByteOrder.LITTLE_ENDIAN);
        trailerAt = octets.length - 8 - file.getInt(octets.length - 8) - TRAILER;
        groups = file.getInt(trailerAt);
        indexAt = trailerAt - groups * (GROUP + file.getInt(trailerAt + 4) * ENTRY);
    }

    private int entry(int group, int column) {
        return indexAt + groups * GROUP + (column * groups + group) * ENTRY;
    }

    /// Flips a bit in the middle of a page.
    ///
    /// @param dictionary which of the two pages of a column
    /// @return false if there is no such page
    boolean flip(int group, int column, boolean dictionary) {
        int e = entry(group, column);
        int length = file.getInt(e + (dictionary ? 24 : 28));
        if (length == 0) {
            return false;
        }
        octets[(int) file.getLong(e + (dictionary ? 0 : 8)) + length / 2] ^= 0x10;
        return true;
    }

    /// Sets the first code of a column of codes of 8 bits to one that its dictionary does not have,
    /// and makes the checksums right.
    ///
    /// @return false if the column has no such codes
    boolean codeBeyondDictionary(int group, int column) {
        int e = entry(group, column);
        if (file.get(e + 52) != 8 || file.getInt(e + 36) > 0xFF) {
            return false;
        }
        int at = (int) file.getLong(e + 8);
        octets[at + file.getInt(e + 48)] = (byte) 0xFF;
        file.putInt(e + 92, crc(at, file.getInt(e + 28)));
        file.putInt(trailerAt + 8, crc(indexAt, trailerAt - indexAt));
        file.putInt(trailerAt + 20, crc(trailerAt, 20));
        return true;
    }

    private int crc(int at, int length) {
        CRC32 crc = new CRC32();
        crc.update(octets, at, length);
        return (int) crc.getValue();
    }

    void write(Path to) throws IOException {
        Files.write(to, octets);
    }

    /// Groups of flows that differ in every column.
    ///
    /// @param rows of each group
    static List<FlowBatch> groups(int count, int rows) throws IOException {
        List<FlowBatch> out = new ArrayList<>();
        FlowRecord r = new FlowRecord();
        try (FlowSource flows = new Workload(Math.multiplyFull(count, rows), 1, 7)) {
            FlowBatch from = Objects.requireNonNull(flows.next());
            for (int g = 0; g < count; g++) {
                FlowBatch b = FlowBatch.allocate(rows);
                for (int i = 0; i < rows; i++) {
                    int n = g * rows + i;
                    from.get(n, r);
                    r.nhipLo = r.dipLo ^ (n & 1);
                    r.input = n % 5;
                    r.output = n % 7;
                    r.application = n % 11;
                    r.sampling = 1L + n % 2;
                    r.initialFlags = n % 4;
                    r.sessionFlags = n % 8;
                    b.add(r);
                }
                out.add(b);
            }
        }
        return out;
    }

    static byte[] file(List<FlowBatch> groups, ParquetWriter.Codec codec) throws IOException {
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        try (ParquetWriter writer = new ParquetWriter(out, codec, Map.of())) {
            for (FlowBatch b : groups) {
                writer.write(b);
            }
            writer.finish();
        }
        return out.toByteArray();
    }
}

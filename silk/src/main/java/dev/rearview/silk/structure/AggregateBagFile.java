package dev.rearview.silk.structure;

import dev.rearview.model.MalformedInputException;
import dev.rearview.sets.AggregateField;
import dev.rearview.sets.AggregateLayout;
import dev.rearview.silk.Blocks;
import dev.rearview.silk.FileSettings;
import dev.rearview.silk.SilkFile;
import dev.rearview.silk.SilkFormat;
import dev.rearview.silk.SilkHeader;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Aggregate bag files. Their numbers are big-endian whatever the header says: the original reader
/// swaps them where the header's order is not its own.
public final class AggregateBagFile {
    private static final int ENTRY_HEAD = 8;

    private AggregateBagFile() {}

    /// Reads rows in the order of the file.
    public static final class Reader {
        private final SilkFile file;
        private final AggregateLayout layout;
        private final byte[] record;
        private final ByteBuffer buffer;
        private long offset;

        /// @throws MalformedInputException if the file is no aggregate bag or damaged
        public Reader(SilkFile file) throws MalformedInputException {
            this.file = file;
            file.require(SilkFormat.FT_AGGREGATEBAG, "aggregate bag");
            if (file.header().recordVersion() != 1) {
                throw file.unknownVersion();
            }
            this.layout = fields(file);
            this.record = new byte[layout.octets()];
            this.buffer = ByteBuffer.wrap(record);
            this.offset = file.header().length();
            file.requireRecordSize(record.length);
        }

        public AggregateLayout layout() {
            return layout;
        }

        /// Reads the next row into `row`.
        ///
        /// @return false at the end of the file
        public boolean next(long[] row) throws IOException {
            int n = file.data().readNBytes(record, 0, record.length);
            if (n == 0) {
                return false;
            }
            if (n < record.length) {
                throw new MalformedInputException(
                        file.name(), offset, "record", "ends after " + n + " of " + record.length);
            }
            offset += n;
            buffer.clear();
            int at = 0;
            for (AggregateField f : layout.keys()) {
                at = take(f, row, at);
            }
            for (AggregateField f : layout.counters()) {
                at = take(f, row, at);
            }
            return true;
        }

        private int take(AggregateField f, long[] row, int at) {
            switch (f.octets()) {
                case 1 -> row[at] = buffer.get() & 0xFF;
                case 2 -> row[at] = buffer.getShort() & 0xFFFF;
                case 4 -> row[at] = buffer.getInt() & 0xFFFF_FFFFL;
                case 8 -> row[at] = buffer.getLong();
                default -> {
                    row[at] = buffer.getLong();
                    row[at + 1] = buffer.getLong();
                }
            }
            return at + f.words();
        }
    }

    private static AggregateLayout fields(SilkFile file) throws MalformedInputException {
        byte[] data =
                file.header()
                        .entry(SilkHeader.ENTRY_AGGREGATE_BAG)
                        .orElseThrow(() -> bad(file, "has no aggregate bag entry"))
                        .data();
        ByteBuffer b = ByteBuffer.wrap(data);
        int fields = data.length < ENTRY_HEAD ? 0 : b.getShort(4) & 0xFFFF;
        int keys = data.length < ENTRY_HEAD ? 0 : b.getShort(6) & 0xFFFF;
        if (fields == 0 || data.length < ENTRY_HEAD + fields * 2) {
            throw bad(file, "aggregate bag entry is too short");
        }
        Set<AggregateField> seen = EnumSet.noneOf(AggregateField.class);
        int before = -1;
        for (int i = 0; i < fields; i++) {
            int id = b.getShort(ENTRY_HEAD + i * 2) & 0xFFFF;
            AggregateField f =
                    AggregateField.of(id)
                            .orElseThrow(() -> bad(file, "field " + id + " is unknown"));
            if (id <= before || f.isCounter() != i >= keys) {
                throw bad(file, "field " + f.label() + " is out of order");
            }
            before = id;
            seen.add(f);
        }
        try {
            return new AggregateLayout(seen);
        } catch (IllegalArgumentException e) {
            throw bad(file, String.valueOf(e.getMessage()));
        }
    }

    private static MalformedInputException bad(SilkFile file, String reason) {
        return new MalformedInputException(file.name(), 16, "header", reason);
    }

    /// Writes rows in the order in which they come, which must ascend.
    public static final class Writer implements Closeable {
        private final OutputStream out;
        private final AggregateLayout layout;
        private final List<AggregateField> fields;
        private final ByteBuffer buffer;

        /// @param inherited with the entries of the header that come from inputs; the fields stand
        ///   between them and the file's own, as SiLK has it
        public Writer(
                OutputStream sink,
                AggregateLayout layout,
                FileSettings inherited,
                List<SilkHeader.Entry> own)
                throws IOException {
            this.layout = layout;
            this.fields = layout.fields();
            ByteBuffer e = ByteBuffer.allocate(ENTRY_HEAD + fields.size() * 2);
            e.putInt(1).putShort((short) fields.size()).putShort((short) layout.keys().size());
            fields.forEach(f -> e.putShort((short) f.id()));
            FileSettings settings =
                    inherited
                            .with(new SilkHeader.Entry(SilkHeader.ENTRY_AGGREGATE_BAG, e.array()))
                            .with(own);
            int size = layout.octets();
            OutputStream buffered = new BufferedOutputStream(sink, 1 << 16);
            boolean big = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
            SilkHeader.of(SilkFormat.FT_AGGREGATEBAG, 1, size, big, settings).write(buffered);
            this.out = Blocks.output(buffered, settings.compression(), size);
            this.buffer = ByteBuffer.allocate(size);
        }

        /// Writes a row; one whose counters are all 0 is left out.
        public void add(long[] row) throws IOException {
            long any = 0;
            for (int i = layout.keyWords(); i < layout.words(); i++) {
                any |= row[i];
            }
            if (any == 0) {
                return;
            }
            buffer.clear();
            int at = 0;
            for (AggregateField f : fields) {
                switch (f.octets()) {
                    case 1 -> buffer.put((byte) row[at]);
                    case 2 -> buffer.putShort((short) row[at]);
                    case 4 -> buffer.putInt((int) row[at]);
                    case 8 -> buffer.putLong(row[at]);
                    default -> buffer.putLong(row[at]).putLong(row[at + 1]);
                }
                at += f.words();
            }
            out.write(buffer.array());
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
